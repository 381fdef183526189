import type { RemakeReport } from '../bundle/export/compare-report.ts'
import type { MakeReport } from '../bundle/export/survey.ts'
import { type ExportReport, exportReport, remakeReport } from '../export-report.ts'
import { FRAMEWORKS } from '../model/crosswalk.ts'
import { builtInCollectors } from './collectors.ts'
import { loadCrosswalks } from './crosswalks.ts'
import { loadMappings } from './mappings.ts'
import { agentVersion, buildDigest } from './package.ts'

export interface ReportToExport {
  /** Names or files of crosswalks, each of which gets a page. */
  frameworks: readonly string[]
  /** Whether populations are in it as CSV and JSON. */
  populations: boolean
}

/** What makes the report of an export. @throws UserError with every problem of a crosswalk */
export async function reportOfExport(
  { frameworks, populations }: ReportToExport,
  when: Pick<ExportReport, 'period' | 'exportedAt'>,
): Promise<MakeReport> {
  const [parts, crosswalks] = [await partsOfProgram(), await loadCrosswalks(frameworks)]
  return (reader) => exportReport({ ...parts, ...when, reader, frameworks: crosswalks, populations })
}

/** What makes the report of a finished export again, for comparing. */
export async function remakeExportReport(): Promise<RemakeReport> {
  return remakeReport({
    ...(await partsOfProgram()),
    async crosswalkOf(id) {
      const [found] = (FRAMEWORKS as readonly string[]).includes(id) ? await loadCrosswalks([id]) : []
      return found
    },
  })
}

/** All of the program that has a say in a report: its digest covers it. */
async function partsOfProgram(): Promise<Pick<ExportReport, 'streamOf' | 'catalog' | 'program'>> {
  const collectors = await builtInCollectors()
  const streams = new Map(collectors.flatMap(({ collector }) => collector.streams).map((one) => [one.id, one]))
  const { catalog } = await loadMappings(collectors)
  return {
    streamOf: (id) => streams.get(id),
    catalog,
    program: { version: await agentVersion(), build: await buildDigest() },
  }
}
