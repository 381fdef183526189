import { join } from 'node:path'
import type { Fixture } from 'affiant/testing'
import { START } from '../../../src/testing/setting.ts'
import type { World } from '../../servers/aws/index.ts'
import { tidyOrganization } from '../../servers/aws/organization.ts'
import { recordAnswers } from './fixture-answers.ts'
import { awsWire } from './fixture-wire.ts'

/** An invented organisation of one account, entered by its role, with one region that is read. */
const world = withRareThings(
  tidyOrganization({
    at: new Date(START),
    accounts: [{ id: '111122223333', name: 'management' }],
    regions: ['us-east-1'],
  }),
)

/** What a tidy account does not have, and a stream must have seen once. */
function withRareThings(tidy: World): World {
  const account = tidy.accounts.get(tidy.home)
  const region = account?.regions.get('us-east-1')
  const at = new Date(Date.parse(START) - 86_400_000)
  account?.serverCertificates.push({
    Path: '/',
    ServerCertificateName: 'front',
    ServerCertificateId: 'ASCAEXAMPLE000000FRONT',
    Arn: `arn:aws:iam::${tidy.home}:server-certificate/front`,
    UploadDate: at,
    Expiration: new Date(Date.parse(START) + 200 * 86_400_000),
  })
  region?.events.push({
    EventId: '5d5f0d7e-0000-4000-8000-000000000001',
    EventName: 'ConsoleLogin',
    EventSource: 'signin.amazonaws.com',
    EventTime: at,
    ReadOnly: 'false',
    Username: 'root',
    Resources: [],
    CloudTrailEvent: '{}',
  })
  region?.events.push({
    EventId: '5d5f0d7e-0000-4000-8000-000000000002',
    EventName: 'StartSupportAction',
    EventSource: 'supportauthz.amazonaws.com',
    EventTime: at,
    ReadOnly: 'true',
    Resources: [],
    CloudTrailEvent: JSON.stringify({
      eventType: 'AwsServiceEvent',
      serviceEventDetails: { supportCaseDisplayId: '170000000000001', action: 'rds:ReadClusterData' },
    }),
  })
  for (const finding of region?.securityHub?.findings ?? []) {
    finding.Severity = { Label: 'HIGH' }
    finding.Compliance = { Status: 'FAILED' }
    finding.RecordState = 'ACTIVE'
    finding.Workflow = { Status: 'NEW' }
  }
  return tidy
}

const absent = { mayBeAbsent: true } as const
const blank = { mayBeBlank: true } as const

const { routes, secrets } = await recordAnswers({
  world,
  config: configOf(world),
  pageSizes: { 'logs:DescribeMetricFilters': 8 },
  remarks: {
    // AWS says with an error that there is none.
    'account:GetAlternateContact': absent,
    'iam:GetAccountPasswordPolicy': absent,
    'iam:ListOrganizationsFeatures': absent,
    'lambda:GetPolicy': absent,
    's3:GetBucketEncryption': absent,
    's3:GetBucketLifecycleConfiguration': absent,
    's3:GetBucketPolicy': absent,
    's3:GetBucketPolicyStatus': absent,
    's3:GetBucketTagging': absent,
    's3:GetObjectLockConfiguration': absent,
    's3:GetPublicAccessBlock': absent,
    's3control:GetPublicAccessBlock': absent,
    'securityhub:DescribeHub': absent,
    'ssm:GetDocument': absent,
    // Listed a moment ago, and gone meanwhile.
    'backup:ListBackupSelections': absent,
    'cloudformation:GetTemplate': absent,
    'eks:DescribeCluster': absent,
    'elasticloadbalancing:DescribeListeners': absent,
    'elasticloadbalancing:DescribeTags': absent,
    'kms:DescribeKey': absent,
    'lambda:ListFunctionUrlConfigs': absent,
    'rds:DescribeDBClusterSnapshotAttributes': absent,
    'rds:DescribeDBSnapshotAttributes': absent,
    'sns:ListSubscriptionsByTopic': absent,
    // An answer without any member says that this was never set.
    's3:GetBucketLogging': blank,
    's3:GetBucketVersioning': blank,
    'sso:GetInlinePolicyForPermissionSet': blank,
  },
})

function configOf({ home, externalId }: World) {
  return {
    auth: { type: 'keys' },
    account: home,
    accounts: 'organization',
    regions: ['us-east-1'],
    role: { home: true, externalId, sessionMinutes: 720 },
    assuranceDocuments: true,
  }
}

const [first = '', second = ''] = Object.keys(routes)
  .filter((key) => key.startsWith('logs:DescribeMetricFilters'))
  .sort((a, b) => a.length - b.length)

export const fixture: Fixture = {
  folder: join(import.meta.dirname, '../../../collectors/aws'),
  config: configOf(world),
  secrets,
  wire: awsWire,
  routes,
  records: {
    'aws.organization': 1,
    'aws.organization-accounts': 1,
    'aws.organizational-units': 2,
    'aws.service-control-policies': 2,
    'aws.account-identity': 1,
    'aws.assurance-documents': 2,
    'aws.support-access': 1,
    'aws.regions': 21,
    'aws.alternate-contacts': 3,
    'aws.assurance-reports': 3,
    'aws.own-rights': 1,
    'aws.account-summary': 1,
    'aws.root-management': 1,
    'aws.credential-report': 4,
    'aws.root-sign-ins': 1,
    'aws.password-policy': 1,
    'aws.iam-authorization-details': 8,
    'aws.identity-providers': 2,
    'aws.virtual-mfa-devices': 2,
    'aws.server-certificates': 1,
    'aws.identity-center-instances': 1,
    'aws.permission-sets': 2,
    'aws.identity-center-assignments': 2,
    'aws.identity-center-users': 3,
    'aws.identity-center-group-members': 1,
    'aws.access-analyzers': 2,
    'aws.external-access-findings': 1,
    'aws.kms-keys': 1,
    'aws.secrets': 1,
    'aws.certificates': 1,
    'aws.tagged-resources': 6,
    'aws.config-recorders': 1,
    'aws.config-aggregators': 1,
    'aws.config-aggregator-sources': 1,
    'aws.config-rules': 3,
    'aws.config-results': 3,
    'aws.aggregated-rules': 3,
    'aws.aggregated-resources': 6,
    'aws.conformance-packs': 1,
    'aws.baseline-changes': 1,
    'aws.stacks': 1,
    'aws.managed-instances': 1,
    'aws.session-preferences': 1,
    'aws.trails': 1,
    'aws.trail-keys': 1,
    'aws.trail-buckets': 1,
    'aws.log-groups': 2,
    'aws.metric-filters': 15,
    'aws.alarms': 15,
    'aws.alarm-topics': 1,
    'aws.vpc-flow-logs': 1,
    'aws.s3-account-public-access': 1,
    'aws.s3-buckets': 2,
    'aws.ebs-encryption-default': 1,
    'aws.ebs-volumes': 1,
    'aws.ebs-snapshots': 1,
    'aws.machine-images': 1,
    'aws.ec2-instances': 1,
    'aws.launch-templates': 1,
    'aws.security-groups': 2,
    'aws.network-interfaces': 1,
    'aws.network-acls': 1,
    'aws.subnets': 2,
    'aws.dhcp-options': 1,
    'aws.rds-instances': 1,
    'aws.rds-clusters': 1,
    'aws.rds-snapshots': 2,
    'aws.load-balancers': 1,
    'aws.ecr-scanning': 1,
    'aws.ecr-repositories': 1,
    'aws.lambda-functions': 1,
    'aws.eks-clusters': 1,
    'aws.backup-plans': 1,
    'aws.backup-protected-resources': 3,
    'aws.backup-jobs': 1,
    'aws.backup-copy-jobs': 1,
    'aws.backup-vaults': 1,
    'aws.restore-jobs': 1,
    'aws.restore-testing-plans': 1,
    'aws.guardduty': 1,
    'aws.guardduty-findings': 1,
    'aws.security-hub': 1,
    'aws.security-hub-findings': 1,
    'aws.inspector-status': 1,
    'aws.inspector-coverage': 3,
    'aws.inspector-findings': 1,
  },
  pages: { stream: 'aws.metric-filters', first, second },
  people: ['deploy-management', 'amber-otter', 'blue-heron', 'copper-lynx'],
}
