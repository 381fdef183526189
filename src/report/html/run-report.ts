import type { Catalog } from '../../model/control.ts'
import type { ReportFile, ReportSource } from '../../model/report-source.ts'
import { SCRIPT, STYLE } from './assets.ts'
import { checkPages } from './check-page.ts'
import { controlPages } from './control-page.ts'
import { missingPages } from './index-missing.ts'
import { indexPage } from './index-page.ts'
import { frameOf, type ReportFrame } from './layout.ts'
import { SCRIPT_PATH, STYLE_PATH } from './paths.ts'
import { runsPage } from './runs-page.ts'

export interface RunReportOptions {
  /** Of the mapping of the run; without it controls cannot be filtered by attributes. */
  catalog?: Catalog
  /** The report that this one is part of. */
  above?: NonNullable<ReportFrame['above']>
}

/**
 * The report of one run, file by file; what each file holds is made when it is read. Rendering it twice gives the same bytes.
 * @throws StoreError, UserError while a file is read, if evidence is not what was sealed
 */
export async function* runReport(source: ReportSource, options: RunReportOptions = {}): AsyncIterable<ReportFile> {
  const frame = frameOf(source, options.above)
  yield textFile(STYLE_PATH, STYLE)
  yield textFile(SCRIPT_PATH, SCRIPT)
  yield indexPage(source, frame, { catalog: options.catalog })
  yield* missingPages(source, frame)
  yield* controlPages(source, frame, options.catalog)
  yield* checkPages(source, frame)
  yield runsPage(source, frame)
}

/** A file whose text is at hand. */
export function textFile(path: string, content: string): ReportFile {
  return {
    path,
    async *content() {
      yield content
    },
  }
}
