import { Secret, type Stream } from 'affiant/sdk'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../../collectors/github/client.ts'
import type { ChangeRecord } from '../../../collectors/github/changes/record.ts'
import { openOrganizations } from '../../../collectors/github/open.ts'
import type { Session } from '../../../collectors/github/session.ts'
import { changes } from '../../../collectors/github/streams/changes.ts'
import { deployments } from '../../../collectors/github/streams/deployments.ts'
import { ruleSuites } from '../../../collectors/github/streams/rule-suites.ts'
import {
  acmeRobotics,
  type Fault,
  type GithubOptions,
  type GithubServer,
  QUARTER_OPTIONS,
  startGithub,
} from '../../servers/github/index.ts'
import type { OrganizationSeed } from '../../servers/github/seed.ts'
import type { HistorySeed } from '../../servers/github/seed-changes.ts'
import {
  type Answers,
  collect,
  type Collected,
  connection,
  contextOf,
  readerInto,
  repositoryAnswer,
} from './harness.ts'

let server: GithubServer | undefined
afterEach(async () => {
  await server?.close()
})

interface Reading extends Pick<GithubOptions, 'seed' | 'hidden' | 'largestPage'> {
  faults?: readonly Fault[]
  stream?: Pick<Stream<string, unknown, Session>, 'record' | 'key' | 'collect'>
  config?: Record<string, unknown>
  from?: string
  to?: string
  now?: string
}

/** Reads a stream of an emulated GitHub; what fails is a gap. */
async function read({ faults = [], stream = changes, config = {}, ...reading }: Reading = {}) {
  const { from = '2026-01-01', to = '2026-04-01', now = '2026-04-10', ...options } = reading
  await server?.close()
  const started = await startGithub({ ...QUARTER_OPTIONS, hidden: {}, ...options })
  server = started
  const login = started.organization.login
  const context = {
    ...contextOf((input, init) => fetch(input, init), { organization: login, baseUrl: started.url, ...config }),
    secrets: { token: new Secret(started.tokens.owner) },
    period: { from: new Date(from), to: new Date(to) },
  }
  const clock = { ...context.clock, now: () => new Date(now) }
  const session = await openOrganizations({ ...context, clock }, connect({ ...context, clock }))
  for (const fault of faults) started.setFault(fault)
  started.clearRequests()
  const gaps: Collected['gaps'] = []
  const records: unknown[] = []
  for await (const page of stream.collect(session, { id: login }, readerInto(gaps))) records.push(...page.records)
  const parsed = records.map((record) => stream.record.parse(record))
  const keys = parsed.map((record) => stream.key(record))
  expect(new Set(keys).size).toBe(keys.length)
  return { records: parsed as ChangeRecord[], gaps, requests: started.requests() }
}

/** The quarter's repository with another history. */
function withHistory(history: HistorySeed, parts: object = {}): OrganizationSeed {
  const { seed } = QUARTER_OPTIONS
  if (seed === undefined) throw new Error('no world')
  const [first] = seed.repositories
  if (first === undefined) throw new Error('no repository')
  return { ...seed, repositories: [{ ...first, history, ...parts }] }
}

const moment = (day: string, time = '10:00:00') => `2026-${day}T${time}Z`
const simple = { title: 'OPS-7 Something', author: 'green-otter', openedAt: moment('02-01') }
const noGraphql: Fault = { kind: 'graphql-error', on: /POST \/graphql/, type: 'FORBIDDEN' }
const byKey = (records: readonly ChangeRecord[]) =>
  records
    .map((record) => ({ ...record, reviews: [...record.reviews] }))
    .toSorted((a, b) => (changes.key(a) < changes.key(b) ? -1 : 1))

describe('github.changes', () => {
  it('says of each pull request who wrote, approved and merged it, and how its checks ended', async () => {
    const { records, gaps } = await read()
    expect(gaps).toEqual([])
    expect(records).toHaveLength(59)
    const [nobody, pushedLater, red, own] = [10, 22, 34, 46].map((wanted) =>
      records.find(({ number }) => number === wanted),
    )
    expect(nobody).toMatchObject({ reviews: [], independentApproval: false })
    expect(pushedLater).toMatchObject({
      independentApproval: false,
      reviews: [{ state: 'approved', afterLastPush: false }],
      commits: expect.any(Number),
    })
    expect(red?.checks).toMatchObject({
      value: {
        state: 'failure',
        required: [
          { name: 'build', conclusion: 'failure' },
          { name: 'security-scan', conclusion: 'success' },
        ],
      },
    })
    expect(own?.merger).toEqual(own?.by)
    expect(own?.independentApproval).toBe(true)
    expect(records.filter(({ kind }) => kind === 'direct-push')).toMatchObject([
      { occurredAt: '2026-03-20T17:45:00.000Z', timeFrom: 'activity', createdAt: '2025-11-30T12:00:00.000Z' },
      { occurredAt: '2026-02-11T03:12:09.000Z', timeFrom: 'activity', createdAt: '2026-02-11T03:11:40.000Z' },
    ])
  })

  it('is the same by REST where GraphQL is refused', async () => {
    const graphql = await read()
    const rest = await read({ faults: [noGraphql] })
    expect(rest.gaps).toEqual([])
    expect(byKey(rest.records)).toEqual(byKey(graphql.records))
  })

  it('dates direct pushes by what is around them where GitHub has no record of pushes', async () => {
    const { records, gaps } = await read({ faults: [{ kind: 'not-found', on: /\/activity/ }] })
    expect(gaps).toEqual([])
    expect(records).toHaveLength(59)
    const [late, dated] = records.filter(({ kind }) => kind === 'direct-push')
    expect(dated).toMatchObject({ timeFrom: 'commit', occurredAt: '2026-02-11T03:11:40.000Z' })
    expect(late).toMatchObject({ timeFrom: 'neighbours', activity: null })
    expect(Date.parse(late?.occurredAt ?? '')).toBeGreaterThan(Date.parse('2026-03-18'))
  })

  it('takes less than two requests for each pull request, and few points', async () => {
    const { requests } = await read({ largestPage: 100 })
    expect(requests.length).toBeLessThan(12)
    expect(requests.reduce((sum, { cost = 0 }) => sum + cost, 0)).toBeLessThan(12)
  })

  it('names a repository that GitHub refuses, and reads the others', async () => {
    const { records, gaps } = await read({
      faults: [{ kind: 'graphql-error', on: /graphql.*mergedPulls.*control-plane/, type: 'FORBIDDEN' }],
    })
    expect(records).toEqual([])
    expect(gaps).toEqual([
      { subject: 'quarter-works/control-plane: changes', reason: 'denied', permission: 'pull_requests:read' },
    ])
  })

  it('keeps changes whose checks may not be read, and says so', async () => {
    const { records, gaps } = await read({
      faults: [noGraphql, { kind: 'forbidden', on: /check-runs/ }],
    })
    expect(records).toHaveLength(59)
    expect(records.filter(({ checks }) => checks.state === 'unknown')).toHaveLength(57)
    // Asked once and not of each.
    expect(gaps).toEqual([
      {
        subject: 'quarter-works/control-plane: checks of merged pull requests',
        reason: 'denied',
        permission: 'checks:read',
      },
    ])
  })

  it('is not whole if an answer has errors beside its data', async () => {
    const { gaps } = await read({
      faults: [{ kind: 'graphql-partial', on: /graphql.*mergedPulls/, type: 'INTERNAL', times: 1 }],
    })
    expect(gaps.map(({ subject }) => subject)).toContain('quarter-works/control-plane: changes')
  })

  it('is counted both ways: that the list breaks off is found out by the commits', async () => {
    const { gaps } = await read({
      faults: [noGraphql, { kind: 'lost-page', on: /\/pulls\?/ }],
    })
    expect(gaps).toMatchObject([{ reason: 'truncated' }])
    expect(gaps[0]?.subject).toContain(
      'quarter-works/control-plane: main has 28 merged pull requests by the list and 57 by its commits (not in the list: #31,',
    )
  })

  it('reads all of more reviews, commits and checks than fit into the list', async () => {
    const many = Array.from({ length: 60 }, (_, place) => place)
    const { records, gaps } = await read({
      largestPage: 100,
      seed: withHistory({
        pulls: [
          {
            ...simple,
            commits: many.map((place) => ({
              message: `Part ${place}`,
              committedAt: moment('02-01'),
              author: place === 59 ? 'pink-lynx' : 'green-otter',
            })),
            reviews: [
              ...many.map(() => ({
                author: 'cyan-marten',
                state: 'CHANGES_REQUESTED' as const,
                submittedAt: moment('02-02'),
              })),
              { author: 'black-heron', submittedAt: moment('02-03') },
            ],
            checks: [...many.map((place) => ({ name: `job-${place}` })), { name: 'build' }, { name: 'security-scan' }],
            merged: { at: moment('02-04'), by: 'pink-lynx' },
          },
        ],
      }),
    })
    expect(gaps).toEqual([])
    expect(records).toMatchObject([
      {
        commits: 60,
        independentApproval: true,
        authors: [{ login: 'green-otter' }, { login: 'pink-lynx' }],
        checks: { value: { reported: 62, required: [{ conclusion: 'success' }, { conclusion: 'success' }] } },
      },
    ])
    expect(records[0]?.reviews).toHaveLength(61)
  })

  it('takes no approval for one that was taken back, or is of somebody who wrote part of it', async () => {
    const pulls = [
      [
        { author: 'black-heron', submittedAt: moment('02-02') },
        { author: 'black-heron', state: 'CHANGES_REQUESTED' as const, submittedAt: moment('02-03') },
      ],
      [{ author: 'pink-lynx', submittedAt: moment('02-02') }],
      [{ author: 'black-heron', state: 'DISMISSED' as const, submittedAt: moment('02-02') }],
      // After the merge.
      [{ author: 'black-heron', submittedAt: moment('02-05') }],
      [{ author: 'black-heron', submittedAt: moment('02-02') }],
    ].map((reviews, place) => ({
      ...simple,
      commits: [
        { message: 'One', committedAt: moment('02-01'), author: 'pink-lynx' },
        { message: 'Two', committedAt: moment('02-01', '11:00:00') },
      ],
      reviews,
      merged: { at: moment('02-04', `1${place}:00:00`), by: 'cyan-marten' },
    }))
    const { records } = await read({ seed: withHistory({ pulls }) })
    const approved = byKey(records).map(({ number, independentApproval }) => [number, independentApproval])
    expect(approved).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, false],
      [5, true],
    ])
  })

  it('counts protected branches besides the default one, and no others', async () => {
    const seed = withHistory(
      {
        pulls: [
          { ...simple, base: 'release/1', merged: { at: moment('02-04'), by: 'pink-lynx' } },
          { ...simple, base: 'feature', merged: { at: moment('02-05'), by: 'pink-lynx' } },
          { ...simple, merged: { at: moment('02-06'), by: 'pink-lynx' } },
        ],
        pushes: [
          {
            branch: 'release/1',
            by: 'pink-lynx',
            at: moment('02-07'),
            commits: [{ message: 'Fix', committedAt: moment('02-07') }],
          },
          {
            branch: 'feature',
            by: 'pink-lynx',
            at: moment('02-08'),
            commits: [{ message: 'Play', committedAt: moment('02-08') }],
          },
        ],
      },
      {
        rulesets: [
          { name: 'all', include: ['~DEFAULT_BRANCH', 'refs/heads/release/1'], rules: [{ type: 'deletion' }] },
        ],
      },
    )
    const { records, gaps } = await read({ seed })
    expect(gaps).toEqual([])
    expect(records.map(({ kind, branch, number }) => `${kind} ${branch} ${number}`).toSorted()).toEqual([
      'direct-push release/1 null',
      'pull-request main 3',
      'pull-request release/1 1',
    ])
  })

  it('links issues and tickets, and keeps nothing else of what people wrote', async () => {
    const seed = withHistory({
      pulls: [
        {
          ...simple,
          title: 'OPS-7 read UTF-8 as RFC-3629 says',
          body: 'See PAY-12.',
          closes: [4],
          merged: { at: moment('02-04'), by: 'pink-lynx' },
        },
      ],
    })
    const { records } = await read({ seed })
    expect(records[0]?.workItems).toEqual(['quarter-works/control-plane#4', 'OPS-7', 'PAY-12'])
    expect(JSON.stringify(records)).not.toContain('read')
    const other = await read({ seed, config: { changes: { workItems: 'PAY-[0-9]' } } })
    expect(other.records[0]?.workItems).toEqual(['quarter-works/control-plane#4', 'PAY-1'])
  })

  it('takes no repository for empty whose default branch GraphQL does not show', async () => {
    const node = { id: 'R_api', name: 'api', nameWithOwner: 'acme/api', isPrivate: true, isArchived: false }
    const pushed = { pushedAt: '2025-12-01T00:00:00Z', refs: null, defaultBranchRef: null }
    const answersFor = (isEmpty: boolean): Answers => ({
      'graphql:changedRepositories': connection('repositories', { nodes: [{ ...node, ...pushed, isEmpty }] }),
      '/repos/acme/api': { body: repositoryAnswer('api') },
      '/repos/acme/api/branches/main': { status: 403, body: { message: 'Resource not accessible by integration' } },
    })
    const hidden = await collect(changes, answersFor(false))
    expect(hidden.gaps).toEqual([
      { subject: 'acme/api: its default branch', reason: 'denied', permission: 'contents:read' },
    ])
    expect((await collect(changes, answersFor(true))).gaps).toEqual([])
  })

  it('does not count what came after it was opened, in a period that has not ended', async () => {
    const { records, gaps } = await read({ now: '2026-02-01' })
    expect(gaps).toEqual([])
    expect(records.every(({ occurredAt }) => occurredAt < '2026-02-01')).toBe(true)
    expect(records.length).toBeGreaterThan(10)
  })

  it('says how many repositories these credentials do not see, and names those that must be there', async () => {
    const { gaps } = await read({
      hidden: QUARTER_OPTIONS.hidden ?? {},
      config: { repositories: { expected: ['quarter-works/vault-keys', 'other-org/thing'] } },
    })
    expect(gaps).toEqual([
      { subject: 'quarter-works/vault-keys', reason: 'unavailable', permission: 'metadata:read' },
      { subject: 'quarter-works: 1 of 3 repositories, which GitHub counts and does not show', reason: 'truncated' },
    ])
  })
})

const DAY = 86_400_000
const lately = () => ({
  seed: acmeRobotics,
  from: new Date(Date.now() - 60 * DAY).toISOString(),
  to: new Date().toISOString(),
  now: new Date().toISOString(),
})

describe('github.deployments', () => {
  it('has those of the period with the consent to those into production, by either route', async () => {
    const graphql = await read({ stream: deployments, ...lately() })
    expect(graphql.gaps).toEqual([])
    const records = graphql.records as unknown as { environment: string; state: string; approvals: unknown }[]
    expect(records.filter(({ environment }) => environment === 'production').length).toBeGreaterThan(3)
    expect(records.find(({ environment }) => environment === 'staging')).toMatchObject({
      state: 'failure',
      approvals: null,
    })
    expect(records.some(({ approvals }) => JSON.stringify(approvals)?.includes('umber-newt'))).toBe(true)
    const rest = await read({ stream: deployments, ...lately(), faults: [noGraphql] })
    expect(rest.gaps).toEqual([])
    const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).toSorted()
    expect(sorted(rest.records)).toEqual(sorted(graphql.records))
  })

  it('keep those whose approvals may not be read, and say so', async () => {
    const { records, gaps } = await read({
      stream: deployments,
      ...lately(),
      faults: [{ kind: 'graphql-error', on: /deploymentReviews/, type: 'FORBIDDEN' }],
    })
    expect(records.length).toBeGreaterThan(3)
    expect(new Set(gaps.map(({ reason, permission }) => `${reason} ${permission}`))).toEqual(
      new Set(['denied actions:read']),
    )
  })
})

describe('github.rule-suites', () => {
  it('has who went past which rule in the last month', async () => {
    const { records, gaps } = await read({ stream: ruleSuites, ...lately() })
    expect(gaps).toEqual([])
    expect(records.length).toBeGreaterThan(0)
    expect(records[0]).toMatchObject({ ref: 'refs/heads/main', occurredAt: expect.stringMatching(/Z$/) })
    expect(JSON.stringify(records)).toContain('pull_request')
  })

  it('is read repository by repository where the organisation’s list is refused', async () => {
    const whole = await read({ stream: ruleSuites, ...lately() })
    const each = await read({
      stream: ruleSuites,
      ...lately(),
      faults: [{ kind: 'not-found', on: /\/orgs\/[^/]+\/rulesets\/rule-suites\?/ }],
    })
    expect(each.gaps).toEqual([])
    const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).toSorted()
    expect(sorted(each.records)).toEqual(sorted(whole.records))
  })

  it('is denied, and not empty, to those who may not change rulesets', async () => {
    const refused = read({ stream: ruleSuites, ...lately(), faults: [{ kind: 'not-found', on: /rule-suites/ }] })
    await expect(refused).rejects.toMatchObject({ reason: 'denied' })
  })
})
