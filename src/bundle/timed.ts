import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  LEDGER_GENESIS,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
} from '../model/statement.ts'
import { type TimestampVerdict, verifyTimestamp } from './timestamp.ts'
import type { TsaCertificate } from './tsa-certificate.ts'

/** How far an entry's claimed time and a token may lie apart, either way. */
const MAX_SKEW_SECONDS = 600

/**
 * What is known of the time of an entry. `yes`: it existed when it says that it was made, within ten minutes. `late`: it
 * existed at `by`, which is later than that. `early`: a trusted token is earlier than the claimed time allows, so the claim
 * is wrong. `no`: it has no token, or none is good. `not-judged`: it has tokens, and no root was given to judge them by.
 */
export type TimedLevel = { level: 'yes' | 'late' | 'early'; by: Date } | { level: 'no' | 'not-judged' }

/** The level of an entry, and what each of its tokens is worth. */
export type EntryTime = TimedLevel & { verdicts: readonly TimestampVerdict[] }

/** Judges the tokens of a ledger entry by pinned roots. Never throws. */
export async function timeOf(
  entry: { statement: LedgerStatement; envelope: { signature: Uint8Array; timestamps: readonly Uint8Array[] } },
  roots: readonly TsaCertificate[] | undefined,
): Promise<EntryTime> {
  const { signature, timestamps } = entry.envelope
  if (timestamps.length === 0) return { level: 'no', verdicts: [] }
  if (roots === undefined) return { level: 'not-judged', verdicts: [] }
  const claimedAt = new Date(claimedTime(entry.statement))
  const verdicts = await Promise.all(
    timestamps.map(async (token) =>
      verifyTimestamp(token, signature, { roots, claimedAt, maxSkewSeconds: MAX_SKEW_SECONDS }),
    ),
  )
  return { ...timedLevel(verdicts), verdicts }
}

/** When a statement says that it was made. */
function claimedTime({ predicateType, predicate }: LedgerStatement): string {
  switch (predicateType) {
    case RUN_OPENED:
      return predicate.run.openedAt
    case RUN_SEALED:
      return predicate.run.sealedAt
    case RUN_ABORTED:
      return predicate.run.abortedAt
    case LEDGER_GENESIS:
      return predicate.createdAt
    case KEY_ADDED:
      return predicate.addedAt
    case KEY_REVOKED:
      return predicate.revokedAt
    case EXPORTED:
      return predicate.exportedAt
  }
}

/** A wrong claim outweighs everything; else one good token is enough, and of several late ones the earliest counts. */
export function timedLevel(verdicts: readonly TimestampVerdict[]): TimedLevel {
  const timesOf = (belongs: (verdict: TimestampVerdict) => boolean) =>
    verdicts.filter(belongs).flatMap(({ facts }) => (facts === undefined ? [] : [facts.time]))
  const early = earliest(timesOf((verdict) => !verdict.ok && verdict.reason === 'timestamp-early'))
  if (early !== undefined) return { level: 'early', by: early }
  const inTime = earliest(timesOf((verdict) => verdict.ok))
  if (inTime !== undefined) return { level: 'yes', by: inTime }
  const late = earliest(timesOf((verdict) => !verdict.ok && verdict.reason === 'timestamp-late'))
  return late === undefined ? { level: 'no' } : { level: 'late', by: late }
}

function earliest(times: readonly Date[]): Date | undefined {
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0]
}
