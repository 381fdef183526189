import { uuid } from './tidy-region.ts'
import { type AccountSeed, ROLE, tidyAccount } from './tidy-account.ts'
import { type Account, DAY, type IdentityCenter, type Organization, REGIONS, type Report, type World } from './world.ts'

export interface OrganizationSeed {
  at: Date
  accounts: readonly { id: string; name: string }[]
  regions: readonly string[]
}

export const ORGANIZATION_ID = 'o-demo1acme0'

/** An organisation in which all is as it should be; its first account is the one it is managed from. */
export function tidyOrganization({ at, accounts, regions }: OrganizationSeed): World {
  const [management = { id: '', name: '' }] = accounts
  const members = accounts.map(({ id }) => id)
  const home = regions[0] ?? 'us-east-1'
  const seedOf = (one: { id: string; name: string }): AccountSeed => ({
    ...one,
    at,
    regions,
    organization: { id: ORGANIZATION_ID, home: management.id, members },
  })
  const built = new Map(accounts.map((one): [string, Account] => [one.id, tidyAccount(seedOf(one))]))
  return {
    at,
    partition: 'aws',
    regions: REGIONS,
    organization: guarded(management.id, members.slice(1), regions),
    identityCenter: people(management.id, members, home, at),
    accounts: built,
    reports: assurance(at),
    home: management.id,
    roleName: ROLE,
    externalId: 'evidence',
  }
}

function guarded(management: string, members: readonly string[], regions: readonly string[]): Organization {
  const [root, unit] = ['r-demo', 'ou-demo-workload']
  const policy = (id: string, name: string, content: object, targets: string[], isOfAws = false) => ({
    summary: {
      Id: id,
      Arn: isOfAws
        ? `arn:aws:organizations::aws:policy/service_control_policy/${id}`
        : `arn:aws:organizations::${management}:policy/${ORGANIZATION_ID}/service_control_policy/${id}`,
      Name: name,
      Description: name,
      Type: 'SERVICE_CONTROL_POLICY' as const,
      AwsManaged: isOfAws,
    },
    content,
    targets,
  })
  return {
    id: ORGANIZATION_ID,
    rootId: root,
    management,
    allFeatures: true,
    units: [{ id: unit, name: 'Workloads', parent: root, accounts: [...members] }],
    scps: [
      policy(
        'p-FullAWSAccess',
        'FullAWSAccess',
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        [root, unit, management, ...members],
        true,
      ),
      policy(
        'p-demoregions',
        'Only our regions',
        {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Regions',
              Effect: 'Deny',
              NotAction: ['iam:*', 'organizations:*', 'sts:*', 'support:*'],
              Resource: '*',
              Condition: { StringNotEquals: { 'aws:RequestedRegion': [...new Set([...regions, 'us-east-1'])] } },
            },
          ],
        },
        [root, unit],
      ),
    ],
    delegated: [{ account: management, service: 'guardduty.amazonaws.com' }],
    rootManagement: false,
  }
}

function people(account: string, accounts: readonly string[], region: string, at: Date): IdentityCenter {
  const instance = 'ssoins-demo0000000001'
  const store = 'd-demo000001'
  const set = (name: string, index: number) => `arn:aws:sso:::permissionSet/${instance}/ps-demo00000000000${index}`
  const user = (login: string) => ({
    UserName: `${login}@example.com`,
    UserId: uuid(`person ${login}`),
    IdentityStoreId: store,
    DisplayName: login,
    Name: { GivenName: login.split('-')[0], FamilyName: login.split('-')[1] },
    Emails: [{ Value: `${login}@example.com`, Type: 'work', Primary: true }],
    UserStatus: 'ENABLED' as const,
  })
  const users = ['amber-otter', 'blue-heron', 'copper-lynx'].map(user)
  const [reader, operator] = [set('ReadOnly', 1), set('Operator', 2)]
  return {
    region,
    account,
    instanceArn: `arn:aws:sso:::instance/${instance}`,
    storeId: store,
    users,
    groups: [{ id: uuid('group platform'), name: 'platform', members: users.map(({ UserId }) => UserId) }],
    permissionSets: [
      {
        set: {
          Name: 'ReadOnly',
          PermissionSetArn: reader,
          SessionDuration: 'PT4H',
          CreatedDate: new Date(at.getTime() - 500 * DAY),
        },
        managed: ['ReadOnlyAccess'],
      },
      {
        set: {
          Name: 'Operator',
          PermissionSetArn: operator,
          SessionDuration: 'PT1H',
          CreatedDate: new Date(at.getTime() - 500 * DAY),
        },
        managed: [],
        inline: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'ec2:RebootInstances', Resource: '*' }],
        },
      },
    ],
    assignments: accounts.flatMap((id) => [
      { account: id, set: reader, principal: uuid('group platform'), type: 'GROUP' as const },
      { account: id, set: operator, principal: users[0]?.UserId ?? '', type: 'USER' as const },
    ]),
  }
}

/** What AWS publishes of itself. */
function assurance(at: Date): Report[] {
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  return [
    {
      id: 'report-demo0000000001',
      name: 'ISO/IEC 27001:2022 Certificate',
      series: 'ISO',
      category: 'Certifications and Attestations',
      description: 'Certificate',
      version: 3,
      from: ago(200),
      to: ago(-500),
    },
    {
      id: 'report-demo0000000002',
      name: 'Service Organization Controls (SOC) 2 Report - Current',
      series: 'SOC',
      category: 'Certifications and Attestations',
      description: 'SOC 2 Type 2',
      version: 5,
      from: ago(250),
      to: ago(-60),
    },
    {
      id: 'report-demo0000000003',
      name: 'ISO/IEC 27017:2015 Certificate',
      series: 'ISO',
      category: 'Certifications and Attestations',
      description: 'Certificate',
      version: 2,
      from: ago(200),
      to: ago(-500),
    },
  ]
}
