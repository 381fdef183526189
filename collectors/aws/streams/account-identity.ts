import { defineStream, onlyPage, z } from 'affiant/sdk'
import { roleArnOf } from '../arn.ts'
import { callerIdentity } from '../organization/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'

export const AccountIdentityRecord = z.strictObject({
  /** As AWS gave it to whoever asked with these credentials. */
  account: z.string(),
  /** The role that reads the account; `null`: a user of it, or the root user. */
  role: z.string().nullable(),
})
export type AccountIdentityRecord = z.output<typeof AccountIdentityRecord>

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const accountIdentity = defineStream({
  id: 'aws.account-identity',
  version: 1,
  title: 'Accounts that were entered, and with which role',
  record: AccountIdentityRecord,
  key: (record) => record.account,
  permissions: [callerIdentity],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws sts get-caller-identity',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { Account: account, Arn: arn = '' } = await place.call('sts', 'GetCallerIdentity', {})
    const role = roleArnOf(arn)
    yield onlyPage([{ account, role: /:role\//.test(role) ? role : null }])
  },
})
