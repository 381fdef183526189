import { checkAll, plural, z } from 'affiant/sdk'
import { credentialExample } from '../examples/identity.ts'
import { judgePasswordPolicies, passwordInputs, policyExampleOf } from '../identity/password-policies.ts'
import { withinAccount } from '../within-account.ts'

export const passwordMinimumLength = checkAll(passwordInputs, {
  id: 'aws.password-minimum-length',
  revision: 1,
  title: 'Passwords of IAM users are long enough',
  severity: 'medium',
  rationale: 'Length is what makes a password hard to guess. Unless a policy is set, eight characters do. (CIS 2.7)',
  remediation: 'IAM, "Account settings", "Password policy": set the minimum length.',
  onPartialData: 'fails-stand',
  params: z.strictObject({ minimum: z.int().min(1).default(14).describe('Fewest characters.') }),
  restsOn: withinAccount,
  criteria: ({ minimum }) => ({
    pass: `The password policy of the account asks for at least ${plural(minimum, 'character')}.`,
    fail: `The account has no password policy, or one that asks for fewer than ${plural(minimum, 'character')}.`,
  }),
  examples: {
    pass: { inputs: { policies: [policyExampleOf()], credentials: [] } },
    fail: {
      inputs: {
        policies: [{ account: '111122223333', policy: { state: 'absent' } }],
        credentials: [credentialExample('person-a', { passwordEnabled: true })],
      },
    },
    'not-applicable': {
      inputs: {
        policies: [{ account: '111122223333', policy: { state: 'absent' } }],
        credentials: [credentialExample('deploy')],
      },
    },
    unknown: {
      inputs: {
        policies: [{ account: '111122223333', policy: { state: 'unknown', reason: 'denied' } }],
        credentials: [],
      },
    },
  },
  evaluate: (datasets, { params: { minimum } }) =>
    judgePasswordPolicies(datasets, ({ minimumLength }) => ({
      good: minimumLength !== null && minimumLength >= minimum,
      detail: `the policy asks for ${minimumLength === null ? 'no number of characters' : plural(minimumLength, 'character')}`,
    })),
})
