import { about, checkAll, daysSince, notApplicable, pass, plural, z } from 'affiant/sdk'
import { exampleInspector, exampleVulnerability, FAR_AHEAD } from '../examples/detection.ts'
import { countByPlace, judgeAge, ofPlace } from '../in-time.ts'
import { inspectorFindings } from '../streams/inspector-findings.ts'
import { inspectorStatus } from '../streams/inspector-status.ts'
import { withinAccount } from '../within-account.ts'

export const vulnerabilitiesFixedInTime = checkAll(
  { regions: inspectorStatus, findings: inspectorFindings },
  {
    id: 'aws.vulnerabilities-fixed-in-time',
    revision: 1,
    title: 'Vulnerabilities are fixed in time',
    severity: 'high',
    rationale: 'Known faults are tried on everybody within days.',
    remediation:
      'Inspector console, "Findings", the one named: update the package it names, or suppress it with a rule that says why.',
    params: z.strictObject({
      critical: z.int().min(0).default(15).describe('Most days that a critical one may be known.'),
      high: z.int().min(0).default(30).describe('Most days that a high one may be known.'),
      medium: z.int().min(0).default(90).describe('Most days that a medium one may be known.'),
    }),
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ critical, high, medium }) => ({
      pass: `No active finding is known for more than ${plural(critical, 'day')} if critical, ${high} if high, ${medium} if medium. A region without findings passes if Inspector is on there.`,
      fail: 'Such a finding is known for longer.',
    }),
    examples: {
      pass: {
        inputs: { regions: [exampleInspector()], findings: [exampleVulnerability({ firstObserved: FAR_AHEAD })] },
      },
      fail: { inputs: { regions: [exampleInspector()], findings: [exampleVulnerability()] } },
      'not-applicable': { inputs: { regions: [exampleInspector({ status: 'DISABLED' })], findings: [] } },
    },
    async *evaluate({ regions, findings }, { params, at }) {
      const counts = countByPlace()
      for await (const item of findings.items()) {
        const { status, severity, firstObserved, updated, vulnerability, type } = item.record
        const most = params[severity.toLowerCase() as keyof typeof params]
        if (most === undefined) continue
        counts.add(item)
        const what = `${severity}: ${vulnerability ?? type}`
        if (status === 'SUPPRESSED')
          yield { ...about(item), ...notApplicable('suppressed', `${what}, suppressed by a rule`) }
        else if (status === 'CLOSED') {
          const days = updated === null ? null : daysSince(firstObserved, new Date(updated))
          yield {
            ...about(item),
            ...pass(`${what}, closed${days === null ? '' : ` ${plural(days, 'day')} after it was found`}`),
          }
        } else yield { ...about(item), ...judgeAge(firstObserved, at, most, what) }
      }
      for await (const item of regions.items()) {
        const on = item.record.status === 'ENABLED'
        const result = ofPlace(about(item), { on, off: 'inspector-off', found: counts.of(item) })
        if (result !== undefined) yield result
      }
    },
  },
)
