import { defineStream, pagesFrom, z } from 'affiant/sdk'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { PolicyStatement, statementsOf } from '../identity/iam-policy.ts'
import { describePermissionSet, type IdentityCenter, permissionSetPages, throughInstances } from '../identity/center.ts'
import {
  identityCenters,
  permissionSet,
  permissionSetInline,
  permissionSetManaged,
  permissionSets as permission,
} from '../identity/permissions.ts'
import { eachOf, listAll } from '../paging.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const PermissionSetRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  /** How long one sign-in lasts, as an ISO 8601 duration (`PT1H`). */
  sessionDuration: z.string().nullable(),
  created: z.iso.datetime().nullable(),
  /** ARNs of the managed policies of AWS it gives. */
  managed: z.array(z.string()),
  inline: z.array(PolicyStatement),
})
export type PermissionSetRecord = z.output<typeof PermissionSetRecord>

/** Permission sets that are read at the same time. */
const WIDTH = 4

async function recordOf(center: IdentityCenter, arn: string): Promise<PermissionSetRecord> {
  const { place, instanceArn: InstanceArn } = center
  const set = { InstanceArn, PermissionSetArn: arn }
  const { name, sessionDuration, created } = await describePermissionSet(center, arn)
  const managed = await listAll(
    (NextToken) => place.call('sso', 'ListManagedPoliciesInPermissionSet', { ...set, MaxResults: 100, NextToken }),
    (answer) => ({ items: given(answer.AttachedManagedPolicies, 'AttachedManagedPolicies'), next: answer.NextToken }),
  )
  const { InlinePolicy: inline } = await place.call('sso', 'GetInlinePolicyForPermissionSet', set)
  return {
    arn,
    name,
    sessionDuration,
    created: timeOf(created),
    managed: managed.map(({ Arn }) => given(Arn, 'Arn')).sort(),
    inline: inline === undefined || inline === '' ? [] : statementsOf(inline, `permission set ${name}`),
  }
}

async function* pagesOfSets(center: IdentityCenter) {
  for await (const { items, cursor = 'start', last } of permissionSetPages(center)) {
    yield { records: await eachOf(items, WIDTH, (arn) => recordOf(center, arn)), cursor, last }
  }
}

export const permissionSets = defineStream({
  id: 'aws.permission-sets',
  version: 1,
  title: 'Permission sets of IAM Identity Center, with what they allow',
  record: PermissionSetRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [permission, identityCenters, permissionSet, permissionSetManaged, permissionSetInline],
  appliesTo: [ORGANIZATION],
  reproduce: () =>
    'aws sso-admin list-permission-sets --instance-arn "$INSTANCE", then describe-permission-set, list-managed-policies-in-permission-set and get-inline-policy-for-permission-set for each',
  collect: (session: Session) => pagesFrom(throughInstances(session, pagesOfSets), (page) => page),
})
