import { about, checkAll, type Dataset, external, fail, notApplicable, pass, type Verdict, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { members } from '../streams/members.ts'

const OktaUser = z.object({
  status: z.string(),
  identities: z.array(z.object({ system: z.string(), login: z.string() })),
})

/** In these states of an Okta user somebody works there: https://developer.okta.com/docs/reference/api/users/#user-status */
const LIVE = new Set(['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'])

const member = { login: 'person-a', app: null, role: 'member' as const, twoFactor: true }
const user = (status: string, login = 'person-a') => ({ status, identities: [{ system: 'github', login }] })

export const membersAreStaff = checkAll(
  { members, users: external('okta.users', OktaUser, { optional: true, people: ['identities.*.login'] }) },
  {
    id: 'github.members-are-staff',
    revision: 2,
    title: 'Every member is on the roster or has a live Okta account',
    severity: 'high',
    rationale: 'An account that belongs to nobody who works here is a leaver, a shared account or an intruder.',
    remediation:
      'Organisation, "People": remove members who have left. Add those who belong to the declared roster, or enter their GitHub login in their Okta profile.',
    params: z.strictObject({
      roster: z
        .array(z.string())
        .optional()
        .describe('Logins of everyone who belongs to the organisation, machine accounts included.'),
    }),
    redactParams: { 'roster.*': 'pseudonym' },
    criteria: () => ({
      pass: 'The member’s login is on the declared roster or in the profile of a live Okta account, and not only in profiles of closed ones.',
      fail: 'The member’s login is in profiles of closed Okta accounts only, or neither in a profile nor on the declared roster.',
    }),
    examples: {
      pass: { inputs: { members: [member], users: [user('ACTIVE')] } },
      fail: { inputs: { members: [member], users: [user('DEPROVISIONED')] }, params: { roster: ['person-a'] } },
      'not-applicable': { inputs: { members: [member] } },
    },
    async *evaluate(datasets, { params }) {
      const linked = await linkedAccounts(datasets.users)
      const roster = params.roster && new Set(params.roster)
      for await (const item of datasets.members.items()) {
        yield { ...about(item), ...judge(accountKey(item.record), item.record.role, roster, linked) }
      }
    },
  },
)

/** Whether the Okta account behind a GitHub login is live; of several, whether any is. */
async function linkedAccounts(users: Dataset<z.output<typeof OktaUser>>): Promise<Map<string, boolean>> {
  const linked = new Map<string, boolean>()
  for await (const { record } of users.items()) {
    for (const { system, login } of record.identities) {
      if (system === 'github') linked.set(login, linked.get(login) === true || LIVE.has(record.status))
    }
  }
  return linked
}

function judge(
  key: string,
  role: string,
  roster: ReadonlySet<string> | undefined,
  linked: ReadonlyMap<string, boolean>,
): Verdict {
  const isLive = linked.get(key)
  if (isLive === true) return pass('the login is in the profile of a live Okta account')
  if (isLive === false) return fail(`the login of a ${role} is in profiles of closed Okta accounts only`)
  if (roster?.has(key)) return pass('the login is on the roster')
  // Where no profile holds a GitHub login at all, Okta says nothing of anybody.
  if (roster === undefined && linked.size === 0) {
    return notApplicable(
      'undeclared',
      'declare the logins of your people as checks.github.members-are-staff.params.roster, or read Okta too and name the attribute with their GitHub logins in config.profile.githubLogin of that source',
    )
  }
  const nowhere = [...(roster ? ['not on the roster'] : []), ...(linked.size > 0 ? ['in no Okta profile'] : [])]
  return fail(`a ${role} of the organisation is ${nowhere.join(' and ')}`)
}
