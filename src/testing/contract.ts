import type { Collector } from '../sdk/collector.ts'
import { type Bench, configOf, openBench } from './bench.ts'
import { watchBypass } from './bypass.ts'
import type { Fixture, Place } from './fixture.ts'
import { makePlace } from './place.ts'
import { checkRules } from './rules/checks.ts'
import { type Baseline, type BrokenBaseline, type ContractContext, isComplete, type Rule } from './rules/context.ts'
import { faultRules, pageRules } from './rules/faults.ts'
import { limitRules, writes } from './rules/limits.ts'
import { manifestRules, missingParts, refusedConfig } from './rules/manifest.ts'
import { readAll, readingRules } from './rules/reading.ts'
import { sweepRules } from './rules/sweeps.ts'
import type { Finding, Violation } from './violation.ts'

/** The contract, as rules to run one by one. Dispose it when done. */
export interface Contract extends AsyncDisposable {
  rules: readonly { title: string; check(): Promise<Finding[]> }[]
}

/** Every rule a collector must keep, over this fixture. */
export function contractOf(collector: Collector, fixture: Fixture): Contract {
  let place: Promise<Place & AsyncDisposable> | undefined
  let baseline: Promise<Baseline | BrokenBaseline> | undefined
  const context: ContractContext = {
    collector,
    fixture,
    place: () => (place ??= preparedPlace(fixture)),
    open: async (options) => openBench(collector, fixture, await context.place(), options),
    baseline: () => (baseline ??= readBaseline(context)),
  }
  const ways = { requests: fixture.routes !== undefined, commands: collector.commands !== undefined }
  const rules: readonly Rule[] = [
    ...manifestRules,
    ...readingRules,
    ...limitRules,
    ...(ways.requests ? pageRules : []),
    ...collector.streams.flatMap((stream) => faultRules(stream, ways)),
    ...collector.streams.filter(({ sweep }) => sweep !== undefined).flatMap(sweepRules),
    ...collector.checks.flatMap(checkRules),
  ]
  const absent = missingParts(collector)
  return {
    rules: rules.map(({ title, check }) => ({
      title,
      check: absent.length > 0 ? async () => absent : () => watched(() => check(context)),
    })),
    async [Symbol.asyncDispose]() {
      await (await place)?.[Symbol.asyncDispose]()
    },
  }
}

/**
 * Puts a collector through the contract and answers what it breaks, nothing for a good one. For suites of another test
 * runner than vitest, and for tests of the contract itself.
 */
export async function checkContract(collector: Collector, fixture: Fixture): Promise<Violation[]> {
  await using contract = contractOf(collector, fixture)
  const violations: Violation[] = []
  for (const { title, check } of contract.rules) {
    for (const finding of await check()) violations.push({ ...finding, rule: title })
  }
  return violations
}

async function watched(check: () => Promise<Finding[]>): Promise<Finding[]> {
  using bypass = watchBypass()
  const findings = await check()
  const around = [...bypass.seen].map(
    (what): Finding => ({
      code: 'bypasses-engine',
      what: `it made use of ${what}`,
      instead: 'knows no other ways out than `context.fetch`, `context.command` and `context.log`.',
    }),
  )
  return [...findings, ...around]
}

async function preparedPlace(fixture: Fixture): Promise<Place & AsyncDisposable> {
  const place = await makePlace()
  await fixture.prepare?.(place)
  return place
}

async function readBaseline(context: ContractContext): Promise<Baseline | BrokenBaseline> {
  const refused = refusedConfig(context.collector, configOf(context.fixture, await context.place()))
  if (refused) return { broken: refused }
  const bench = await context.open()
  const { outcome } = bench.opened.line
  if (outcome.status !== 'complete') return brokenBy('the source could not be opened', bench, outcome.detail)
  const readings = await readAll(bench)
  const missesAnswers = bench.source.unanswered.size > 0
  const failed = [...readings.values()]
    .flatMap((reading) => [reading, ...(missesAnswers && reading.increment ? [reading.increment] : [])])
    .find((reading) => !isComplete(reading))
  if (failed === undefined) return { bench, readings }
  const detail = failed.outcomes.find((ended) => ended.detail !== undefined)?.detail
  return brokenBy(`${failed.stream.id} could not be read`, bench, detail)
}

function brokenBy(what: string, { source, refused }: Bench, detail = 'it listed no scope'): BrokenBaseline {
  const [write] = refused
  if (write !== undefined) return { broken: writes(write) }
  const unanswered = [...source.unanswered].map((key) => `"${key}"`).join(', ')
  const missing = unanswered && `; the fixture has no answer for ${unanswered}`
  return {
    broken: {
      code: unanswered ? 'fixture-incomplete' : 'baseline-incomplete',
      what: `${what}: ${detail}${missing}`,
      instead: 'reads its fixture to the end. Make this pass first; the other rules start from there.',
    },
  }
}
