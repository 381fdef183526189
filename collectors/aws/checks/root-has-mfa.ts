import { about, checkAll, type Dataset, fail, notApplicable, pass, unknown, unread, type Verdict } from 'affiant/sdk'
import { summaryExample } from '../examples/identity.ts'
import { type AccountSummaryRecord, accountSummary } from '../streams/account-summary.ts'
import { type RootManagementRecord, rootManagement } from '../streams/root-management.ts'
import { withinAccount } from '../within-account.ts'

type Features = RootManagementRecord['features']
const managed = {
  organization: 'o-acme123456',
  features: { state: 'observed' as const, value: ['RootCredentialsManagement'] },
}
const bare = { rootMfa: false, rootPassword: false }

export const rootHasMfa = checkAll(
  { summaries: accountSummary, management: rootManagement },
  {
    id: 'aws.root-has-mfa',
    revision: 1,
    title: 'The root user signs in with a second factor',
    severity: 'critical',
    rationale:
      'The root user can do everything, and no policy limits it. Its password alone must not be enough. (CIS AWS Foundations 2.4)',
    remediation:
      'Sign in as the root user and assign MFA under "Security credentials", or, in an organisation, turn on centralised root access in IAM and delete the root credentials of member accounts.',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'MFA is active for the root user of the account.',
      fail: 'No MFA is active for the root user, and it has, or may have, a password or access keys.',
    }),
    examples: {
      pass: { inputs: { summaries: [summaryExample()], management: [] } },
      fail: { inputs: { summaries: [summaryExample({ rootMfa: false })], management: [] } },
      'not-applicable': { inputs: { summaries: [summaryExample(bare)], management: [managed] } },
      unknown: {
        inputs: {
          summaries: [summaryExample(bare)],
          management: [{ ...managed, features: { state: 'unknown', reason: 'denied' } }],
        },
      },
    },
    async *evaluate(datasets) {
      const features = await featuresOf(datasets.management)
      for await (const item of datasets.summaries.items()) yield { ...about(item), ...judge(item.record, features) }
    },
  },
)

async function featuresOf(management: Dataset<RootManagementRecord>): Promise<Features | undefined> {
  for await (const { record } of management.items()) return record.features
  return undefined
}

function judge(summary: AccountSummaryRecord, features: Features | undefined): Verdict {
  const { rootMfa, rootPassword, rootAccessKeys } = summary
  if (rootMfa) return pass('MFA is active')
  if (rootPassword !== false || rootAccessKeys > 0) return fail('no MFA is active for the root user')
  if (features === undefined) {
    return unknown('unavailable', 'the root user has no password; whether the organisation keeps it so was not read')
  }
  if (features.state === 'unknown') return unread(features, 'the central management of root credentials')
  if (features.state === 'observed' && features.value.includes('RootCredentialsManagement')) {
    return notApplicable(
      'no-root-credentials',
      'the root user has neither password nor access keys; the organisation manages root credentials centrally (RootCredentialsManagement)',
    )
  }
  return fail('no MFA is active for the root user; it has no password now, and whoever owns its mailbox can set one')
}
