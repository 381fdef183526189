import { about, type Dataset, notApplicable, type Result, unknown, type Verdict } from 'affiant/sdk'
import type { PasswordSettings, PolicyRecord } from './policy.ts'
import { isActive } from './policy-rules.ts'

/** What `judge` says of each active policy for passwords that Okta keeps; why not, of the others. */
export async function* judgePasswordPolicies(
  policies: Dataset<PolicyRecord>,
  judge: (name: string, settings: Partial<PasswordSettings>) => Verdict,
): AsyncIterable<Result> {
  for await (const item of policies.items()) {
    const { record } = item
    if (record.type !== 'PASSWORD') continue
    yield { ...about(item), ...(notJudged(record) ?? judge(`policy "${record.name}"`, record.password ?? {})) }
  }
}

function notJudged(record: PolicyRecord): Verdict | undefined {
  const { name, notRead, authProvider } = record
  if (notRead !== null) return unknown(notRead, `Okta says that there are ${name}`)
  if (!isActive(record)) return notApplicable('inactive', `policy "${name}" is not active`)
  // The directory that keeps a password decides what it must be like.
  if (authProvider === 'ACTIVE_DIRECTORY' || authProvider === 'LDAP') {
    return notApplicable('directory', `policy "${name}" is for passwords kept by a directory`)
  }
  return undefined
}
