import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../collectors/aws/index.ts'
import type { Reason } from '../../src/sdk/errors.ts'
import { type AwsWorldServer, type Fault, iamActionOf, startAws, wellKept } from '../servers/aws/index.ts'
import { fastClock } from './support/fast-clock.ts'
import { runAws, tidyAwsChecks } from './support/run-aws.ts'
import { failing, type SourceRun } from './support/run-source.ts'

type Kind = Fault['kind']

/** Asked before there is a plan: without it nothing is read, which `aws-run.test.ts` looks at. */
const OPENING = /sts:|account:ListRegions|organizations:ListAccounts$/
/** Streams of what was read at opening. */
const OF_OPENING = ['aws.account-identity', 'aws.organization-accounts', 'aws.regions']

/** Not faster: under load an answer would seem to take as long as a time limit. */
const clock = fastClock(50)
let server: AwsWorldServer
let baseline: SourceRun
/** Operations of a run without a fault, but for those of opening. */
let operations: string[]

beforeAll(async () => {
  server = await startAws({ world: wellKept(clock.now(), true), now: () => clock.now().getTime() })
  baseline = await run()
  operations = [...new Set(server.calls().map(({ action }) => action))].filter((action) => !OPENING.test(action))
}, 60_000)
afterAll(() => server.close())
afterEach(() => {
  server.clearFaults()
  server.clearCalls()
})

const run = () => runAws(server, { clock, config: { regions: ['us-east-1'] }, checks: tidyAwsChecks(server.world) })

/** Streams that say they need the right to an operation. */
function streamsOf(operation: string): string[] {
  const action = iamActionOf(operation)
  return collector.streams
    .filter(({ permissions }) => permissions.some(({ name }) => name === action))
    .map(({ id }) => id)
}

const onOperation = (operation: string) => new RegExp(` ${operation}$`)
const incomplete = (result: SourceRun) =>
  result.view.outcomes.filter(({ outcome }) => outcome.status !== 'complete').map(({ stream }) => stream)

const whole = ({ view }: SourceRun) =>
  [...new Set(view.outcomes.flatMap(({ stream, outcome }) => (outcome.status === 'complete' ? [stream] : [])))].sort()

/** Everything is well, so whatever fails is a false accusation, and nothing passes on what was not read whole. */
function expectHonest(result: SourceRun): void {
  expect(failing(result).filter((check) => baseline.statuses[check] !== 'fail')).toEqual([])
  for (const stream of incomplete(result)) {
    expect(result.checksOf(stream).filter((check) => result.statuses[check] === 'pass')).toEqual([])
    expect(result.controlsOf(stream).filter(({ status }) => status === 'pass')).toEqual([])
  }
  expect(result.verified.failures).toEqual([])
  expectNoInvention(result)
}

/** No stream has more than there is. */
function expectNoInvention(result: SourceRun): void {
  for (const { stream, scope, outcome } of result.view.outcomes) {
    const before = baseline.view.outcomes.find((one) => one.stream === stream && one.scope === scope)
    expect(outcome.records, `${stream} of ${scope}`).toBeLessThanOrEqual(before?.outcome.records ?? 0)
  }
}

it('without a fault every stream is whole and nothing fails, so that a fault shows', () => {
  expect(incomplete(baseline)).toEqual([])
  expect(failing(baseline)).toEqual([])
  expect(Object.values(baseline.statuses)).not.toContain('unknown')
  expect(baseline.verified).toMatchObject({ exitCode: 0, failures: [] })
  expect(operations.length).toBeGreaterThan(50)
})

/** Class of failure -> reasons it may have. */
const MATRIX: readonly (readonly [name: string, kind: Kind, reasons: readonly Reason[]])[] = [
  ['403 AccessDenied', 'denied', ['denied']],
  ['401, the credentials are not taken', 'unauthorized', ['denied']],
  ['throttled, again and again', 'throttled', ['throttled']],
  ['500', 'error', ['unavailable']],
  ['503 with a page of a proxy', 'unavailable', ['unavailable']],
  ['connection reset', 'reset', ['unavailable']],
  ['body that breaks off', 'truncated-body', ['truncated']],
  ['body cut in the middle', 'cut-body', ['invalid', 'truncated']],
  ['a sign-in page', 'garbage', ['invalid']],
]

describe.each(MATRIX)('%s', (_, kind, reasons) => {
  /** What is asked first hides what is asked next: so what was not reached is spoiled in another run. */
  it('on each operation: every stream that needs it says so, and no check passes on it', async () => {
    let left = operations
    // One kind goes down to the last operation; the others show that they are told apart.
    const layers = kind === 'denied' ? 10 : 1
    for (let layer = 0; left.length > 0 && layer < layers; layer++) {
      server.clearFaults()
      const struck = left.map((operation) => ({ operation, ...server.setFault({ kind, on: onOperation(operation) }) }))
      const result = await run()
      expectHonest(result)
      // At first each operation is struck: what is whole all the same has swallowed a fault.
      expect(layer > 0 || whole(result)).toEqual(layer > 0 || OF_OPENING)
      const hit = struck.filter(({ hits }) => hits() > 0).map(({ operation }) => operation)
      for (const operation of hit) {
        const told = result.view.outcomes.filter(
          ({ stream, outcome }) =>
            streamsOf(operation).includes(stream) && outcome.reason !== undefined && reasons.includes(outcome.reason),
        )
        expect(told.length, `${operation} is asked by a stream that says so`).toBeGreaterThan(0)
      }
      expect(result.exitCode).toBe(3)
      left = left.filter((operation) => !hit.includes(operation))
      if (hit.length === 0) break
    }
    expect(kind === 'denied' ? left : []).toEqual([])
  }, 120_000)
})

it('404 on each operation invents nothing', async () => {
  for (const operation of operations) server.setFault({ kind: 'not-found', on: onOperation(operation) })
  const result = await run()
  expect(result.verified.failures).toEqual([])
  expectNoInvention(result)
}, 60_000)

const EVERYWHERE: readonly Kind[] = [
  'denied',
  'unauthorized',
  'throttled',
  'error',
  'reset',
  'truncated-body',
  'cut-body',
  'garbage',
  'empty-body',
]

it('never lets a check pass on a stream with a fault, whatever breaks where and when', async () => {
  const fault = fc.record({
    kind: fc.constantFrom(...EVERYWHERE),
    operation: fc.nat().map((index) => operations[index % operations.length] ?? ''),
    after: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 6 }), async (faults) => {
      server.clearFaults()
      for (const { kind, operation, after } of faults) server.setFault({ kind, on: onOperation(operation), after })
      expectHonest(await run())
    }),
    { numRuns: 4, seed: 20_261_123 },
  )
}, 180_000)
