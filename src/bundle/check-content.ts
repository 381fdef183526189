import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { Carried } from '../model/carried.ts'
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
  const carried: CarriedSoFar = { key: '', oldest: undefined }
  let bad = false
  const tree = file.kind === 'records' && file.lines !== undefined ? compactRange() : undefined

  function add(line: string, number: number): void {
    tree?.add(leafHash(line))
    if (bad) return
    try {
      if (file.kind === 'carried') readCarried(line, carried)
      else readLine(file.kind, line, tally)
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
    if (bad) return
    if (file.kind === 'carried' && carried.oldest !== file.oldest)
      report(
        'counts-wrong',
        `the earliest time in it is ${carried.oldest}, and the index says ${file.oldest}`,
        file.path,
      )
    if (file.kind !== 'results') return
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

interface CarriedSoFar {
  key: string
  oldest: string | undefined
}

/** @throws if the line has another shape, or its key does not come after the one before it */
function readCarried(line: string, soFar: CarriedSoFar): void {
  const { key, readAt } = Carried.parse(parseCanonical(line))
  if (key <= soFar.key) throw new TypeError('keys ascend')
  soFar.key = key
  if (soFar.oldest === undefined || readAt < soFar.oldest) soFar.oldest = readAt
}

function readLine(kind: Exclude<FileLine['kind'], 'carried'>, line: string, tally: Record<Status, number>): void {
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
