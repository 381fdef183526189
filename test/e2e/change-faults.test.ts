import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reason } from '../../src/sdk/errors.ts'
import { type Fault, type GithubServer, QUARTER, QUARTER_OPTIONS, startGithub } from '../servers/github/index.ts'
import { runGithub } from './support/run-github.ts'
import { failing, passing, type SourceRun } from './support/run-source.ts'

/*
 * What the change population of a quarter is read with, failing in each of the usual ways. In it every change was reviewed and
 * tested by somebody else, so no check may fail; and none may pass on what was not read.
 */

type Kind = Fault extends infer One ? (One extends Fault ? Omit<One, 'on'> : never) : never

const PERIOD = { from: new Date(QUARTER.from), to: new Date(QUARTER.to) }
const CHECKS = ['github.changes-by-pull-request', 'github.changes-reviewed', 'github.duties-separated']

const { seed, ...options } = QUARTER_OPTIONS
const [repository] = seed?.repositories ?? []
const told = typeof repository?.history === 'function' ? repository.history() : repository?.history
const pulls = (told?.pulls ?? []).filter(
  ({ author, commits = [], reviews = [], merged }) =>
    merged !== undefined &&
    merged.bypass === undefined &&
    merged.by !== author &&
    reviews.length > 0 &&
    commits.length < 3,
)

let server: GithubServer
beforeAll(async () => {
  if (seed === undefined || repository === undefined) throw new Error('the quarter has a repository')
  const kept = pulls.filter(({ commits = [], merged }) => commits.length === 1 || merged?.method === 'rebase')
  const history = { ...told, pulls: kept.slice(0, 12), pushes: [] }
  server = await startGithub({ ...options, seed: { ...seed, repositories: [{ ...repository, history }] }, hidden: {} })
})
afterAll(() => server.close())
afterEach(() => server.clearFaults())

const run = (): Promise<SourceRun> => runGithub(server, { period: PERIOD })
const ofChanges = ({ statuses }: SourceRun) => CHECKS.map((check) => statuses[check])

it('passes every check on changes when nothing goes wrong, so that a fault shows', async () => {
  const whole = await run()
  expect(whole.outcomeOf('github.changes')).toMatchObject({ status: 'complete' })
  expect(whole.outcomeOf('github.changes').records).toBeGreaterThan(8)
  expect(ofChanges(whole)).toEqual(['pass', 'pass', 'pass'])
})

const document = (name: string) => new RegExp(`POST /graphql query ${name}\\b`)
const ROUTES: readonly (readonly [name: string, on: RegExp])[] = [
  ['which repositories were pushed to', document('changedRepositories')],
  ['pull requests', document('mergedPulls')],
  ['commits of the branch', document('branchCommits')],
  ['pushes', /\/repos\/[^/]+\/[^/]+\/activity/],
]
const KINDS: readonly (readonly [name: string, kind: Kind, reason: Reason])[] = [
  ['401', { kind: 'unauthorized' }, 'denied'],
  ['500', { kind: 'status', status: 500 }, 'unavailable'],
  ['malformed JSON', { kind: 'malformed-json' }, 'invalid'],
  ['body cut short', { kind: 'truncated-body' }, 'truncated'],
]

function expectHonest(result: SourceRun, reason: Reason): void {
  const status = expect.stringMatching(/^(?:partial|failed)$/)
  expect(result.outcomeOf('github.changes')).toMatchObject({ status, reason })
  expect(passing(result).filter((check) => CHECKS.includes(check))).toEqual([])
  expect(failing(result)).toEqual([])
  expect(result.verified.failures).toEqual([])
  expect(result.exitCode).toBe(3)
}

describe.each(ROUTES)('%s', (_, on) => {
  it.each(KINDS)('%s', async (_name, kind, reason) => {
    const struck = server.setFault({ ...kind, on })
    const result = await run()
    expect(struck.hits()).toBeGreaterThan(0)
    expectHonest(result, reason)
  })
})

describe('where GraphQL is refused', () => {
  const refused: Fault = { kind: 'graphql-error', type: 'FORBIDDEN', on: document('changedRepositories') }

  it('the same is read by REST', async () => {
    server.setFault(refused)
    const result = await run()
    expect(result.outcomeOf('github.changes')).toMatchObject({ status: 'complete' })
    expect(ofChanges(result)).toEqual(['pass', 'pass', 'pass'])
  })

  it.each([
    ['the branch is hidden by a 404', { kind: 'not-found', on: /\/branches\/main$/ }, 'denied'],
    ['reviews are refused', { kind: 'forbidden', on: /\/pulls\/\d+\/reviews/ }, 'denied'],
    ['commits of pull requests are refused', { kind: 'forbidden', on: /\/pulls\/\d+\/commits/ }, 'denied'],
    ['the list of pull requests is cut', { kind: 'truncated-body', on: /\/pulls\?/ }, 'truncated'],
    ['checks are refused', { kind: 'forbidden', on: /\/check-runs/ }, 'denied'],
    ['pull requests of a commit are refused', { kind: 'forbidden', on: /\/commits\/[0-9a-f]+\/pulls/ }, 'denied'],
  ] as const)('%s', async (_, fault, reason) => {
    server.setFault(refused)
    server.setFault(fault)
    expectHonest(await run(), reason)
  })
})
