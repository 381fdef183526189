import { defineStream, InvalidError, onlyPage, z } from 'affiant/sdk'
import { accountSummary as permission } from '../identity/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'

const count = z.int().min(0)

export const AccountSummaryRecord = z.strictObject({
  account: z.string(),
  rootMfa: z.boolean(),
  /** Number of access keys of the root user. */
  rootAccessKeys: count,
  /** Whether anybody can sign in as the root user with a password; `null`: AWS does not tell. */
  rootPassword: z.boolean().nullable(),
  rootSigningCertificates: count.nullable(),
  users: count.nullable(),
  groups: count.nullable(),
  roles: count.nullable(),
  /** Customer managed policies. */
  policies: count.nullable(),
  mfaDevices: count.nullable(),
  mfaDevicesInUse: count.nullable(),
})
export type AccountSummaryRecord = z.output<typeof AccountSummaryRecord>

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
export const accountSummary = defineStream({
  id: 'aws.account-summary',
  version: 1,
  title: 'What the root user can sign in with, and how many identities an account has',
  record: AccountSummaryRecord,
  key: (record) => record.account,
  permissions: [permission],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam get-account-summary',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { SummaryMap: map } = await place.call('iam', 'GetAccountSummary', {})
    const told = (name: string): number | null => (map as Record<string, number> | undefined)?.[name] ?? null
    const mfa = told('AccountMFAEnabled')
    const keys = told('AccountAccessKeysPresent')
    const password = told('AccountPasswordPresent')
    if (mfa === null || keys === null) throw new InvalidError('the account summary says nothing of the root user')
    const record: AccountSummaryRecord = {
      account: place.account,
      rootMfa: mfa > 0,
      rootAccessKeys: keys,
      rootPassword: password === null ? null : password > 0,
      rootSigningCertificates: told('AccountSigningCertificatesPresent'),
      users: told('Users'),
      groups: told('Groups'),
      roles: told('Roles'),
      policies: told('Policies'),
      mfaDevices: told('MFADevices'),
      mfaDevicesInUse: told('MFADevicesInUse'),
    }
    yield onlyPage([record])
  },
})
