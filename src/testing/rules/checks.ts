import { canonicalize } from '../../model/canonical.ts'
import type { CheckSummary } from '../../model/result.ts'
import type { Check, CheckInput } from '../../sdk/check.ts'
import type { Collector } from '../../sdk/collector.ts'
import type { Reason } from '../../sdk/errors.ts'
import type { Stream } from '../../sdk/stream.ts'
import type { Population } from '../../evaluate/datasets.ts'
import type { Outcome } from '../../model/outcome.ts'
import { foreignRecord, judge, writtenRecord } from '../judging.ts'
import { memoryEvidence } from '../memory-evidence.ts'
import type { Finding } from '../violation.ts'
import type { ContractContext, Rule } from './context.ts'

/** What each check says of its examples, and of less than they hold. */
export function checkRules(check: Check): Rule[] {
  return [
    {
      title: `${check.id}: gives each of its examples the status it stands for`,
      check: (context) => exampleFindings(context, check),
    },
    {
      title: `${check.id}: concludes nothing from nothing, and from part of the evidence`,
      check: (context) => emptinessFindings(context, check),
    },
    {
      title: `${check.id}: does not take what could not be read for good`,
      check: (context) => unreadFindings(context, check),
    },
  ]
}

type Params = Readonly<Record<string, unknown>>
/** Records of each input, by its name in the check. */
type Inputs = Readonly<Record<string, readonly unknown[]>>
interface Example {
  status: string
  inputs: Inputs
  params: Params
}

function examplesOf(check: Check): Example[] {
  return Object.entries(check.examples).map(([status, example]) => ({
    status,
    params: example.params ?? {},
    inputs: 'inputs' in example ? example.inputs : { records: [example.record] },
  }))
}

async function exampleFindings({ collector }: ContractContext, check: Check): Promise<Finding[]> {
  const examples = examplesOf(check)
  const findings = ['pass', 'fail']
    .filter((status) => !examples.some((example) => example.status === status))
    .map((status): Finding => disagreement(`${check.id} has no example of ${status}`))
  for (const { status, inputs, params } of examples) {
    let summary: CheckSummary
    try {
      summary = await judgeExample(collector, check, inputs, params)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      findings.push(disagreement(`${check.id}: the example of ${status} is not a record of its stream: ${why}`))
      continue
    }
    if (summary.status !== status)
      findings.push(
        disagreement(
          `${check.id}: its example of ${status} gives ${summary.status}${summary.reason ? ` (${summary.reason})` : ''}`,
        ),
      )
  }
  return findings
}

function disagreement(what: string): Finding {
  return {
    code: 'example-disagrees',
    what,
    instead:
      'has an example of pass and of fail at least, each a whole record as its stream writes it; they are printed in the docs.',
  }
}

async function emptinessFindings({ collector, fixture }: ContractContext, check: Check): Promise<Finding[]> {
  const findings: Finding[] = []
  const params = fixture.checks?.[check.id]?.params ?? {}
  const names = Object.keys(check.inputs)
  const nothing = Object.fromEntries(names.map((name) => [name, []]))
  const empty = await judgeExample(collector, check, nothing, params)
  const allowed = empty.status === 'unknown' || empty.status === 'not-applicable'
  if (!allowed) {
    findings.push({
      code: 'concludes-from-nothing',
      what: `${check.id} gives ${empty.status} when there is no record at all`,
      instead:
        "yields a result for what it saw only; if an empty population is a good reason not to apply, it sets `emptyPopulation: 'not-applicable'`.",
    })
  }
  const good = examplesOf(check).find(({ status }) => status === 'pass')
  for (const reason of good ? (['denied', 'truncated'] as const) : []) {
    const { status } = await judgeExample(collector, check, good?.inputs ?? {}, good?.params ?? {}, reason)
    if (status === 'pass') {
      findings.push({
        code: 'passes-without-evidence',
        what: `${check.id} passes on evidence that ended as ${reason}`,
        instead: 'gives pass only for complete evidence.',
      })
    }
  }
  return findings
}

/** The example of `fail`, with what was observed made unreadable: one field at a time, and all. */
async function unreadFindings({ collector }: ContractContext, check: Check): Promise<Finding[]> {
  const bad = examplesOf(check).find(({ status }) => status === 'fail')
  if (bad === undefined) return []
  const places = observedPlaces(bad.inputs)
  const variants = [...places.map((place) => [place]), ...(places.length > 1 ? [places] : [])]
  const findings: Finding[] = []
  for (const variant of variants) {
    const inputs: Inputs = JSON.parse(JSON.stringify(bad.inputs))
    for (const place of variant) makeUnread(inputs, place)
    const { status } = await judgeExample(collector, check, inputs, bad.params)
    if (status !== 'pass') continue
    findings.push({
      code: 'passes-unread',
      what: `${check.id}: its example of fail passes once ${variant.map((place) => place.join('.')).join(', ')} could not be read`,
      instead: 'looks at `state` first: `unread(field, …)` for unknown, and pass only for a value it saw.',
    })
  }
  return findings
}

type Place = readonly string[]

/** Paths of the fields of the form `{ state: 'observed' | 'absent', … }`; the outermost only. */
function observedPlaces(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return []
  if ('state' in value && (value.state === 'observed' || value.state === 'absent')) return [path]
  return Object.entries(value).flatMap(([name, field]) => observedPlaces(field, [...path, name]))
}

function makeUnread(inputs: Inputs, place: Place): void {
  let parent: Record<string, unknown> = inputs
  for (const step of place.slice(0, -1)) parent = parent[step] as Record<string, unknown>
  parent[place.at(-1) ?? ''] = { state: 'unknown', reason: 'denied' }
}

/** The verdict of one check on these records, by way of the engine. `reason`: their collection did not end complete. */
async function judgeExample(
  collector: Collector,
  check: Check,
  inputs: Inputs,
  params: Params,
  reason?: Reason,
): Promise<CheckSummary> {
  const evidence = memoryEvidence()
  const populations: Population[] = []
  for (const [name, input] of Object.entries<CheckInput>(check.inputs)) {
    if ('external' in input && input.optional && inputs[name] === undefined) continue
    const own = collector.streams.find(({ id }) => id === input.id)
    const writer = await evidence.create()
    const records = (inputs[name] ?? []).map((record) =>
      own ? writtenRecord(own, record) : foreignRecord(input, record),
    )
    for (const record of inKeyOrder(own, records)) await writer.write(canonicalize(record))
    const { sha256, count } = await writer.store()
    populations.push({
      source: 'contract',
      stream: input.id,
      scope: 'example',
      sha256,
      outcome: outcome(count, reason),
    })
  }
  const [summary] = await judge(collector, { checks: { [check.id]: { params } } }, evidence, populations, [check.id])
  if (summary === undefined) throw new Error(`${check.id} is not among the checks of the manifest`)
  return summary
}

/** As the engine writes them. */
function inKeyOrder(stream: Stream | undefined, records: unknown[]): unknown[] {
  if (stream === undefined) return records
  return records.sort((a, b) => (stream.key(a) < stream.key(b) ? -1 : 1))
}

function outcome(records: number, reason: Reason | undefined): Outcome {
  const at = '2026-01-05T06:00:00.000Z'
  const ended = { pages: 1, records, requests: 1, gaps: [], startedAt: at, endedAt: at }
  return reason === undefined ? { status: 'complete', ...ended } : { status: 'partial', reason, ...ended }
}
