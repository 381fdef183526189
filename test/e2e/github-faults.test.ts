import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reason } from '../../src/sdk/errors.ts'
import { type Fault, type GithubServer, startGithub } from '../servers/github/index.ts'
import { affiant } from './support/cli.ts'
import { type FaultyRoute, ROUTES } from './support/faulty-routes.ts'
import { runGithub } from './support/run-github.ts'
import { failing, passing, type SourceRun } from './support/run-source.ts'
import { wellKept, wellKeptChecks } from './support/well-kept.ts'
import { githubSource, workspace } from './support/workspace.ts'

/** What a fault is, without where it strikes. */
type Kind = Fault extends infer One ? (One extends Fault ? Omit<One, 'on'> : never) : never

const HOUR = 3600
const BY_GRAPHQL = /POST \/graphql query members\b/
/** Members are then read by REST, a list in pages. */
const NO_GRAPHQL: Fault = { kind: 'graphql-error', type: 'FORBIDDEN', on: BY_GRAPHQL }
const MEMBERS = /\/members\?role=member/
const NEXT_PAGE_OF_MEMBERS = /\/members\?.*page=2/

let server: GithubServer
let baseline: readonly string[]

beforeAll(async () => {
  server = await startGithub({ seed: wellKept })
  baseline = passing(await run())
}, 60_000)
afterAll(() => server.close())
afterEach(() => server.clearFaults())

const run = (token?: string) => runGithub(server, { checks: wellKeptChecks, ...(token !== undefined && { token }) })

/** A stream that was hit: it says why, nothing that reads it passes, and the run as a whole is honest about it. */
function expectHonest(result: SourceRun, stream: string, reason: Reason): void {
  expect(result.outcomeOf(stream)).toMatchObject({ reason, status: expect.stringMatching(/^(?:partial|failed)$/) })
  expect(result.checksOf(stream).filter((check) => result.statuses[check] === 'pass')).toEqual([])
  expect(result.controlsOf(stream).filter(({ status }) => status === 'pass')).toEqual([])
  // Everything is well in the organisation, so whatever fails is a false accusation.
  expect(failing(result)).toEqual([])
  expectIncomplete(result)
}

function expectIncomplete({ exitCode, verified }: SourceRun): void {
  expect(exitCode).toBe(3)
  expect(verified.failures).toEqual([])
  expect(verified).toMatchObject({ exitCode: 3, levels: { intact: { value: 'yes' }, complete: { value: 'no' } } })
}

it('passes every check when nothing goes wrong, so that a fault shows', async () => {
  const whole = await run()
  // Nothing changed in it, so that checks of changes do not apply.
  expect(new Set(Object.values(whole.statuses))).toEqual(new Set(['pass', 'not-applicable']))
  expect(whole.exitCode).toBe(0)
  expect(whole.verified).toMatchObject({ exitCode: 0, failures: [] })
})

/** Class of failure -> reason, on a list and on one request among many of a stream. */
const MATRIX: readonly (readonly [name: string, kind: Kind, onList: Reason, onProtection: Reason])[] = [
  ['401', { kind: 'unauthorized' }, 'denied', 'denied'],
  ['403, a right is missing', { kind: 'forbidden' }, 'denied', 'denied'],
  ['403, the plan lacks the feature', { kind: 'upgrade' }, 'unlicensed', 'unlicensed'],
  ['403, single sign-on', { kind: 'sso' }, 'denied', 'denied'],
  // Classic protection is hidden behind a 404 from those who may not see it.
  ['404', { kind: 'not-found' }, 'unavailable', 'denied'],
  ['429, come back in an hour', { kind: 'too-many-requests', seconds: HOUR }, 'throttled', 'throttled'],
  ['403, rate limit until the next hour', { kind: 'rate-limit', seconds: 10 * HOUR }, 'throttled', 'throttled'],
  ['403, secondary rate limit', { kind: 'secondary-rate-limit', seconds: HOUR }, 'throttled', 'throttled'],
  ['500', { kind: 'status', status: 500 }, 'unavailable', 'unavailable'],
  ['no answer', { kind: 'hang' }, 'timeout', 'timeout'],
  ['connection reset', { kind: 'reset' }, 'unavailable', 'unavailable'],
  ['body cut short', { kind: 'truncated-body' }, 'truncated', 'truncated'],
  ['malformed JSON', { kind: 'malformed-json' }, 'invalid', 'invalid'],
  ['empty body', { kind: 'empty-body' }, 'invalid', 'invalid'],
]

describe.each(MATRIX)('%s', (_, kind, onList, onProtection) => {
  it(`makes a list incomplete: ${onList}`, async () => {
    server.setFault(NO_GRAPHQL)
    const struck = server.setFault({ ...kind, on: MEMBERS })
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(0)
    expectHonest(result, 'github.members', onList)
    // Owners came first and are kept.
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'partial', pages: 1, records: 2 })
    expect(result.outcomeOf('github.organization')).toMatchObject({ status: 'complete', records: 1 })
  })

  it(`on one request of a stream leaves a gap: ${onProtection}`, async () => {
    const struck = server.setFault({ ...kind, on: /\/blades\/.*\/protection$/ })
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(0)
    expectHonest(result, 'github.branch-protection', onProtection)
    expect(result.outcomeOf('github.branch-protection').records).toBe(3)
    expect(result.outcomeOf('github.branch-protection').gaps).toEqual(
      expect.arrayContaining([expect.objectContaining({ reason: onProtection })]),
    )
  })
})

/** What goes wrong between the pages of a list: fault, reason, records that are kept. */
const BETWEEN_PAGES: readonly (readonly [name: string, fault: Fault, reason: Reason, records: number])[] = [
  ['the link to the next page is lost', { kind: 'lost-page', on: MEMBERS }, 'truncated', 2],
  ['a page leads to itself', { kind: 'cursor-loop', on: NEXT_PAGE_OF_MEMBERS }, 'invalid', 103],
  ['a page leads back to the first', { kind: 'cursor-loop', to: 1, on: NEXT_PAGE_OF_MEMBERS }, 'invalid', 103],
  ['the second page is 500', { kind: 'status', status: 500, on: NEXT_PAGE_OF_MEMBERS }, 'unavailable', 102],
  ['the second page is 404', { kind: 'not-found', on: NEXT_PAGE_OF_MEMBERS }, 'unavailable', 102],
  ['the second page is cut', { kind: 'truncated-body', on: NEXT_PAGE_OF_MEMBERS }, 'truncated', 102],
]

it('says in one sentence what is missing', async () => {
  server.setFault({ kind: 'forbidden', on: /\/blades\/.*\/protection$/ })
  const one = await run()
  expect(one.outcomeOf('github.branch-protection').detail).toBe(
    'a part could not be read: tidy-turbines/blades: classic protection of the default branch',
  )
  server.setFault({ kind: 'forbidden', on: /\/rules\/branches\// })
  const several = await run()
  expect(several.outcomeOf('github.branch-protection').detail).toMatch(/^4 parts could not be read, the first: tidy-/)
})

describe('between pages', () => {
  it.each(BETWEEN_PAGES)('%s', async (_, fault, reason, records) => {
    server.setFault(NO_GRAPHQL)
    const struck = server.setFault(fault)
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(0)
    expectHonest(result, 'github.members', reason)
    expect(result.outcomeOf('github.members').records).toBe(records)
  })
})

/** Of GraphQL: fault -> reason. Of whatever is not a refusal, nothing is read another way. */
const GRAPHQL: readonly (readonly [name: string, kind: Kind, reason: Reason])[] = [
  ['401', { kind: 'unauthorized' }, 'denied'],
  ['429, come back in an hour', { kind: 'too-many-requests', seconds: HOUR }, 'throttled'],
  ['403, secondary rate limit', { kind: 'secondary-rate-limit', seconds: HOUR }, 'throttled'],
  ['no points left, with status 200', { kind: 'graphql-error', type: 'RATE_LIMITED' }, 'throttled'],
  ['502 for pages of any size', { kind: 'status', status: 502 }, 'unavailable'],
  ['no answer', { kind: 'hang' }, 'timeout'],
  ['malformed JSON', { kind: 'malformed-json' }, 'invalid'],
  ['empty body', { kind: 'empty-body' }, 'invalid'],
  ['body cut short', { kind: 'truncated-body' }, 'truncated'],
  ['an error without data', { kind: 'graphql-error', type: 'INTERNAL', message: 'Odd' }, 'invalid'],
  ['data with an error beside it', { kind: 'graphql-partial', type: 'INTERNAL', message: 'Odd' }, 'invalid'],
]

describe('GraphQL', () => {
  it.each(GRAPHQL)('%s', async (_, kind, reason) => {
    const struck = server.setFault({ ...kind, on: BY_GRAPHQL })
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(0)
    expectHonest(result, 'github.members', reason)
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'failed', records: 0 })
  })

  it.each<[string, Kind]>([
    ['403', { kind: 'forbidden' }],
    ['404, as of a server without GraphQL', { kind: 'not-found' }],
    ['an error of type FORBIDDEN', { kind: 'graphql-error', type: 'FORBIDDEN' }],
    ['data with an error of type FORBIDDEN beside it', { kind: 'graphql-partial', type: 'FORBIDDEN' }],
  ])('is replaced by REST where it is refused: %s', async (_, kind) => {
    const struck = server.setFault({ ...kind, on: /POST \/graphql/ })
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(3)
    expect(new Set(Object.values(result.statuses))).toEqual(new Set(['pass', 'not-applicable']))
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'complete', records: 103 })
    expect(result.outcomeOf('github.branch-protection')).toMatchObject({ status: 'complete', records: 3 })
    expect(result.exitCode).toBe(0)
  })

  it('is asked for less where it cannot answer so much', async () => {
    const struck = server.setFault({ kind: 'status', status: 502, on: /query members\b.*"first":(?:100|50)\b/ })
    const result = await run()
    // Each size is tried twice.
    expect(struck.hits()).toBe(4)
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'complete', records: 103, pages: 6 })
  })

  it('is not believed where REST says something else', async () => {
    server.setFault({ kind: 'not-found', on: /\/(?:blades|gearbox|nacelle)\/.*\/protection$/ })
    expectHonest(await run(), 'github.branch-protection', 'denied')
  })
})

const ALL = wellKept.login
/** Faults that leave nothing to be read: the source is not opened. */
const CLOSED: readonly (readonly [name: string, fault: Fault, reason: Reason])[] = [
  ['401 everywhere', { kind: 'unauthorized', on: /./ }, 'denied'],
  ['single sign-on everywhere', { kind: 'sso', on: /./ }, 'denied'],
  ['500 everywhere', { kind: 'status', status: 500, on: /./ }, 'unavailable'],
  ['no organisation of that name', { kind: 'not-found', on: /\/orgs\// }, 'unavailable'],
  [
    'another organisation answers',
    { kind: 'wrong-organization', login: 'somebody-else', id: 1, on: new RegExp(`/orgs/${ALL}$`) },
    'invalid',
  ],
]

describe('a source that cannot be opened', () => {
  it.each(CLOSED)('%s', async (_, fault, reason) => {
    server.setFault(fault)
    const result = await run()
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'failed', reason })
    for (const { id } of result.view.plan.sources[0]?.streams ?? []) expectHonest(result, id, reason)
    expect(passing(result)).toEqual([])
  })

  it('because of wrong credentials', async () => {
    const result = await run(`ghp_${'0'.repeat(36)}`)
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'failed', reason: 'denied' })
    expectIncomplete(result)
  })
})

describe('an answer about another organisation', () => {
  it.each([
    ['in the list of repositories', /\/orgs\/[^/]+\/repos/, 'github.repositories'],
    // The first answer is for the identity of the source.
    ['in the settings', new RegExp(`/orgs/${ALL}$`), 'github.organization'],
  ])('%s', async (_, on, stream) => {
    const after = stream === 'github.organization' ? 1 : 0
    const struck = server.setFault({ kind: 'wrong-organization', login: 'somebody-else', id: 1, on, after })
    expectHonest(await run(), stream, 'invalid')
    expect(struck.hits()).toBeGreaterThan(0)
  })
})

describe('what passes by itself', () => {
  it.each<[string, Kind]>([
    ['429 with a short wait', { kind: 'too-many-requests', seconds: 1, times: 2 }],
    ['secondary rate limit with a short wait', { kind: 'secondary-rate-limit', seconds: 2, times: 2 }],
    ['a 502', { kind: 'status', status: 502, times: 2 }],
    ['a reset', { kind: 'reset', times: 1 }],
    ['a cut body', { kind: 'truncated-body', times: 1 }],
  ])('is waited out: %s', async (_, kind) => {
    server.setFault(NO_GRAPHQL)
    const struck = server.setFault({ ...kind, on: MEMBERS })
    const result = await run()
    expect(struck.hits()).toBe(kind.times)
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'complete', records: 103 })
    expect(result.exitCode).toBe(0)
  })
})

describe('through the command line', () => {
  it.each<[string, Fault, string]>([
    ['403', { kind: 'forbidden', on: /\/outside_collaborators/ }, 'denied'],
    ['404', { kind: 'not-found', on: /\/teams\?/ }, 'unavailable'],
    ['malformed JSON', { kind: 'malformed-json', on: /\/orgs\/[^/]+\/repos/ }, 'invalid'],
  ])('%s ends with exit status 3 and is said first', async (_, fault, reason) => {
    await using at = await workspace()
    await at.config({ sources: [githubSource(server)], checks: wellKeptChecks })
    server.setFault(fault)
    const { exitCode, stdout, stderr } = await affiant(['run'], {
      cwd: at.folder,
      env: { E2E_GITHUB_TOKEN: server.tokens.owner },
    })
    expect(exitCode).toBe(3)
    expect(stdout.indexOf('INCOMPLETE EVIDENCE')).toBeLessThan(stdout.indexOf('Annex A controls'))
    expect(stdout).toContain(reason)
    expect(stderr).toMatch(new RegExp(`(?:partial|failed): ${reason}`))
  })
})

/** Lists of a non-owner are shorter and GitHub does not say so. */
describe('credentials that see a part only', () => {
  const HIDDEN = 'organization owner, or an app with members:read'

  it('of a member who is no owner: secret teams and outside collaborators are gaps', async () => {
    const result = await run(server.tokens.member)
    for (const stream of ['github.teams', 'github.team-repositories', 'github.members-without-two-factor']) {
      expectHonest(result, stream, 'denied')
    }
    expect(result.outcomeOf('github.teams').permissions).toContain(HIDDEN)
    expect(result.outcomeOf('github.members')).toMatchObject({ status: 'complete', records: 103 })
    expectHonest(result, 'github.repositories', 'denied')
  })

  it('of somebody outside: an empty list of members is not "no members"', async () => {
    const outsider = { outsider_token: { login: 'visiting-gull', scopes: ['read:org', 'repo'] } }
    const other = await startGithub({ seed: wellKept, tokens: outsider })
    try {
      const result = await runGithub(other, { checks: wellKeptChecks, token: 'outsider_token' })
      expectHonest(result, 'github.members', 'denied')
      expect(result.outcomeOf('github.members')).toMatchObject({ records: 0, permissions: [HIDDEN] })
      expect(passing(result)).toEqual([])
    } finally {
      await other.close()
    }
  })
})

/** Without end: a fault that stops after a while may be waited out. */
const EVERYWHERE: readonly Kind[] = [
  { kind: 'unauthorized' },
  { kind: 'forbidden' },
  { kind: 'upgrade' },
  { kind: 'sso' },
  { kind: 'not-found' },
  { kind: 'too-many-requests', seconds: HOUR },
  { kind: 'secondary-rate-limit', seconds: HOUR },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'truncated-body' },
  { kind: 'malformed-json' },
  { kind: 'empty-body' },
]
const REFUSALS = new Set<string>(['forbidden', 'upgrade', 'sso', 'not-found'])
const NO_REFUSAL = EVERYWHERE.filter(({ kind }) => !REFUSALS.has(kind))
const ON_LISTS: readonly Kind[] = [...EVERYWHERE, { kind: 'cursor-loop' }]

const faultOn = (route: FaultyRoute) =>
  fc
    .constantFrom(...(route.list ? ON_LISTS : route.replaced ? NO_REFUSAL : EVERYWHERE))
    .map((kind) => ({ route, fault: { ...kind, on: route.on } }))

it('never lets a check pass on a stream with a fault, whatever breaks where', async () => {
  const combination = fc
    .uniqueArray(fc.constantFrom(...ROUTES), { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .chain((routes) => fc.tuple(...routes.map(faultOn)))
  await fc.assert(
    fc.asyncProperty(combination, async (faults) => {
      server.clearFaults()
      const struck = faults.map(({ route, fault }) => ({ route, hits: server.setFault(fault).hits }))
      const result = await run()
      const passed = passing(result)
      expect(baseline).toEqual(expect.arrayContaining(passed))
      // Of CODEOWNERS a 404 is GitHub's way to say that there is none.
      const absent = faults.some(({ route, fault }) => route.name === 'code owners' && fault.kind === 'not-found')
      const accused = failing(result).filter((check) => !absent || check !== 'github.code-owners-required')
      expect(accused).toEqual([])
      for (const { route, hits } of struck) {
        if (hits() === 0) continue
        const checks = route.streams.flatMap((stream) => result.checksOf(stream))
        expect(checks.filter((check) => passed.includes(check))).toEqual([])
      }
      expectIncomplete(result)
    }),
    { numRuns: 10, seed: 20_261_123 },
  )
}, 120_000)
