import { checkAll, plural, z } from 'affiant/sdk'
import { credentialExample } from '../examples/identity.ts'
import { judgePasswordPolicies, passwordInputs, policyExampleOf } from '../identity/password-policies.ts'
import { withinAccount } from '../within-account.ts'

export const passwordReusePrevented = checkAll(passwordInputs, {
  id: 'aws.password-reuse-prevented',
  revision: 1,
  title: 'Earlier passwords of IAM users may not be used again',
  severity: 'low',
  rationale: 'A password that was changed because somebody knew it must not come back. (CIS 2.8)',
  remediation: 'IAM, "Account settings", "Password policy": turn on "Prevent password reuse" and remember 24.',
  onPartialData: 'fails-stand',
  params: z.strictObject({
    remembered: z.int().min(1).max(24).default(24).describe('Fewest passwords that are remembered.'),
  }),
  restsOn: withinAccount,
  criteria: ({ remembered }) => ({
    pass: `The password policy of the account remembers at least ${plural(remembered, 'password')}.`,
    fail: `The account has no password policy, or one that remembers fewer than ${plural(remembered, 'password')}.`,
  }),
  examples: {
    pass: { inputs: { policies: [policyExampleOf()], credentials: [] } },
    fail: {
      inputs: {
        policies: [policyExampleOf({ reusePrevention: 5 })],
        credentials: [credentialExample('person-a', { passwordEnabled: true })],
      },
    },
  },
  evaluate: (datasets, { params: { remembered } }) =>
    judgePasswordPolicies(datasets, ({ reusePrevention }) => ({
      good: reusePrevention !== null && reusePrevention >= remembered,
      detail: `the policy remembers ${reusePrevention === null ? 'no passwords' : plural(reusePrevention, 'password')}`,
    })),
})
