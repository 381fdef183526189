import { about, checkAll, type Dataset, fail, notApplicable, pass, plural, unknown, type Verdict, z } from 'affiant/sdk'
import { logEvent, user } from '../examples-log.ts'
import type { LogEventRecord } from '../log-event.ts'
import { joiners } from '../streams/joiners.ts'
import { leavers } from '../streams/leavers.ts'
import { type UserRecord, users } from '../streams/users.ts'

const HOUR = 3_600_000
/** Nobody signs in with an account in one of these states. */
const CLOSED = new Set(['DEPROVISIONED', 'SUSPENDED'])

const ended = (endedAt: string) => ({ leavers: [{ person: 'person-b', endedAt }] })
const inputs = (account: UserRecord) => ({ users: [account], leavers: [logEvent()], joiners: [] })

const Leaver = z.strictObject({
  person: z.string().min(1).describe('Okta username or e-mail address of who left.'),
  endedAt: z.iso.datetime({ offset: true }).describe('When the employment or contract ended.'),
})
type Leaver = z.output<typeof Leaver>

export const leaversDeactivatedInTime = checkAll(
  { users, leavers, joiners },
  {
    id: 'okta.leavers-deactivated-in-time',
    revision: 1,
    title: 'Who leaves is locked out within a day, and does not come back',
    severity: 'high',
    rationale:
      'An account that outlives the contract is used by somebody who owes nothing any more, or by a stranger unnoticed.',
    remediation:
      '"Directory", "People", the person, "More Actions", "Deactivate". Look at what was done with the account since the end, and let the personnel system deactivate it next time.',
    params: z.strictObject({
      leavers: z.array(Leaver).optional().describe('Everybody who left, from the personnel system.'),
      withinHours: z.int().min(1).default(24).describe('Most hours from the end to the deactivation.'),
    }),
    redactParams: { 'leavers.*.person': 'pseudonym' },
    emptyPopulation: 'not-applicable',
    criteria: ({ withinHours }) => ({
      pass: `The account of a declared leaver was deactivated, suspended or deleted at most ${plural(withinHours, 'hour')} after the end, is so still, and was not signed in to after the end.`,
      fail: `The account of a declared leaver was closed later than ${plural(withinHours, 'hour')} after the end, is open, or was signed in to after the end.`,
    }),
    examples: {
      pass: { inputs: inputs(user()), params: ended('2026-01-01T17:00:00Z') },
      fail: { inputs: inputs(user({ status: 'ACTIVE' })), params: ended('2026-01-01T17:00:00Z') },
      'not-applicable': { inputs: inputs(user()) },
    },
    async *evaluate(datasets, { params, at }) {
      const { leavers: declared, withinHours } = params
      const byPerson = new Map(declared?.map((leaver) => [leaver.person, leaver]))
      const closings = await timesOf(datasets.leavers)
      const openings = await timesOf(datasets.joiners)
      const found = new Set<string>()
      let anyone = false
      for await (const item of datasets.users.items()) {
        anyone = true
        const { login, email } = item.record
        const leaver = byPerson.get(login) ?? byPerson.get(email ?? login)
        if (leaver === undefined) continue
        found.add(leaver.person)
        const closedAt = closedSince(closings.get(item.record.id), openings.get(item.record.id))
        yield { ...about(item), ...judge(leaver, item.record, closedAt, at, withinHours) }
      }
      if (!anyone) return
      if (declared === undefined) {
        yield {
          subject: 'leavers',
          name: 'Leavers',
          ...notApplicable(
            'undeclared',
            'declare who left and when as checks.okta.leavers-deactivated-in-time.params.leavers',
          ),
        }
      }
      for (const [person, leaver] of byPerson) {
        if (found.has(person)) continue
        yield { subject: person, name: person, ...judgeGone(leaver, closings.get(person), withinHours) }
      }
    },
  },
)

/** When something was done, successfully, to each user: by id, and by person for those whose account is no more; ascending. */
async function timesOf(events: Dataset<LogEventRecord>): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  for await (const { record } of events.items()) {
    if (record.outcome.result !== 'SUCCESS') continue
    for (const { id, type, person } of record.targets) {
      if (type !== 'User') continue
      for (const name of person === null ? [id] : [id, person]) {
        times.set(name, [...(times.get(name) ?? []), Date.parse(record.published)])
      }
    }
  }
  return times
}

/** The first closing since the account was last opened again. */
function closedSince(closings: readonly number[] = [], openings: readonly number[] = []): number | undefined {
  const reopened = Math.max(0, ...openings)
  const since = closings.filter((time) => time > reopened)
  return since.length === 0 ? undefined : Math.min(...since)
}

function judge(
  { endedAt }: Leaver,
  { status, statusChanged, lastLogin }: UserRecord,
  eventAt: number | undefined,
  at: Date,
  withinHours: number,
): Verdict {
  const end = Date.parse(endedAt)
  const hoursTo = (time: number) => Math.floor((time - end) / HOUR)
  if (at.getTime() < end) return notApplicable('not-due', `the end, ${endedAt}, lies after this run`)
  if (lastLogin !== null && Date.parse(lastLogin) > end) {
    return fail(`the account was signed in to ${plural(hoursTo(Date.parse(lastLogin)), 'hour')} after the end`)
  }
  if (!CLOSED.has(status)) {
    const hours = hoursTo(at.getTime())
    return hours < withinHours
      ? notApplicable('not-due', `the account is ${status}; the end was ${plural(hours, 'hour')} before this run`)
      : fail(`the account is ${status} ${plural(hours, 'hour')} after the end`)
  }
  // Closed before the period began: then the state alone says since when.
  const closedAt = eventAt ?? (statusChanged === null ? undefined : Date.parse(statusChanged))
  if (closedAt === undefined) return unknown('invalid', `the account is ${status}; Okta did not say since when`)
  return inTime(closedAt, end, withinHours)
}

/** Of a leaver without an account: it was deleted, which the log of the period may show, or there never was one. */
function judgeGone({ endedAt }: Leaver, closings: readonly number[] | undefined, withinHours: number): Verdict {
  const closedAt = closedSince(closings)
  if (closedAt !== undefined) return inTime(closedAt, Date.parse(endedAt), withinHours)
  return notApplicable('no-account', 'Okta has no account of this name, open or closed')
}

function inTime(closedAt: number, end: number, withinHours: number): Verdict {
  const detail =
    closedAt <= end
      ? 'the account was closed before the end'
      : `the account was closed ${plural(Math.floor((closedAt - end) / HOUR), 'hour')} after the end`
  return closedAt - end <= withinHours * HOUR ? pass(detail) : fail(detail)
}
