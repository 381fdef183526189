import { defineStream, InvalidError, type Observed, observedOf, onlyPage, z } from 'affiant/sdk'
import { passwordPolicy as permission } from '../identity/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'

const PasswordPolicy = z.strictObject({
  minimumLength: z.int().nullable(),
  symbols: z.boolean(),
  numbers: z.boolean(),
  upperCase: z.boolean(),
  lowerCase: z.boolean(),
  /** Passwords remembered; `null`: none, so that one may be used again. */
  reusePrevention: z.int().nullable(),
  /** Days until a password ends; `null`: it does not. */
  maximumAgeDays: z.int().nullable(),
})

export const PasswordPolicyRecord = z.strictObject({
  account: z.string(),
  /** Absent: none was ever set, so the defaults of AWS hold. */
  policy: observedOf(PasswordPolicy),
})
export type PasswordPolicyRecord = z.output<typeof PasswordPolicyRecord>

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html */
export const passwordPolicy = defineStream({
  id: 'aws.password-policy',
  version: 1,
  title: 'Rules for passwords of IAM users',
  record: PasswordPolicyRecord,
  key: (record) => record.account,
  permissions: [permission],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam get-account-password-policy',
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const read = async () => {
      const { PasswordPolicy: policy } = await place.call('iam', 'GetAccountPasswordPolicy', {})
      if (policy === undefined) throw new InvalidError('AWS answered without a password policy')
      return {
        minimumLength: policy.MinimumPasswordLength ?? null,
        symbols: policy.RequireSymbols ?? false,
        numbers: policy.RequireNumbers ?? false,
        upperCase: policy.RequireUppercaseCharacters ?? false,
        lowerCase: policy.RequireLowercaseCharacters ?? false,
        reusePrevention: policy.PasswordReusePrevention ?? null,
        maximumAgeDays: policy.MaxPasswordAge ?? null,
      }
    }
    const policy: Observed<z.output<typeof PasswordPolicy>> = await reader.observe(
      `password policy of ${place.account}`,
      read,
      { absentOn: 'not-found' },
    )
    yield onlyPage([{ account: place.account, policy } satisfies PasswordPolicyRecord])
  },
})
