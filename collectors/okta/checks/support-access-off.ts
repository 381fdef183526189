import { checkEach, fail, pass, plural, unknown, z } from 'affiant/sdk'
import { type SupportAccessRecord, supportAccess } from '../streams/support-access.ts'

const HOUR = 3_600_000
const access = (parts: Partial<SupportAccessRecord> = {}): SupportAccessRecord => ({
  organization: '00o1',
  support: 'DISABLED',
  expiration: null,
  caseNumber: null,
  ...parts,
})

export const supportAccessOff = checkEach(supportAccess, {
  id: 'okta.support-access-off',
  revision: 1,
  title: 'Okta’s support cannot sign in, except for a day and a case',
  severity: 'medium',
  rationale:
    'People of a supplier who can sign in as administrators are administrators. They need it for a case, not for good.',
  remediation: '"Settings", "Account", "Give Access to Okta Support": choose "Disabled", or let it end within a day.',
  params: z.strictObject({
    maxHours: z.int().min(1).default(24).describe('Most hours until access ends by itself.'),
    ticket: z.string().min(1).optional().describe('The ticket or case access was given for, if Okta does not tell it.'),
  }),
  criteria: ({ maxHours }) => ({
    pass: `Access of the support is off, or it ends at most ${plural(maxHours, 'hour')} after the run and belongs to a case.`,
    fail: `Access of the support is on for longer than ${plural(maxHours, 'hour')}, or belongs to no case.`,
  }),
  examples: {
    pass: { record: access() },
    fail: { record: access({ support: 'ENABLED', expiration: '2999-01-02T03:04:05.000Z' }) },
    unknown: { record: access({ support: 'ENABLED', caseNumber: '1001' }) },
  },
  evaluate({ support, expiration, caseNumber }, { params, at }) {
    if (support === 'DISABLED') return pass('access of Okta’s support is off')
    if (support !== 'ENABLED') return unknown('invalid', `Okta says "${support}" of the access of its support`)
    const reference = params.ticket ?? caseNumber
    if (reference === null) return fail('access of Okta’s support is on, for no case and no declared ticket')
    if (expiration === null) return unknown('invalid', 'access of Okta’s support is on; Okta did not say until when')
    const hours = Math.ceil((Date.parse(expiration) - at.getTime()) / HOUR)
    const detail = `access of Okta’s support is on for ${reference} and ends ${plural(hours, 'hour')} after this run`
    return hours <= params.maxHours ? pass(detail) : fail(detail)
  },
})
