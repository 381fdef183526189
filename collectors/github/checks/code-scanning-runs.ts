import { checkEach, fail, notApplicable, pass, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { analysedAt, archivedCodeScanning, codeScanning, refusedRead } from '../security/examples.ts'
import { days, daysFrom, outOfReading } from '../security/reading.ts'
import { type CodeScanningSetupRecord, codeScanningSetup } from '../streams/code-scanning-setup.ts'

const Params = z.strictObject({
  maxDays: z.int().min(1).default(30).describe('Most days since the last analysis of the default branch.'),
  external: z
    .array(
      z.strictObject({
        repository: z.string().describe('`owner/name`.'),
        by: z.string().min(1).describe('What scans the code.'),
        lastScan: z.iso.date().describe('Day of its last scan of the default branch (UTC).'),
      }),
    )
    .default([])
    .describe('Repositories whose code is scanned elsewhere.'),
  exempt: z
    .array(z.strictObject({ repository: z.string().describe('`owner/name`.'), reason: z.string().min(1) }))
    .default([])
    .describe('Repositories without code to scan, with the reason.'),
})

export const codeScanningRuns = checkEach(codeScanningSetup, {
  id: 'github.code-scanning-runs',
  revision: 1,
  title: 'Code of the default branch is scanned regularly',
  severity: 'medium',
  rationale: 'A scan that nobody runs finds nothing, and new rules find weaknesses in old code.',
  remediation:
    'Repository, "Settings", "Advanced Security", "Code scanning": set up CodeQL, or upload the results of your own tool with a weekly schedule.',
  params: Params,
  criteria: ({ maxDays }) => ({
    pass: `A tool analysed the default branch without an error at most ${days(maxDays)} before the run, here or, as declared, elsewhere.`,
    fail: `No tool did so in the last ${days(maxDays)}.`,
  }),
  examples: {
    pass: { record: codeScanning() },
    fail: { record: codeScanning({ analyses: analysedAt('2020-01-02T03:04:05.000Z') }) },
    'not-applicable': { record: archivedCodeScanning },
    unknown: { record: codeScanning({ analyses: refusedRead }) },
  },
  evaluate: (record, { params, at }) => judge(record, params, at),
})

function judge(
  record: CodeScanningSetupRecord,
  { maxDays, external, exempt }: z.output<typeof Params>,
  at: Date,
): Verdict {
  const { repository, branch, analyses, setup } = record
  const out = outOfReading(record)
  if (out !== undefined) return out
  if (record.empty) return notApplicable('empty', `nothing was ever pushed to ${repository}`)
  const reason = exempt.find((one) => one.repository === repository)?.reason
  if (reason !== undefined) return notApplicable('exempt', `${repository}: ${reason}`)
  const elsewhere = external.find((one) => one.repository === repository)
  if (elsewhere !== undefined && daysFrom(elsewhere.lastScan, at) <= maxDays) {
    return pass(`${repository} was scanned by ${elsewhere.by} on ${elsewhere.lastScan}, as declared`)
  }
  if (analyses === null) return unknown('invalid', `${repository} was not asked`)
  if (analyses.state === 'unknown') return unread(analyses, `${repository}: code scanning`)
  const good = analyses.state === 'absent' ? [] : analyses.value.filter(({ failed }) => !failed)
  const newest = good.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
  if (newest === undefined) {
    const isSetUp = setup?.state === 'observed' && setup.value.state === 'configured'
    const tried = analyses.state === 'observed' ? 'the last analysis ended with an error' : 'there is no analysis'
    return fail(`${repository}: ${tried} of \`${branch}\`${isSetUp ? ', though the default setup is on' : ''}`)
  }
  const age = daysFrom(newest.at, at)
  const detail = `${repository}: ${newest.tool} analysed \`${branch}\` ${days(age)} before the run`
  return age <= maxDays ? pass(detail) : fail(detail)
}
