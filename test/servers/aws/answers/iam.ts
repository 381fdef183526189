import { type Ask, found, type Handlers, list, named, text, texts } from '../answer.ts'
import type { Members } from '../read.ts'
import { type Account, DAY, type IamUser, type World } from '../world.ts'
import { AwsError } from '../write.ts'

const REPORT_SECONDS = 2

/** IAM of the account that asks. Policy documents go out URL-encoded, as RFC 3986 has it. */
export const iamHandlers: Handlers = {
  'iam:GetAccountSummary': ({ account, world }) => ({ SummaryMap: summaryOf(account, world) }),
  'iam:GetAccountPasswordPolicy': ({ account }) => ({
    PasswordPolicy: found(account.passwordPolicy, 'NoSuchEntity', `The Password Policy with domain name ${account.id}`),
  }),
  'iam:GetAccountAuthorizationDetails': authorizationDetails,
  'iam:GenerateCredentialReport': (ask) => {
    const started = ask.memory.get(reportKey(ask))
    const isCurrent = started !== undefined && ask.now < started + 4 * 3_600_000
    if (isCurrent && ask.now >= started + REPORT_SECONDS * 1000) return { State: 'COMPLETE' }
    if (!isCurrent) ask.memory.set(reportKey(ask), ask.now)
    return isCurrent
      ? { State: 'INPROGRESS' }
      : { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' }
  },
  'iam:GetCredentialReport': (ask) => {
    const started = ask.memory.get(reportKey(ask))
    if (started === undefined) throw new AwsError('ReportNotPresent', 'The report is not present.', 410)
    if (ask.now < started + REPORT_SECONDS * 1000)
      throw new AwsError('ReportInProgress', 'Report is being generated.', 404)
    return {
      Content: Buffer.from(credentialReport(ask.account, ask.world)),
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(started),
    }
  },
  'iam:ListUsers': list('Users', ({ account }) => account.users.map(({ detail }) => userOf(detail))),
  'iam:ListRoles': list('Roles', ({ account }) =>
    account.roles.map((role) => ({
      Path: role.Path,
      RoleName: role.RoleName,
      RoleId: role.RoleId,
      Arn: role.Arn,
      CreateDate: role.CreateDate,
      AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
    })),
  ),
  'iam:GetRole': (ask) => {
    const role = found(
      ask.account.roles.find(({ RoleName }) => RoleName === text(ask, 'RoleName')),
      'NoSuchEntity',
      `The role with name ${text(ask, 'RoleName')}`,
    )
    return {
      Role: {
        Path: role.Path,
        RoleName: role.RoleName,
        RoleId: role.RoleId,
        Arn: role.Arn,
        CreateDate: role.CreateDate,
        AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
        RoleLastUsed: role.RoleLastUsed,
      },
    }
  },
  'iam:ListAccountAliases': list('AccountAliases', ({ account }) => [account.name]),
  'iam:ListVirtualMFADevices': list('VirtualMFADevices', ({ account, world }) => [
    ...(account.root.mfa && !account.root.hardware
      ? [
          {
            SerialNumber: `arn:${world.partition}:iam::${account.id}:mfa/root-account-mfa-device`,
            User: {
              Arn: `arn:${world.partition}:iam::${account.id}:root`,
              UserId: account.id,
              CreateDate: account.joined,
              UserName: '',
              Path: '/',
            },
            EnableDate: account.joined,
          },
        ]
      : []),
    ...account.users
      .filter(({ mfa }) => mfa)
      .map(({ detail }) => ({
        SerialNumber: `arn:${world.partition}:iam::${account.id}:mfa/${detail.UserName}`,
        User: userOf(detail),
        EnableDate: detail.CreateDate,
      })),
  ]),
  'iam:ListMFADevices': list('MFADevices', (ask) =>
    named(ask.account.users, [text(ask, 'UserName')], ({ detail }) => detail.UserName)
      .filter(({ mfa }) => mfa)
      .map(({ detail }) => ({
        UserName: detail.UserName,
        SerialNumber: `arn:${ask.world.partition}:iam::${ask.account.id}:mfa/${detail.UserName}`,
        EnableDate: detail.CreateDate,
      })),
  ),
  'iam:ListSAMLProviders': ({ account }) => ({ SAMLProviderList: account.samlProviders }),
  'iam:ListOpenIDConnectProviders': ({ account }) => ({
    OpenIDConnectProviderList: account.oidcProviders.map(({ arn }) => ({ Arn: arn })),
  }),
  'iam:GetOpenIDConnectProvider': (ask) => {
    const arn = text(ask, 'OpenIDConnectProviderArn')
    const { url, clients } = found(
      ask.account.oidcProviders.find((one) => one.arn === arn),
      'NoSuchEntity',
      `OpenIDConnect Provider ${arn}`,
    )
    return { Url: url, ClientIDList: clients, ThumbprintList: [], CreateDate: ask.account.joined }
  },
  'iam:ListServerCertificates': list('ServerCertificateMetadataList', ({ account }) => account.serverCertificates),
  'iam:ListOrganizationsFeatures': ({ world, account }) => {
    const { organization } = world
    if (organization === undefined || organization.management !== account.id) {
      throw new AwsError('AccessDenied', 'Only the management account or a delegated administrator may ask this.', 403)
    }
    return {
      OrganizationId: organization.id,
      EnabledFeatures: organization.rootManagement ? ['RootCredentialsManagement'] : [],
    }
  },
  'iam:SimulatePrincipalPolicy': list('EvaluationResults', (ask) =>
    (texts(ask, 'ActionNames') ?? []).map((action) => ({
      EvalActionName: action,
      EvalResourceName: '*',
      EvalDecision: isRead(action) ? 'allowed' : 'implicitDeny',
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  ),
}

/** What reads the data itself, not settings. */
const CONTENT = new Set(['dynamodb:GetItem', 's3:GetObject', 'secretsmanager:GetSecretValue', 'ssm:GetParameter'])

/** A verb of reading; `sts:AssumeRole` is one the collector must have. */
function isRead(action: string): boolean {
  if (CONTENT.has(action)) return false
  return /:(?:Get|List|Describe|BatchGet|Lookup|Select|Simulate|Generate|Assume)/.test(action)
}

const reportKey = ({ account }: Ask) => `credential report of ${account.id}`

function userOf({ Path, UserName, UserId, Arn, CreateDate }: IamUser['detail']): Members {
  return { Path, UserName, UserId, Arn, CreateDate }
}

function encoded(document: string | undefined): string | undefined {
  return document === undefined
    ? undefined
    : encodeURIComponent(document).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

function inline(
  policies: readonly { PolicyName?: string | undefined; PolicyDocument?: string | undefined }[] | undefined,
) {
  return policies?.map(({ PolicyName, PolicyDocument }) => ({ PolicyName, PolicyDocument: encoded(PolicyDocument) }))
}

/** One list goes through users, groups, roles and policies, in this order. */
function authorizationDetails(ask: Ask): Members {
  const { account } = ask
  const wanted = texts(ask, 'Filter')
  const includes = (filter: string) => wanted === undefined || wanted.includes(filter)
  const all: [member: string, item: Members][] = [
    ...(includes('User')
      ? account.users.map(({ detail }): [string, Members] => [
          'UserDetailList',
          { ...detail, ...(detail.UserPolicyList && { UserPolicyList: inline(detail.UserPolicyList) }) },
        ])
      : []),
    ...(includes('Group')
      ? account.groups.map((group): [string, Members] => [
          'GroupDetailList',
          { ...group, ...(group.GroupPolicyList && { GroupPolicyList: inline(group.GroupPolicyList) }) },
        ])
      : []),
    ...(includes('Role')
      ? account.roles.map((role): [string, Members] => [
          'RoleDetailList',
          {
            ...role,
            AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
            ...(role.RolePolicyList && { RolePolicyList: inline(role.RolePolicyList) }),
          },
        ])
      : []),
    ...account.policies
      .filter(({ Arn }) => includes(/:iam::aws:/.test(Arn ?? '') ? 'AWSManagedPolicy' : 'LocalManagedPolicy'))
      .map((policy): [string, Members] => [
        'Policies',
        {
          ...policy,
          PolicyVersionList: policy.PolicyVersionList?.map((version) => ({
            ...version,
            Document: encoded(version.Document),
          })),
        },
      ]),
  ]
  const page = list('all', () => all)(ask)
  const { all: items, ...more } = page as { all: [string, Members][] }
  const of = (member: string) => items.flatMap(([name, item]) => (name === member ? [item] : []))
  return {
    UserDetailList: of('UserDetailList'),
    GroupDetailList: of('GroupDetailList'),
    RoleDetailList: of('RoleDetailList'),
    Policies: of('Policies'),
    ...more,
  }
}

function summaryOf(account: Account, { organization }: World): Record<string, number> {
  const isCentral = organization?.rootManagement === true && organization.management !== account.id
  return {
    Users: account.users.length,
    UsersQuota: 5000,
    Groups: account.groups.length,
    Roles: account.roles.length,
    Policies: account.policies.length,
    Providers: account.samlProviders.length + account.oidcProviders.length,
    ServerCertificates: account.serverCertificates.length,
    MFADevices: account.users.filter(({ mfa }) => mfa).length,
    MFADevicesInUse: account.users.filter(({ mfa }) => mfa).length,
    AccountMFAEnabled: account.root.mfa ? 1 : 0,
    AccountAccessKeysPresent: account.root.accessKeys,
    AccountPasswordPresent: isCentral ? 0 : 1,
    AccountSigningCertificatesPresent: 0,
  }
}

const COLUMNS =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
function credentialReport(account: Account, { at, partition }: World): string {
  const ago = (days: number | undefined, absent = 'N/A') =>
    days === undefined ? absent : new Date(at.getTime() - days * DAY).toISOString().replace(/\.\d+Z$/, '+00:00')
  const key = (one: IamUser['keys'][number] | undefined) =>
    one === undefined
      ? ['false', 'N/A', 'N/A', 'N/A', 'N/A']
      : [
          String(one.active),
          ago(one.created),
          ago(one.lastUsed),
          one.lastUsed === undefined ? 'N/A' : 'us-east-1',
          one.lastUsed === undefined ? 'N/A' : 's3',
        ]
  const { root } = account
  const rootKeys = [0, 1].flatMap((index) =>
    key(index < root.accessKeys ? { id: '', active: true, created: 900 } : undefined),
  )
  const rows = [
    [
      '<root_account>',
      `arn:${partition}:iam::${account.id}:root`,
      account.joined.toISOString().replace(/\.\d+Z$/, '+00:00'),
      'not_supported',
      ago(root.passwordLastUsed, 'no_information'),
      'not_supported',
      'not_supported',
      String(root.mfa),
      ...rootKeys,
      'false',
      'N/A',
      'false',
      'N/A',
    ],
    ...account.users.map(({ detail, password, mfa, keys }) => [
      detail.UserName ?? '',
      detail.Arn ?? '',
      (detail.CreateDate ?? at).toISOString().replace(/\.\d+Z$/, '+00:00'),
      String(password !== undefined),
      password === undefined ? 'N/A' : ago(password.lastUsed, 'no_information'),
      ago(password?.lastChanged),
      'N/A',
      String(mfa),
      ...key(keys[0]),
      ...key(keys[1]),
      'false',
      'N/A',
      'false',
      'N/A',
    ]),
  ]
  return [COLUMNS, ...rows.map((row) => row.join(','))].join('\n')
}
