import type { Collector } from '../../sdk/collector.ts'
import type { Bench, BenchOptions, Reading } from '../bench.ts'
import { CANARY_MAILS, CANARY_SECRETS, found } from '../canaries.ts'
import type { Fixture, Place } from '../fixture.ts'
import type { Finding } from '../violation.ts'
import type { Said } from '../watch.ts'

/** What a rule works with. */
export interface ContractContext {
  collector: Collector
  fixture: Fixture
  place(): Promise<Place>
  open(options?: BenchOptions): Promise<Bench>
  /** Every stream read once from a source in good health. */
  baseline(): Promise<Baseline | BrokenBaseline>
}

/** Every stream of a source in good health. */
export interface Baseline {
  broken?: undefined
  bench: Bench
  /** By stream. */
  readings: ReadonlyMap<string, Reading>
}

/** Why nothing can be concluded: other rules report only this. */
export interface BrokenBaseline {
  broken: Finding
}

/** One promise of the contract. */
export interface Rule {
  /** Completes "a good collector …"; shown as the name of the test. */
  title: string
  check(context: ContractContext): Promise<Finding[]>
}

/** A rule that makes sense only once the collector reads its fixture; until then it says so. */
export function onceItReads(
  title: string,
  check: (context: ContractContext, baseline: Baseline) => Promise<Finding[]>,
): Rule {
  return {
    title,
    async check(context) {
      const baseline = await context.baseline()
      return baseline.broken ? [baseline.broken] : check(context, baseline)
    },
  }
}

/** Credentials and people in anything that was written or said. */
export function leaks(bench: Bench, fixture: Fixture): Finding[] {
  return leaksIn(bench.texts(), fixture)
}

function leaksIn(texts: readonly Said[], { secrets = {}, people = [] }: Fixture): Finding[] {
  const credentials = [...Object.values(secrets), ...CANARY_SECRETS]
  const persons = [...people, ...CANARY_MAILS]
  const findings = texts.flatMap(({ where, text }): Finding[] => [
    ...found(text, credentials).map(
      (value): Finding => ({
        code: 'leaks-secret',
        what: `${where} holds a credential (${value.slice(0, 4)}…)`,
        instead:
          'passes `secret.reveal()` straight to the client, lists only harmless fields in `record`, and writes no answer of the source into messages or logs.',
      }),
    ),
    ...found(text, persons).map(
      (value): Finding => ({
        code: 'leaks-person',
        what: `${where} names a person (${value.slice(0, 4)}…)`,
        instead:
          "sets `redact: { <field>: 'pseudonym' }` for every field that names people, and keeps names out of messages, scopes and keys.",
      }),
    ),
  ])
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.what}`, finding])).values()]
}

const inGoodHealth = new WeakMap<Bench, { texts: ReadonlySet<string>; leaks: ReadonlySet<string> }>()

/** What leaks under a fault and not in good health, so that each leak is told once. */
export function newLeaks(bench: Bench, { bench: healthy }: Baseline, fixture: Fixture): Finding[] {
  const known = inGoodHealth.get(healthy) ?? {
    texts: new Set(healthy.texts().map(({ text }) => text)),
    leaks: new Set(leaks(healthy, fixture).map(({ code, what }) => `${code} ${what}`)),
  }
  inGoodHealth.set(healthy, known)
  const fresh = bench.texts().filter(({ text }) => !known.texts.has(text))
  return leaksIn(fresh, fixture).filter(({ code, what }) => !known.leaks.has(`${code} ${what}`))
}

export const isComplete = ({ outcomes }: Reading) =>
  outcomes.length > 0 && outcomes.every(({ status }) => status === 'complete')
