import { type KeyRole, RUN_ABORTED, RUN_OPENED, RUN_SEALED, SAMPLED } from '../model/statement.ts'
import type { EntryTimed, RunFacts, ScheduleGap, Timed } from '../model/verification.ts'
import type { Compromise } from './key-ring.ts'
import { roleOf } from './key-ring.ts'
import type { LedgerEntry } from './ledger.ts'
import { findGaps, type ScheduledRun } from './schedule.ts'
import { claimedTime, type EntryTime } from './timed.ts'

/** What is remembered of an entry: little, for there may be a hundred thousand. */
interface Seen {
  index: number
  file: string
  keyId: string
  role: KeyRole
  level: EntryTime['level']
  /** The entry existed then, in milliseconds. */
  by: number | undefined
  tokens: number
}

interface SeenRun {
  number: number
  opening?: NonNullable<RunFacts['opening']>
  end?: NonNullable<RunFacts['end']>
  expectedBy?: string | undefined
  samples?: { index: number; sha256: string }[]
  /** The entry that ends it, else the one that opens it. */
  entry: Seen
}

/** What a ledger tells, gathered entry by entry. */
export function gatherFacts() {
  const entries: Seen[] = []
  const runs = new Map<number, SeenRun>()
  /** One string a key, however many entries it signed. */
  const keyIds = new Map<string, string>()
  let until: string | undefined
  let good = 0
  let all = 0
  let earliest = Number.POSITIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY

  function see(entry: LedgerEntry, file: string, time: EntryTime): Seen {
    const { keyid } = entry.statement.predicate
    const keyId = keyIds.get(keyid) ?? keyid
    keyIds.set(keyId, keyId)
    const by = time.level === 'yes' || time.level === 'late' ? time.by.getTime() : undefined
    return {
      index: entry.index,
      file,
      keyId,
      role: roleOf(entry.statement),
      level: time.level,
      by,
      tokens: time.tokens,
    }
  }

  return {
    /** Entries are given in order. */
    add(entry: LedgerEntry, file: string, time: EntryTime): void {
      const seen = see(entry, file, time)
      entries.push(seen)
      noteRun(runs, entry, seen)
      const claimedAt = claimedTime(entry.statement)
      if (until === undefined || claimedAt > until) until = claimedAt
      all += time.tokens
      good += time.good.length
      for (const { time: at } of time.good) {
        earliest = Math.min(earliest, at.getTime())
        latest = Math.max(latest, at.getTime())
      }
    },
    /** To be called once, after the last entry: each holds the root over all before it, so its timestamp covers them. */
    coverByLater(): void {
      let cover: number | undefined
      for (const entry of entries.toReversed()) {
        const own = entry.by
        if (cover !== undefined && (entry.level === 'no' || (entry.level === 'late' && cover < (own ?? cover + 1)))) {
          entry.level = 'late'
          entry.by = cover
        }
        if (own !== undefined && (cover === undefined || own < cover)) cover = own
      }
    },
    /** Entries that a compromised key signed before it was revoked, and that nothing shows to be older than the compromise. */
    *doubtful(compromised: readonly Compromise[]): Iterable<{ file: string; keyId: string; since: number }> {
      for (const { keyId, role, index, since } of compromised) {
        for (const entry of entries) {
          const isIts = entry.index < index && entry.keyId === keyId && entry.role === role
          if (isIts && !(entry.by !== undefined && entry.by < since)) yield { file: entry.file, keyId, since }
        }
      }
    },
    /** @param unread entries that are there and could not be read @param judged whether roots were given to judge by */
    timed(unread: number, judged: boolean): Timed {
      if (!judged && all > 0) return { value: 'not-judged', tokens: all, without: entries.length + unread }
      const without = unread + entries.filter(({ level }) => level !== 'yes' && level !== 'late').length
      const isLate = entries.some(({ level }) => level === 'late')
      const covered = entries.length + unread - without
      return {
        value: covered === 0 ? 'no' : without > 0 ? 'partly' : isLate ? 'late' : 'yes',
        tokens: good,
        without,
        ...(good > 0 && { earliest: new Date(earliest).toISOString(), latest: new Date(latest).toISOString() }),
      }
    },
    gaps(maxGapSeconds: number | undefined): ScheduleGap[] {
      const scheduled: ScheduledRun[] = []
      for (const { number, opening, expectedBy } of inOrder(runs)) {
        if (opening) scheduled.push({ number, job: opening.job, openedAt: opening.openedAt, expectedBy })
      }
      return findGaps({ runs: scheduled, until, maxGapSeconds })
    },
    runs(): RunFacts[] {
      return inOrder(runs).map(({ number, opening, end, samples, entry }) => ({
        number,
        ...(opening && { opening }),
        ...(end && { end }),
        ...(samples && { samples }),
        timed: timedOf(entry),
      }))
    },
    /** Whether an entry that was added seals the run. */
    isSealed: (run: number) => runs.get(run)?.end?.kind === 'sealed',
    keyIds: () => [...keyIds.keys()],
  }
}

function noteRun(runs: Map<number, SeenRun>, { statement, sha256, index }: LedgerEntry, entry: Seen): void {
  if (statement.predicateType === RUN_OPENED) {
    const { number, job, openedAt } = statement.predicate.run
    if (runs.get(number)?.opening === undefined)
      runs.set(number, { number, ...runs.get(number), opening: { job, openedAt, sha256 }, entry })
  } else if (statement.predicateType === RUN_SEALED) {
    const { number, sealedAt, status } = statement.predicate.run
    const end = { kind: 'sealed' as const, index, sha256, at: sealedAt, status }
    const expectedBy = statement.predicate.next?.expectedBy
    if (runs.get(number)?.end === undefined) runs.set(number, { ...runs.get(number), number, end, expectedBy, entry })
  } else if (statement.predicateType === RUN_ABORTED) {
    const { number, abortedAt } = statement.predicate.run
    const end = { kind: 'aborted' as const, index, sha256, at: abortedAt }
    if (runs.get(number)?.end === undefined) runs.set(number, { ...runs.get(number), number, end, entry })
  } else if (statement.predicateType === SAMPLED) {
    const run = runs.get(statement.predicate.run)
    // Of a run that is not there, the sample is refused by itself.
    if (run) (run.samples ??= []).push({ index, sha256 })
  }
}

function inOrder(runs: ReadonlyMap<number, SeenRun>): SeenRun[] {
  return [...runs.values()].sort((a, b) => a.number - b.number)
}

function timedOf({ level, by, tokens }: Seen): EntryTimed {
  return {
    value: level === 'early' ? 'no' : level,
    tokens,
    ...(by !== undefined && { by: new Date(by).toISOString() }),
  }
}
