import { canonicalize } from '../model/canonical.ts'
import type { PlannedCheck } from '../model/plan.ts'
import { planItemId } from '../model/index-line.ts'
import { type CheckSummary, type ResultLine, STATUSES } from '../model/result.ts'
import type { Evidence, ObjectWriter, StoredObject } from '../model/staging.ts'
import type { AllCheck, Check, EachCheck, Result, Verdict } from '../sdk/check.ts'
import { asReadError, REASONS } from '../sdk/errors.ts'
import type { Stream } from '../sdk/stream.ts'
import { datasetOf, incompleteOf, type Missing, type Population, populationsOf, readItems } from './datasets.ts'
import { count, createTally, rollUp, type Tally } from './roll-up.ts'

export interface EvaluationRequest {
  checks: readonly PlannedCheck[]
  checkOf: (id: string) => Check | undefined
  streamOf: (id: string) => Stream | undefined
  populations: readonly Population[]
  evidence: Evidence
  /** When the run was opened. */
  at: Date
}

export interface Evaluated {
  planned: PlannedCheck
  summary: CheckSummary
  results: StoredObject
  /** The populations it was computed from. */
  inputs: readonly Population[]
}

/**
 * Runs every planned check over the populations as written, in plan order. The checks that look at one record at a time
 * share one pass over their stream. A check that throws gives `unknown: invalid`, never a verdict.
 */
export async function runChecks(request: EvaluationRequest): Promise<Evaluated[]> {
  const active = request.checks.map((planned) => activate(planned, request))
  const passes = Map.groupBy(
    active.filter(({ check, planned }) => check?.kind === 'each' && planned.disabled === undefined),
    ({ planned }) => `${planned.source} ${planned.inputs[0]}`,
  )
  for (const sharing of passes.values()) await runEach(sharing, request)
  for (const one of active) {
    if (one.check?.kind === 'all' && one.planned.disabled === undefined) await runAll(one, one.check, request)
  }
  return Promise.all(active.map(conclude))
}

interface Active {
  planned: PlannedCheck
  check: Check | undefined
  inputs: readonly Population[]
  incomplete: readonly Missing[]
  tally: Tally
  writer: Promise<ObjectWriter>
}

function activate(planned: PlannedCheck, { checkOf, populations, evidence }: EvaluationRequest): Active {
  const check = checkOf(planned.id)
  const wanted = check === undefined || planned.disabled !== undefined ? [] : Object.values(check.inputs)
  return {
    planned,
    check,
    inputs: wanted.flatMap((input) => populationsOf(input, planned.source, populations)),
    incomplete: wanted.flatMap((input) => incompleteOf(input, populationsOf(input, planned.source, populations))),
    tally: createTally(),
    writer: evidence.create(),
  }
}

async function runEach(sharing: readonly Active[], { evidence, streamOf, at }: EvaluationRequest): Promise<void> {
  const [first] = sharing
  const stream = first && streamOf(first.planned.inputs[0] ?? '')
  if (first === undefined || stream === undefined) return
  const judges = await Promise.all(
    sharing.map(async ({ check, planned, tally, writer }) => ({
      check: check as EachCheck,
      context: { params: planned.params, at },
      tally,
      writer: await writer,
    })),
  )
  for (const population of first.inputs) {
    for await (const items of readItems(evidence, population, stream)) {
      for (const { record, key, label, scope, readAt } of items) {
        for (const { check, context, tally, writer } of judges) {
          const full = put(writer, tally, {
            ...judge(() => check.evaluate(record, { ...context, readAt })),
            subject: key,
            name: label,
            scope,
          })
          if (full) await full
        }
      }
    }
  }
}

async function runAll(active: Active, check: AllCheck, request: EvaluationRequest): Promise<void> {
  const { planned, tally, inputs, incomplete } = active
  const writer = await active.writer
  const datasets = Object.fromEntries(
    Object.entries(check.inputs).map(([name, input]) => {
      const own = populationsOf(input, planned.source, inputs)
      return [name, datasetOf(request.evidence, input, own, request.streamOf)]
    }),
  )
  try {
    for await (const result of check.evaluate(datasets, { params: planned.params, at: request.at })) {
      const { subject, name, scope } = result
      const missing = incomplete.find((one) => mattersTo(one, scope, check, planned.source))
      const verdict = onIncompleteData(
        judge(() => result),
        check,
        missing,
        result.ofAbsence,
      )
      await put(writer, tally, { ...verdict, subject, ...(name && { name }), ...(scope && { scope }) })
    }
  } catch (error) {
    await put(writer, tally, { ...checkFailed(error), subject: planned.id })
  }
}

/** Whether what is missing may change a result about the scope. */
function mattersTo(missing: Missing, scope: string | undefined, check: AllCheck, source: string): boolean {
  if (check.restsOn === undefined || scope === undefined) return true
  return missing.source !== source || missing.scope === '*' || check.restsOn(scope, missing.scope)
}

/** While an input is incomplete, a join shows nothing: neither that all is well nor, unless the check says so, that something is wrong. */
function onIncompleteData(verdict: Verdict, check: AllCheck, missing: Missing | undefined, ofAbsence = false): Verdict {
  if (missing === undefined || verdict.status === 'unknown') return verdict
  if (verdict.status === 'fail' && check.onPartialData === 'fails-stand' && !ofAbsence) return verdict
  return { status: 'unknown', reason: missing.reason, detail: `not judged: ${planItemOf(missing)} is incomplete` }
}

function judge(evaluate: () => Verdict | Result): Verdict {
  try {
    const verdict = evaluate()
    if (isVerdict(verdict)) return verdict
    return { status: 'unknown', reason: 'invalid', detail: 'the check gave an answer that is not a verdict' }
  } catch (error) {
    return checkFailed(error)
  }
}

function isVerdict(verdict: Verdict): boolean {
  if (!STATUSES.includes(verdict.status)) return false
  return verdict.status !== 'unknown' || REASONS.includes(verdict.reason)
}

function checkFailed(error: unknown): Verdict {
  const kind = error instanceof Error ? error.name : typeof error
  return { status: 'unknown', reason: asReadError(error).reason, detail: `the check itself failed (${kind})` }
}

function put(writer: ObjectWriter, tally: Tally, result: ResultLine): void | Promise<void> {
  count(tally, result)
  const { status, subject, name, scope } = result
  const line: ResultLine = { status, subject }
  if ('reason' in result && result.reason !== undefined) line.reason = result.reason
  if (result.detail !== undefined) line.detail = result.detail
  if (name !== undefined && name !== subject) line.name = name
  if (scope !== undefined) line.scope = scope
  return writer.write(canonicalize(line))
}

function planItemOf({ source, stream, scope }: Missing): string {
  return planItemId(source, stream, scope)
}

async function conclude({ planned, check, inputs, incomplete, tally, writer }: Active): Promise<Evaluated> {
  const results = await (await writer).store()
  const verdict =
    planned.disabled === undefined
      ? rollUp(tally, incomplete, check?.emptyPopulation, inputs.length)
      : ({ status: 'not-applicable', reason: 'disabled' } as const)
  const { id, revision, source } = planned
  return {
    planned,
    inputs,
    results,
    summary: {
      check: id,
      revision,
      source,
      ...verdict,
      counts: tally.counts,
      incomplete: incomplete.map((one) => ({ planItem: planItemOf(one), reason: one.reason })),
    },
  }
}
