import { defineStream, z } from 'affiant/sdk'
import type { OutputOf } from '../clients/index.ts'
import { authorizationDetails as permission } from '../identity/permissions.ts'
import { PolicyStatement, statementsOf } from '../identity/iam-policy.ts'
import { list, pagesOf } from '../paging.ts'
import { ACCOUNT, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { given, markerOf } from '../given.ts'

const statements = z.array(PolicyStatement)
const time = z.iso.datetime().nullable()
const rights = {
  /** ARNs of managed policies. */
  attached: z.array(z.string()),
  inline: z.array(z.strictObject({ name: z.string(), statements })),
}
/** ARN of the policy that bounds the rights. */
const boundary = z.string().nullable()

export const AuthorizationRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('user'),
    /** `AIDA…`; the ARN holds the user's name, so it is left out. */
    id: z.string(),
    /** Its name, pseudonymised; groups, roles and policies name no person. */
    user: z.string(),
    created: time,
    groups: z.array(z.string()),
    ...rights,
    boundary,
  }),
  z.strictObject({ kind: z.literal('group'), id: z.string(), name: z.string(), created: time, ...rights }),
  z.strictObject({
    kind: z.literal('role'),
    id: z.string(),
    name: z.string(),
    arn: z.string(),
    /** `/aws-service-role/…`: made by a service of AWS, which alone decides its rights. */
    path: z.string(),
    created: time,
    trust: statements,
    ...rights,
    boundary,
  }),
  z.strictObject({
    kind: z.literal('policy'),
    id: z.string(),
    name: z.string(),
    arn: z.string(),
    /** Written and kept by AWS. */
    aws: z.boolean(),
    attachments: z.int(),
    /** Of the version that is in force. */
    version: z.string(),
    updated: time,
    statements,
  }),
])
export type AuthorizationRecord = z.output<typeof AuthorizationRecord>
export type UserRecord = Extract<AuthorizationRecord, { kind: 'user' }>
export type GroupRecord = Extract<AuthorizationRecord, { kind: 'group' }>
export type RoleRecord = Extract<AuthorizationRecord, { kind: 'role' }>
export type PolicyRecord = Extract<AuthorizationRecord, { kind: 'policy' }>

type Answer = OutputOf<'iam', 'GetAccountAuthorizationDetails'>
type Of<Name extends keyof Answer> = NonNullable<Answer[Name]> extends readonly (infer One)[] ? One : never

interface Holder {
  AttachedManagedPolicies?: { PolicyArn?: string | undefined }[] | undefined
}
interface Inline {
  PolicyName?: string | undefined
  PolicyDocument?: string | undefined
}

function rightsOf({ AttachedManagedPolicies: attached = [] }: Holder, inline: readonly Inline[] = [], of: string) {
  return {
    attached: attached.map(({ PolicyArn }) => given(PolicyArn, 'PolicyArn')).sort(),
    inline: inline.map(({ PolicyName, PolicyDocument }) => ({
      name: given(PolicyName, 'PolicyName'),
      statements: statementsOf(given(PolicyDocument, 'PolicyDocument'), `an inline policy of ${of}`),
    })),
  }
}

function userOf(user: Of<'UserDetailList'>): UserRecord {
  const id = given(user.UserId, 'UserId')
  return {
    kind: 'user',
    id,
    user: given(user.UserName, 'UserName'),
    created: timeOf(user.CreateDate),
    groups: [...(user.GroupList ?? [])].sort(),
    ...rightsOf(user, user.UserPolicyList, `user ${id}`),
    boundary: user.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  }
}

function groupOf(group: Of<'GroupDetailList'>): GroupRecord {
  const name = given(group.GroupName, 'GroupName')
  return {
    kind: 'group',
    id: given(group.GroupId, 'GroupId'),
    name,
    created: timeOf(group.CreateDate),
    ...rightsOf(group, group.GroupPolicyList, `group ${name}`),
  }
}

function roleOf(role: Of<'RoleDetailList'>): RoleRecord {
  const name = given(role.RoleName, 'RoleName')
  return {
    kind: 'role',
    id: given(role.RoleId, 'RoleId'),
    name,
    arn: given(role.Arn, 'Arn'),
    path: given(role.Path, 'Path'),
    created: timeOf(role.CreateDate),
    trust: statementsOf(given(role.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument'), `the trust of role ${name}`),
    ...rightsOf(role, role.RolePolicyList, `role ${name}`),
    boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  }
}

/** Nothing for a policy of AWS that nobody here uses: some versions of the answer hold all of them. */
function policyOf(policy: Of<'Policies'>): PolicyRecord[] {
  const arn = given(policy.Arn, 'Arn')
  const aws = /^arn:[^:]*:iam::aws:/.test(arn)
  const attachments = given(policy.AttachmentCount, 'AttachmentCount')
  if (aws && attachments === 0 && (policy.PermissionsBoundaryUsageCount ?? 0) === 0) return []
  const version = policy.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion === true)
  return [
    {
      kind: 'policy',
      id: given(policy.PolicyId, 'PolicyId'),
      name: given(policy.PolicyName, 'PolicyName'),
      arn,
      aws,
      attachments,
      version: given(version?.VersionId, 'default version of a policy'),
      updated: timeOf(policy.UpdateDate),
      statements: statementsOf(given(version?.Document, 'Document'), `policy ${arn}`),
    },
  ]
}

function recordsOf(answer: Answer): AuthorizationRecord[] {
  return [
    ...given(answer.UserDetailList, 'UserDetailList').map(userOf),
    ...given(answer.GroupDetailList, 'GroupDetailList').map(groupOf),
    ...given(answer.RoleDetailList, 'RoleDetailList').map(roleOf),
    ...given(answer.Policies, 'Policies').flatMap(policyOf),
  ]
}

export const authorizationDetails = defineStream({
  id: 'aws.iam-authorization-details',
  version: 1,
  title: 'IAM users, groups, roles and policies, with what the policies allow',
  record: AuthorizationRecord,
  key: (record) => `${record.kind}:${record.id}`,
  label: (record) => (record.kind === 'user' ? record.user : record.name),
  permissions: [permission],
  redact: {
    'trust.*.principals.*.user': 'pseudonym',
    'trust.*.notPrincipals.*.user': 'pseudonym',
    user: 'pseudonym',
  },
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam get-account-authorization-details --max-items 1000',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    // 1,000 is the most that one answer may hold, of all kinds together.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    const answers = list(
      (Marker) => place.call('iam', 'GetAccountAuthorizationDetails', { MaxItems: 1000, Marker }),
      (answer) => ({
        items: recordsOf(answer),
        next: markerOf(given(answer.IsTruncated, 'IsTruncated'), answer.Marker),
      }),
    )
    yield* pagesOf(answers, (records) => records)
  },
})
