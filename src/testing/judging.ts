import { planCheck } from '../collect/plan.ts'
import { compileRedactions } from '../collect/redact.ts'
import type { Population } from '../evaluate/datasets.ts'
import { runChecks } from '../evaluate/run-checks.ts'
import type { PlannedCheck } from '../model/plan.ts'
import type { CheckSummary } from '../model/result.ts'
import type { Evidence } from '../model/staging.ts'
import type { CheckInput } from '../sdk/check.ts'
import type { Collector } from '../sdk/collector.ts'
import type { Stream } from '../sdk/stream.ts'
import type { Fixture } from './fixture.ts'
import { pseudonymise, SOURCE, START } from './setting.ts'

/** Evaluates checks over populations, as a run would. */
export async function judge(
  collector: Collector,
  settings: Pick<Fixture, 'checks'>,
  evidence: Evidence,
  populations: readonly Population[],
  only?: readonly string[],
): Promise<CheckSummary[]> {
  const planned = plannedChecks(collector, settings).filter(({ id }) => only === undefined || only.includes(id))
  const evaluated = await runChecks({
    checks: planned,
    checkOf: (id) => collector.checks.find((check) => check.id === id),
    streamOf: (id) => collector.streams.find((stream) => stream.id === id) ?? foreignStream(id),
    populations,
    evidence,
    at: new Date(START),
  })
  return evaluated.map(({ summary }) => summary)
}

function plannedChecks(collector: Collector, { checks = {} }: Pick<Fixture, 'checks'>): PlannedCheck[] {
  return collector.checks.map((check) => planCheck(check, SOURCE, checks[check.id] ?? {}, pseudonymise))
}

/** Stands for a stream of another collector: only its records matter here, and each is its own key. */
function foreignStream(id: string): Stream {
  return {
    id,
    version: 1,
    title: id,
    record: undefined as never,
    key: (record) => JSON.stringify(record),
    permissions: [],
    async *collect() {},
  }
}

/** A record of another collector as that would have written it, from an example. */
export function foreignRecord(input: CheckInput, example: unknown): unknown {
  const people = 'external' in input ? (input.people ?? []) : []
  const record: unknown = structuredClone(example)
  compileRedactions(Object.fromEntries(people.map((path) => [path, 'pseudonym' as const])), pseudonymise)(record)
  return record
}

/** A record as it would be written, from an example. */
export function writtenRecord(stream: Stream, example: unknown): unknown {
  const record = stream.record.parse(structuredClone(example))
  compileRedactions(stream.redact, pseudonymise)(record)
  return record
}
