import { defineStream, pagesFrom, z } from 'affiant/sdk'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { type IdentityCenter, throughInstances } from '../identity/center.ts'
import { identityCenters, storeUsers as permission } from '../identity/permissions.ts'
import { list } from '../paging.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const IdentityCenterUserRecord = z.strictObject({
  id: z.string(),
  userName: z.string(),
  emails: z.array(z.string()),
  /** `ENABLED` or `DISABLED`; `null`: AWS does not tell. */
  status: z.string().nullable(),
  /** Whether another directory, such as Okta, provisions it. */
  provisioned: z.boolean(),
})
export type IdentityCenterUserRecord = z.output<typeof IdentityCenterUserRecord>

type User = NonNullable<OutputOf<'identitystore', 'ListUsers'>['Users']>[number]

function recordOf(user: User): IdentityCenterUserRecord {
  return {
    id: given(user.UserId, 'UserId'),
    userName: given(user.UserName, 'UserName'),
    emails: (user.Emails ?? []).flatMap(({ Value }) => Value ?? []).sort(),
    status: user.UserStatus ?? null,
    provisioned: (user.ExternalIds ?? []).length > 0,
  }
}

async function* pagesOfUsers({ place, storeId: IdentityStoreId }: IdentityCenter) {
  const answers = list(
    (NextToken) => place.call('identitystore', 'ListUsers', { IdentityStoreId, MaxResults: 100, NextToken }),
    ({ Users, NextToken }) => ({ items: given(Users, 'Users'), next: NextToken }),
  )
  for await (const { items, cursor = 'start', last } of answers) yield { records: items.map(recordOf), cursor, last }
}

export const identityCenterUsers = defineStream({
  id: 'aws.identity-center-users',
  version: 1,
  title: 'People of IAM Identity Center',
  record: IdentityCenterUserRecord,
  key: (record) => record.id,
  label: (record) => record.userName,
  permissions: [permission, identityCenters],
  redact: { userName: 'pseudonym', 'emails.*': 'pseudonym' },
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws identitystore list-users --identity-store-id "$STORE"',
  collect: (session: Session) => pagesFrom(throughInstances(session, pagesOfUsers), (page) => page),
})
