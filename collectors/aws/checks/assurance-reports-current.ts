import { checkAll, daysBefore, fail, pass, plural, type Verdict, z } from 'affiant/sdk'
import { reportExample, soc2Example } from '../examples/organization.ts'
import { isOfAws, kindOf } from '../organization/assurance.ts'
import { type AssuranceReportRecord, assuranceReports } from '../streams/assurance-reports.ts'

/** Left to its default, nothing is concluded from part of the data: the report that is missing may be on a page that was not read. */
export const assuranceReportsCurrent = checkAll(
  { reports: assuranceReports },
  {
    id: 'aws.assurance-reports-current',
    revision: 1,
    title: "AWS's certificate and audit report are current",
    severity: 'low',
    rationale:
      'Buildings, power and hardware are AWS’s to protect. What shows that it does is its certificate and its audit report, and those run out.',
    remediation:
      'AWS Artifact, "Reports": get the current ISO/IEC 27001 certificate and SOC 2 report, and have somebody read them. If Artifact has none, ask AWS.',
    params: z.strictObject({
      maxDaysSinceAudit: z
        .int()
        .min(1)
        .default(400)
        .describe('Most days since the period of the SOC 2 report ended; such a report always looks back.'),
    }),
    criteria: ({ maxDaysSinceAudit }) => ({
      pass: `Artifact has a published ISO/IEC 27001 certificate of AWS that is valid on the day of the run, and a SOC 2 report whose period ended no more than ${plural(maxDaysSinceAudit, 'day')} before.`,
      fail: 'Artifact has no such certificate, or no such report.',
    }),
    examples: {
      pass: { inputs: { reports: [reportExample(), soc2Example()] } },
      fail: { inputs: { reports: [reportExample({ periodEnd: '2025-01-31T00:00:00.000Z' }), soc2Example()] } },
    },
    async *evaluate(datasets, { params: { maxDaysSinceAudit }, at }) {
      const certificates: AssuranceReportRecord[] = []
      const audits: AssuranceReportRecord[] = []
      let scope: string | undefined
      for await (const { record, scope: where } of datasets.reports.items()) {
        scope ??= where
        if (!isOfAws(record)) continue
        const kind = kindOf(record)
        if (kind === 'certificate') certificates.push(record)
        if (kind === 'audit') audits.push(record)
      }
      if (scope === undefined) return
      const oldest = daysBefore(at, maxDaysSinceAudit)
      yield { subject: 'iso27001', name: 'ISO/IEC 27001 certificate of AWS', scope, ...judge(certificates, at) }
      yield { subject: 'soc2', name: 'SOC 2 report on AWS', scope, ...judge(audits, oldest) }
    },
  },
)

/** @param until the period must not have ended before */
function judge(reports: readonly AssuranceReportRecord[], until: Date): Verdict {
  const latest = reports
    .filter(({ periodEnd }) => periodEnd !== null)
    .sort((a, b) => Date.parse(b.periodEnd ?? '') - Date.parse(a.periodEnd ?? ''))[0]
  if (latest?.periodEnd === undefined || latest.periodEnd === null)
    return fail('Artifact has no published one with a period')
  const period = `"${latest.name}", version ${latest.version}, covers ${(latest.periodStart ?? '').slice(0, 10)} to ${latest.periodEnd.slice(0, 10)}`
  return Date.parse(latest.periodEnd) >= until.getTime() ? pass(period) : fail(`the latest, ${period}`)
}
