import {
  about,
  checkAll,
  type Dataset,
  external,
  fail,
  type Item,
  notApplicable,
  pass,
  plural,
  unknown,
  type Verdict,
  z,
} from 'affiant/sdk'
import { user } from '../examples-log.ts'
import { type UserRecord, users } from '../streams/users.ts'

const HOUR = 3_600_000
/** Nobody signs in with an account in one of these states. */
const CLOSED = new Set(['DEPROVISIONED', 'SUSPENDED'])

/** An account of GitHub, of whatever kind; apps have no login. */
const GithubAccount = z.object({ login: z.string().nullable() })

/** Somebody in IAM Identity Center, who has the name or the mail address of Okta. */
const IdentityCenterUser = z.object({
  userName: z.string(),
  emails: z.array(z.string()),
  status: z.string().nullable(),
})

const inGithub = { optional: true as const, people: ['login'] }
const inAws = { optional: true as const, people: ['userName', 'emails.*'] }

const linked = (status: string) => user({ status, identities: [{ system: 'github', login: 'person-g' }] })

const Leaver = z.strictObject({
  person: z.string().min(1).describe('Okta username or e-mail address of who left.'),
  endedAt: z.iso.datetime({ offset: true }).describe('When the employment or contract ended.'),
})
type Leaver = z.output<typeof Leaver>

/** Left to its default, nothing is concluded from half the users: an account of a leaver may belong to somebody else by now. */
export const leaversGoneEverywhere = checkAll(
  {
    users,
    githubMembers: external('github.members', GithubAccount, inGithub),
    githubCollaborators: external('github.outside-collaborators', GithubAccount, inGithub),
    awsUsers: external('aws.identity-center-users', IdentityCenterUser, inAws),
  },
  {
    id: 'okta.leavers-gone-everywhere',
    revision: 2,
    title: 'Who left has no live account in any connected system',
    severity: 'high',
    rationale: 'Closing one account leaves the others: whoever left still reads and changes what those open.',
    remediation:
      'Deactivate or remove the accounts that are named. In GitHub: organisation, "People"; in AWS: IAM Identity Center, "Users". Then connect the system to Okta provisioning, so that the next leaver is removed there too.',
    params: z.strictObject({
      leavers: z
        .array(Leaver)
        .default([])
        .describe('Who left, from the personnel system. Everybody whose Okta account is deactivated counts besides.'),
      withinHours: z.int().min(1).default(24).describe('Most hours from the end until every account is gone.'),
    }),
    redactParams: { 'leavers.*.person': 'pseudonym' },
    emptyPopulation: 'not-applicable',
    criteria: ({ withinHours }) => ({
      pass: `No later than ${plural(withinHours, 'hour')} after the end, neither the Okta account of the leaver nor one linked to it in another system of the run is live. AWS IAM Identity Center is linked by name or mail address, GitHub by what the profile says.`,
      fail: `More than ${plural(withinHours, 'hour')} after the end, the Okta account of the leaver or one linked to it is live.`,
    }),
    examples: {
      pass: { inputs: { users: [linked('DEPROVISIONED')], githubMembers: [{ login: 'person-h' }] } },
      fail: { inputs: { users: [linked('DEPROVISIONED')], githubMembers: [{ login: 'person-g' }] } },
      'not-applicable': { inputs: { users: [user({ status: 'ACTIVE' })] } },
    },
    async *evaluate(datasets, { params, at }) {
      const declared = new Map(params.leavers.map((leaver) => [leaver.person, leaver]))
      const others = await accountsElsewhere([datasets.githubMembers, datasets.githubCollaborators], datasets.awsUsers)
      const taken = await loginsOfStaff(datasets.users, declared)
      for await (const item of datasets.users.items()) {
        const endedAt = endOf(item.record, declared)
        if (endedAt === undefined) continue
        const live = liveAccounts(item, others, taken)
        yield { ...about(item), ...judge(live, endedAt, others, item.record, params.withinHours, at) }
      }
    },
  },
)

/** Names of live accounts, with the places of each and when they were read. */
type Places = ReadonlyMap<string, readonly string[]>

interface Elsewhere {
  /** Whether any system was read whose accounts the profile names. */
  linkedSystems: boolean
  byLogin: Places
  /** Whether one was read whose accounts have the names of Okta. */
  sameNames: boolean
  byOktaName: Places
}

async function accountsElsewhere(
  github: readonly Dataset<z.output<typeof GithubAccount>>[],
  aws: Dataset<z.output<typeof IdentityCenterUser>>,
): Promise<Elsewhere> {
  const byLogin = new Map<string, string[]>()
  const byOktaName = new Map<string, string[]>()
  const note = (places: Map<string, string[]>, name: string, { source, scope, readAt }: Item<unknown>) => {
    const place = `${source} (${scope}), read ${readAt.toISOString().slice(0, 16)}Z`
    places.set(name, [...(places.get(name) ?? []), place])
  }
  for (const dataset of github) {
    for await (const item of dataset.items()) if (item.record.login !== null) note(byLogin, item.record.login, item)
  }
  for await (const item of aws.items()) {
    const { userName, emails, status } = item.record
    if (status !== 'DISABLED') for (const name of new Set([userName, ...emails])) note(byOktaName, name, item)
  }
  return {
    linkedSystems: github.some(({ absent }) => absent !== true),
    byLogin,
    sameNames: aws.absent !== true,
    byOktaName,
  }
}

/** GitHub logins of people who work here: of somebody who came back, the old account proves nothing. */
async function loginsOfStaff(all: Dataset<UserRecord>, declared: ReadonlyMap<string, Leaver>): Promise<Set<string>> {
  const logins = new Set<string>()
  for await (const { record } of all.items()) {
    if (endOf(record, declared) !== undefined || CLOSED.has(record.status)) continue
    for (const { login } of record.identities) logins.add(login)
  }
  return logins
}

/** When this person left, as declared or by the deactivation; `undefined` for everybody else. */
function endOf(
  { login, email, status, statusChanged, serviceAccount }: UserRecord,
  declared: ReadonlyMap<string, Leaver>,
) {
  const leaver = declared.get(login) ?? declared.get(email ?? login)
  if (leaver !== undefined) return leaver.endedAt
  return status === 'DEPROVISIONED' && !serviceAccount ? (statusChanged ?? 'unknown') : undefined
}

function liveAccounts(
  { record, source, readAt }: Item<UserRecord>,
  { byLogin, byOktaName }: Elsewhere,
  taken: ReadonlySet<string>,
) {
  const own = CLOSED.has(record.status)
    ? []
    : [`${source} (${record.status}), read ${readAt.toISOString().slice(0, 16)}Z`]
  const linkedTo = record.identities.filter(({ login }) => !taken.has(login))
  const names = [record.login, ...(record.email === null ? [] : [record.email])]
  return [
    ...own,
    ...linkedTo.flatMap(({ login }) => byLogin.get(login) ?? []),
    ...new Set(names.flatMap((name) => byOktaName.get(name) ?? [])),
  ]
}

function judge(
  live: readonly string[],
  endedAt: string,
  { linkedSystems, sameNames }: Elsewhere,
  { status, identities }: UserRecord,
  withinHours: number,
  at: Date,
): Verdict {
  const end = Date.parse(endedAt)
  const since = Number.isNaN(end) ? 'at a time Okta does not tell' : `on ${endedAt.slice(0, 10)}`
  if (at.getTime() < end) return notApplicable('not-due', `the end, ${endedAt}, lies after this run`)
  if (live.length > 0) {
    if (Number.isNaN(end)) return unknown('invalid', `left ${since}, and is live in ${live.join('; ')}`)
    const hours = Math.floor((at.getTime() - end) / HOUR)
    const detail = `left ${since}, and is live in ${live.join('; ')}`
    return hours < withinHours ? notApplicable('not-due', detail) : fail(detail)
  }
  if (linkedSystems ? identities.length === 0 : !sameNames) {
    const why = linkedSystems ? 'the profile names no account elsewhere' : 'no other system was read'
    return notApplicable('no-linked-account', `left ${since}, and is ${status} in Okta; ${why}`)
  }
  return pass(`left ${since}, and is live nowhere else in what was read`)
}
