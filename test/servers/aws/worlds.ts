import { hex } from './answer.ts'
import { tidyOrganization } from './organization.ts'
import { ROLE, tidyAccount, tidyBucket, tidyRole, tidyUser } from './tidy-account.ts'
import { type Account, DAY, REGIONS, type Region, type World } from './world.ts'

/** A small organisation in which every check passes; `alone`: of one account in one region. */
export function wellKept(at: Date, alone = false): World {
  return tidyOrganization({
    at,
    accounts: [{ id: '111122223333', name: 'management' }, ...(alone ? [] : [{ id: '222233334444', name: 'shop' }])],
    regions: alone ? ['us-east-1'] : ['eu-west-1', 'us-east-1'],
  })
}

/** One account of that many IAM users and roles in one region, outside any organisation. */
export function largeAccount({ at, users, roles }: { at: Date; users: number; roles: number }): World {
  const id = '444455556666'
  const account = tidyAccount({ id, name: 'large', at, regions: ['us-east-1'] })
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)
  account.users = numbered('worker', users).map((name) => tidyUser(id, name, at))
  account.roles = numbered('job', roles).map((name) =>
    tidyRole(id, name, at, {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': id } },
    }),
  )
  return {
    at,
    partition: 'aws',
    regions: REGIONS,
    accounts: new Map([[id, account]]),
    reports: [],
    home: id,
    roleName: ROLE,
  }
}

/** That many accounts in all 17 regions which are on from the start; `resources` are what an aggregator sees in all. */
export function bigOrganization({
  at,
  accounts,
  resources = 0,
}: {
  at: Date
  accounts: number
  resources?: number
}): World {
  const world = tidyOrganization({
    at,
    accounts: Array.from({ length: accounts }, (_, index) => ({
      id: String(500_000_000_000 + index),
      name: `team-${index}`,
    })),
    regions: REGIONS.filter(({ optIn }) => !optIn).map(({ name }) => name),
  })
  const all = [...world.accounts.values()].flatMap((account) =>
    [...account.regions.values()].map((region) => ({ account, region })),
  )
  for (let index = 0; index < resources; index++) {
    const place = all[index % all.length]
    if (place === undefined) break
    const id = `vol-${hex(`resource ${index}`, 17)}`
    place.region.resources.push({
      resourceId: id,
      resourceType: 'AWS::EC2::Volume',
      arn: `arn:aws:ec2:${place.region.name}:${place.account.id}:volume/${id}`,
      tags: [],
      configuration: { encrypted: true, size: 20 },
    })
  }
  return world
}

const accountsOfAcme = [
  { id: '111111111111', name: 'acme-management' },
  { id: '222222222222', name: 'acme-production' },
  { id: '333333333333', name: 'acme-staging' },
  { id: '444444444444', name: 'acme-lab' },
] as const

/**
 * The cloud of Acme Robotics (`test/servers/github/acme-robotics.ts`): four accounts in three regions, good and bad settings
 * side by side. What is bad says so. The fourth account lets nobody in. Nothing in it exists.
 */
export function acmeCloud(at: Date): World {
  const world = tidyOrganization({ at, accounts: accountsOfAcme, regions: ['eu-west-1', 'eu-central-1', 'us-east-1'] })
  const [management, production, staging, lab] = accountsOfAcme.map(({ id }) => world.accounts.get(id) as Account)
  if (!management || !production || !staging || !lab) throw new Error('acme lacks an account')
  const ago = (days: number) => new Date(at.getTime() - days * DAY)

  // Production: people with passwords, a public database, an open door.
  production.users.push(
    {
      // bad: a password without a second factor
      ...tidyUser(production.id, 'quartz-beetle', at),
      password: { lastUsed: 3, lastChanged: 300 },
      mfa: false,
      keys: [{ id: `AKIA${hex('quartz', 16).toUpperCase()}`, active: true, created: 410, lastUsed: 2 }], // bad: never rotated
    },
    {
      // bad: nobody has used it for months
      ...tidyUser(production.id, 'silver-moth', at),
      password: { lastUsed: 140, lastChanged: 300 },
      mfa: true,
      keys: [],
    },
  )
  // bad: a supplier comes in with no external id
  production.roles.push(
    tidyRole(
      production.id,
      'supplier-monitoring',
      at,
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' },
      ['arn:aws:iam::aws:policy/AdministratorAccess'],
    ),
  )
  production.policies.push({
    PolicyName: 'AdministratorAccess',
    PolicyId: 'ANPAIWMBCKSKIEE64ZLYK',
    Arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 1,
    IsAttachable: true,
    CreateDate: ago(3000),
    UpdateDate: ago(3000),
    PolicyVersionList: [
      {
        VersionId: 'v1',
        IsDefaultVersion: true,
        CreateDate: ago(3000),
        Document: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      },
    ],
  })
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
  const web = dublin.securityGroups.find(({ GroupName }) => GroupName === 'web')
  // bad: SSH from anywhere
  web?.IpPermissions?.push({
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    Ipv6Ranges: [],
    UserIdGroupPairs: [],
    PrefixListIds: [],
  })
  for (const database of dublin.databases)
    Object.assign(database, { PubliclyAccessible: true, BackupRetentionPeriod: 1 }) // bad
  for (const { key } of dublin.keys) key.Description = 'orders'
  for (const held of dublin.keys) held.rotates = false // bad
  for (const secret of dublin.secrets) {
    Object.assign(secret, { RotationEnabled: false, LastRotatedDate: ago(420) }) // bad
    delete secret.RotationRules
  }

  // Frankfurt: Config was stopped, and threats are nobody's concern.
  const frankfurt = regionOf(production, 'eu-central-1')
  for (const { status } of frankfurt.recorders) Object.assign(status, { recording: false, lastStopTime: ago(70) }) // bad
  frankfurt.detectors = [] // bad
  frankfurt.ebsEncryptionByDefault = false // bad
  for (const { rule, results } of frankfurt.configRules) {
    if (rule.ConfigRuleName === 'encrypted-volumes')
      for (const result of results) result.ComplianceType = 'NON_COMPLIANT' // bad
  }

  // Staging: an old machine, short logs.
  delete staging.passwordPolicy // bad
  staging.contacts = [] // bad
  const test = regionOf(staging, 'eu-west-1')
  for (const { MetadataOptions: options } of test.instances) if (options) options.HttpTokens = 'optional' // bad
  for (const group of test.logGroups) group.retentionInDays = 14 // bad
  for (const volume of test.volumes) volume.Encrypted = false // bad
  test.flowLogs = [] // bad
  for (const { stack } of test.stacks)
    stack.DriftInformation = { StackDriftStatus: 'DRIFTED', LastCheckTimestamp: ago(3) } // bad
  test.restoreJobs = [] // bad: nobody has ever tried

  lab.refusesEntry = true // bad: nobody knows what is in it
  return world
}

function regionOf({ regions, id }: Account, name: string): Region {
  const region = regions.get(name)
  if (region === undefined) throw new Error(`${id} has no ${name}`)
  return region
}
