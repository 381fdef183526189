import { checkEach, fail, pass, plural } from 'affiant/sdk'
import { summaryExample } from '../examples/identity.ts'
import { accountSummary } from '../streams/account-summary.ts'

export const rootHasNoAccessKeys = checkEach(accountSummary, {
  id: 'aws.root-has-no-access-keys',
  revision: 1,
  title: 'The root user has no access keys',
  severity: 'critical',
  rationale: 'An access key of the root user opens everything, from anywhere, without a second factor. (CIS 2.3)',
  remediation: 'Sign in as the root user and delete its access keys under "Security credentials".',
  criteria: () => ({ pass: 'The root user has no access key.', fail: 'The root user has an access key.' }),
  examples: {
    pass: { record: summaryExample() },
    fail: { record: summaryExample({ rootAccessKeys: 1 }) },
  },
  evaluate: ({ rootAccessKeys }) =>
    rootAccessKeys === 0 ? pass('no access key') : fail(`the root user has ${plural(rootAccessKeys, 'access key')}`),
})
