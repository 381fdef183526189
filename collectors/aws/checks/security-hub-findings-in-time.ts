import { about, checkAll, fail, notApplicable, plural, unread, z } from 'affiant/sdk'
import { absent } from '../examples/data.ts'
import { exampleHub, exampleHubFinding, FAR_AHEAD } from '../examples/detection.ts'
import { countByPlace, judgeAge, ofPlace } from '../in-time.ts'
import { securityHubFindings } from '../streams/security-hub-findings.ts'
import { securityHub } from '../streams/security-hub.ts'
import { withinAccount } from '../within-account.ts'

export const securityHubFindingsInTime = checkAll(
  { hubs: securityHub, findings: securityHubFindings },
  {
    id: 'aws.security-hub-findings-in-time',
    revision: 1,
    title: 'Failed controls of Security Hub are put right in time',
    severity: 'high',
    rationale: 'A list of faults helps only if it gets shorter.',
    remediation:
      'Security Hub console, "Findings": put right what the one named says. What is accepted: set the workflow status "Suppressed" with a note that says why.',
    params: z.strictObject({
      critical: z.int().min(0).default(15).describe('Most days that a critical finding may be open.'),
      high: z.int().min(0).default(30).describe('Most days that a high finding may be open.'),
    }),
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ critical, high }) => ({
      pass: `No active failed finding is open for more than ${plural(critical, 'day')} if critical, ${high} if high. Suppressed ones are listed.`,
      fail: 'Such a finding is open for longer, or is suppressed without a note.',
    }),
    examples: {
      pass: { inputs: { hubs: [exampleHub()], findings: [exampleHubFinding({ firstObserved: FAR_AHEAD })] } },
      fail: { inputs: { hubs: [exampleHub()], findings: [exampleHubFinding()] } },
      'not-applicable': { inputs: { hubs: [exampleHub({ hub: absent, standards: [] })], findings: [] } },
    },
    async *evaluate({ hubs, findings }, { params, at }) {
      const counts = countByPlace()
      for await (const item of findings.items()) {
        const { severity, workflow, firstObserved, title, noted } = item.record
        counts.add(item)
        if (workflow === 'SUPPRESSED') {
          const detail = `${title}, suppressed ${noted ? 'with' : 'without'} a note`
          yield { ...about(item), ...(noted ? notApplicable('suppressed', detail) : fail(detail)) }
          continue
        }
        const most = severity === 'CRITICAL' ? params.critical : params.high
        yield { ...about(item), ...judgeAge(firstObserved, at, most, `${severity}: ${title}`) }
      }
      for await (const item of hubs.items()) {
        const { hub } = item.record
        if (hub.state === 'unknown') {
          yield { ...about(item), ...unread(hub, 'Security Hub') }
          continue
        }
        const on = hub.state === 'observed'
        const result = ofPlace(about(item), { on, off: 'not-subscribed', found: counts.of(item) })
        if (result !== undefined) yield result
      }
    },
  },
)
