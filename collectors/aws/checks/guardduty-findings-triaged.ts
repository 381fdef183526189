import { about, checkAll, pass, plural, unknown, z } from 'affiant/sdk'
import { exampleGuardDuty, exampleThreat } from '../examples/detection.ts'
import { countByPlace, judgeAge, ofPlace } from '../in-time.ts'
import { guardDutyFindings } from '../streams/guardduty-findings.ts'
import { guardDuty } from '../streams/guardduty.ts'
import { withinAccount } from '../within-account.ts'

export const guarddutyFindingsTriaged = checkAll(
  { guardduty: guardDuty, findings: guardDutyFindings },
  {
    id: 'aws.guardduty-findings-triaged',
    revision: 1,
    title: 'Threats found by GuardDuty are looked into in time',
    severity: 'high',
    rationale: 'A threat that nobody looks at is a warning that was paid for and not read.',
    remediation: 'GuardDuty console, "Findings": look into the one named, write down what was found, and archive it.',
    params: z.strictObject({
      days: z.int().min(0).default(7).describe('Most days that a finding may be open.'),
      severity: z.number().min(7).default(7).describe('Least severity; lower ones than 7 are not read.'),
    }),
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ days, severity }) => ({
      pass: `No finding of severity ${severity} or more is open for more than ${plural(days, 'day')}. A region without findings passes if GuardDuty is on there.`,
      fail: 'Such a finding is older and not archived.',
    }),
    examples: {
      pass: { inputs: { guardduty: [exampleGuardDuty()], findings: [exampleThreat({ archived: true })] } },
      fail: { inputs: { guardduty: [exampleGuardDuty()], findings: [exampleThreat()] } },
      'not-applicable': { inputs: { guardduty: [{ region: 'eu-west-1', detector: null }], findings: [] } },
      unknown: { inputs: { guardduty: [exampleGuardDuty()], findings: [exampleThreat({ archived: null })] } },
    },
    async *evaluate({ guardduty, findings }, { params, at }) {
      const counts = countByPlace()
      for await (const item of findings.items()) {
        const { severity, archived, created, type } = item.record
        if (severity < params.severity) continue
        counts.add(item)
        if (archived === null) yield { ...about(item), ...unknown('invalid', 'AWS did not say whether it is archived') }
        else if (archived) yield { ...about(item), ...pass(`${type}, archived`) }
        else yield { ...about(item), ...judgeAge(created, at, params.days, type) }
      }
      for await (const item of guardduty.items()) {
        const on = item.record.detector?.status === 'ENABLED'
        const result = ofPlace(about(item), { on, off: 'guardduty-off', found: counts.of(item) })
        if (result !== undefined) yield result
      }
    },
  },
)
