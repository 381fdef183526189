import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { Carried } from '../model/carried.ts'
import { ControlLine } from '../model/control.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import { isWithin, occurrenceIn } from '../model/occurrence.ts'
import type { Plan } from '../model/plan.ts'
import { Receipt } from '../model/receipt.ts'
import { ResultLine, type Status } from '../model/result.ts'
import type { FileLine } from './layout.ts'
import { compactRange, leafHash, lineTree } from './merkle.ts'
import { type FileRead, readByteLines, readFile } from './read-file.ts'
import type { Report } from './reasons.ts'

/** What a file holds, whatever the index says of it. */
export interface Content extends FileRead {
  /** The first line that is not canonical JSON of the shape of its kind, from 1. Of records only if they were parsed. */
  badLine?: number
  /** Of the tree over the lines, if it was asked for. */
  rootHash?: string
  /** Of results. */
  tally?: Readonly<Record<Status, number>>
  /** The earliest time in a file of carried-over records. */
  oldest?: string
  /** Of a population of events: epoch milliseconds of the first and the last, or the first line that does not say when, from 1. */
  occurrences?: Occurrences
}

interface Occurrences {
  first?: number
  last?: number
  badLine?: number
}

/**
 * Reads a file of a run once, to its end, in constant memory. Results, receipts and controls are parsed. The shape of records
 * belongs to their collector, which a verifier does not have, so of them only the form can be looked at, and it is only if
 * `deep`: otherwise their bytes are hashed and their lines counted (docs/adr/0021).
 * @param options.occurredAt of a population of events: where each of its records says when it happened
 * @throws StoreError
 */
export async function readContent(
  reader: Pick<EvidenceReader, 'get' | 'digestOf'>,
  key: string,
  {
    kind,
    tree,
    deep,
    occurredAt,
  }: { kind: FileLine['kind']; tree: boolean; deep: boolean; occurredAt?: string | undefined },
): Promise<Content> {
  if (kind === 'records' && !deep && occurredAt === undefined) {
    const lines = tree ? lineTree() : undefined
    const read = await readByteLines(reader, key, lines?.add)
    return { ...read, ...(lines && { rootHash: lines.rootHash() }) }
  }
  const tally: Record<Status, number> = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0 }
  const carried: CarriedSoFar = { key: '', oldest: undefined }
  const range = tree ? compactRange() : undefined
  const occurrences: Occurrences = {}
  let badLine: number | undefined
  const read = await readFile(reader, key, (line, number) => {
    range?.add(leafHash(line))
    if (occurredAt !== undefined) noteOccurrence(occurrences, line, number + 1, occurredAt)
    if (badLine !== undefined) return
    try {
      if (kind === 'carried') readCarried(line, carried)
      else if (kind !== 'records' || deep) readLine(kind, line, tally)
    } catch {
      badLine = number + 1
    }
  })
  return {
    ...read,
    ...(badLine !== undefined && { badLine }),
    ...(range && { rootHash: range.rootHash() }),
    ...(kind === 'results' && { tally }),
    ...(carried.oldest !== undefined && { oldest: carried.oldest }),
    ...(occurredAt !== undefined && { occurrences }),
  }
}

function noteOccurrence(soFar: Occurrences, line: string, number: number, path: string): void {
  try {
    const time = occurrenceIn(JSON.parse(line), path)
    if (time === undefined) return
    if (soFar.first === undefined || time < soFar.first) soFar.first = time
    if (soFar.last === undefined || time > soFar.last) soFar.last = time
  } catch {
    soFar.badLine ??= number
  }
}

/**
 * Where the records of a file say when they happened, if the plan has them for a population of events.
 */
export function occurredAtOf(plan: Plan | undefined, file: FileLine): string | undefined {
  if (file.kind !== 'records') return undefined
  for (const { id, streams } of plan?.sources ?? []) {
    const planned = streams.find((stream) => file.planItem.startsWith(`${id}/${stream.id}/`))
    if (planned !== undefined) return planned.occurredAt
  }
  return undefined
}

/** Compares what a file holds with its line of the index, and when events happened with the period of the run. */
export function checkContent(file: FileLine, content: Content, report: Report, period?: Plan['run']['period']): void {
  const problem: Report = (code, detail) => report(code, detail, file.path)
  if (content.sha256 !== file.sha256) {
    // What the lines are is only of interest if they are the ones that were sealed.
    problem('object-changed', `it has the digest ${content.sha256}, and the index says ${file.sha256}`)
    return
  }
  if (content.size !== file.size) problem('size-wrong', `it has ${content.size} bytes, and the index says ${file.size}`)
  if (content.badLine !== undefined)
    problem('content-invalid', `line ${content.badLine} is not a canonical line of ${file.kind}`)
  if (content.problem !== undefined) {
    problem('content-invalid', content.problem)
    return
  }
  if (content.count !== file.count)
    problem('counts-wrong', `it has ${content.count} lines, and the index says ${file.count}`)
  if (file.kind === 'records' && content.rootHash !== file.lines?.rootHash)
    problem('root-wrong', 'the tree over its lines has another root than the index says')
  if (file.kind === 'carried' && content.badLine === undefined && content.oldest !== file.oldest)
    problem('counts-wrong', `the earliest time in it is ${content.oldest}, and the index says ${file.oldest}`)
  if (content.occurrences !== undefined && period !== undefined) checkOccurrences(content.occurrences, period, problem)
  if (file.kind === 'results' && content.badLine === undefined) checkTally(file, content, problem)
}

function checkOccurrences({ first, last, badLine }: Occurrences, period: Plan['run']['period'], problem: Report): void {
  if (badLine !== undefined) problem('period-wrong', `line ${badLine} does not say when it happened`)
  const outside = [first, last].find((time) => !isWithin(period, time))
  if (outside === undefined) return
  problem(
    'period-wrong',
    `a record happened at ${new Date(outside).toISOString()}, and the period is ${period.from} to ${period.to}`,
  )
}

function checkTally(
  { summary }: Extract<FileLine, { kind: 'results' }>,
  { tally, count }: Content,
  problem: Report,
): void {
  const { inScope, passed, failed, notApplicable, unknown, excepted } = summary.counts
  const agree =
    tally?.pass === passed &&
    tally.fail === failed + excepted &&
    tally['not-applicable'] === notApplicable &&
    tally.unknown === unknown &&
    count === inScope
  if (agree) return
  problem(
    'results-mismatch',
    `its results are ${canonicalize(tally ?? {})}, and its summary counts ${canonicalize(summary.counts)}`,
  )
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
