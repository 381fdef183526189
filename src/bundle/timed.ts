import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  LEDGER_GENESIS,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
  SAMPLED,
} from '../model/statement.ts'
import { type TimestampFacts, type TimestampVerdict, verifyTimestamp } from './timestamp.ts'
import type { TsaCertificate } from './tsa-certificate.ts'

/** How the tokens of entries are judged: a part of the trust policy. */
export interface TimePolicy {
  /** Pinned. None: tokens are not judged. */
  roots: readonly TsaCertificate[]
  /** How far an entry's claimed time and a token may lie apart, either way. */
  maxSkewSeconds: number
  /** So many authorities must vouch for a time. At least 1. */
  authorities: number
}

/**
 * What is known of the time of an entry. `yes`: it existed when it says that it was made, within the skew. `late`: it
 * existed at `by`, which is later than that. `early`: a trusted token is earlier than the claimed time allows, so the claim
 * is wrong. `no`: it has no token, or too few are good. `not-judged`: it has tokens, and no root was given to judge them by.
 */
export type TimedLevel = { level: 'yes' | 'late' | 'early'; by: Date } | { level: 'no' | 'not-judged' }

/** A token that a pinned authority made for the entry. */
export interface GoodToken extends Pick<TimestampFacts, 'time' | 'accuracyMs'> {
  /** It stands in the entry, so the next entry names it; else it was added beside the ledger later. */
  isOwn: boolean
}

export type EntryTime = TimedLevel & {
  /** All there are. */
  tokens: number
  good: readonly GoodToken[]
  /** Authorities whose tokens agree with the claimed time. */
  inTime: number
  /** Tokens that are wrong in themselves, or earlier than the entry claims. */
  refused: readonly { reason: string; detail: string }[]
}

/** Judges the tokens of a ledger entry by pinned roots. Never throws. @param late tokens that stand beside the ledger */
export async function timeOf(
  entry: { statement: LedgerStatement; envelope: { signature: Uint8Array; timestamps: readonly Uint8Array[] } },
  { roots, maxSkewSeconds, authorities }: TimePolicy,
  late: readonly Uint8Array[] = [],
): Promise<EntryTime> {
  const { signature, timestamps } = entry.envelope
  const tokens = timestamps.length + late.length
  if (tokens === 0 || roots.length === 0)
    return { level: tokens === 0 ? 'no' : 'not-judged', tokens, good: [], inTime: 0, refused: [] }
  const claimedAt = new Date(claimedTime(entry.statement))
  const policy = { roots, claimedAt, maxSkewSeconds }
  const verdicts: TimestampVerdict[] = []
  const good: GoodToken[] = []
  const refused = []
  for (const [place, token] of [...timestamps, ...late].entries()) {
    const verdict = await verifyTimestamp(token, signature, policy)
    verdicts.push(verdict)
    if (verdict.ok || verdict.reason === 'timestamp-late') {
      if (verdict.facts) good.push({ ...verdict.facts, isOwn: place < timestamps.length })
    } else if (verdict.reason !== 'timestamp-root') refused.push(verdict)
  }
  const inTime = perAuthority(verdicts.filter(({ ok }) => ok)).length
  return { ...timedLevel(verdicts, authorities), tokens, good, inTime, refused }
}

/** When a statement says that it was made: ISO 8601, UTC, milliseconds. */
export function claimedTime({ predicateType, predicate }: LedgerStatement): string {
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
    case SAMPLED:
      return predicate.sampledAt
  }
}

/**
 * A wrong claim outweighs everything; else the time counts by which the last of `authorities` of them had vouched for the
 * entry, the quickest first.
 */
export function timedLevel(verdicts: readonly TimestampVerdict[], authorities = 1): TimedLevel {
  const [early] = perAuthority(verdicts.filter((one) => !one.ok && one.reason === 'timestamp-early'))
  if (early !== undefined) return { level: 'early', by: early }
  const inTime = perAuthority(verdicts.filter(({ ok }) => ok))[authorities - 1]
  if (inTime !== undefined) return { level: 'yes', by: inTime }
  const late = perAuthority(verdicts)[authorities - 1]
  return late === undefined ? { level: 'no' } : { level: 'late', by: late }
}

/** The earliest time of each authority that is vouched for by a root, ascending. */
function perAuthority(verdicts: readonly TimestampVerdict[]): Date[] {
  const earliest = new Map<string | undefined, Date>()
  for (const { facts } of verdicts) {
    if (facts === undefined) continue
    const known = earliest.get(facts.rootSha256)
    if (known === undefined || facts.time < known) earliest.set(facts.rootSha256, facts.time)
  }
  return [...earliest.values()].sort((a, b) => a.getTime() - b.getTime())
}
