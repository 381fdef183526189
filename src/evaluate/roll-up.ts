import { type CheckSummary, type Counts, NO_SCOPE, type ResultLine } from '../model/result.ts'

/** Counts results as they come, and remembers why subjects were unknown or not applicable. */
export interface Tally {
  counts: Counts
  reasons: Map<string, number>
}

export function createTally(): Tally {
  return {
    counts: { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 },
    reasons: new Map(),
  }
}

export function count(tally: Tally, result: ResultLine): void {
  const { counts, reasons } = tally
  counts.inScope += 1
  switch (result.status) {
    case 'pass':
      counts.inspected += 1
      counts.passed += 1
      return
    case 'fail':
      counts.inspected += 1
      counts.failed += 1
      return
    case 'not-applicable':
      counts.notApplicable += 1
      break
    case 'unknown':
      counts.unknown += 1
      break
  }
  const reason = `${result.status} ${result.reason ?? ''}`
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
}

/**
 * The verdict of a check on a source, in this order and nowhere else:
 * any failure is a `fail`, as a failure seen in partial data is still a fact; otherwise an input that is not complete
 * makes it `unknown`; otherwise any unknown subject does; an empty population is `unknown` unless the check says that it
 * is `not-applicable`, with another reason where no scope was read at all, as that is no recorded zero; if every subject
 * is not applicable, so is the check; what is left is a `pass`.
 */
export function rollUp(
  { counts, reasons }: Tally,
  incomplete: readonly Pick<CheckSummary['incomplete'][number], 'reason'>[],
  emptyPopulation: 'not-applicable' | undefined,
  scopes: number,
): Pick<CheckSummary, 'status' | 'reason'> {
  if (counts.failed > 0) return { status: 'fail' }
  const missing = incomplete[0]
  if (missing !== undefined) return { status: 'unknown', reason: missing.reason }
  if (counts.unknown > 0) return { status: 'unknown', ...mostFrequent('unknown', reasons) }
  if (counts.inScope === 0) {
    return { status: emptyPopulation ?? 'unknown', reason: scopes === 0 ? NO_SCOPE : 'empty-population' }
  }
  if (counts.notApplicable === counts.inScope) {
    return { status: 'not-applicable', ...mostFrequent('not-applicable', reasons) }
  }
  return { status: 'pass' }
}

/** The reason given most often for that status; of equals, the first in the alphabet. */
function mostFrequent(status: string, reasons: ReadonlyMap<string, number>): { reason?: string } {
  const [first] = [...reasons]
    .filter(([key]) => key.startsWith(`${status} `))
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const reason = first?.[0].slice(status.length + 1)
  return reason ? { reason } : {}
}
