import {
  type CarriedLine,
  type IndexLine,
  type OutcomeLine,
  planItemId,
  type ResultsLine,
  type SourceLine,
  type WithheldLine,
} from '../model/index-line.ts'
import { canonicalize } from '../model/canonical.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import type { Counts, Status } from '../model/result.ts'
import type { Statement } from '../model/statement.ts'
import { type FileLine, FOLDERS, INDEX, isFileLine } from './layout.ts'
import { type CompactRange, compactRange, hashOf, leafHash, TREE_HASH } from './merkle.ts'
import { printable, type Report } from './reasons.ts'

type Predicate = Statement['predicate']

/** What the index adds up to: the part of the statement that is computed from it. */
export interface IndexSummary {
  status: Predicate['run']['status']
  items: Predicate['items']
  outcomes: Predicate['outcomes']
  results: Predicate['results']
  subjects: Counts
  /** Files by bundle path. */
  files: ReadonlyMap<string, FileLine>
  /** Everything that did not end `complete`, in index order; sources by their id. */
  incomplete: readonly Incomplete[]
  /** Lines that are withheld, by reason. With any, what is summed up here is that of the other lines, but for `outcomes`. */
  withheld: ReadonlyMap<string, number>
}

export interface Incomplete {
  planItem: string
  status: 'partial' | 'failed'
  reason: NonNullable<Outcome['reason']>
}

/**
 * Compares an index with itself and with the plan, line by line, and adds it up. The sealer refuses to sign, and `verify`
 * rejects, what is reported here: one function, so that they cannot come apart. Without a plan (it could not be read) the
 * comparisons with it are left out.
 *
 * In an export, lines may be withheld: `records`, `carried`, `receipts` and `results`, of which the others tell how many there must be.
 */
export function checkIndex(
  plan: Plan | undefined,
  report: Report,
): {
  /** @param text the line as it is written, without line feed */
  add(line: IndexLine | WithheldLine, text: string): void
  finish(): IndexSummary
} {
  const seen: Seen = {
    tree: compactRange(),
    sources: new Map(),
    outcomes: new Map(),
    records: new Map(),
    carried: new Map(),
    receipts: [],
    results: new Map(),
    controls: new Set(),
    files: new Map(),
    withheld: new Map(),
    withheldSeqs: new Set(),
    missing: 0,
    lines: 0,
  }
  const problem: Report = (code, detail, file = INDEX) => report(code, detail, file)
  return {
    add(line, text) {
      seen.tree.add(line.kind === 'withheld' ? hashOf(line.leafHash) : leafHash(text))
      add(seen, line, problem)
    },
    finish() {
      checkItems(seen, problem)
      if (plan) checkPlanned(plan, seen, problem)
      checkDerivations(seen, problem)
      const { withheldSeqs, missing } = seen
      if (withheldSeqs.size > 0 && missing > withheldSeqs.size)
        problem('withheld-invalid', `${missing} lines are missing, and ${withheldSeqs.size} are withheld`)
      return summarise(seen)
    },
  }
}

interface Seen {
  tree: CompactRange
  sources: Map<string, SourceLine>
  /** By plan item. */
  outcomes: Map<string, OutcomeLine>
  records: Map<string, Extract<IndexLine, { kind: 'records' }>>
  carried: Map<string, CarriedLine>
  receipts: string[]
  /** By check and source. */
  results: Map<string, ResultsLine>
  controls: Set<string>
  files: Map<string, FileLine>
  /** By reason. */
  withheld: Map<string, number>
  withheldSeqs: Set<number>
  /** Lines of records, carried-over ones and results that must have been there, and are not disclosed. */
  missing: number
  lines: number
}

/** Whether a line that must be there may be among the withheld ones; then it is counted. */
function mayBeWithheld(seen: Seen): boolean {
  seen.missing += 1
  return seen.withheldSeqs.size > 0
}

const resultsKey = (check: string, source: string) => `${check} of ${source}`

function add(seen: Seen, line: IndexLine | WithheldLine, problem: Report): void {
  if (line.seq !== seen.lines) problem('index-invalid', `line ${seen.lines} has the number ${line.seq}`)
  seen.lines += 1
  if (isFileLine(line)) addFile(seen, line, problem)
  switch (line.kind) {
    case 'source':
      if (seen.sources.has(line.source)) problem('index-invalid', `two lines for the source ${line.source}`)
      seen.sources.set(line.source, line)
      return
    case 'records':
      if (seen.records.has(line.planItem)) problem('index-invalid', `two records files for ${printable(line.planItem)}`)
      if (line.lines !== undefined && line.lines.count !== line.count)
        problem('counts-wrong', `line ${line.seq}: its tree has ${line.lines.count} lines, and the file ${line.count}`)
      seen.records.set(line.planItem, line)
      return
    case 'carried':
      if (seen.carried.has(line.planItem)) problem('index-invalid', `two carried files for ${printable(line.planItem)}`)
      seen.carried.set(line.planItem, line)
      return
    case 'receipts':
      seen.receipts.push(line.planItem)
      return
    case 'outcome': {
      const item = planItemId(line.source, line.stream, line.scope)
      if (line.planItem !== item)
        problem(
          'index-invalid',
          `line ${line.seq}: plan item ${printable(line.planItem)} is not its own source, stream and scope`,
        )
      if (seen.outcomes.has(item)) problem('outcome-duplicate', `two outcomes for ${printable(item)}`)
      seen.outcomes.set(item, line)
      return
    }
    case 'results': {
      const key = resultsKey(line.summary.check, line.summary.source)
      if (seen.results.has(key)) problem('results-mismatch', `two results files for ${printable(key)}`)
      seen.results.set(key, line)
      return
    }
    case 'controls':
      if (seen.controls.has(line.mapping))
        problem('controls-mismatch', `two controls files for ${printable(line.mapping)}`)
      seen.controls.add(line.mapping)
      return
    case 'withheld':
      seen.withheldSeqs.add(seen.lines - 1)
      seen.withheld.set(line.reason, (seen.withheld.get(line.reason) ?? 0) + 1)
  }
}

function addFile(seen: Seen, line: FileLine, problem: Report): void {
  if (!line.path.startsWith(FOLDERS[line.kind]))
    problem('index-invalid', `line ${line.seq}: ${line.path} is not in ${FOLDERS[line.kind]}`)
  if (seen.files.has(line.path)) problem('index-invalid', `two lines for the path ${line.path}`)
  seen.files.set(line.path, line)
}

function checkItems(seen: Seen, problem: Report): void {
  for (const [item, records] of seen.records) {
    if (!seen.outcomes.has(item))
      problem('outcome-missing', `${printable(item)} has records and no outcome`, records.path)
  }
  for (const [item, { outcome }] of seen.outcomes) {
    const left = leftOut(outcome)
    if (left !== undefined) problem('counts-wrong', `${printable(item)} is complete, and ${left}`)
    const records = seen.records.get(item)
    if (records === undefined && outcome.records > 0 && mayBeWithheld(seen)) continue
    const counted = records?.count ?? 0
    if (counted !== outcome.records)
      problem('counts-wrong', `${printable(item)}: the outcome says ${outcome.records} records, the index ${counted}`)
  }
  checkCarried(seen, problem)
  for (const item of seen.receipts) {
    if (!seen.outcomes.has(item) && !seen.sources.has(item))
      problem('outcome-missing', `${printable(item)} has receipts and no outcome`)
  }
}

/** What was not read, by the numbers of an outcome that says that all was. */
function leftOut({ status, records, sourceTotal = records, gaps }: Outcome): string | undefined {
  if (status !== 'complete') return undefined
  if (sourceTotal !== records) return `the source counts ${sourceTotal} records, and the outcome ${records}`
  return gaps.length > 0 ? 'it says that parts could not be read' : undefined
}

/** What is said of carried-over records agrees wherever it is said, and none is older than the last full sweep. */
function checkCarried(seen: Seen, problem: Report): void {
  for (const [item, { outcome }] of seen.outcomes) {
    const { carriedOver, sweep, startedAt, records } = outcome
    const file = seen.carried.get(item)
    const wrong = (detail: string) => problem('index-invalid', `${printable(item)}: ${detail}`)
    const said = canonicalize(carriedOver ?? null)
    const line = seen.records.get(item)
    const isLineWithheld = line === undefined && records > 0 && seen.withheldSeqs.size > 0
    if (!isLineWithheld && canonicalize(line?.carriedOver ?? null) !== said)
      wrong('its records line says something else of carried-over records than its outcome')
    const isFileWithheld = file === undefined && carriedOver !== undefined && mayBeWithheld(seen)
    if (
      !isFileWithheld &&
      canonicalize(file === undefined ? null : { count: file.count, oldest: file.oldest }) !== said
    )
      problem(
        'counts-wrong',
        `${printable(item)}: the outcome carries over ${carriedOver?.count ?? 0} records, the index ${file?.count ?? 0}`,
      )
    if (sweep !== undefined && sweep.fullAt > startedAt) wrong('its last full sweep began after it')
    if (sweep?.kind === 'full' && sweep.fullAt !== startedAt) wrong('it is a full sweep that began at another time')
    if (carriedOver === undefined) continue
    if (sweep?.kind !== 'increment') wrong('records are carried over, and it is no increment')
    if (carriedOver.count > records) wrong(`${carriedOver.count} of ${records} records are carried over`)
    if (carriedOver.oldest >= startedAt) wrong('a record is carried over that was read in the run itself')
    if (sweep !== undefined && carriedOver.oldest < sweep.fullAt) wrong('a record is older than the last full sweep')
  }
  for (const item of seen.carried.keys()) {
    if (!seen.outcomes.has(item))
      problem('outcome-missing', `${printable(item)} carries records over and has no outcome`)
  }
}

function checkPlanned(plan: Plan, seen: Seen, problem: Report): void {
  const items = new Map<string, string>()
  for (const planned of plan.sources) {
    const source = seen.sources.get(planned.id)
    if (!source) {
      problem('outcome-missing', `nothing says how opening the source ${planned.id} ended`)
      continue
    }
    if (source.collector !== planned.collector)
      problem('index-invalid', `the source ${planned.id} was planned for the collector ${printable(planned.collector)}`)
    for (const stream of planned.streams) {
      for (const scope of plannedScopes(stream, source))
        items.set(planItemId(planned.id, stream.id, scope), `${stream.id}/${stream.version}`)
    }
  }
  for (const source of seen.sources.keys()) {
    if (!plan.sources.some((planned) => planned.id === source))
      problem('index-invalid', `the source ${source} was not planned`)
  }
  for (const item of items.keys()) {
    if (!seen.outcomes.has(item)) problem('outcome-missing', `nothing says how ${printable(item)} ended`)
  }
  for (const item of seen.outcomes.keys()) {
    if (!items.has(item)) problem('index-invalid', `${printable(item)} was not planned`)
  }
  checkPopulations(plan, seen, problem)
  for (const [item, records] of seen.records) {
    const schema = items.get(item)
    if (schema !== undefined && records.schema !== schema)
      problem('index-invalid', `${printable(item)} was planned as ${printable(schema)}`, records.path)
  }
  checkPlannedResults(plan, seen, problem)
}

/** Nobody can have read all that happened in a period before it had ended. */
function checkPopulations({ run, sources }: Plan, seen: Seen, problem: Report): void {
  const populations = new Set(
    sources.flatMap(({ id, streams }) =>
      streams.filter(({ occurredAt }) => occurredAt !== undefined).map((stream) => `${id}/${stream.id}`),
    ),
  )
  for (const { source, stream, planItem, outcome } of seen.outcomes.values()) {
    if (outcome.status !== 'complete' || !populations.has(`${source}/${stream}`)) continue
    const { to } = run.period
    if (outcome.startedAt < to)
      problem(
        'period-wrong',
        `${printable(planItem)} is complete, was read from ${outcome.startedAt} on, and its period ends on ${to}`,
      )
  }
}

/** Scopes a stream must have a plan item for; one of no known scope where the source has none. */
function plannedScopes({ appliesTo }: Plan['sources'][number]['streams'][number], { scopes }: SourceLine): string[] {
  if (scopes.length === 0) return ['*']
  return scopes
    .filter(({ excluded, kind }) => {
      if (excluded !== undefined) return false
      return appliesTo === undefined || (kind !== undefined && appliesTo.includes(kind))
    })
    .map(({ id }) => id)
}

function checkPlannedResults(plan: Plan, seen: Seen, problem: Report): void {
  const planned = new Map(plan.checks.map((check) => [resultsKey(check.id, check.source), check]))
  for (const [key, check] of planned) {
    const line = seen.results.get(key)
    if (!line) {
      if (mayBeWithheld(seen)) continue
      problem('results-mismatch', `there are no results of the check ${printable(key)}`)
      continue
    }
    if (line.summary.revision !== check.revision)
      problem('results-mismatch', `${printable(key)}: revision ${check.revision} was planned`, line.path)
    const contradiction = contradictionIn(line, check, seen)
    if (contradiction) problem('results-mismatch', `${printable(key)}: ${contradiction}`, line.path)
  }
  for (const [key, line] of seen.results) {
    if (!planned.has(key)) problem('results-mismatch', `the check ${printable(key)} was not planned`, line.path)
  }
  const mappings = new Set(plan.mappings.map((mapping) => mapping.id))
  for (const mapping of mappings) {
    if (!seen.controls.has(mapping))
      problem('controls-mismatch', `there are no controls of the mapping ${printable(mapping)}`)
  }
  for (const mapping of seen.controls) {
    if (!mappings.has(mapping)) problem('controls-mismatch', `the mapping ${printable(mapping)} was not planned`)
  }
}

/** The roll-up rules a summary must keep whatever its results: a failure is a `fail`, and only what was read whole passes. */
function contradictionIn({ summary }: ResultsLine, check: Plan['checks'][number], seen: Seen): string | undefined {
  const { status, counts, incomplete } = summary
  if (check.disabled !== undefined)
    return status === 'not-applicable' ? undefined : `it was turned off, and is ${status}`
  if ((status === 'fail') !== counts.failed > 0) return `${counts.failed} failed, and the check is ${status}`
  if (status !== 'pass') return undefined
  if (counts.unknown > 0 || incomplete.length > 0) return 'it passes with something unknown'
  const inputs = new Set(check.inputs)
  const unread = [...seen.outcomes.values()].find(
    (line) => line.source === check.source && inputs.has(line.stream) && line.outcome.status !== 'complete',
  )
  return unread && `it passes, and ${printable(unread.planItem)} is ${unread.outcome.status}`
}

function checkDerivations(seen: Seen, problem: Report): void {
  const records = new Set([...seen.records.values()].map((line) => line.seq))
  for (const line of seen.results.values()) {
    const wrong = line.derivedFrom.find((seq) => !records.has(seq) && !seen.withheldSeqs.has(seq))
    if (wrong !== undefined)
      problem('index-invalid', `derived from line ${wrong}, which is not a records line`, line.path)
  }
}

const COUNTS = ['inScope', 'inspected', 'passed', 'failed', 'notApplicable', 'unknown', 'excepted'] as const

function summarise(seen: Seen): IndexSummary {
  const outcomes = { complete: 0, partial: 0, failed: 0 }
  const results: Record<Status, number> = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0 }
  const subjects: Counts = { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
  let totalBytes = 0
  for (const { outcome } of seen.outcomes.values()) outcomes[outcome.status] += 1
  for (const { summary } of seen.results.values()) {
    results[summary.status] += 1
    for (const key of COUNTS) subjects[key] += summary.counts[key]
  }
  for (const { size } of seen.files.values()) totalBytes += size
  const ended = [
    ...[...seen.sources.values()].map((line) => ({ ...line, planItem: line.source })),
    ...seen.outcomes.values(),
  ]
  const incomplete = ended
    .sort((a, b) => a.seq - b.seq)
    .flatMap(({ planItem, outcome: { status, reason } }) =>
      status === 'complete' || !reason ? [] : [{ planItem, status, reason }],
    )
  return {
    status: runStatus(outcomes, incomplete.length > 0),
    items: { hash: TREE_HASH, count: seen.lines, rootHash: seen.tree.rootHash(), totalBytes },
    outcomes,
    results,
    subjects,
    files: seen.files,
    incomplete,
    withheld: seen.withheld,
  }
}

/** `failed`: nothing usable was read. `complete`: everything was, and every source told what it is. */
function runStatus(outcomes: Predicate['outcomes'], incomplete: boolean): IndexSummary['status'] {
  if (!incomplete) return 'complete'
  return outcomes.complete + outcomes.partial > 0 ? 'partial' : 'failed'
}
