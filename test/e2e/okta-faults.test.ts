import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reason } from '../../src/sdk/errors.ts'
import { type Fault, type OktaServer, startOkta, wellKeptOkta } from '../servers/okta/index.ts'
import { fastClock } from './support/fast-clock.ts'
import { OKTA_ROUTES, type OktaRoute } from './support/okta-routes.ts'
import { runOkta, tidyChecks, tidyConfig } from './support/run-okta.ts'
import { failing, passing, type SourceRun } from './support/run-source.ts'

/** What a fault is, without where it strikes. */
type Kind = Fault extends infer One ? (One extends Fault ? Omit<One, 'on'> : never) : never

const HOUR = 3600
/** A few are enough where no second page is looked at. */
const PEOPLE = 8
/** One for the server and all runs: limits are told as times of day. */
const clock = fastClock()

let server: OktaServer
let baseline: SourceRun

beforeAll(async () => {
  server = await startOkta({ seed: wellKeptOkta(clock.now(), PEOPLE), now: () => clock.now().getTime() })
  baseline = await run()
})
afterAll(() => server.close())
afterEach(() => {
  server.clearFaults()
  server.clearRequests()
})

const run = (of = server, token?: string) =>
  runOkta(of, { clock, config: tidyConfig, checks: tidyChecks(of.seed.at), ...(token !== undefined && { token }) })

/** A stream that was hit: it says why, nothing that reads it passes, and the run as a whole is honest about it. */
function expectHonest(result: SourceRun, stream: string, reason: Reason): void {
  expect(result.outcomeOf(stream), stream).toMatchObject({
    reason,
    status: expect.stringMatching(/^(?:partial|failed)$/),
  })
  expect(result.checksOf(stream).filter((check) => result.statuses[check] === 'pass')).toEqual([])
  expect(result.controlsOf(stream).filter(({ status }) => status === 'pass')).toEqual([])
}

/** Everything is well in the organisation, so whatever fails is a false accusation. */
function expectIncomplete(result: SourceRun): void {
  expect(failing(result)).toEqual([])
  expect(result.exitCode).toBe(3)
  expect(result.verified.failures).toEqual([])
  expect(result.verified).toMatchObject({
    exitCode: 3,
    levels: { intact: { value: 'yes' }, complete: { value: 'no' } },
  })
}

/** No stream has more than there is: a number that is too small is said to be, one that is too large would be made up. */
function expectNoInvention(result: SourceRun): void {
  for (const { stream, outcome } of result.view.outcomes) {
    expect(outcome.records, stream).toBeLessThanOrEqual(baseline.outcomeOf(stream).records)
  }
}

describe('without a fault', () => {
  it('every stream is whole and every check passes, so that a fault shows', () => {
    const incomplete = baseline.view.outcomes.filter(({ outcome }) => outcome.status !== 'complete')
    expect(incomplete).toEqual([])
    const others = Object.entries(baseline.statuses).filter(([, status]) => status !== 'pass')
    // It compares with other systems, and none is read here.
    expect(others).toEqual([['okta.leavers-gone-everywhere', 'not-applicable']])
    expect(baseline.exitCode).toBe(0)
    expect(baseline.verified).toMatchObject({ exitCode: 0, failures: [] })
  })

  it('every request is one of those that are spoiled below', async () => {
    await run()
    const asked = server.requests().map(({ method, url }) => `${method} ${url}`)
    const isOpening = (request: string) => /okta-organization$|\/users\/me$/.test(request)
    const unnamed = asked.filter((request) => !isOpening(request) && !OKTA_ROUTES.some(({ on }) => on.test(request)))
    expect(unnamed).toEqual([])
    expect(OKTA_ROUTES.filter(({ on }) => !asked.some((request) => on.test(request)))).toEqual([])
    const streams = new Set(OKTA_ROUTES.flatMap((route) => route.streams))
    expect(baseline.view.outcomes.map(({ stream }) => stream).filter((stream) => !streams.has(stream))).toEqual([])
  })
})

/** Class of failure -> reason. */
const MATRIX: readonly (readonly [name: string, kind: Kind, reason: Reason])[] = [
  ['401', { kind: 'unauthorized' }, 'denied'],
  ['403, a scope or role is missing', { kind: 'forbidden' }, 'denied'],
  ['403, not allowed as the org is', { kind: 'wrong-state' }, 'denied'],
  ['400', { kind: 'invalid' }, 'invalid'],
  ['429, come back in ten hours', { kind: 'too-many-requests', seconds: 10 * HOUR }, 'throttled'],
  ['429, too many at once, again and again', { kind: 'too-many-at-once' }, 'throttled'],
  ['500', { kind: 'error' }, 'unavailable'],
  ['502 with a page of a proxy', { kind: 'status', status: 502 }, 'unavailable'],
  ['connection reset', { kind: 'reset' }, 'unavailable'],
  ['body cut short', { kind: 'truncated-body' }, 'truncated'],
  ['malformed JSON', { kind: 'malformed-json' }, 'invalid'],
  ['a sign-in page in place of JSON', { kind: 'garbage' }, 'invalid'],
  ['empty body', { kind: 'empty-body' }, 'invalid'],
]

/** What is asked first, all at once; then what is asked for each item of a list that was good. */
const LAYERS: readonly (readonly [name: string, routes: readonly OktaRoute[]])[] = [
  ['each list and setting', OKTA_ROUTES.filter(({ perItem }) => !perItem)],
  ['each request about one item', OKTA_ROUTES.filter(({ perItem }) => perItem)],
]

describe.each(MATRIX)('%s', (_, kind, reason) => {
  it.each(LAYERS)('on %s', async (_layer, routes) => {
    const struck = routes.map((route) => ({ route, hits: server.setFault({ ...kind, on: route.on }).hits }))
    const result = await run()
    for (const { route } of struck) for (const stream of route.streams) expectHonest(result, stream, reason)
    // A limit that is used up stops what else falls under it.
    const missed = struck.filter(({ hits, route }) => hits() === 0 && !isBehind(route, routes))
    expect(reason === 'throttled' ? [] : missed.map(({ route }) => route.name)).toEqual([])
    expectIncomplete(result)
    expectNoInvention(result)
  })
})

/** Asked only after a request of the same stream that is spoiled as well. */
function isBehind(route: OktaRoute, routes: readonly OktaRoute[]): boolean {
  return routes.some((other) => other !== route && other.streams.some((stream) => route.streams.includes(stream)))
}

/** A fault that waits for its time limit: on a clock of its own, so that it does not take long. */
describe('no answer', () => {
  const hasty = fastClock(300)
  let slow: OktaServer
  beforeAll(async () => {
    slow = await startOkta({ seed: wellKeptOkta(hasty.now(), 2), now: () => hasty.now().getTime() })
  })
  afterAll(() => slow.close())
  afterEach(() => slow.clearFaults())

  it.each(LAYERS)('on %s', async (_, routes) => {
    for (const { on } of routes) slow.setFault({ kind: 'hang', on })
    const result = await runOkta(slow, { clock: hasty, config: tidyConfig, checks: tidyChecks(slow.seed.at) })
    for (const { streams } of routes) for (const stream of streams) expectHonest(result, stream, 'timeout')
    expectIncomplete(result)
  })
})

describe('404', () => {
  it('on each list and setting: it cannot be read', async () => {
    for (const { on, perItem } of OKTA_ROUTES) if (!perItem) server.setFault({ kind: 'not-found', on })
    const result = await run()
    for (const { streams, perItem } of OKTA_ROUTES) {
      // Okta hides these settings behind a 404 from those who may not see them.
      const reason = (stream: string) => (stream === 'okta.first-party-app-settings' ? 'denied' : 'unavailable')
      if (!perItem) for (const stream of streams) expectHonest(result, stream, reason(stream))
    }
    expectIncomplete(result)
  })

  // Each of them may have been deleted since the list was read; all at once is no reason to be content.
  it.each(OKTA_ROUTES.filter(({ perItem }) => perItem).map((route) => [route.name, route] as const))(
    'on each request for %s: nothing that reads it passes',
    async (_, { on, streams }) => {
      server.setFault({ kind: 'not-found', on })
      const result = await run()
      const passed = streams.flatMap((stream) => result.checksOf(stream)).filter((id) => result.statuses[id] === 'pass')
      expect(passed).toEqual([])
      expect(failing(result)).toEqual([])
      expectNoInvention(result)
    },
  )
})

describe('what the organisation has not bought', () => {
  it.each(LAYERS)('on %s: no verdict', async (_, routes) => {
    for (const { on } of routes) server.setFault({ kind: 'feature', on })
    const result = await run()
    const streams = routes.flatMap((route) => route.streams).filter((stream) => stream !== 'okta.policies')
    for (const stream of streams) expectHonest(result, stream, 'unlicensed')
    expect(result.checksOf('okta.policies').filter((id) => result.statuses[id] === 'pass')).toEqual([])
    expectIncomplete(result)
  })
})

describe('an answer without what was asked for', () => {
  it.each(LAYERS)('on %s: it is not taken for nothing', async (_, routes) => {
    for (const { on } of routes) server.setFault({ kind: 'empty-object', on })
    const result = await run()
    for (const { streams } of routes) for (const stream of streams) expectHonest(result, stream, 'invalid')
    expectIncomplete(result)
  })
})

describe('between pages', () => {
  /** More people than a page holds. */
  let large: OktaServer
  let whole: SourceRun
  beforeAll(async () => {
    large = await startOkta({ seed: wellKeptOkta(clock.now()), now: () => clock.now().getTime() })
    whole = await run(large)
  })
  afterAll(() => large.close())
  afterEach(() => large.clearFaults())

  const USERS = /\/api\/v1\/users\?limit/
  const NEXT = /\/api\/v1\/users\?limit.*after=/
  it('nothing is missing without a fault', () => {
    expect(whole.exitCode).toBe(0)
    expect(whole.outcomeOf('okta.users')).toMatchObject({ status: 'complete', records: 235 })
  })

  it.each<[string, Fault, Reason]>([
    ['the link to the next page is lost', { kind: 'lost-page', on: USERS }, 'truncated'],
    ['a page leads to itself', { kind: 'cursor-loop', on: NEXT }, 'invalid'],
    ['a page leads to another server', { kind: 'foreign-link', on: USERS }, 'invalid'],
    ['the second page is 500', { kind: 'error', on: NEXT }, 'unavailable'],
    ['the second page is 403', { kind: 'forbidden', on: NEXT }, 'denied'],
    ['the second page is 404', { kind: 'not-found', on: NEXT }, 'unavailable'],
    ['the second page is cut', { kind: 'truncated-body', on: NEXT }, 'truncated'],
    ['the second page is empty', { kind: 'empty-body', on: NEXT }, 'invalid'],
    ['the second page is refused for ten hours', { kind: 'too-many-requests', seconds: 36_000, on: NEXT }, 'throttled'],
  ])('%s', async (_, fault, reason) => {
    const struck = large.setFault(fault)
    const result = await run(large)
    expect(struck.hits()).toBeGreaterThan(0)
    for (const stream of ['okta.users', 'okta.user-factors']) {
      expectHonest(result, stream, reason)
      expect(result.outcomeOf(stream).records).toBeLessThanOrEqual(whole.outcomeOf(stream).records)
    }
    expectIncomplete(result)
  })
})

describe('an answer about another organisation', () => {
  it('from the start: the source is not opened', async () => {
    const id = '00odemoSOMEBODYelse1'
    server.setFault({ kind: 'other-organization', id, on: /okta-organization/ })
    const pinned = { ...tidyConfig, organizationId: server.seed.id }
    const result = await runOkta(server, { clock, config: pinned })
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'failed', reason: 'invalid' })
    expect(passing(result)).toEqual([])
    expectIncomplete(result)
  })

  it('later: the settings are not taken for ours', async () => {
    server.setFault({ kind: 'other-organization', id: '00odemoSOMEBODYelse1', on: /\/api\/v1\/org$/ })
    expectHonest(await run(), 'okta.organization', 'invalid')
  })
})

describe('a source that cannot be opened', () => {
  it.each<[string, Kind, Reason]>([
    ['401 everywhere', { kind: 'unauthorized' }, 'denied'],
    ['500 everywhere', { kind: 'error' }, 'unavailable'],
    ['a sign-in page everywhere', { kind: 'garbage' }, 'invalid'],
  ])('%s', async (_, kind, reason) => {
    server.setFault({ ...kind, on: /./ })
    const result = await run()
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'failed', reason })
    expect(passing(result)).toEqual([])
    expectIncomplete(result)
  })

  it('because of a wrong token', async () => {
    const result = await run(server, '00notOurs')
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'failed', reason: 'denied' })
    expectIncomplete(result)
  })
})

describe('what passes by itself', () => {
  it.each<[string, Fault]>([
    ['429 with a short wait', { kind: 'too-many-requests', seconds: 2, times: 2, on: /\/zones/ }],
    ['too many at once', { kind: 'too-many-at-once', times: 2, on: /\/factors/ }],
    ['a 502', { kind: 'status', status: 502, times: 2, on: /\/api\/v1\/logs/ }],
    ['a reset', { kind: 'reset', times: 1, on: /\/policies\?/ }],
    ['a cut body', { kind: 'truncated-body', times: 1, on: /\/apps\?/ }],
  ])('is waited out: %s', async (_, fault) => {
    const struck = server.setFault(fault)
    const result = await run()
    expect(struck.hits()).toBe(fault.times)
    expect(result.exitCode).toBe(0)
  })

  it('a budget that others have used up: it is waited for, or said', async () => {
    for (const [bucket, requests] of [
      ['apps', 95],
      ['logs', 114],
      ['rest', 1140],
      ['users', 570],
      ['groups', 475],
    ] as const) {
      server.use(bucket, requests)
    }
    const result = await run()
    expect(result.exitCode).toBe(0)
    expect(server.requests().filter(({ status }) => status === 429)).toEqual([])
  })
})

it('a storm of 429: what is read is right, and what is not is said', async () => {
  const struck = server.setFault({ kind: 'too-many-requests', seconds: 2, every: 3, on: /./ })
  const result = await run()
  expect(struck.hits()).toBeGreaterThan(20)
  const wrong = result.view.outcomes.filter(({ stream, outcome }) =>
    outcome.status === 'complete'
      ? outcome.records !== baseline.outcomeOf(stream).records
      : outcome.reason !== 'throttled',
  )
  expect(wrong).toEqual([])
  expect(failing(result)).toEqual([])
  expect([0, 3]).toContain(result.exitCode)
})

describe('people who come and go while they are read', () => {
  it('new ones are read too, and those deleted before their factors were are not applicable', async () => {
    const own = await startOkta({ seed: wellKeptOkta(clock.now()), now: () => clock.now().getTime() })
    try {
      // The first factors are there, and the budget is used up long before those of the person who is deleted.
      own.after(/\/factors$/, (world) => {
        world.createUser({ login: 'new.newt@tidy-turbines.example', created: 0 })
        world.deleteUser('plain.hare.190@tidy-turbines.example')
      })
      const result = await run(own)
      expect(failing(result)).toEqual([])
      expect(result.outcomeOf('okta.user-factors')).toMatchObject({ status: 'complete', records: 235 })
      expect(result.view.results.find(({ summary }) => summary.check === 'okta.mfa-enrolled')?.summary).toMatchObject({
        status: 'pass',
        counts: { notApplicable: 2 },
      })
    } finally {
      await own.close()
    }
  })
})

/** Without end: a fault that stops after a while may be waited out. Those that take long are left to the matrix. */
const EVERYWHERE: readonly Kind[] = [
  { kind: 'unauthorized' },
  { kind: 'forbidden' },
  { kind: 'feature' },
  { kind: 'wrong-state' },
  { kind: 'not-found' },
  { kind: 'invalid' },
  { kind: 'too-many-requests', seconds: 10 * HOUR },
  { kind: 'error' },
  { kind: 'reset' },
  { kind: 'truncated-body' },
  { kind: 'malformed-json' },
  { kind: 'garbage' },
  { kind: 'empty-body' },
  { kind: 'empty-object' },
]

it('never lets a check pass on a stream with a fault, whatever breaks where', async () => {
  const fault = fc.constantFrom(...EVERYWHERE)
  const combination = fc
    .uniqueArray(fc.constantFrom(...OKTA_ROUTES), { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .chain((routes) => fc.tuple(...routes.map((route) => fault.map((kind) => ({ route, kind })))))
  await fc.assert(
    fc.asyncProperty(combination, async (faults) => {
      server.clearFaults()
      const struck = faults.map(({ route, kind }) => ({
        route,
        hits: server.setFault({ ...kind, on: route.on }).hits,
      }))
      const result = await run()
      for (const { route, hits } of struck) {
        if (hits() === 0) continue
        const checks = route.streams.flatMap((stream) => result.checksOf(stream))
        expect(checks.filter((id) => result.statuses[id] === 'pass')).toEqual([])
      }
      expect(failing(result)).toEqual([])
      expect(result.verified.failures).toEqual([])
      expectNoInvention(result)
    }),
    { numRuns: 12, seed: 20_261_123 },
  )
}, 120_000)
