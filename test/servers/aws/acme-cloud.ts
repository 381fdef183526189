import { ADMINISTRATOR, acmePeople } from './acme-people.ts'
import { hex } from './answer.ts'
import { tidyOrganization } from './organization.ts'
import { renamed, withoutWorkload } from './reshape.ts'
import { tidyBucket, tidyRole, tidyUser } from './tidy-account.ts'
import { uuid } from './tidy-region.ts'
import { type Account, DAY, type Region, type World } from './world.ts'

/** The account of Acme that lets nobody in. */
export const LOCKED_ACCOUNT = '444444444444'

const ACCOUNTS = [
  { id: '111111111111', name: 'acme-management' },
  { id: '222222222222', name: 'acme-production' },
  { id: '333333333333', name: 'acme-staging' },
  { id: LOCKED_ACCOUNT, name: 'acme-lab' },
] as const

/** Where Acme works: the shop in Dublin, the robots in Frankfurt, and what AWS keeps in Virginia only. */
const ACME_REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const

/**
 * The cloud of Acme Robotics (`test/servers/github/acme-robotics.ts`): four accounts in three regions, good and bad settings
 * side by side. What is bad says so. The fourth account lets nobody in. Nothing in it exists.
 */
export function acmeCloud(at: Date): World {
  const world = tidyOrganization({ at, accounts: ACCOUNTS, regions: ACME_REGIONS })
  const [management, production, staging, lab] = ACCOUNTS.map(({ id }) => world.accounts.get(id))
  if (!management || !production || !staging || !lab) throw new Error('acme lacks an account')
  world.identityCenter = acmePeople({ management, production, staging, lab, at })
  for (const account of [management, production, staging]) furnish(account)
  manage(management, at)
  shop(production, at)
  robots(production, at)
  test(staging, at)
  lab.refusesEntry = true // bad: nobody knows what is in it
  return world
}

/** What runs where: nothing in the management account and in Virginia, robots in Frankfurt, the shop and its test in Dublin. */
function furnish({ id, name, regions }: Account): void {
  const idle =
    name === 'acme-management' ? ACME_REGIONS : name === 'acme-staging' ? ACME_REGIONS.slice(1) : ['us-east-1']
  for (const region of idle) regions.set(region, withoutWorkload(regionOf({ id, regions }, region)))
  if (name !== 'acme-production') return
  const robot = { orders: 'telemetry', ledger: 'fleet', invoices: 'firmware', shop: 'robots', front: 'robot-gate' }
  regions.set('eu-central-1', renamed(regionOf({ id, regions }, 'eu-central-1'), robot))
}

/** The account everything is governed from: tidy, but for its root user and two silent alarms. */
function manage(management: Account, at: Date): void {
  management.root = { mfa: true, hardware: false, accessKeys: 0, passwordLastUsed: 12 } // bad: an app, and used for work
  const virginia = regionOf(management, 'us-east-1')
  const when = before(at, 12)
  virginia.events.push({
    EventId: uuid('root signs in'),
    EventName: 'ConsoleLogin',
    ReadOnly: 'false',
    EventTime: when,
    EventSource: 'signin.amazonaws.com',
    Username: 'root',
    CloudTrailEvent: JSON.stringify({
      eventVersion: '1.09',
      eventTime: when.toISOString(),
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      awsRegion: 'us-east-1',
      recipientAccountId: management.id,
      readOnly: false,
      userIdentity: { type: 'Root', arn: `arn:aws:iam::${management.id}:root`, accountId: management.id },
    }),
  })
  const dublin = regionOf(management, 'eu-west-1')
  for (const alarm of dublin.alarms) {
    if (alarm.AlarmName === 'RootUsage' || alarm.AlarmName === 'GatewayChanges') alarm.ActionsEnabled = false // bad
  }
}

/** Production in Dublin: people with passwords, a public database, an open door. */
function shop(production: Account, at: Date): void {
  production.users.push(
    {
      // bad: a password without a second factor, and rights of their own
      ...tidyUser(production.id, 'quartz-beetle', at),
      password: { lastUsed: 3, lastChanged: 300 },
      mfa: false,
      // bad: never rotated, and two at once
      keys: [
        { id: `AKIA${hex('quartz', 16).toUpperCase()}`, active: true, created: 410, lastUsed: 2 },
        { id: `AKIA${hex('quartz 2', 16).toUpperCase()}`, active: true, created: 40, lastUsed: 1 },
      ],
    },
    {
      // bad: nobody has used it for months
      ...tidyUser(production.id, 'silver-moth', at),
      password: { lastUsed: 140, lastChanged: 300 },
      mfa: true,
      keys: [],
    },
  )
  const beetle = production.users.find(({ detail }) => detail.UserName === 'quartz-beetle')
  if (beetle)
    beetle.detail.AttachedManagedPolicies = [
      { PolicyName: 'deploy', PolicyArn: `arn:aws:iam::${production.id}:policy/deploy` },
    ] // bad
  // bad: a supplier comes in with no external id, and may do everything
  production.roles.push(
    tidyRole(
      production.id,
      'supplier-monitoring',
      at,
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' },
      [ADMINISTRATOR],
    ),
  )
  delete production.publicAccessBlock // bad
  production.buckets.push({
    // bad: a price list for everybody, and more than that
    ...tidyBucket('acme-price-list', 'eu-west-1', at),
    block: { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false },
    policy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme-price-list/*' },
      ],
    },
    isPublic: true,
    tags: [],
  })
  const dublin = regionOf(production, 'eu-west-1')
  // bad: SSH from anywhere, on a machine with a public address that nobody approved
  dublin.securityGroups
    .find(({ GroupName }) => GroupName === 'web')
    ?.IpPermissions?.push({
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [],
      UserIdGroupPairs: [],
      PrefixListIds: [],
    })
  for (const one of dublin.instances) one.PublicIpAddress = '203.0.113.10'
  for (const one of dublin.networkInterfaces) one.Association = { PublicIp: '203.0.113.10', IpOwnerId: 'amazon' }
  for (const database of dublin.databases)
    Object.assign(database, { PubliclyAccessible: true, BackupRetentionPeriod: 1 }) // bad
  for (const held of dublin.keys) held.rotates = false // bad
  for (const secret of dublin.secrets) {
    Object.assign(secret, { RotationEnabled: false, LastRotatedDate: before(at, 420) }) // bad
    delete secret.RotationRules
  }
  // bad: a severe vulnerability has been open for seven weeks
  for (const finding of dublin.inspector.findings)
    Object.assign(finding, { status: 'ACTIVE', severity: 'CRITICAL', lastObservedAt: before(at, 1) })
}

/** Production in Frankfurt: Config was stopped, and threats are nobody's concern. */
function robots(production: Account, at: Date): void {
  const frankfurt = regionOf(production, 'eu-central-1')
  for (const { status } of frankfurt.recorders)
    Object.assign(status, { recording: false, lastStopTime: before(at, 70) }) // bad
  frankfurt.detectors = [] // bad
  frankfurt.ebsEncryptionByDefault = false // bad
  for (const { rule, results } of frankfurt.configRules) {
    if (rule.ConfigRuleName === 'encrypted-volumes')
      for (const result of results) result.ComplianceType = 'NON_COMPLIANT' // bad
  }
  // bad: someone else's certificate, which nobody renews, ends on the weekend after next
  for (const certificate of frankfurt.certificates)
    Object.assign(certificate, { Type: 'IMPORTED', NotAfter: before(at, -9), RenewalEligibility: 'INELIGIBLE' })
  for (const { vault } of frankfurt.vaults) {
    vault.Locked = false // bad
    delete vault.LockDate
  }
}

/** Staging: an old machine, short logs, no rules for passwords, and a copy of data that anybody may take. */
function test(staging: Account, at: Date): void {
  delete staging.passwordPolicy // bad
  staging.contacts = [] // bad
  const dublin = regionOf(staging, 'eu-west-1')
  for (const { MetadataOptions: options } of dublin.instances) if (options) options.HttpTokens = 'optional' // bad
  for (const group of dublin.logGroups) group.retentionInDays = 14 // bad
  for (const volume of dublin.volumes) volume.Encrypted = false // bad
  for (const snapshot of dublin.snapshots) snapshot.isPublic = true // bad
  dublin.flowLogs = [] // bad
  for (const { stack } of dublin.stacks)
    stack.DriftInformation = { StackDriftStatus: 'DRIFTED', LastCheckTimestamp: before(at, 3) } // bad
  dublin.restoreJobs = [] // bad: nobody has ever tried
  for (const state of dublin.patchStates)
    Object.assign(state, { MissingCount: 7, CriticalNonCompliantCount: 2, SecurityNonCompliantCount: 5 }) // bad
  for (const repository of dublin.repositories) repository.imageTagMutability = 'MUTABLE' // bad
  for (const { function: one } of dublin.functions) one.Runtime = 'python3.8' // bad
  for (const cluster of dublin.kubernetes) {
    // bad: the whole internet reaches its API
    Object.assign(cluster.resourcesVpcConfig ?? {}, { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] })
  }
  delete regionOf(staging, 'eu-central-1').securityHub // bad
}

const before = (at: Date, days: number) => new Date(at.getTime() - days * DAY)

function regionOf({ regions, id }: Pick<Account, 'regions' | 'id'>, name: string): Region {
  const region = regions.get(name)
  if (region === undefined) throw new Error(`${id} has no ${name}`)
  return region
}
