import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { absent, denied } from '../examples/data.ts'
import { exampleHub } from '../examples/detection.ts'
import { securityHub } from '../streams/security-hub.ts'

export const securityHubEnabled = checkEach(securityHub, {
  id: 'aws.security-hub-enabled',
  revision: 1,
  title: 'Security Hub is on in every region, with a standard',
  severity: 'medium',
  rationale: 'Its standards say every day which settings have drifted.',
  remediation: 'Security Hub console, in the region named: "Go to Security Hub", choose a standard and enable it.',
  criteria: () => ({
    pass: 'There is a hub in the region, with at least one standard that is READY.',
    fail: 'There is no hub, or no standard is READY.',
  }),
  examples: {
    pass: { record: exampleHub() },
    fail: { record: exampleHub({ hub: absent, standards: [] }) },
    unknown: { record: exampleHub({ hub: denied('securityhub:DescribeHub'), standards: [] }) },
  },
  evaluate({ region, hub, standards }) {
    if (hub.state === 'unknown') return unread(hub, 'Security Hub')
    if (hub.state === 'absent') return fail(`Security Hub is not turned on in ${region}`)
    const ready = standards.filter(({ status }) => status === 'READY').length
    const detail = `standards that are READY in ${region}: ${ready} of ${standards.length}`
    return ready > 0 ? pass(detail) : fail(detail)
  },
})
