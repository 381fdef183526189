import { hash as digestOf } from 'node:crypto'
import type { TimestampVerdict } from './timestamp.ts'

/**
 * A run is sealed even if no authority answers, and its timestamp may be fetched later. How such a late token is kept:
 *
 * - Beside the entry, under a key of its own ({@link lateTokenKey}): entries are never overwritten, and the folder of the
 *   entries holds nothing else, so that its last name stays the head of the ledger.
 * - Under its own digest: one name an entry could be taken by whoever writes rubbish there first. A token that does not
 *   verify is reported, and is no reason to reject an entry, which never promised it.
 * - The next entry that is written names it by number and digest, as `previous.timestamps` does for tokens that were
 *   there in time. From then on it can be neither dropped nor replaced unseen.
 * - It proves that the entry existed at the token's time, and nothing earlier. So it is never reported as if the entry had
 *   been stamped when it was made: see {@link timedLevel}. A later entry's own token proves as much, since that entry holds
 *   the digests of all before it; a late token only narrows the gap.
 */
export function lateTokenKey(entry: number, token: Uint8Array): string {
  return `${LATE_TOKENS}/${String(entry).padStart(9, '0')}/${digestOf('sha256', token, 'hex')}.der`
}

export const LATE_TOKENS = 'timestamps'

const KEY = new RegExp(`^${LATE_TOKENS}/(\\d{9})/([0-9a-f]{64})\\.der$`)

/** Entry and digest of a key that {@link lateTokenKey} made. Undefined: it is none. */
export function parseLateTokenKey(key: string): { entry: number; sha256: string } | undefined {
  const [, entry, sha256] = KEY.exec(key) ?? []
  return entry === undefined || sha256 === undefined ? undefined : { entry: Number(entry), sha256 }
}

/**
 * What is known of the time of an entry. `yes`: it existed when it says that it was made, within the skew. `late`: it
 * existed at `by`, which is later than that. `early`: a trusted token is earlier than the claimed time allows, so the claim
 * is wrong. `no`: no token is good.
 */
export type TimedLevel =
  | { level: 'yes'; by: Date }
  | { level: 'late'; by: Date }
  | { level: 'early'; by: Date }
  | { level: 'no' }

/**
 * The level from all tokens of an entry, its own and late ones, each judged with the entry's claimed time. A wrong claim
 * outweighs everything; else one good token is enough, and of several late ones the earliest counts.
 */
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
