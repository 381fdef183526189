import { checkAll, type Dataset, external, fail, notApplicable, pass, type Verdict, z } from 'affiant/sdk'
import { type AssignmentRecord, identityCenterAssignments } from '../streams/identity-center-assignments.ts'
import { type GroupMembersRecord, identityCenterGroupMembers } from '../streams/identity-center-group-members.ts'
import { type IdentityCenterUserRecord, identityCenterUsers } from '../streams/identity-center-users.ts'

const OktaUser = z.object({ login: z.string(), email: z.string().nullable(), status: z.string() })

/** In these states of an Okta user somebody works there: https://developer.okta.com/docs/reference/api/users/#user-status */
const LIVE = new Set(['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'])

const assignment: AssignmentRecord = {
  account: '111122223333',
  permissionSet: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  permissionSetName: 'ReadOnly',
  principalType: 'GROUP',
  principal: 'group-1',
}
const group: GroupMembersRecord = { group: 'group-1', name: 'developers', members: ['user-1'] }
const user: IdentityCenterUserRecord = {
  id: 'user-1',
  userName: 'person-a',
  emails: [],
  status: 'ENABLED',
  provisioned: true,
}
const inputs = { assignments: [assignment], groups: [group], users: [user] }
const okta = (status: string) => [{ login: 'person-a', email: null, status }]

/** Left to its default, nothing is concluded from half a roster. */
export const identityCenterUsersAreStaff = checkAll(
  {
    assignments: identityCenterAssignments,
    groups: identityCenterGroupMembers,
    users: identityCenterUsers,
    okta: external('okta.users', OktaUser, { optional: true, people: ['login', 'email'] }),
  },
  {
    id: 'aws.identity-center-users-are-staff',
    revision: 1,
    title: 'Whoever is assigned to an account works here',
    severity: 'high',
    rationale:
      'An assignment in IAM Identity Center opens an account. It must belong to somebody who works here; the assignments are also what an access review looks at.',
    remediation:
      'IAM Identity Center: remove the assignments of people who left, or disable them; provision users from the identity provider, so that it happens by itself.',
    emptyPopulation: 'not-applicable',
    params: z.strictObject({
      roster: z
        .array(z.string())
        .optional()
        .describe('User names or e-mail addresses of everybody who works here, where no Okta is read.'),
    }),
    redactParams: { 'roster.*': 'pseudonym' },
    criteria: () => ({
      pass: 'The user name or an e-mail address of everybody who is assigned, directly or by a group, is that of a live Okta account or on the declared roster; or the user is disabled.',
      fail: 'Somebody who is assigned is neither a live Okta account nor on the declared roster, or is no user of the identity store at all.',
    }),
    examples: {
      pass: { inputs: { ...inputs, okta: okta('ACTIVE') } },
      fail: { inputs: { ...inputs, okta: okta('DEPROVISIONED') } },
      'not-applicable': { inputs },
    },
    async *evaluate(datasets, { params }) {
      const live = await liveNames(datasets.okta, params.roster)
      const assigned = await assignedUsers(datasets.assignments, datasets.groups)
      const seen = new Set<string>()
      for await (const { record, scope } of datasets.users.items()) {
        const sets = assigned.get(record.id)
        if (sets === undefined) continue
        seen.add(record.id)
        yield { subject: record.id, name: record.userName, scope, ...judge(record, sets, live) }
      }
      for (const [id, sets] of assigned) {
        if (seen.has(id)) continue
        yield {
          subject: id,
          ...fail(`${listed(sets)} is assigned to an id that is no user or group of the identity store`),
        }
      }
    },
  },
)

/** Names and addresses of who works here, `true` if live; `undefined`: nothing is known of anybody. */
async function liveNames(users: Dataset<z.output<typeof OktaUser>>, roster: readonly string[] | undefined) {
  if (users.absent === true && roster === undefined) return undefined
  const names = new Map<string, boolean>((roster ?? []).map((name) => [name, true]))
  for await (const { record } of users.items()) {
    const isLive = LIVE.has(record.status)
    for (const name of [record.login, record.email]) {
      if (name !== null) names.set(name, names.get(name) === true || isLive)
    }
  }
  return names
}

/** Permission sets and accounts by the id of the user, also of those who are in a group. */
async function assignedUsers(assignments: Dataset<AssignmentRecord>, groups: Dataset<GroupMembersRecord>) {
  const members = new Map<string, readonly string[]>()
  for await (const { record } of groups.items()) members.set(record.group, record.members)
  const assigned = new Map<string, Set<string>>()
  for await (const { record } of assignments.items()) {
    const { principalType, principal, permissionSetName, account } = record
    const ids = principalType === 'USER' ? [principal] : (members.get(principal) ?? [principal])
    for (const id of ids) assigned.set(id, (assigned.get(id) ?? new Set()).add(`${permissionSetName} in ${account}`))
  }
  return assigned
}

function judge(
  { userName, emails, status }: IdentityCenterUserRecord,
  sets: ReadonlySet<string>,
  live: ReadonlyMap<string, boolean> | undefined,
): Verdict {
  const detail = listed(sets)
  if (status === 'DISABLED') return pass(`${detail}; the user is disabled`)
  if (live === undefined) {
    return notApplicable(
      'undeclared',
      `${detail}; read Okta too, or declare who works here as checks.aws.identity-center-users-are-staff.params.roster`,
    )
  }
  const found = [userName, ...emails].flatMap((name) => live.get(name) ?? [])
  if (found.includes(true)) return pass(detail)
  return fail(
    `${detail}; ${found.length > 0 ? 'the Okta account is closed' : 'nobody of that name or address works here'}`,
  )
}

function listed(sets: ReadonlySet<string>): string {
  const [first = '', ...more] = [...sets].sort()
  return more.length === 0 ? first : `${first} and ${more.length} more`
}
