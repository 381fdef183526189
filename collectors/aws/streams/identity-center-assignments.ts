import { defineStream, pagesFrom, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { describePermissionSet, type IdentityCenter, permissionSetPages, throughInstances } from '../identity/center.ts'
import {
  accountAssignments as permission,
  identityCenters,
  permissionSet,
  permissionSets,
  provisionedAccounts,
} from '../identity/permissions.ts'
import { eachOf, listAll } from '../paging.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const AssignmentRecord = z.strictObject({
  account: z.string(),
  permissionSet: z.string(),
  permissionSetName: z.string(),
  principalType: z.enum(['USER', 'GROUP']),
  /** Id in the identity store. */
  principal: z.string(),
})
export type AssignmentRecord = z.output<typeof AssignmentRecord>

/** Accounts of one permission set that are read at the same time. */
const WIDTH = 4

async function assignmentsOf(center: IdentityCenter, PermissionSetArn: string): Promise<AssignmentRecord[]> {
  const { place, instanceArn: InstanceArn } = center
  const set = { InstanceArn, PermissionSetArn }
  const { name } = await describePermissionSet(center, PermissionSetArn)
  const accounts = await listAll(
    (NextToken) => place.call('sso', 'ListAccountsForProvisionedPermissionSet', { ...set, MaxResults: 100, NextToken }),
    (answer) => ({ items: given(answer.AccountIds, 'AccountIds'), next: answer.NextToken }),
  )
  const perAccount = await eachOf(accounts, WIDTH, async (account) => {
    const assignments = await listAll(
      (NextToken) =>
        place.call('sso', 'ListAccountAssignments', { ...set, AccountId: account, MaxResults: 100, NextToken }),
      (answer) => ({ items: given(answer.AccountAssignments, 'AccountAssignments'), next: answer.NextToken }),
    )
    return assignments.map(
      (assignment): AssignmentRecord => ({
        account,
        permissionSet: PermissionSetArn,
        permissionSetName: name,
        principalType: given(assignment.PrincipalType, 'PrincipalType'),
        principal: given(assignment.PrincipalId, 'PrincipalId'),
      }),
    )
  })
  return perAccount.flat()
}

async function* pagesOfSets(center: IdentityCenter) {
  for await (const { items, cursor = 'start', last } of permissionSetPages(center)) {
    const records: AssignmentRecord[] = []
    for (const arn of items) records.push(...(await assignmentsOf(center, arn)))
    yield { records, cursor, last }
  }
}

export const identityCenterAssignments = defineStream({
  id: 'aws.identity-center-assignments',
  version: 1,
  title: 'Who is assigned to which account with which permission set',
  record: AssignmentRecord,
  key: (record) => [record.account, record.permissionSet, record.principalType, record.principal].join(' '),
  label: (record) => `${record.permissionSetName} in ${record.account}`,
  permissions: [permission, identityCenters, permissionSets, permissionSet, provisionedAccounts],
  appliesTo: [ORGANIZATION],
  reproduce: () =>
    'aws sso-admin list-account-assignments --instance-arn "$INSTANCE" --account-id "$ACCOUNT" --permission-set-arn "$SET", for each permission set and account it is provisioned in',
  collect: (session: Session) => pagesFrom(throughInstances(session, pagesOfSets), (page) => page),
})
