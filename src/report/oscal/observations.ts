import type { OutcomeLine } from '../../model/index-line.ts'
import type { ResultLine } from '../../model/result.ts'
import { type BundleFile, receiptsFile, recordsFile, resultsFile } from '../machine/bundle-files.ts'
import type { SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, subjectsOf } from '../machine/judged.ts'
import { listOf, objectWith } from '../machine/pieces.ts'
import { markup } from '../machine/texts.ts'
import { examinationId, fileId, scopeId, sourceId, subjectId, testId } from './ids.ts'
import { countsOf } from './objectives.ts'
import { origins, props, unlessEmpty } from './parts.ts'

/** Every check on every source (TEST, with all its subjects), then every stream of every source (EXAMINE, with its scopes). */
export function* observations(run: SealedEvidence, judged: readonly JudgedCheck[]): Iterable<AsyncIterable<string>> {
  for (const one of judged) yield test(run, one)
  for (const lines of streamsOf(run)) yield examination(run, lines)
}

/** Outcomes by stream of a source, in the order of the index. */
function streamsOf({ outcomes }: SealedEvidence): OutcomeLine[][] {
  return [...Map.groupBy(outcomes, ({ source, stream }) => JSON.stringify([source, stream])).values()]
}

function evidence(run: SealedEvidence, files: readonly BundleFile[]): object {
  return unlessEmpty(
    'relevant-evidence',
    files.map((file) => ({ href: `#${fileId(run, file)}`, description: markup(file.title) })),
  )
}

function test(run: SealedEvidence, judged: JudgedCheck): AsyncIterable<string> {
  const { planned, status, reason, line, records } = judged
  const { id, source, title, criteria, severity, revision, params } = planned
  const head = {
    uuid: testId(run, source, id),
    title: markup(title),
    description: `Passes if: ${markup(criteria.pass)}\n\nFails if: ${markup(criteria.fail)}`,
    props: props({
      check: id,
      source,
      revision,
      severity,
      status,
      reason,
      params: JSON.stringify(params),
      ...(line && countsOf(line.summary.counts)),
    }),
    methods: ['TEST'],
    types: ['control-objective'],
    origins: origins(run),
    collected: readFrom(run, judged),
    ...(line && evidence(run, [resultsFile(run, line), ...records.map((one) => recordsFile(run, one))])),
    ...remarksOf(judged),
  }
  const all = subjectsOf(run, judged)
  const subjects =
    line === undefined || line.count === 0
      ? listOf([{ 'subject-uuid': sourceId(run, source), type: 'component', title: markup(source) }])
      : listOf(subjectReferences(run, source, all))
  return objectWith(head, { subjects })
}

async function* subjectReferences(
  run: SealedEvidence,
  source: string,
  results: AsyncIterable<{ result: ResultLine }>,
): AsyncIterable<object> {
  for await (const { result } of results) {
    const { status, reason, detail, name, subject } = result
    yield {
      'subject-uuid': subjectId(run, source, result),
      type: 'inventory-item',
      title: markup(name ?? subject),
      props: props({ status, reason }),
      ...(detail !== undefined && { remarks: markup(detail) }),
    }
  }
}

/** The earliest time at which any of the records was read; that of the run where there are none. */
function readFrom({ plan }: SealedEvidence, { records }: JudgedCheck): string {
  const times = records.map(({ collectedAt, carriedOver }) => carriedOver?.oldest ?? collectedAt)
  return times.toSorted()[0] ?? plan.run.openedAt
}

function remarksOf({ status, line, planned }: JudgedCheck): { remarks?: string } {
  const incomplete = line?.summary.incomplete ?? []
  const remarks = [
    ...(status === 'withheld' ? ['The results of this check are withheld from this evidence.'] : []),
    ...(planned.disabled === undefined ? [] : [`Turned off by config: ${markup(planned.disabled)}`]),
    ...incomplete.map(({ planItem, reason }) => `Not read whole: ${markup(planItem)} (${reason})`),
  ]
  return remarks.length === 0 ? {} : { remarks: remarks.join('\n\n') }
}

function examination(run: SealedEvidence, lines: readonly OutcomeLine[]): AsyncIterable<string> {
  const [first] = lines
  const { source, stream } = first ?? { source: '', stream: '' }
  const planned = run.plan.sources.find(({ id }) => id === source)?.streams.find(({ id }) => id === stream)
  const isPopulation = planned?.occurredAt !== undefined
  const { period } = run.plan.run
  const head = {
    uuid: examinationId(run, source, stream),
    title: markup(`${stream} of ${source}`),
    description: isPopulation
      ? `What happened from ${period.from} (inclusive) to ${period.to} (exclusive), in UTC. Nothing is judged here.`
      : 'What the source holds, when it was read. Nothing is judged here.',
    props: props({
      source,
      stream,
      version: planned?.version,
      'plan-items': lines.length,
      'plan-items-complete': lines.filter(({ outcome }) => outcome.status === 'complete').length,
      records: lines.reduce((sum, { outcome }) => sum + outcome.records, 0),
    }),
    methods: ['EXAMINE'],
    origins: origins(run),
    collected: lines.map(({ outcome }) => outcome.startedAt).toSorted()[0] ?? run.plan.run.openedAt,
    ...evidence(
      run,
      lines.flatMap((line) => filesOf(run, line)),
    ),
  }
  return objectWith(head, { subjects: listOf(lines.map((line) => scopeReference(run, line))) })
}

function filesOf(run: SealedEvidence, { planItem }: OutcomeLine): BundleFile[] {
  const records = run.records.get(planItem)
  const receipts = run.receipts.get(planItem)
  return [...(records ? [recordsFile(run, records)] : []), ...(receipts ? [receiptsFile(run, receipts)] : [])]
}

function scopeReference(run: SealedEvidence, { source, scope, outcome }: OutcomeLine): object {
  const whole = scope === '*'
  return {
    'subject-uuid': whole ? sourceId(run, source) : scopeId(run, source, scope),
    type: whole ? 'component' : 'inventory-item',
    title: markup(whole ? source : scope),
    props: props({
      status: outcome.status,
      reason: outcome.reason,
      records: outcome.records,
      pages: outcome.pages,
      'source-total': outcome.sourceTotal,
      'carried-over': outcome.carriedOver?.count,
      'carried-over-oldest': outcome.carriedOver?.oldest,
    }),
    ...(outcome.detail !== undefined && { remarks: markup(outcome.detail) }),
  }
}
