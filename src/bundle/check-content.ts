import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { ControlLine } from '../model/control.ts'
import { Receipt } from '../model/receipt.ts'
import { ResultLine, type Status } from '../model/result.ts'
import type { FileLine } from './layout.ts'
import { compactRange, leafHash } from './merkle.ts'
import type { Report } from './reasons.ts'

/**
 * Looks at the lines of one file of a run: canonical JSON, and of the shape of their kind. The shape of records belongs
 * to their collector, which a verifier does not have, so of them only the form is checked. Reports the first bad line.
 */
export function checkContent(
  file: FileLine,
  report: Report,
): { add(line: string, number: number): void; finish(count: number): void } {
  const tally: Record<Status, number> = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0 }
  let bad = false
  const tree = file.kind === 'records' && file.lines !== undefined ? compactRange() : undefined

  function add(line: string, number: number): void {
    tree?.add(leafHash(line))
    if (bad) return
    try {
      readLine(file.kind, line, tally)
    } catch {
      bad = true
      report('content-invalid', `line ${number + 1} is not a canonical line of ${file.kind}`, file.path)
    }
  }

  function finish(count: number): void {
    if (count !== file.count)
      report('counts-wrong', `it has ${count} lines, and the index says ${file.count}`, file.path)
    if (tree !== undefined && file.kind === 'records' && tree.rootHash() !== file.lines?.rootHash)
      report('root-wrong', 'the tree over its lines has another root than the index says', file.path)
    if (file.kind !== 'results' || bad) return
    const { inScope, passed, failed, notApplicable, unknown, excepted } = file.summary.counts
    const agree =
      tally.pass === passed &&
      tally.fail === failed + excepted &&
      tally['not-applicable'] === notApplicable &&
      tally.unknown === unknown &&
      count === inScope
    if (!agree)
      report(
        'results-mismatch',
        `its results are ${canonicalize(tally)}, and its summary counts ${canonicalize(file.summary.counts)}`,
        file.path,
      )
  }

  return { add, finish }
}

function readLine(kind: FileLine['kind'], line: string, tally: Record<Status, number>): void {
  const value = parseCanonical(line)
  switch (kind) {
    case 'records':
      return
    case 'receipts':
      Receipt.parse(value)
      return
    case 'results':
      tally[ResultLine.parse(value).status] += 1
      return
    case 'controls':
      ControlLine.parse(value)
  }
}
