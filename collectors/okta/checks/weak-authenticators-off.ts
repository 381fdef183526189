import { checkAll, fail, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { authenticatorExample } from '../examples.ts'
import { type AuthenticatorRecord, authenticators } from '../streams/authenticators.ts'

/** The names of Identity Engine, and those that Classic has for the same. */
const WEAK = ['phone_number', 'security_question', 'okta_sms', 'okta_call', 'okta_question']

export const weakAuthenticatorsOff = checkAll(
  { authenticators },
  {
    id: 'okta.weak-authenticators-off',
    revision: 1,
    title: 'Telephone and security question are off, or serve recovery only',
    severity: 'medium',
    rationale:
      'Codes by telephone are intercepted and forwarded, answers to questions are found out. While they are on for signing in, every policy that asks for a second factor may be satisfied by them.',
    remediation:
      'Admin Console, "Security", "Authenticators": edit the one listed and choose "Used for: Recovery", or "Actions", "Deactivate". In a Classic organisation: "Security", "Multifactor".',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      weak: z.array(z.string()).default(WEAK).describe('Keys of authenticators that must not serve signing in.'),
    }),
    criteria: ({ weak }) => ({
      pass: `Each of ${weak.join(', ')} is not there, inactive, or allowed for recovery only.`,
      fail: `One of ${weak.join(', ')} is active and allowed for signing in.`,
    }),
    examples: {
      pass: { inputs: { authenticators: [authenticatorExample()] } },
      fail: { inputs: { authenticators: [authenticatorExample({ allowedFor: 'any' })] } },
      unknown: { inputs: { authenticators: [authenticatorExample({ allowedFor: null })] } },
    },
    async *evaluate(datasets, { params }) {
      const found = new Map<string, AuthenticatorRecord>()
      let anything = false
      for await (const { record } of datasets.authenticators.items()) {
        anything = true
        if (params.weak.includes(record.key)) found.set(record.key, record)
      }
      // Every organisation has a password authenticator at least: an empty list says nothing.
      if (!anything) return
      for (const key of params.weak) yield { subject: key, ...judge(found.get(key)) }
    },
  },
)

function judge(authenticator: AuthenticatorRecord | undefined): Verdict {
  if (authenticator === undefined) return pass('not set up')
  const { status, allowedFor } = authenticator
  if (status !== 'ACTIVE') return pass(`the status is ${status}`)
  if (allowedFor === null) return unknown('invalid', 'active, and Okta does not say what it is allowed for')
  return allowedFor === 'recovery' || allowedFor === 'none'
    ? pass(`allowed for: ${allowedFor}`)
    : fail(`active and allowed for signing in (${allowedFor})`)
}
