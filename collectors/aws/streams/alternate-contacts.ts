import { defineStream, observedOf, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { alternateContact } from '../organization/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'

const TYPES = ['SECURITY', 'OPERATIONS', 'BILLING'] as const

export const AlternateContactRecord = z.strictObject({
  account: z.string(),
  type: z.enum(TYPES),
  /** Of whom AWS writes to: only the domain, as the rest may be a person's name. */
  contact: observedOf(z.strictObject({ domain: z.string().nullable(), phone: z.boolean() })),
})
export type AlternateContactRecord = z.output<typeof AlternateContactRecord>

/** https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html */
export const alternateContacts = defineStream({
  id: 'aws.alternate-contacts',
  version: 1,
  title: 'Whom AWS tells about security, operations and billing of an account',
  record: AlternateContactRecord,
  key: (record) => `${record.account}/${record.type}`,
  label: (record) => `account ${record.account}, ${record.type.toLowerCase()} contact`,
  permissions: [alternateContact],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws account get-alternate-contact --alternate-contact-type SECURITY',
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const contacts = TYPES.map(async (type) => ({
      account: place.account,
      type,
      contact: await reader.observe(
        `account ${place.account}: ${type.toLowerCase()} contact`,
        async () => {
          const asked = { AlternateContactType: type }
          const { AlternateContact: found } = await place.call('account', 'GetAlternateContact', asked)
          const { EmailAddress: address, PhoneNumber: phone = '' } = given(found, 'AlternateContact')
          return { domain: address?.split('@')[1]?.toLowerCase() ?? null, phone: phone !== '' }
        },
        { absentOn: 'not-found' },
      ),
    }))
    yield onlyPage(await Promise.all(contacts))
  },
})
