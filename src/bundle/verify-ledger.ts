import type { EvidenceReader } from '../model/evidence-reader.ts'
import { TrustPolicy } from '../model/trust-policy.ts'
import type { LedgerFacts } from '../model/verification.ts'
import { checkChain } from './chain.ts'
import { createKeyRing } from './key-ring.ts'
import { listLateTokens, readLateTokens } from './late-tokens.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Report } from './reasons.ts'
import { checkSampleEntry } from './sample/verify-sample.ts'
import { claimedTime, timeOf } from './timed.ts'
import { checkTimeOrder } from './timed-order.ts'
import type { Trust, TrustGiven } from './trust.ts'
import { gatherFacts } from './verify-ledger-facts.ts'
import { readLedger } from './verify-ledger-read.ts'

const DEFAULT_SKEW_SECONDS = TrustPolicy.shape.maxSkewSeconds.parse(undefined)

/**
 * Verifies every entry of a ledger: the chain they make, who signed them, and when. The files of the runs are not looked at.
 * Whatever is in the store or the export gives failures, never an exception. Memory grows with the number of entries, by
 * some 500 bytes each.
 */
export async function verifyLedger(reader: EvidenceReader, trust: TrustGiven, report: Report): Promise<LedgerFacts> {
  const given = typeof trust === 'object' ? trust : undefined
  const { maxSkewSeconds = DEFAULT_SKEW_SECONDS, requireTimestamps = 0 } = given?.policy ?? {}
  const times = { roots: given?.tsaRoots ?? [], maxSkewSeconds, authorities: Math.max(1, requireTimestamps) }
  const ring = createKeyRing(given?.rootKeys)
  const chain = checkChain()
  const order = checkTimeOrder(maxSkewSeconds)
  const facts = gatherFacts()
  const lateTokens = await listLateTokens(reader, report)
  let isTrusted = true
  let entries = 0
  let unread = 0
  let anchored: LedgerFacts['anchored'] = given?.policy.expectHead ? 'no' : 'not-asked'
  let first: LedgerEntry | undefined
  let head: LedgerEntry | undefined
  let last = -1

  for await (const { index, file, entry } of readLedger(reader, report)) {
    entries += 1
    last = index
    const problem: Report = (code, detail, where = file) => report(code, detail, where)
    const late = await readLateTokens(reader, lateTokens.get(index) ?? [], problem)
    lateTokens.delete(index)
    if (!entry) {
      unread += 1
      isTrusted = false
      continue
    }
    if (trust === undefined && first === undefined)
      problem('signer-unknown', `signed with the key ${entry.statement.predicate.keyid}; say whom you trust`)
    first ??= entry
    head = entry
    if (index === 0 && given) checkExpected(entry, given, problem)
    chain.add(entry, problem)
    if (isExpectedHead(entry, given, problem)) anchored = 'yes'

    const time = await timeOf(entry, times, late)
    for (const { reason, detail } of time.refused) problem('timestamp-refused', `${reason}: ${detail}`)
    if (time.inTime < requireTimestamps)
      problem('timestamps-missing', `${time.inTime} of ${requireTimestamps} authorities vouch for its time`)
    const claimedAt = Date.parse(claimedTime(entry.statement))
    const madeAt = { at: time.level === 'yes' ? time.by.getTime() : claimedAt, after: order.floor() }
    order.add({ index, claimedAt, time }, problem)
    if (!(await ring.admit(entry, madeAt, problem))) isTrusted = false
    checkSampleEntry(entry.statement, facts.isSealed, problem)
    facts.add(entry, file, time)
  }

  if (entries === 0) report('ledger-missing', 'there is no entry in it', 'ledger')
  const expected = given?.policy.expectHead
  if (expected && expected.index > last)
    report('head-missing', `the ledger ends with entry ${last}, and entry ${expected.index} is known`, 'ledger')
  for (const keys of lateTokens.values())
    for (const key of keys) report('file-added', 'it is a timestamp of an entry that is not there', key)
  facts.coverByLater()
  for (const { file, keyId, since } of facts.doubtful(ring.compromised)) {
    isTrusted = false
    const time = new Date(since).toISOString()
    report('key-revoked', `somebody else may have had the key ${keyId} since ${time}; no timestamp is older`, file)
  }
  const isPinned = given !== undefined
  return {
    entries,
    authentic: !isTrusted || entries === 0 || trust === undefined ? 'no' : isPinned ? 'yes' : 'unpinned',
    timed: facts.timed(unread, times.roots.length > 0),
    anchored,
    ...(first && { origin: first.statement.predicate.ledger.origin }),
    ...(head && { head: { index: head.index, sha256: head.sha256 } }),
    keyIds: facts.keyIds(),
    runs: facts.runs(),
    gaps: facts.gaps(given?.policy.maxGapSeconds),
  }
}

/** The first entry against what the policy knows of it. */
function checkExpected({ statement, sha256 }: LedgerEntry, { policy }: Trust, problem: Report): void {
  const { origin } = statement.predicate.ledger
  if (policy.origin !== undefined && policy.origin !== origin)
    problem('origin-mismatch', `the ledger is ${origin}, and the policy names ${policy.origin}`)
  if (policy.genesis !== undefined && policy.genesis !== sha256)
    problem('genesis-mismatch', `its statement has the digest ${sha256}, and the policy names ${policy.genesis}`)
}

function isExpectedHead({ index, sha256 }: LedgerEntry, trust: Trust | undefined, problem: Report): boolean {
  const expected = trust?.policy.expectHead
  if (expected?.index !== index) return false
  if (expected.sha256 === sha256) return true
  problem('head-mismatch', `its statement has the digest ${sha256}, and ${expected.sha256} is known`)
  return false
}
