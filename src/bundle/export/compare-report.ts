import type { ExportedStatement } from '../../model/statement.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import { REPORT_SETTINGS } from '../../model/report-settings.ts'
import type { Verification } from '../../model/verification.ts'
import { readSmall } from '../layout.ts'
import { type Collected, printable } from '../reasons.ts'
import { DATA, REPORT } from './bag-names.ts'
import type { OpenedExport } from './facts.ts'
import { withoutExport } from './without-export.ts'

/** What there is to make a report again of. */
export interface RemakeRequest {
  /** The evidence as the report was made of it. */
  reader: EvidenceReader
  exported: ExportedStatement
  /** `report.json` of the report that is in it; absent: it has none, or too large a one. */
  settings?: string
}

/** Digests of the files of the report, by their keys in an export; or why this program cannot say what they should be. */
export type RemakeReport = (
  request: RemakeRequest,
) => Promise<{ digests: ReadonlyMap<string, string> } | { cannot: string }>

/**
 * Makes the report of an export again and compares each file, by its digest, with what the manifest says. To be called when all else was
 * verified. What differs is reported; what the evidence holds never makes it reject.
 */
export async function compareReport(
  { reader, facts }: OpenedExport,
  remake: RemakeReport,
  collected: Collected,
): Promise<NonNullable<Verification['report']>> {
  const there = new Map([...facts.listed].filter(([key]) => key.startsWith(REPORT)))
  const notJudged = (detail: string) => ({ value: 'not-judged', files: there.size, detail }) as const
  if (there.size === 0) return notJudged('the export has no report')
  if (facts.entry === undefined || !collected.holds('intact') || !collected.holds('chained'))
    return notJudged('the evidence that it is made of is not what was sealed')
  const { index, statement } = facts.entry
  const settings = await readSmall(reader, REPORT + REPORT_SETTINGS).then(
    (bytes) => Buffer.from(bytes).toString(),
    () => undefined,
  )
  const made = await remake({
    reader: withoutExport(reader, index),
    exported: statement,
    ...(settings !== undefined && { settings }),
  }).catch((error: unknown) => ({
    cannot: `it could not be made again: ${printable(error instanceof Error ? error.message : String(error))}`,
  }))
  if ('cannot' in made) return notJudged(made.cannot)
  let differing = 0
  const differs = (key: string, detail: string) => {
    differing += 1
    collected.report('report-differs', detail, DATA + key)
  }
  for (const [key, digest] of there) {
    const again = made.digests.get(key)
    if (again === undefined) differs(key, 'no such file is made of the evidence')
    else if (again !== digest) differs(key, `made of the evidence, it has the digest ${again}`)
  }
  for (const key of made.digests.keys())
    if (!there.has(key)) differs(key, 'it is made of the evidence, and is not there')
  return differing === 0
    ? {
        value: 'same',
        files: there.size,
        detail: 'it was made again of the evidence beside it, and each file came out the same',
      }
    : {
        value: 'differs',
        files: there.size,
        detail: 'it is not the one that this program makes of the evidence beside it',
      }
}
