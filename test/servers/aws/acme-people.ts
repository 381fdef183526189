import { mailOf } from '../okta/acme-identity.ts'
import { tidyRole } from './tidy-account.ts'
import { uuid } from './tidy-region.ts'
import { type Account, DAY, type IdentityCenter } from './world.ts'

const INSTANCE = 'ssoins-demo0000000001'
const STORE = 'd-demo000001'
export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

/** Who keeps the platform running. */
const PLATFORM = ['amber-otter', 'blue-heron', 'copper-lynx', 'lime-koala']
/** Who builds and looks, and brings nothing down. */
const DEVELOPERS = [
  'dusky-falcon',
  'ember-fox',
  'golden-ibis',
  'hazel-marten',
  'indigo-crane',
  'jade-tortoise',
  'maroon-puffin',
  'navy-gecko',
  'quartz-beetle',
  'silver-moth',
  'khaki-stoat', // bad: left three weeks ago; Okta knows, and AWS does not
  'visiting-swift', // bad: an outsider whom Okta has never heard of
]

interface Accounts {
  management: Account
  production: Account
  staging: Account
  lab: Account
  at: Date
}

/**
 * IAM Identity Center of Acme: people have the user names they have in Okta (`test/servers/okta/acme-identity.ts`), so
 * that they can be followed from one to the other.
 */
export function acmePeople({ management, production, staging, lab, at }: Accounts): IdentityCenter {
  const set = (index: number) => `arn:aws:sso:::permissionSet/${INSTANCE}/ps-demo00000000000${index}`
  const [reader, administrator] = [set(1), set(2)]
  const given = (account: string, permissions: string, group: string) => ({
    account,
    set: permissions,
    principal: uuid(`group ${group}`),
    type: 'GROUP' as const,
  })
  const users = [...PLATFORM, ...DEVELOPERS].map((name) => ({
    UserName: mailOf(name),
    UserId: idOf(name),
    IdentityStoreId: STORE,
    DisplayName: name,
    Name: { GivenName: name.split('-')[0], FamilyName: name.split('-')[1] },
    Emails: [{ Value: mailOf(name), Type: 'work', Primary: true }],
    UserStatus: 'ENABLED' as const,
    ...(name !== 'visiting-swift' && { ExternalIds: [{ Issuer: 'okta', Id: uuid(`okta ${name}`) }] }),
  }))
  const created = new Date(at.getTime() - 500 * DAY)
  // What AWS makes in an account of a permission set that is assigned there.
  for (const account of [management, production, staging, lab]) {
    const trust = {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account.id}:saml-provider/AWSSSO_0f1e2d3c4b5a6978_DO_NOT_DELETE` },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    }
    const role = tidyRole(account.id, 'AWSReservedSSO_Administrator_0f1e2d3c4b5a6978', at, trust, [ADMINISTRATOR])
    role.Path = '/aws-reserved/sso.amazonaws.com/eu-west-1/'
    role.Arn = `arn:aws:iam::${account.id}:role${role.Path}${role.RoleName}`
    account.roles.push(role)
    account.policies.push(administratorAccess(at))
  }
  return {
    region: 'eu-west-1',
    account: management.id,
    instanceArn: `arn:aws:sso:::instance/${INSTANCE}`,
    storeId: STORE,
    users,
    groups: [
      { id: uuid('group platform'), name: 'platform', members: PLATFORM.map(idOf) },
      { id: uuid('group developers'), name: 'developers', members: DEVELOPERS.map(idOf) },
    ],
    permissionSets: [
      {
        set: { Name: 'ReadOnly', PermissionSetArn: reader, SessionDuration: 'PT4H', CreatedDate: created },
        managed: ['ViewOnlyAccess'],
      },
      {
        set: { Name: 'Administrator', PermissionSetArn: administrator, SessionDuration: 'PT1H', CreatedDate: created },
        managed: ['AdministratorAccess'],
      },
    ],
    assignments: [
      ...[production, staging, lab].map(({ id: account }) => given(account, reader, 'developers')),
      ...[management, production, staging, lab].map(({ id: account }) => given(account, administrator, 'platform')),
      // Somebody was in a hurry once, and it stayed.
      { account: production.id, set: administrator, principal: idOf('quartz-beetle'), type: 'USER' },
    ],
  }
}

function idOf(name: string): string {
  return uuid(`person ${name}`)
}

function administratorAccess(at: Date) {
  const made = new Date(at.getTime() - 3000 * DAY)
  return {
    PolicyName: 'AdministratorAccess',
    PolicyId: 'ANPAIWMBCKSKIEE64ZLYK',
    Arn: ADMINISTRATOR,
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 1,
    IsAttachable: true,
    CreateDate: made,
    UpdateDate: made,
    PolicyVersionList: [
      {
        VersionId: 'v1',
        IsDefaultVersion: true,
        CreateDate: made,
        Document: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      },
    ],
  }
}
