import { InvalidError, type ReadError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { graphqlUrl } from '../../../collectors/github/client.ts'
import { graphqlRefusal } from '../../../collectors/github/errors.ts'
import { createPoints } from '../../../collectors/github/points.ts'
import { queries } from '../../../collectors/github/queries.ts'
import { teams } from '../../../collectors/github/streams/teams.ts'
import { manualClock } from '../../../src/testing/clock.ts'
import { type Answer, type Answers, collect, connection, OWNER } from './harness.ts'

const team = (slug: string, id: number) => ({
  databaseId: id,
  slug,
  name: slug.toUpperCase(),
  privacy: 'VISIBLE',
  parentTeam: null,
})
const page = (slugs: readonly string[], next: string | null, parts: Record<string, unknown> = {}) =>
  connection('teams', {
    nodes: slugs.map((slug, index) => team(slug, index)),
    pageInfo: { hasNextPage: next !== null, endCursor: next },
    ...parts,
  })
const slugsOf = (records: readonly unknown[]) => (records as { slug: string }[]).map(({ slug }) => slug)

async function failure(work: Promise<unknown>): Promise<ReadError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
}

describe('a connection', () => {
  it('is followed by its cursors to its end, a hundred at a time', async () => {
    const { records, pages, seen } = await collect(teams, {
      'graphql:teams': page(['core', 'web'], 'c1', { totalCount: 3 }),
      'graphql:teams after c1': page(['ops'], null, { totalCount: 3 }),
    })
    expect(slugsOf(records)).toEqual(['core', 'web', 'ops'])
    expect(pages.map(({ last, total, cursor }) => ({ last, total, cursor }))).toEqual([
      { last: false, total: 3, cursor: 'teams:' },
      { last: true, total: 3, cursor: 'teams:c1' },
    ])
    const asked = seen.filter(({ path }) => path.startsWith('graphql'))
    expect(asked.map(({ method, variables }) => ({ method, variables }))).toEqual([
      { method: 'POST', variables: { login: 'acme', first: 100, after: null } },
      { method: 'POST', variables: { login: 'acme', first: 100, after: 'c1' } },
    ])
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer ghp_example')
  })

  it.each<[string, Answer, string]>([
    ['is not there', { body: { data: { organization: {} } } }, 'organization.teams'],
    ['has neither nodes nor edges', connection('teams', {}), 'neither nodes nor edges'],
    ['does not say whether more follows', connection('teams', { nodes: [], pageInfo: {} }), 'organization.teams'],
    ['has a node of another shape', connection('teams', { nodes: [{ slug: 'core' }] }), 'databaseId'],
    ['has a node that is null', connection('teams', { nodes: [null] }), 'the whole'],
    ['goes on nowhere', page(['core'], null, { pageInfo: { hasNextPage: true, endCursor: null } }), 'not where'],
    ['is no answer of GraphQL', { body: [] }, 'not what it documents'],
    ['is neither data nor an error', { body: { data: null } }, 'neither data nor an error'],
  ])('that %s is invalid', async (_, answer, said) => {
    const error = await failure(collect(teams, { 'graphql:teams': answer }))
    expect(error).toMatchObject({ reason: 'invalid', message: expect.stringContaining(said) })
  })

  it('that leads in a circle ends', async () => {
    const answers = { 'graphql:teams': page(['core'], 'c1'), 'graphql:teams after c1': page(['web'], 'c1') }
    expect(await failure(collect(teams, answers))).toMatchObject({ reason: 'invalid' })
  })

  it('is asked for in smaller pages where a page cannot be answered, and stays so', async () => {
    const tooMuch: Answer = { status: 502, body: { message: 'Bad gateway' } }
    const { records, seen } = await collect(teams, {
      'graphql:teams': ({ first }) => (Number(first) > 20 ? tooMuch : page(['core'], 'c1')),
      'graphql:teams after c1': page(['web'], null),
    })
    expect(slugsOf(records)).toEqual(['core', 'web'])
    expect(seen.flatMap(({ variables }) => variables.first ?? [])).toEqual([100, 50, 20, 20])
  })

  it.each<[string, Answer]>([
    ['502', { status: 502, body: {} }],
    ['a time-out that GitHub words', { body: { data: null, errors: [{ message: 'Something went wrong' }] } }],
  ])('that can be answered at no size fails: %s', async (_, answer) => {
    expect(await failure(collect(teams, { 'graphql:teams': answer }))).toMatchObject({ reason: 'unavailable' })
  })

  it('with data and an error beside them is not complete', async () => {
    const answer = connection('teams', { nodes: [team('core', 1)] }, [{ type: 'INTERNAL', message: 'Odd' }])
    expect(await failure(collect(teams, { 'graphql:teams': answer }))).toMatchObject({ reason: 'invalid' })
  })
})

describe('what GraphQL refuses', () => {
  const rest: Answers = { '/orgs/acme/teams': { body: [{ id: 1, slug: 'core', name: 'CORE', privacy: 'closed' }] } }

  it.each<[string, Answer]>([
    ['FORBIDDEN', { body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] } }],
    ['FORBIDDEN beside data', connection('teams', { nodes: [] }, [{ type: 'FORBIDDEN', path: ['organization'] }])],
    ['403', { status: 403, body: { message: 'Resource not accessible by integration' } }],
    ['404: no GraphQL', { status: 404, body: { message: 'Not Found' } }],
    [
      'a field the server does not know',
      { body: { errors: [{ message: 'Field does not exist', extensions: { code: 'undefinedField' } }] } },
    ],
  ])('is asked of REST: %s', async (_, answer) => {
    const { records, gaps } = await collect(teams, { ...rest, 'graphql:teams': answer })
    expect(records).toEqual([{ slug: 'core', name: 'CORE', id: 1, privacy: 'closed', parent: null }])
    expect(gaps).toEqual([])
  })

  it.each<[string, Answer, string]>([
    ['401', { status: 401, body: {} }, 'denied'],
    ['429', { status: 429, body: {} }, 'throttled'],
    ['an error that says nothing', { body: { data: null, errors: [{}] } }, 'invalid'],
  ])('is not asked again where that would be no other: %s', async (_, answer, reason) => {
    expect(await failure(collect(teams, { ...rest, 'graphql:teams': answer }))).toMatchObject({ reason })
  })

  it('later than on the first page ends the list: REST has another order', async () => {
    const answers: Answers = {
      ...rest,
      'graphql:teams': page(['core'], 'c1'),
      'graphql:teams after c1': { status: 403, body: {} },
    }
    expect(await failure(collect(teams, answers))).toMatchObject({ reason: 'denied', permission: 'members:read' })
  })
})

describe('the reason of an error', () => {
  const SIGN_ON = 'Configure SSO'
  it.each<[Parameters<typeof graphqlRefusal>[0], Partial<ReadError>, string?]>([
    [
      { type: 'FORBIDDEN', message: '' },
      { reason: 'denied', permission: 'members:read' },
    ],
    [{ type: 'INSUFFICIENT_SCOPES', message: '' }, { reason: 'denied' }],
    [{ message: 'Resource not accessible by personal access token' }, { reason: 'denied' }],
    [
      { type: 'NOT_FOUND', message: '' },
      { reason: 'unavailable', name: 'NotFoundError' },
    ],
    [{ type: 'RATE_LIMITED', message: '' }, { reason: 'throttled' }],
    [{ message: 'You have exceeded a secondary rate limit' }, { reason: 'throttled' }],
    [
      { type: 'MAX_NODE_LIMIT_EXCEEDED', message: '' },
      { reason: 'unavailable', status: 502 },
    ],
    [
      { type: 'FORBIDDEN', message: 'Resource protected by organization SAML enforcement.' },
      { reason: 'denied' },
      SIGN_ON,
    ],
    [{ message: '', extensions: { saml_failure: true } }, { reason: 'denied' }, SIGN_ON],
    [{ type: 'ODD', message: 'red-fox' }, { reason: 'invalid' }],
  ])('%j', (given, expected, said = 'GraphQL teams') => {
    const error = graphqlRefusal(given, 'GraphQL teams', { permission: 'members:read' })
    expect(error).toMatchObject(expected)
    expect(error.message).toContain(said)
    expect(error.message).not.toContain('red-fox')
  })
})

describe('points', () => {
  const NOW = Date.parse('2026-01-02T03:00:00Z')
  const answer = (cost: number, remaining: number, resetAt = '2026-01-02T03:10:00Z') => ({
    data: { rateLimit: { cost, remaining, resetAt } },
    errors: [],
    what: 'GraphQL teams',
  })
  const account = () => {
    const clock = manualClock(new Date(NOW).toISOString())
    return { clock, points: createPoints({ clock, signal: new AbortController().signal }) }
  }

  it('are not spent where too few are left: the next hour is waited for', async () => {
    const { clock, points } = account()
    await points.spend('teams', async () => answer(5, 4))
    const second = clock.drive(points.spend('teams', async () => answer(5, 4990, '2026-01-02T04:10:00Z')))
    await second
    expect(clock.now().getTime() - NOW).toBe(602_000)
  })

  it('of what is under way are taken off', async () => {
    const { clock, points } = account()
    await points.spend('teams', async () => answer(5, 9))
    const started: number[] = []
    const ask = () =>
      points.spend('teams', async () => {
        started.push(clock.now().getTime() - NOW)
        await clock.sleep(1000)
        return answer(5, 4)
      })
    await clock.drive(Promise.all([ask(), ask()]))
    expect(started).toEqual([0, 602_000])
  })

  it('of a document that was never asked are learnt by asking once', async () => {
    const { clock, points } = account()
    let atOnce = 0
    let most = 0
    const ask = () =>
      points.spend('teams', async () => {
        most = Math.max(most, ++atOnce)
        await clock.sleep(1000)
        atOnce -= 1
        return answer(1, 4000)
      })
    const first = ask()
    const others = [ask(), ask()]
    await clock.drive(Promise.resolve(clock.sleep(500)))
    expect(most).toBe(1)
    await clock.drive(Promise.all([first, ...others]))
    expect(most).toBe(2)
  })

  it('may be without limit, and are not when they are told in another way', async () => {
    const { points } = account()
    const none = { data: { rateLimit: null }, errors: [], what: 'GraphQL teams' }
    expect(await points.spend('teams', async () => none)).toBe(none)
    await expect(
      points.spend('teams', async () => ({ ...none, data: { rateLimit: { cost: 'many' } } })),
    ).rejects.toBeInstanceOf(InvalidError)
  })
})

describe('documents', () => {
  it.each(Object.entries(queries))('%s is a query under its own name that asks for its cost', (name, text) => {
    expect(text).toMatch(new RegExp(`^query ${name}\\(`))
    expect(text).toContain('rateLimit { cost remaining resetAt }')
  })

  it.each([
    ['https://api.github.com', 'https://api.github.com/graphql'],
    ['https://git.example.com/api/v3', 'https://git.example.com/api/graphql'],
    ['https://api.octocorp.ghe.com', 'https://api.octocorp.ghe.com/graphql'],
  ])('of %s are asked at %s', (baseUrl, url) => {
    expect(graphqlUrl(baseUrl)).toBe(url)
  })
})

describe('single sign-on', () => {
  it('says where the token is authorised, without the token in that address', async () => {
    const refused: Answer = {
      status: 403,
      body: { message: 'Resource protected by organization SAML enforcement.' },
      headers: {
        'x-github-sso': 'required; url=https://github.example.com/orgs/acme/sso?authorization_request=s3cret',
      },
    }
    const error = await failure(collect(teams, { ...OWNER, 'graphql:teams': refused, '/orgs/acme/teams': refused }))
    expect(error).toMatchObject({ reason: 'denied', message: expect.stringContaining('acme/sso, or open the token') })
    expect(error.message).not.toContain('s3cret')
  })

  it('that shortens a list makes it truncated', async () => {
    const partial = { body: [], headers: { 'x-github-sso': 'partial-results; organizations=21955855,20582480' } }
    expect(await failure(collect(teams, { '/orgs/acme/teams': partial }))).toMatchObject({ reason: 'truncated' })
  })
})
