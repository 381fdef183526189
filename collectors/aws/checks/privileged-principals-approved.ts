import {
  checkAll,
  type Dataset,
  fail,
  type Item,
  notApplicable,
  pass,
  plural,
  unknown,
  type Verdict,
  z,
} from 'affiant/sdk'
import { allow, iamUserExample, roleExample } from '../examples/identity.ts'
import { privilegeOf } from '../identity/iam-analysis.ts'
import { type Holder, policiesOf, rightsOf } from '../identity/iam-rights.ts'
import { type AssignmentRecord, identityCenterAssignments } from '../streams/identity-center-assignments.ts'
import { authorizationDetails } from '../streams/iam-authorization-details.ts'
import { plainName } from './no-full-administrator-policies.ts'
import { withinAccount } from '../within-account.ts'

const administrator = roleExample('platform-admin', { inline: [{ name: 'all', statements: [allow(['*'])] }] })
const user = iamUserExample('person-a', { inline: [{ name: 'keys', statements: [allow(['iam:CreateAccessKey'])] }] })

export const privilegedPrincipalsApproved = checkAll(
  { identities: authorizationDetails, assignments: identityCenterAssignments },
  {
    id: 'aws.privileged-principals-approved',
    revision: 1,
    title: 'Whoever is or can become an administrator is on the approved list',
    severity: 'high',
    rationale:
      'Many rights that look small lead to all rights: attaching a policy, making a key for somebody else, passing a role. The list of who has them must be the list of who was meant to.',
    remediation: 'Take the rights away that are named, or approve the principal in params.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      users: z.array(z.string()).optional().describe('IAM users that are approved.'),
      roles: z
        .array(z.string())
        .optional()
        .describe('Names of roles that are approved; of IAM Identity Center, names of permission sets.'),
    }),
    redactParams: { 'users.*': 'pseudonym' },
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'Every user and role that may do everything, or has a known way to become an administrator on everything or on all of a kind, is approved. Roles of services are left out; service control policies are not taken into account.',
      fail: 'A user or role that may do everything, or has a known way to become an administrator, is not approved.',
    }),
    examples: {
      pass: { inputs: { identities: [administrator], assignments: [] }, params: { roles: ['platform-admin'] } },
      fail: { inputs: { identities: [administrator, user], assignments: [] }, params: { roles: ['platform-admin'] } },
      'not-applicable': { inputs: { identities: [administrator], assignments: [] } },
    },
    async *evaluate({ identities, assignments }, { params }) {
      const assigned = await countAssigned(assignments)
      const policies = await policiesOf(identities)
      const seen = new Set<string>()
      // With one list declared, the other one is empty: else a user would go unjudged beside approved roles.
      const isDeclared = params.users !== undefined || params.roles !== undefined
      let anyone = false
      for await (const item of identities.items()) {
        const { record } = item
        if (record.kind !== 'user' && record.kind !== 'role') continue
        if (record.kind === 'role' && record.path.startsWith('/aws-service-role/')) continue
        anyone = true
        const rights = rightsOf(record, item.scope, policies)
        const privilege = privilegeOf(rights)
        const isSure = privilege?.kind === 'administrator' && !rights.missing.includes(record.boundary ?? '')
        if (rights.missing.length > 0 && !isSure) {
          const [first, ...more] = rights.missing
          const others = more.length === 0 ? '' : ` and ${more.length} more`
          yield { ...nameOf(item), ...unknown('invalid', `AWS did not list what it has: ${first}${others}`) }
          continue
        }
        if (privilege === undefined) continue
        const name = record.kind === 'user' ? record.user : plainName(record.name)
        seen.add(name)
        const approved = isDeclared ? ((record.kind === 'user' ? params.users : params.roles) ?? []) : undefined
        const people = name === item.label ? '' : assignedTo(assigned, accountOf(item), name)
        yield { ...nameOf(item), ...judge(`${privilege.how}${people}`, name, approved, record.kind) }
      }
      if (!anyone) return
      const gone = [...(params.users ?? []), ...(params.roles ?? [])].filter((name) => !seen.has(name))
      const left =
        gone.length === 0
          ? ''
          : `; ${plural(gone.length, 'approved one has', 'approved ones have')} no such rights (any more)`
      const all = { subject: 'privileged-principals', name: 'All privileged principals' }
      const detail = `${plural(seen.size, 'name')}${left}`
      if (isDeclared || seen.size === 0) yield { ...all, ...pass(detail) }
      else yield { ...all, ...notApplicable('undeclared', detail) }
    },
  },
)

const nameOf = ({ key: subject, label: name, scope }: Item<Holder>) => ({ subject, name, scope })
const accountOf = ({ scope }: Item<unknown>) => scope.slice(0, 12)

function judge(how: string, name: string, approved: readonly string[] | undefined, kind: 'user' | 'role'): Verdict {
  if (approved?.includes(name)) return pass(how)
  if (approved !== undefined) return fail(`${how}, and is not approved`)
  return notApplicable(
    'undeclared',
    `${how}; declare who may as checks.aws.privileged-principals-approved.params.${kind}s`,
  )
}

type Assigned = ReadonlyMap<string, Readonly<Record<AssignmentRecord['principalType'], number>>>

async function countAssigned(assignments: Dataset<AssignmentRecord>): Promise<Assigned> {
  const counts = new Map<string, { USER: number; GROUP: number }>()
  for await (const { record } of assignments.items()) {
    const key = `${record.account} ${record.permissionSetName}`
    const count = counts.get(key) ?? { USER: 0, GROUP: 0 }
    count[record.principalType] += 1
    counts.set(key, count)
  }
  return counts
}

function assignedTo(assigned: Assigned, account: string, set: string): string {
  const count = assigned.get(`${account} ${set}`)
  return count === undefined
    ? ''
    : ` (assigned to ${plural(count.USER, 'person', 'people')} and ${plural(count.GROUP, 'group')})`
}
