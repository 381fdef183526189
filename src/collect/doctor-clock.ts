import { Receipt } from '../model/receipt.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'

/** The header has whole seconds: on average half of one is cut off. */
const CUT_OFF_MS = 500

/**
 * How far this machine's clock is ahead of the source's, in whole seconds, as the median over all answers that carried a
 * `Date` (RFC 9110, 6.6.1); one slow answer then does not count. `undefined` if none did.
 */
export async function measureClock(
  evidence: Evidence,
  files: readonly StoredObject[],
): Promise<{ aheadSeconds: number; answers: number } | undefined> {
  const ahead: number[] = []
  for (const { sha256 } of files) {
    for await (const lines of evidence.lines(sha256)) {
      for (const line of lines) {
        const receipt = Receipt.parse(JSON.parse(line))
        const theirs = receipt.kind === 'http' ? Date.parse(receipt.serverDate ?? '') : Number.NaN
        if (!Number.isNaN(theirs)) ahead.push(Date.parse(receipt.at) - theirs - CUT_OFF_MS)
      }
    }
  }
  const middle = ahead.sort((a, b) => a - b)[Math.floor(ahead.length / 2)]
  // Adding zero: rounding a small negative number gives -0, which JSON and people know nothing of.
  return middle === undefined ? undefined : { aheadSeconds: Math.round(middle / 1000) + 0, answers: ahead.length }
}
