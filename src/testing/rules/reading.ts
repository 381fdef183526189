import type { Stream } from '../../sdk/stream.ts'
import { AbortedError } from '../../sdk/errors.ts'
import { Receipt } from '../../model/receipt.ts'
import type { Bench, Reading } from '../bench.ts'
import { routeOf } from '../fake-source.ts'
import { pagePair } from '../fixture.ts'
import { memoryEvidence } from '../memory-evidence.ts'
import type { Finding } from '../violation.ts'
import { type ContractContext, isComplete, leaks, onceItReads, type Rule } from './context.ts'

/** Milliseconds in which a collector that reads ahead gives itself away. */
const A_WHILE = 120_000

export const readingRules: readonly Rule[] = [
  {
    title: 'reads every record of a source in good health',
    async check(context) {
      const baseline = await context.baseline()
      if (baseline.broken) return [baseline.broken]
      return [...countFindings(context, baseline.readings), ...answerFindings(context, baseline.bench)]
    },
  },
  onceItReads('reads the same twice, and in whatever order the answers come', async (context, baseline) => {
    const again = await readAll(await context.open())
    const shuffled = await readAll(await context.open({ latency: (key) => 50 + ((key.length * 37) % 400) }))
    const differs = [...baseline.readings].filter(([id, reading]) => {
      const same = (other: Reading | undefined) =>
        digestsOf(other) === digestsOf(reading) && digestsOf(other?.increment) === digestsOf(reading.increment)
      return !same(again.get(id)) || !same(shuffled.get(id))
    })
    return differs.map(
      ([id]): Finding => ({
        code: 'not-repeatable',
        what: `${id}: two readings of one source gave different bytes`,
        instead:
          'puts nothing into a record that depends on when or in what order it was read: no times, no counters, no page numbers.',
      }),
    )
  }),
  onceItReads('asks for page 2 only after page 1 was taken', async (context, { readings }) => {
    const findings: Finding[] = []
    for (const { stream, outcomes } of readings.values()) {
      if (outcomes.some(({ pages }) => pages > 1) && (await readsAhead(context, stream))) {
        findings.push({
          code: 'prefetches',
          what: `${stream.id}: more requests were made while page 1 was still being written`,
          instead:
            'asks for the next page in the same loop that yields this one, so that a slow disk slows the source and memory stays flat.',
        })
      }
    }
    return findings
  }),
  onceItReads('stops when the run is stopped, and closes its session', async (context, { readings }) => {
    const findings: Finding[] = []
    for (const { stream, calls } of readings.values()) {
      if (calls.length > 0) findings.push(...(await abortFindings(context, stream)))
    }
    return findings
  }),
  onceItReads('keeps credentials and people out of everything it writes', async (context, baseline) => {
    const bench = await context.open({ plants: true })
    const readings = await readAll(bench)
    const refused = [...readings.values()].filter((reading) => !isComplete(reading))
    return [
      ...leaks(baseline.bench, context.fixture),
      ...leaks(bench, context.fixture),
      ...refused.map(
        ({ stream, outcomes }): Finding => ({
          code: 'baseline-incomplete',
          what: `${stream.id}: fields that are new in the answers make it ${outcomes[0]?.status ?? 'fail'}`,
          instead:
            'reads answers with `z.object`, which drops what it does not know: a source adds fields whenever it likes. (An object whose fields are data: `fieldsAreData` in the fixture.)',
        }),
      ),
    ]
  }),
]

/** Digests of what was written of each scope. */
export function digestsOf(reading: Reading | undefined): string | undefined {
  return reading?.populations.map(({ sha256 }) => sha256).join()
}

/** Every stream, one after the other, and the increment on each that has full sweeps. */
export async function readAll(bench: Bench): Promise<Map<string, Reading>> {
  const readings = new Map<string, Reading>()
  for (const stream of bench.collector.streams) {
    const reading = await bench.read(stream)
    if (stream.sweep !== undefined) {
      reading.increment = await bench.read(stream, { basis: { reading, evidence: bench.evidence } })
    }
    readings.set(stream.id, reading)
  }
  await bench.close()
  return readings
}

function countFindings({ collector, fixture }: ContractContext, readings: ReadonlyMap<string, Reading>): Finding[] {
  const findings: Finding[] = []
  for (const { id } of collector.streams) {
    const wanted = fixture.records[id]
    const read = (readings.get(id)?.outcomes ?? []).reduce((sum, { records }) => sum + records, 0)
    if (wanted === undefined) {
      findings.push({
        code: 'fixture-incomplete',
        what: `the fixture does not say how many records ${id} has`,
        instead: `counts them by hand in \`records\`, over all pages: \`'${id}': ${read}\` if that is right.`,
      })
    } else if (wanted !== read) {
      findings.push({
        code: 'records-missing',
        what: `${id}: the fixture has ${wanted} records, ${read} were read`,
        instead: 'follows the list to the end the source marks, and says `last: true` only there.',
      })
    }
  }
  return findings
}

function answerFindings({ fixture }: ContractContext, { source, programs }: Bench): Finding[] {
  const routes = Object.keys(fixture.routes ?? {})
  const findings = routes
    .filter((key) => !source.asked.has(key) && fixture.routes?.[key]?.onlyInstead === undefined)
    .map(
      (key): Finding => ({
        code: 'answer-not-asked-for',
        what: `no request was made for "${key}" of the fixture`,
        instead:
          'reads all that its fixture has (a second page, for one); what it has no use for is taken out of the fixture.',
      }),
    )
  const pages = pagePair(fixture)
  const asksNothing = source.calls.length === 0
  const hasNone = fixture.pages !== undefined && pages === undefined
  if (hasNone || (asksNothing && programs.calls.length > 0)) return findings
  const known = pages !== undefined && [pages.first, pages.second].every((key) => routes.includes(key))
  if (!known) {
    findings.push({
      code: 'fixture-incomplete',
      what: 'the fixture has no list of two pages',
      instead: 'names one in `pages: { stream, first, second }`, by keys of `routes`, or says `none` and why.',
    })
  }
  return findings
}

async function readsAhead(context: ContractContext, stream: Stream): Promise<boolean> {
  const bench = await context.open()
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const evidence = memoryEvidence(async (line) => {
    // Receipts are written as answers arrive; the engine takes no page before all records of the one before are down.
    if (Receipt.safeParse(JSON.parse(line)).success) return
    hold()
    await released
  })
  const work = bench.read(stream, { evidence })
  await Promise.race([held, work])
  const before = bench.attempts()
  await bench.clock.advance(A_WHILE)
  const ahead = bench.attempts() > before || asksForPageTwo(context, stream, bench)
  release()
  await work
  await bench.close()
  return ahead
}

function asksForPageTwo({ fixture }: ContractContext, stream: Stream, bench: Bench): boolean {
  const pages = pagePair(fixture)
  if (pages?.stream !== stream.id) return false
  return bench.source.calls.some(({ key }) => routeOf(key, fixture) === pages.second)
}

async function abortFindings(context: ContractContext, stream: Stream): Promise<Finding[]> {
  const stop = new AbortController()
  const bench = await context.open({ signal: stop.signal })
  const { promise: hanging, resolve: hangs } = Promise.withResolvers<void>()
  let cut = false
  bench.source.setFault({
    applies: () => true,
    async answer({ signal }) {
      hangs()
      signal.addEventListener('abort', () => (cut = true), { once: true })
      await bench.clock.sleep(A_WHILE * 1000, signal)
      throw new TypeError('nobody waits that long')
    },
  })
  bench.programs.fault = {
    applies: () => true,
    kind: 'hangs',
    onHang() {
      // The command seam ends the program; whether it did shows in the work coming to its end.
      cut = true
      hangs()
    },
  }
  const work = bench.read(stream)
  // The real clock stands still for the source: nothing but the stop can end this.
  await Promise.race([hanging, work])
  stop.abort(new AbortedError('the run was stopped'))
  const before = bench.attempts()
  const { outcomes } = await work
  await bench.clock.advance(A_WHILE)
  const more = bench.attempts() - before
  await bench.close()

  const findings: Finding[] = []
  if (more > 0 || !cut || outcomes.some(({ status }) => status === 'complete')) {
    findings.push({
      code: 'ignores-abort',
      what: `${stream.id}: after the run was stopped it tried ${more} more requests${cut ? '' : ' and one stayed open'}`,
      instead: 'lets every error through, and passes `context.signal` to whatever else it waits for.',
    })
  }
  if (bench.texts().some(({ text }) => text.includes('session could not be closed'))) {
    findings.push({
      code: 'not-closed',
      what: 'close() failed after the run was stopped',
      instead: 'can close its session in every state.',
    })
  }
  return findings
}
