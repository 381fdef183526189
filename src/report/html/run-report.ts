import type { Catalog } from '../../model/control.ts'
import type { LoadedCrosswalk } from '../../model/crosswalk.ts'
import type { ReportFile, ReportSource } from '../../model/report-source.ts'
import type { Stream } from '../../sdk/stream.ts'
import { machineFile, OSCAL_ATTACHMENT } from '../machine/files.ts'
import { SCRIPT, STYLE } from './assets.ts'
import { checkPages } from './check/check-page.ts'
import { controlPages } from './control/control-page.ts'
import { frameworkAttachments, frameworkPages } from './framework.ts'
import { missingPages } from './overview/missing.ts'
import { indexPage } from './overview/index-page.ts'
import { populationsTable } from './overview/populations.ts'
import { checksTable } from './overview/results.ts'
import { frameOf, type ReportFrame } from './layout.ts'
import { allRows } from './long-table.ts'
import { SCRIPT_PATH, STYLE_PATH } from './paths.ts'
import { populationFiles } from './population/population-page.ts'
import { runsPage } from './runs-page.ts'

export interface RunReportOptions {
  /** Of the mapping of the run; without it controls cannot be filtered by attributes. */
  catalog?: Catalog
  /** Frameworks that have a page, each once. */
  frameworks?: readonly LoadedCrosswalk[]
  /** Streams whose collector is loaded: rows of populations then have their keys. */
  streamOf?: (id: string) => Stream | undefined
  /** Whether every population is written as CSV and JSON too. Default: yes. */
  data?: boolean
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
  const { catalog, frameworks = [] } = options
  yield indexPage(source, frame, {
    catalog,
    attachments: [...frameworkAttachments(source.run, frameworks), OSCAL_ATTACHMENT],
  })
  yield* missingPages(source, frame)
  yield* allRows(checksTable(source), frame)
  yield* allRows(populationsTable(source), frame)
  yield* controlPages(source, frame, options)
  yield* checkPages(source, frame)
  yield* populationFiles(source, frame, options)
  yield* frameworkPages(source.run, frame, frameworks)
  yield runsPage(source, frame)
  yield machineFile(source.run, 'oscal')
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
