import { checkEach, fail, notApplicable, pass, unread, z } from 'affiant/sdk'
import { contactExample } from '../examples/organization.ts'
import { alternateContacts } from '../streams/alternate-contacts.ts'

export const securityContactSet = checkEach(alternateContacts, {
  id: 'aws.security-contact-set',
  revision: 1,
  title: 'AWS knows whom to tell about security',
  severity: 'medium',
  rationale:
    'When AWS finds a leaked key or an abused instance, it writes to this contact; without one, to the address of the root user.',
  remediation:
    'Account, "Alternate contacts", "Security": set an address of the company that a team reads. In an organisation this can be done for all accounts from the management account.',
  params: z.strictObject({
    domains: z
      .array(z.string().min(1).toLowerCase())
      .default([])
      .describe('Domains the address may be of. Empty: any address will do.'),
  }),
  criteria: ({ domains }) => ({
    pass: `The account has a security contact${domains.length === 0 ? '' : ` at ${domains.join(' or ')}`}.`,
    fail: `The account has no security contact${domains.length === 0 ? '' : `, or one at another domain than ${domains.join(' or ')}`}.`,
  }),
  examples: {
    pass: { record: contactExample(), params: { domains: ['example.com'] } },
    fail: { record: contactExample({ contact: { state: 'absent' } }) },
    'not-applicable': { record: contactExample({ type: 'BILLING' }) },
    unknown: { record: contactExample({ contact: { state: 'unknown', reason: 'denied' } }) },
  },
  evaluate({ type, contact }, { params: { domains } }) {
    if (type !== 'SECURITY') return notApplicable('other-contact', `the ${type.toLowerCase()} contact`)
    if (contact.state === 'unknown') return unread(contact, 'the security contact')
    if (contact.state === 'absent') return fail('there is no security contact')
    const { domain } = contact.value
    if (domain === null) return fail('the security contact has no e-mail address')
    if (domains.length > 0 && !domains.includes(domain)) return fail(`the security contact is at ${domain}`)
    return pass(`the security contact is at ${domain}`)
  },
})
