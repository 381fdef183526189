import type { ResultsLine } from '../../model/index-line.ts'
import type { Deviation, SubjectHistory, SubjectState, Witness } from '../../model/period-view.ts'
import { isWithoutVerdict, parseResultLine, type ResultLine } from '../../model/result.ts'
import type { SealedRun } from '../../model/sealed-run.ts'
import { resultIdentity } from '../../model/turn.ts'

type State = Omit<SubjectState, 'first' | 'last'>
/** A state from a run on, until the next one; which run saw it last follows from the runs of the check. */
type Since = State & { first: Witness; before: Witness | undefined }

interface Tracked {
  about: Pick<SubjectHistory, 'scope' | 'subject' | 'name'>
  states: Since[]
}

/** Bounds the memory: subjects that are followed, over all checks. */
export interface Room {
  left: number
  omitted: number
}

/** What a check said, run by run, of every subject that ever failed or was unknown. */
export interface SubjectTracker {
  /** Runs are given in order. Results with the digest of those before are not read again. */
  add(witness: Witness, run: SealedRun, line: ResultsLine): Promise<void>
  histories(): Iterable<Pick<SubjectHistory, 'scope' | 'subject' | 'name' | 'states'>>
}

export function trackSubjects(room: Room): SubjectTracker {
  const tracked = new Map<string, Tracked>()
  let last: { witness: Witness; run: SealedRun; line: ResultsLine } | undefined

  /** What the results before said of subjects that were not followed then. */
  async function earlier(identities: ReadonlySet<string>): Promise<Map<string, State>> {
    const found = new Map<string, State>()
    if (last === undefined || identities.size === 0) return found
    for await (const batch of last.run.lines(last.line.sha256)) {
      for (const text of batch) {
        const identity = resultKey(text)
        if (identities.has(identity)) found.set(identity, worse(found.get(identity), stateOf(parseResultLine(text))))
      }
    }
    return found
  }

  return {
    async add(witness, run, line) {
      if (last !== undefined && last.line.sha256 === line.sha256 && sameInputs(last.line, line)) {
        last = { witness, run, line }
        return
      }
      const seen = new Map<string, State>()
      const fresh = new Map<string, ResultLine>()
      for await (const batch of run.lines(line.sha256)) {
        for (const text of batch) {
          const bad = isBad(text)
          if (!bad && tracked.size === 0) continue
          const identity = resultKey(text)
          const known = tracked.get(identity)
          if (known !== undefined) {
            seen.set(identity, worse(seen.get(identity), stateOf(parseResultLine(text))))
          } else if (bad) {
            const before = fresh.get(identity)
            const result = parseResultLine(text)
            if (before !== undefined) fresh.set(identity, worse(before, result))
            else if (room.left > 0) {
              room.left -= 1
              fresh.set(identity, result)
            } else room.omitted += 1
          }
        }
      }
      const absent = absentIn(line)
      for (const [identity, known] of tracked) note(known, seen.get(identity) ?? absent, witness, last?.witness)
      const before = await earlier(new Set(fresh.keys()))
      for (const [identity, result] of fresh) {
        const { scope, subject, name } = result
        const states: Since[] = []
        if (last !== undefined) {
          const state = before.get(identity) ?? absentIn(last.line)
          states.push({ ...state, first: last.witness, before: undefined })
        }
        const about = { ...(scope !== undefined && { scope }), subject, ...(name !== undefined && { name }) }
        const one = { about, states }
        note(one, stateOf(result), witness, last?.witness)
        tracked.set(identity, one)
      }
      last = { witness, run, line }
    },
    *histories() {
      for (const [, { about, states }] of [...tracked].sort(([a], [b]) => (a < b ? -1 : 1))) {
        yield {
          ...about,
          states: states.map(({ status, reason, detail, first }, place) => ({
            ...stateOf({ status, reason, detail }),
            first,
            last: states[place + 1]?.before ?? last?.witness ?? first,
          })),
        }
      }
    },
  }
}

function note({ states }: Tracked, state: State, first: Witness, before: Witness | undefined): void {
  const now = states.at(-1)
  if (now?.status !== state.status || now.reason !== state.reason) states.push({ ...state, first, before })
  // Words with an age or a number in them differ each day: the last ones stand.
  else if (state.detail !== undefined) now.detail = state.detail
}

const RANK = { fail: 0, unknown: 1, pass: 2, 'not-applicable': 3, absent: 4 } as const satisfies Record<
  State['status'],
  number
>

/** A check may say two things of one subject: that the other one is well mends nothing. */
function worse<Said extends Pick<State, 'status'>>(a: Said | undefined, b: Said): Said {
  return a === undefined || RANK[b.status] < RANK[a.status] ? b : a
}

function sameInputs(a: ResultsLine, b: ResultsLine): boolean {
  const [one, other] = [absentIn(a), absentIn(b)]
  return one.status === other.status && one.reason === other.reason
}

/** What results say of a subject that is not among them: nothing, where not all was read or nobody judged. */
function absentIn({ summary: { incomplete, status, reason } }: ResultsLine): State {
  if (incomplete.length > 0) return { status: 'unknown', reason: 'inputs-incomplete' }
  return isWithoutVerdict({ status, reason }) ? stateOf({ status: 'unknown', reason }) : { status: 'absent' }
}

/** Whether it says what is so. */
function isJudged(state: State): boolean {
  return state.status !== 'unknown' && !isWithoutVerdict(state)
}

/** Canonical JSON escapes the quotes of its texts, so that the key can stand nowhere else. */
function isBad(text: string): boolean {
  return text.includes('"status":"fail"') || text.includes('"status":"unknown"')
}

function stateOf<Said extends State['status']>({
  status,
  reason,
  detail,
}: {
  status: Said
  reason?: string | undefined
  detail?: string | undefined
}) {
  return { status, ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) }
}

function resultKey(text: string): string {
  try {
    const { scope = '', subject } = JSON.parse(text) as { scope?: string; subject: string }
    return `${scope}\0${subject}`
  } catch {
    return resultIdentity(text)
  }
}

type OfStates = Omit<Deviation, 'check' | 'source' | 'demo' | 'severity' | 'scope' | 'subject' | 'name'>

/**
 * The failures of one subject. What nobody judged ends none: nobody saw it pass. Durations are bounded, because between two runs
 * nobody looked.
 * @param from the period begins @param until the end of what is known
 */
export function deviationsOf(states: readonly SubjectState[], from: string, until: string): OfStates[] {
  const found: OfStates[] = []
  let open: { opened: SubjectState; lastFailed: SubjectState; good: SubjectState | undefined } | undefined
  let previous: SubjectState | undefined
  const close = (by?: SubjectState) => {
    if (open !== undefined) found.push(deviation(open, by, from, until))
    open = undefined
  }
  for (const state of states) {
    if (state.status === 'fail') {
      if (open === undefined) open = { opened: state, lastFailed: state, good: previous }
      else open.lastFailed = state
    } else if (isJudged(state)) close(state)
    previous = state
  }
  close()
  return found
}

function deviation(
  { opened, lastFailed, good }: { opened: SubjectState; lastFailed: SubjectState; good: SubjectState | undefined },
  by: SubjectState | undefined,
  from: string,
  until: string,
): OfStates {
  const detail = lastFailed.detail ?? lastFailed.reason
  const ended = by?.first.at ?? later(until, lastFailed.last.at)
  const isBounded = good !== undefined && isJudged(good)
  return {
    ...(detail !== undefined && { detail }),
    opened: opened.first,
    before: opened.first.at < from,
    ...(good && good.status !== 'fail' && { lastGood: { ...good.last, status: good.status } }),
    lastFailed: lastFailed.last,
    ...(by && { closed: { ...by.first, as: by.status as 'pass' } }),
    seenFor: span(opened.first.at, ended),
    atLeast: span(opened.first.at, lastFailed.last.at),
    ...(isBounded && { atMost: span(good.last.at, ended) }),
  }
}

function later(a: string, b: string): string {
  return a > b ? a : b
}

function span(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
