import type { Outcome } from '../../model/outcome.ts'
import { type Reason } from '../../sdk/errors.ts'
import type { Stream } from '../../sdk/stream.ts'
import type { Bench, Reading } from '../bench.ts'
import type { ProgramFault } from '../fake-programs.ts'
import { respond, routeOf } from '../fake-source.ts'
import { type Answer, pagePair } from '../fixture.ts'
import { BLANK, type Fault, FAULTS, FORBIDDEN, NOT_FOUND, RETRY_AFTER_SECONDS } from '../faults.ts'
import type { Finding } from '../violation.ts'
import { digestsOf } from './reading.ts'
import { type Baseline, type ContractContext, isComplete, newLeaks, onceItReads, type Rule } from './context.ts'

/** Requests of one stream that are made to fail one by one. Of more, the first and the last ones are taken. */
const MOST_CALLS = 8

const PROGRAM_FAULTS: readonly { kind: ProgramFault; title: string; reasons: readonly Reason[] }[] = [
  { kind: 'missing', title: 'cannot be started', reasons: ['unavailable'] },
  { kind: 'fails', title: 'ends with an error', reasons: ['invalid', 'denied', 'unavailable'] },
  { kind: 'is-killed', title: 'is killed', reasons: ['truncated'] },
  { kind: 'hangs', title: 'never ends', reasons: ['timeout'] },
]

/** How a stream is read while something fails: whole, or the increment on what was read before. */
type Way = 'whole' | 'increment'

/** What a stream does when its source fails. `ways`: how the collector reads. */
export function faultRules(stream: Stream, ways: { requests: boolean; commands: boolean }): Rule[] {
  return [
    ...(ways.requests ? FAULTS : []).map((fault) =>
      onceItReads(`${stream.id}: notices when a request ${fault.title}`, (context, baseline) =>
        underFault(context, baseline, stream, fault, 'whole'),
      ),
    ),
    ...(ways.requests && stream.sweep !== undefined ? FAULTS : []).map((fault) =>
      onceItReads(`${stream.id}, increment: notices when a request ${fault.title}`, (context, baseline) =>
        underFault(context, baseline, stream, fault, 'increment'),
      ),
    ),
    ...(ways.commands ? PROGRAM_FAULTS : []).map((fault) =>
      onceItReads(`${stream.id}: notices when a command ${fault.title}`, (context, baseline) =>
        underProgramFault(context, baseline, stream, fault),
      ),
    ),
  ]
}

/** What the collector does when a list does not go on as it should. */
export const pageRules: readonly Rule[] = [
  onceItReads('notices a page that comes twice', (context, baseline) =>
    // The records of the first page in place of those of the second, which still leads on to where it led.
    onWrongPage(context, baseline, 'page 1 comes again in place of page 2', (first, second) => ({
      ...second,
      ...(first.body !== undefined && { body: first.body }),
    })),
  ),
  onceItReads('notices a list that leads in a circle', (context, baseline) =>
    onWrongPage(context, baseline, 'page 2 is page 1, and leads to page 2', (first) => first),
  ),
  onceItReads('notices when it is refused at the door', async (context, baseline) => {
    if (baseline.bench.openingCalls.length === 0) return []
    const refused = await context.open({
      fault: { applies: () => true, answer: async ({ refuse }) => respond(refuse('unauthorized')) },
    })
    const { outcome } = refused.opened.line
    if (outcome.reason === 'denied') return newLeaks(refused, baseline, context.fixture)
    const code = outcome.status === 'complete' ? 'fault-not-noticed' : 'wrong-reason'
    const what = `while it was opened every request was answered 401, and that ended as ${wordsOf(outcome)}`
    return [{ code, what, instead: 'proves its credentials in `open` or `identify` and lets the refusal through.' }]
  }),
]

async function underFault(
  context: ContractContext,
  baseline: Baseline,
  stream: Stream,
  fault: Fault,
  way: Way,
): Promise<Finding[]> {
  const { fixture } = context
  const whole = baseline.readings.get(stream.id)
  const known = way === 'whole' ? whole : whole?.increment
  const basis =
    way === 'whole' || whole === undefined ? {} : { basis: { reading: whole, evidence: baseline.bench.evidence } }
  const keys = callsOf(
    known,
    baseline.bench.source.calls.map(({ key }) => key),
  )
  const findings: Finding[] = []
  // What an increment asks for depends on the time: its requests are known by the answer of the fixture they get.
  const sameAs = way === 'whole' ? (key: string) => key : (key: string) => routeOf(key, fixture) ?? key
  for (const { where, applies } of attacks(keys, { alsoAll: fault.reasons.length > 0 }, sameAs)) {
    const struck = keys.filter((key) => applies(key))
    const excused = struck.some((key) => isExcused(key, fault, context))
    const replaced = struck.some((key) => answerTo(key, context)?.mayBeReplaced)
    const bench = await context.open()
    bench.source.setFault({ applies, answer: (request) => fault.answer(request, bench.clock) })
    const reading = await bench.read(stream, basis)
    const what = `${stream.id}${way === 'whole' ? '' : ', increment'}: ${where} ${fault.title}`
    findings.push(
      ...(fault.reasons.length === 0
        ? recoveryFindings(reading, known, what)
        : noticeFindings(reading, fault.reasons, what, excused || (replaced && isWholeAnyway(reading, known)))),
      ...(fault.title === FORBIDDEN && !excused ? permissionFindings(reading, what) : []),
      ...(await verdictFindings(bench, baseline, reading, what)),
      ...newLeaks(bench, baseline, fixture),
    )
    await bench.close()
  }
  return findings
}

async function underProgramFault(
  context: ContractContext,
  baseline: Baseline,
  stream: Stream,
  { kind, title, reasons }: (typeof PROGRAM_FAULTS)[number],
): Promise<Finding[]> {
  const keys = callsOf(baseline.readings.get(stream.id), baseline.bench.programs.calls)
  const findings: Finding[] = []
  for (const { where, applies } of attacks(keys, { alsoAll: true })) {
    const bench = await context.open()
    bench.programs.fault = {
      applies,
      kind,
      // The manual clock moves only for sleepers: one that outlasts every deadline.
      onHang: () => void bench.clock.sleep(3_600_000),
    }
    const reading = await bench.read(stream)
    const what = `${stream.id}: ${where} ${title}`
    findings.push(
      ...noticeFindings(reading, reasons, what, false),
      ...(await verdictFindings(bench, baseline, reading, what)),
      ...newLeaks(bench, baseline, context.fixture),
    )
    await bench.close()
  }
  return findings
}

/** Each request that fails on its own and, with `alsoAll`, all of them at once. */
function attacks(
  keys: readonly string[],
  { alsoAll }: { alsoAll: boolean },
  sameAs: (key: string) => string = (key) => key,
): Attack[] {
  const single = chosen(keys).map(
    (one): Attack => ({ where: shown(one), applies: (key) => sameAs(key) === sameAs(one) }),
  )
  return alsoAll && keys.length > 1 ? [{ where: 'every request', applies: () => true }, ...single] : single
}

/** The first and the last ones, and one of each path or operation that is asked for again and again. */
function chosen(keys: readonly string[]): readonly string[] {
  if (keys.length <= MOST_CALLS) return keys
  const half = MOST_CALLS / 2
  const ends = [...keys.slice(0, half), ...keys.slice(-half)]
  const repeated = [...Map.groupBy(keys, (key) => key.split('?')[0]).values()].filter((alike) => alike.length > 1)
  const some = new Set([
    ...ends,
    ...repeated.flatMap((alike) => alike.find((key) => ends.includes(key)) ?? alike[0] ?? []),
  ])
  return keys.filter((key) => some.has(key))
}

interface Attack {
  where: string
  applies(key: string): boolean
}

/** Commands are long; what tells them apart stands at the end. */
function shown(key: string): string {
  return key.length > 120 ? `${key.slice(0, key.indexOf(' '))} … ${key.slice(-80)}` : key
}

/** What the stream asked for while all was well, without repetitions, of one kind. */
function callsOf(reading: Reading | undefined, ofKind: readonly string[]): string[] {
  const kind = new Set(ofKind)
  return [...new Set(reading?.calls)].filter((key) => kind.has(key))
}

function isExcused(call: string, { title }: Fault, context: ContractContext): boolean {
  const { mayBeAbsent, mayBeBlank } = answerTo(call, context) ?? {}
  return (mayBeAbsent && title === NOT_FOUND) || (mayBeBlank && title === BLANK) || false
}

function answerTo(call: string, { fixture }: ContractContext): Answer | undefined {
  return fixture.routes?.[routeOf(call, fixture) ?? '']
}

/** By the other way. */
function isWholeAnyway(reading: Reading, known: Reading | undefined): boolean {
  const count = ({ outcomes }: Reading) => outcomes.reduce((sum, { records }) => sum + records, 0)
  return isComplete(reading) && known !== undefined && count(reading) === count(known)
}

function noticeFindings(reading: Reading, reasons: readonly Reason[], what: string, excused: boolean): Finding[] {
  const findings: Finding[] = []
  if (reading.swallowed !== undefined) {
    findings.push({
      code: 'swallows-failure',
      what: `${what}, and its code kept that to itself: ${reading.swallowed}`,
      instead:
        'catches no error of a request. One that may fail alone is wrapped in `reader.observe()`, and the record says `unknown`.',
    })
  }
  if (excused) return findings
  const wrong = reading.outcomes.filter(({ status }) => status !== 'complete')
  if (wrong.length === 0) {
    findings.push({
      code: 'fault-not-noticed',
      what: `${what}, and the evidence still says complete`,
      instead:
        'checks the shape of every answer, treats a missing list as an error and not as an empty one, and throws what its client throws.',
    })
  }
  for (const outcome of wrong) {
    if (outcome.reason !== undefined && reasons.includes(outcome.reason)) continue
    findings.push({
      code: 'wrong-reason',
      what: `${what}, and the outcome is ${wordsOf(outcome)}; expected: ${reasons.join(' or ')}`,
      instead:
        'lets errors of the SDK through, and turns those of its vendor into the class of `affiant/sdk` that says why.',
    })
  }
  return findings
}

function permissionFindings({ stream, outcomes }: Reading, what: string): Finding[] {
  const declared = stream.permissions.map(({ name }) => name)
  return outcomes.flatMap(({ reason, permissions = [] }): Finding[] => {
    const foreign = permissions.filter((name) => !declared.includes(name))
    const named = permissions.length > 0 || declared.length === 0
    if (reason !== 'denied' || (named && foreign.length === 0)) return []
    const whatItNames =
      foreign.length > 0 ? `names ${foreign.join(', ')}, which the stream does not declare` : 'names no permission'
    return [
      {
        code: 'permission-not-named',
        what: `${what}; the outcome ${whatItNames}`,
        instead: 'declares in `permissions` every right its requests need, and names the missing one by that name.',
      },
    ]
  })
}

function recoveryFindings(reading: Reading, known: Reading | undefined, what: string): Finding[] {
  const findings: Finding[] = []
  if (!isComplete(reading) || known === undefined || digestsOf(reading) !== digestsOf(known)) {
    findings.push({
      code: 'gives-up-too-early',
      what: `${what}, and the evidence is not what it is without that`,
      instead:
        'makes every request with `context.fetch`, which waits and tries again; it catches and retries nothing itself.',
    })
  }
  if (reading.took < RETRY_AFTER_SECONDS * 1000) {
    findings.push({
      code: 'exceeds-limits',
      what: `${what}, and it went on after ${reading.took} ms instead of ${RETRY_AFTER_SECONDS} s`,
      instead: 'leaves waiting to `context.fetch`, which keeps to Retry-After.',
    })
  }
  return findings
}

/** No check may pass on evidence that is not complete. */
async function verdictFindings(bench: Bench, baseline: Baseline, reading: Reading, what: string): Promise<Finding[]> {
  if (isComplete(reading)) return []
  const others = [...baseline.readings.values()].filter(({ stream }) => stream.id !== reading.stream.id)
  for (const [digest, lines] of baseline.bench.evidence.objects) bench.evidence.objects.set(digest, lines)
  const checks = bench.collector.checks
    .filter(({ inputs }) => Object.values(inputs).some(({ id }) => id === reading.stream.id))
    .map(({ id }) => id)
  const populations = [...others.flatMap((other) => other.populations), ...reading.populations]
  const passed = (await bench.judge(populations, checks)).filter(({ status }) => status === 'pass')
  return passed.map(
    ({ check }): Finding => ({
      code: 'passes-without-evidence',
      what: `${what}, and ${check} passes`,
      instead: 'gives pass only for what was seen.',
    }),
  )
}

async function onWrongPage(
  context: ContractContext,
  baseline: Baseline,
  what: string,
  wrong: (first: PageAnswer, second: PageAnswer) => PageAnswer,
): Promise<Finding[]> {
  const { fixture, collector } = context
  const { routes = {} } = fixture
  const pages = pagePair(fixture)
  const stream = collector.streams.find(({ id }) => id === pages?.stream)
  const first = routes[pages?.first ?? '']
  const second = routes[pages?.second ?? '']
  if (pages === undefined || stream === undefined || first === undefined || second === undefined) return []
  const bench = await context.open()
  bench.source.setFault({
    applies: (key) => routeOf(key, fixture) === pages.second,
    answer: async ({ write }) => respond(write(wrong(first, second))),
  })
  const reading = await bench.read(stream)
  const findings = await verdictFindings(bench, baseline, reading, what)
  await bench.close()
  const reasons = reading.outcomes.map(({ reason }) => reason)
  if (reasons.every((reason) => reason === 'invalid' || reason === 'truncated')) return findings
  const endless = reasons.includes('timeout') || reasons.includes('throttled')
  return [
    ...findings,
    {
      code: endless ? 'endless-pages' : 'fault-not-noticed',
      what: `${stream.id}: ${what}, and the outcome is ${reading.outcomes.map(wordsOf).join(', ')}`,
      instead:
        'gives each page the `cursor` it was asked with, and `total` where the source counts: the engine does the rest.',
    },
  ]
}

type PageAnswer = NonNullable<ContractContext['fixture']['routes']>[string]

function wordsOf({ status, reason }: Outcome): string {
  return reason === undefined ? status : `${status}: ${reason}`
}
