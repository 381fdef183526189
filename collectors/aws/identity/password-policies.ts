import { about, type Dataset, fail, notApplicable, pass, type Result, unknown, unread, type Verdict } from 'affiant/sdk'
import { ACCOUNT_ID } from '../examples/identity.ts'
import { type CredentialReportRecord, credentialReport } from '../streams/credential-report.ts'
import { type PasswordPolicyRecord, passwordPolicy } from '../streams/password-policy.ts'

export const passwordInputs = { policies: passwordPolicy, credentials: credentialReport }

type Policy = Extract<PasswordPolicyRecord['policy'], { state: 'observed' }>['value']

interface Datasets {
  policies: Dataset<PasswordPolicyRecord>
  credentials: Dataset<CredentialReportRecord>
}

/**
 * One result per account. Where no IAM user has a password there is nothing to rule; the credential report tells, and
 * where it could not be read, a weak policy proves nothing.
 */
export async function* judgePasswordPolicies(
  { policies, credentials }: Datasets,
  judge: (policy: Policy) => { good: boolean; detail: string },
): AsyncIterable<Result> {
  const withPasswords = new Set<string>()
  const reported = new Set<string>()
  for await (const { record } of credentials.items()) {
    reported.add(record.account)
    if (record.kind === 'user' && record.passwordEnabled === true) withPasswords.add(record.account)
  }
  for await (const item of policies.items()) {
    const { account, policy } = item.record
    const passwords = reported.has(account) ? withPasswords.has(account) : undefined
    yield { ...about(item), ...verdictOf(policy, passwords, judge) }
  }
}

function verdictOf(
  policy: PasswordPolicyRecord['policy'],
  passwords: boolean | undefined,
  judge: (policy: Policy) => { good: boolean; detail: string },
): Verdict {
  if (policy.state === 'unknown') return unread(policy, 'the password policy')
  if (passwords === false) return notApplicable('no-passwords', 'no IAM user of the account has a password')
  const { good, detail } =
    policy.state === 'absent' ? { good: false, detail: 'the account has no password policy' } : judge(policy.value)
  if (good) return pass(detail)
  return passwords === true
    ? fail(detail)
    : unknown('unavailable', `${detail}; whether anybody has a password is not known`)
}

/** A strong policy, changed by `parts`, for examples. */
export function policyExampleOf(parts: Partial<Policy> = {}): PasswordPolicyRecord {
  const value = {
    minimumLength: 14,
    symbols: true,
    numbers: true,
    upperCase: true,
    lowerCase: true,
    reusePrevention: 24,
    maximumAgeDays: null,
    ...parts,
  }
  return { account: ACCOUNT_ID, policy: { state: 'observed', value } }
}
