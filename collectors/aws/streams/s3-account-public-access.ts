import { defineStream, observedOf, onlyPage, quoted, z } from 'affiant/sdk'
import { blockOf, PublicAccessBlock } from '../data/bucket.ts'
import { given } from '../given.ts'
import { allow } from '../permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'

export const AccountPublicAccessRecord = z.strictObject({
  account: z.string(),
  /** `absent`: never set, so nothing is blocked. */
  block: observedOf(PublicAccessBlock),
})
export type AccountPublicAccessRecord = z.output<typeof AccountPublicAccessRecord>

export const s3AccountPublicAccess = defineStream({
  id: 'aws.s3-account-public-access',
  version: 1,
  title: 'Block Public Access of the account',
  record: AccountPublicAccessRecord,
  appliesTo: [ACCOUNT],
  key: (record) => record.account,
  permissions: [allow('s3:GetAccountPublicAccessBlock', 'Shows whether the account blocks public access to buckets.')],
  reproduce: (scope) => `aws s3control get-public-access-block --account-id ${quoted(scope.id.split('/')[0] ?? '')}`,
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const record: AccountPublicAccessRecord = {
      account: place.account,
      block: await reader.observe(
        'Block Public Access of the account',
        async () => {
          const answer = await place.call('s3-control', 'GetPublicAccessBlock', { AccountId: place.account })
          return blockOf(given(answer.PublicAccessBlockConfiguration, 'PublicAccessBlockConfiguration'))
        },
        { absentOn: 'not-found' },
      ),
    }
    yield onlyPage([record])
  },
})
