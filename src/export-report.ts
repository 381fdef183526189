import { reportDigests } from './bundle/export/report-files.ts'
import type { RemakeReport } from './bundle/export/compare-report.ts'
import type { Catalog } from './model/control.ts'
import type { LoadedCrosswalk } from './model/crosswalk.ts'
import type { EvidenceReader } from './model/evidence-reader.ts'
import { canonicalize } from './model/canonical.ts'
import { REPORT_SETTINGS, ReportSettings } from './model/report-settings.ts'
import type { ReportFile } from './model/report-source.ts'
import { openPeriodSource } from './period-source.ts'
import { periodReport } from './report/html/period/period-report.ts'
import type { Stream } from './sdk/stream.ts'

export interface ExportReport {
  /** What the export shows: of a store before it is exported, or of the finished export as its report was made of it. */
  reader: EvidenceReader
  /** Runs that were opened in `[from, to)`: instants. */
  period: { from: string; to: string }
  /** When it is exported, an instant: what was due by then and was not done is missed. */
  exportedAt: string
  /** Of built-in collectors alone: plug-ins are not there where the report is made again. */
  streamOf(id: string): Stream | undefined
  catalog: Catalog
  frameworks: readonly LoadedCrosswalk[]
  /** Whether populations are in it as CSV and JSON. */
  populations: boolean
  program: ReportSettings['agent']
}

/**
 * The report that stands in an export: of its period, and of the last run of each job in it. Made of the store that is exported and
 * of the finished export it has the same bytes, which `affiant verify --report` compares.
 */
export async function* exportReport(job: ExportReport): AsyncIterable<ReportFile> {
  const { reader, period, exportedAt, streamOf, catalog, frameworks, populations, program } = job
  const settings: ReportSettings = {
    schema: 'affiant.report-settings/1',
    agent: program,
    ...period,
    frameworks: frameworks.map(({ crosswalk, sha256 }) => ({ id: crosswalk.id, sha256 })),
    populations,
  }
  yield {
    path: REPORT_SETTINGS,
    async *content() {
      yield `${canonicalize(settings)}\n`
    },
  }
  const source = await openPeriodSource({
    reader,
    period: { from: new Date(period.from), to: new Date(period.to) },
    at: new Date(exportedAt),
    streamOf,
  })
  yield* periodReport(source, { catalog, frameworks, streamOf, data: populations })
}

export interface RemakeParts extends Pick<ExportReport, 'streamOf' | 'catalog' | 'program'> {
  /** Built-in ones, by id; `undefined` for others. */
  crosswalkOf(id: string): Promise<LoadedCrosswalk | undefined>
}

/** Makes the report of an export again, if this is the program that made it. */
export function remakeReport({ program, crosswalkOf, ...parts }: RemakeParts): RemakeReport {
  return async ({ reader, exported, settings }) => {
    const { agent, scope, exportedAt } = exported.predicate
    if (agent.version !== program.version || agent.build.sha256 !== program.build) {
      const name = (version: string, build: string) => `affiant ${version}, build ${build.slice(0, 12)}`
      return {
        cannot: `${name(agent.version, agent.build.sha256)} made it, and this is ${name(program.version, program.build)}: ask the version that made it`,
      }
    }
    const { frameworks: named, populations } = settingsOf(settings)
    const frameworks: LoadedCrosswalk[] = []
    for (const { id, sha256 } of named) {
      const crosswalk = await crosswalkOf(id)
      if (crosswalk?.sha256 !== sha256) return { cannot: `it has the framework ${id}, whose file is not here` }
      frameworks.push(crosswalk)
    }
    const period = { from: scope.from, to: scope.to }
    const files = exportReport({ ...parts, program, reader, period, exportedAt, frameworks, populations })
    return { digests: await reportDigests(files) }
  }
}

/** Where the report does not say how it was made, it is compared with the whole one, and that file is found to differ. */
function settingsOf(text: string | undefined): Pick<ReportSettings, 'frameworks' | 'populations'> {
  try {
    return ReportSettings.parse(JSON.parse(text ?? ''))
  } catch {
    return { frameworks: [], populations: true }
  }
}
