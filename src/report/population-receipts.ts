import type { Receipt } from '../model/receipt.ts'
import type { PopulationHead } from './json/population.ts'

/** So many kinds of requests are told apart. */
const MAX_KINDS = 50
const MAX_TEXT = 500
/** A difference of clocks beyond this is pointed out: times of the source and of the agent cannot be compared without it. */
export const MAX_SKEW_SECONDS = 60
/** The `Date` header has whole seconds: on average half of one is cut off. */
const CUT_OFF_MS = 500

export type Asked = Pick<PopulationHead, 'asked' | 'askedOmitted'>

/** Gathers from receipts what was asked of a source: requests that differ only in page or cursor are of one kind. */
export function gatherAsked() {
  const kinds = new Map<string, { count: number; first: string }>()
  let omitted = 0
  return {
    add(receipt: Receipt): void {
      const { request, whole } = namesOf(receipt)
      const known = kinds.get(request)
      if (known) known.count += 1
      else if (kinds.size < MAX_KINDS) kinds.set(request, { count: 1, first: whole.slice(0, MAX_TEXT) })
      else omitted += 1
    },
    finish: (): Asked => ({
      asked: [...kinds].map(([request, { count, first }]) => ({ request: request.slice(0, MAX_TEXT), count, first })),
      askedOmitted: omitted,
    }),
  }
}

function namesOf(receipt: Receipt): { request: string; whole: string } {
  if (receipt.kind === 'command') {
    const whole = [receipt.program, ...receipt.args].join(' ')
    return { request: whole, whole }
  }
  const { method, url, operation } = receipt
  const path = url.split('?')[0] ?? url
  return { request: operation === undefined ? `${method} ${path}` : `${operation} (${method} ${path})`, whole: url }
}

/** What the receipts of a population say of how it was read. */
export type Transcript = Asked & Pick<PopulationHead, 'failedAttempts' | 'keptAnswers' | 'requestIds' | 'clock'>

type RequestId = PopulationHead['requestIds'][number]

/**
 * The same with what else a reader asks for. Memory does not grow with the number of receipts.
 * @param total how many there will be: the middle one is among the ids that are named
 */
export function gatherTranscript(total: number) {
  const asked = gatherAsked()
  const clock = gatherClock()
  let seen = 0
  let failedAttempts = 0
  let kept = 0
  let oldest: string | undefined
  const ids: { first?: RequestId; middle?: RequestId; last?: RequestId } = {}
  return {
    add(receipt: Receipt): void {
      asked.add(receipt)
      clock.add(receipt)
      seen += 1
      if (receipt.failure !== undefined) failedAttempts += 1
      if (receipt.kind === 'command') return
      if (receipt.kept !== undefined) {
        kept += 1
        const { receivedAt } = receipt.kept
        if (oldest === undefined || receivedAt < oldest) oldest = receivedAt
      }
      if (receipt.requestId === undefined) return
      const id = { id: receipt.requestId, at: receipt.at, request: namesOf(receipt).request.slice(0, MAX_TEXT) }
      ids.first ??= id
      if (seen > total / 2) ids.middle ??= id
      ids.last = id
    },
    finish(): Transcript {
      const { first, middle, last } = ids
      const named = [first, middle, last].filter((id) => id !== undefined)
      const measured = clock.finish()
      return {
        ...asked.finish(),
        failedAttempts,
        ...(oldest !== undefined && { keptAnswers: { count: kept, oldest } }),
        requestIds: named.filter(({ id }, place) => named.findIndex((one) => one.id === id) === place),
        ...(measured && { clock: measured }),
      }
    },
  }
}

/** How far the clock of the agent was ahead of the source's, as whole seconds: answers by that difference. */
function gatherClock() {
  const answers = new Map<number, number>()
  return {
    add(receipt: Receipt): void {
      const theirs = receipt.kind === 'http' ? Date.parse(receipt.serverDate ?? '') : Number.NaN
      if (Number.isNaN(theirs)) return
      // Adding zero: rounding a small negative number gives -0, which JSON and people know nothing of.
      const ahead = Math.round((Date.parse(receipt.at) - theirs - CUT_OFF_MS) / 1000) + 0
      answers.set(ahead, (answers.get(ahead) ?? 0) + 1)
    },
    finish(): PopulationHead['clock'] {
      const sorted = [...answers].sort(([a], [b]) => a - b)
      const all = sorted.reduce((sum, [, count]) => sum + count, 0)
      const [least, most] = [sorted[0]?.[0], sorted.at(-1)?.[0]]
      if (least === undefined || most === undefined) return undefined
      let before = 0
      const middle = sorted.find(([, count]) => (before += count) > Math.floor(all / 2))
      return { answers: all, aheadSeconds: middle?.[0] ?? least, least, most }
    },
  }
}
