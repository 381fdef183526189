import { checkEach, fail, pass, plural } from 'affiant/sdk'
import { type ThreatInsightRecord, threatInsight } from '../streams/threat-insight.ts'

const setting = (action: string): ThreatInsightRecord => ({
  organization: '00o1',
  action,
  excludedZones: [],
  lastUpdated: '2026-01-02T03:04:05.000Z',
})

export const threatInsightBlocks = checkEach(threatInsight, {
  id: 'okta.threat-insight-blocks',
  revision: 1,
  title: 'Requests from addresses known for attacks are blocked',
  severity: 'medium',
  rationale: 'Okta sees attacks on all of its customers. That helps only if it may act on what it knows.',
  remediation:
    '"Security", "General", "Okta ThreatInsight settings": "Log and enforce security based on threat level".',
  criteria: () => ({
    pass: 'ThreatInsight blocks (`block`).',
    fail: 'ThreatInsight only logs (`audit`) or is off (`none`).',
  }),
  examples: { pass: { record: setting('block') }, fail: { record: setting('audit') } },
  evaluate({ action, excludedZones }) {
    const spared =
      excludedZones.length === 0
        ? ''
        : `; ${plural(excludedZones.length, 'network zone is', 'network zones are')} spared`
    const detail = `the action of ThreatInsight is "${action}"${spared}`
    return action === 'block' ? pass(detail) : fail(detail)
  },
})
