import { about, checkAll, fail, notApplicable, pass, z } from 'affiant/sdk'
import { ACCOUNT_ID, roleExample, trust } from '../examples/identity.ts'
import { trustFaults } from '../identity/iam-trust.ts'
import { authorizationDetails } from '../streams/iam-authorization-details.ts'
import { organizationAccounts } from '../streams/organization-accounts.ts'
import { withinAccount } from '../within-account.ts'

/**
 * Services whose own documentation asks for such a condition in the trust of the roles they take on. Sources: "Confused
 * deputy prevention" in the guides of EventBridge Scheduler, Step Functions, ECS, VPC flow logs, CodeBuild, Systems
 * Manager, CloudWatch Logs, EventBridge Pipes and Bedrock, from
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
const SERVICES = [
  'bedrock.amazonaws.com',
  'codebuild.amazonaws.com',
  'ecs-tasks.amazonaws.com',
  'pipes.amazonaws.com',
  'scheduler.amazonaws.com',
  'ssm.amazonaws.com',
  'states.amazonaws.com',
  'vpc-flow-logs.amazonaws.com',
]

const partner = { kind: 'account', account: '999988887777' } as const
const externalId = { operator: 'StringEquals', key: 'sts:externalid', values: null }

export const roleTrustBounded = checkAll(
  { identities: authorizationDetails, accounts: organizationAccounts },
  {
    id: 'aws.role-trust-bounded',
    revision: 1,
    title: 'Roles trust only those who were meant',
    severity: 'high',
    rationale:
      'Whoever a trust policy names can take on the role. A partner without an external id, or a service that does not say for whom it acts, can be made to act for somebody else.',
    remediation:
      'Edit the trust policy: name principals; ask partners for sts:ExternalId; add aws:SourceArn or aws:SourceAccount for services; limit GitHub to your repositories with a condition on :sub, and other identity providers of everybody likewise. Declare trusted accounts in params.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      trustedAccounts: z
        .array(z.string().regex(/^\d{12}$/, 'the id of an account: 12 digits'))
        .default([])
        .describe('Accounts that are trusted besides those that are read and those of the organisation.'),
      boundServices: z
        .array(z.string())
        .default(SERVICES)
        .describe('Services that must be limited by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.'),
    }),
    restsOn: withinAccount,
    criteria: ({ boundServices }) => ({
      pass: `The trust policy names nobody by "*", other accounts only if they are read here, of the organisation, declared, or limited by an external id or the organisation, GitHub and other identity providers of everybody only with a condition on whose the token is, and the services ${boundServices.join(', ')} only with a condition on the source.`,
      fail: 'The trust policy names everybody, an account that is neither known nor limited, any repository of GitHub or user of such a provider, or such a service without a condition on the source.',
    }),
    examples: {
      pass: {
        inputs: {
          accounts: [],
          identities: [roleExample('partner', { trust: [trust(partner, { conditions: [externalId] })] })],
        },
      },
      fail: { inputs: { accounts: [], identities: [roleExample('partner', { trust: [trust(partner)] })] } },
      'not-applicable': {
        inputs: {
          accounts: [],
          identities: [roleExample('AWSServiceRoleForSupport', { path: '/aws-service-role/support.amazonaws.com/' })],
        },
      },
    },
    async *evaluate({ identities, accounts }, { params }) {
      const known = new Set(params.trustedAccounts)
      let listed = false
      for await (const { record } of accounts.items()) {
        listed = true
        known.add(record.id)
      }
      for await (const { scope } of identities.items()) known.add(scope.slice(0, ACCOUNT_ID.length))
      const boundServices = new Set(params.boundServices)
      for await (const item of identities.items()) {
        const { record } = item
        if (record.kind !== 'role') continue
        if (record.path.startsWith('/aws-service-role/')) {
          yield { ...about(item), ...notApplicable('role-of-a-service', 'AWS alone decides who may take it on') }
          continue
        }
        const [, , , , account = ''] = record.arn.split(':')
        const faults = trustFaults(record.trust, { account, known, boundServices })
        if (faults.length === 0) {
          yield { ...about(item), ...pass() }
          continue
        }
        // Without the organisation's list, which accounts are one's own is known only once all of them are read.
        const stands = listed || trustFaults(record.trust, { account, known: EVERY_ACCOUNT, boundServices }).length > 0
        yield { ...about(item), ...fail(faults.join('; ')), ...(!stands && { ofAbsence: true as const }) }
      }
    },
  },
)

const EVERY_ACCOUNT = { has: () => true }
