import { defineStream, InvalidError, type Page, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { listAccountsOfUnit, listPoliciesOfTarget, listRoots, listUnits } from '../organization/permissions.ts'
import { eachOf, listAll } from '../paging.ts'
import { ORGANIZATION, type Place, type Session } from '../session.ts'

const Attached = z.strictObject({ id: z.string(), name: z.string(), awsManaged: z.boolean() })

export const OrganizationalUnitRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The root first, the unit's own parent last; empty for the root. */
  ancestors: z.array(z.string()),
  /** Accounts directly in it. */
  accounts: z.array(z.string()),
  /** Service control policies attached to it, without those it inherits. */
  policies: z.array(Attached),
})
export type OrganizationalUnitRecord = z.output<typeof OrganizationalUnitRecord>

interface Unit {
  id: string
  name: string
  ancestors: readonly string[]
}

/** Requests in flight within one level of the tree. */
const WIDTH = 4

/** The roots, then level by level what is below them: each level is a page. */
async function* levels(at: Place): AsyncIterable<Page> {
  const roots = await listAll(
    (NextToken) => at.call('organizations', 'ListRoots', { NextToken }),
    (answer) => ({ items: answer.Roots, next: answer.NextToken }),
  )
  if (roots.length === 0) throw new InvalidError('organizations:ListRoots: AWS listed no root of the organisation')
  let level: Unit[] = roots.map(({ Id, Name }) => ({ id: given(Id, 'Id'), name: given(Name, 'Name'), ancestors: [] }))
  for (let number = 1; ; number++) {
    const read = await eachOf(level, WIDTH, (unit) => readUnit(at, unit))
    const below = read.flatMap(({ children }) => children)
    yield { records: read.map(({ record }) => record), number, last: below.length === 0 }
    if (below.length === 0) return
    level = below
  }
}

async function readUnit(at: Place, { id, name, ancestors }: Unit) {
  const units = await listAll(
    (NextToken) => at.call('organizations', 'ListOrganizationalUnitsForParent', { ParentId: id, NextToken }),
    (answer) => ({ items: answer.OrganizationalUnits, next: answer.NextToken }),
  )
  const accounts = await listAll(
    (NextToken) => at.call('organizations', 'ListAccountsForParent', { ParentId: id, NextToken }),
    (answer) => ({ items: answer.Accounts, next: answer.NextToken }),
  )
  const attached = await listAll(
    (NextToken) =>
      at.call('organizations', 'ListPoliciesForTarget', { TargetId: id, Filter: 'SERVICE_CONTROL_POLICY', NextToken }),
    (answer) => ({ items: answer.Policies, next: answer.NextToken }),
  )
  return {
    record: {
      id,
      name,
      ancestors: [...ancestors],
      accounts: accounts.map(({ Id }) => given(Id, 'Id')).sort(),
      policies: attached.map((one) => ({ id: one.Id, name: one.Name, awsManaged: one.AwsManaged ?? false })),
    },
    children: units.map(({ Id, Name }) => ({
      id: given(Id, 'Id'),
      name: given(Name, 'Name'),
      ancestors: [...ancestors, id],
    })),
  }
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html */
export const organizationalUnits = defineStream({
  id: 'aws.organizational-units',
  version: 1,
  title: 'Organisational units, their accounts and the guardrails on them',
  record: OrganizationalUnitRecord,
  key: (record) => record.id,
  label: (record) => `${record.name} (${record.id})`,
  permissions: [listRoots, listUnits, listAccountsOfUnit, listPoliciesOfTarget],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id <unit>',
  async *collect(session: Session, scope) {
    yield* levels(await session.in(scope))
  },
})
