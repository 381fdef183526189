import { generateKeyPairSync } from 'node:crypto'
import { type ReadError, UnavailableError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { GithubConfig, organizationsOf } from '../../../collectors/github/config.ts'
import { collector } from '../../../collectors/github/index.ts'
import { organization } from '../../../collectors/github/streams/organization.ts'
import { type Answer, type Answers, contextOf, fakeFetch, readerInto } from './harness.ts'

const SEVERAL = { organization: undefined, organizations: ['acme', { login: 'globex', id: 2002 }] }

const about = (login: string, id: number): Answers => ({
  [`/orgs/${login}`]: { body: { id, login, public_repos: 0, total_private_repos: 0 } },
  [`/user/memberships/orgs/${login}`]: { body: { state: 'active', role: 'admin' } },
})
const BOTH: Answers = { ...about('acme', 1001), ...about('globex', 2002) }

async function failure(work: Promise<unknown>): Promise<ReadError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
}

async function open(answers: Answers, config: Record<string, unknown> = SEVERAL) {
  const { fetch, seen } = fakeFetch(answers)
  const session = await collector.open(contextOf(fetch, config))
  const gaps: Parameters<typeof readerInto>[0] = []
  const scopes = await Array.fromAsync(collector.scopes(session, readerInto(gaps)))
  return { session, seen, gaps, scopes: scopes.map(({ id }) => id) }
}

describe('several organisations', () => {
  it('are a scope each, and asks once whose token it is', async () => {
    const { session, seen, scopes, gaps } = await open(BOTH)
    expect(scopes).toEqual(['acme', 'globex'])
    expect(gaps).toEqual([])
    expect(seen.filter(({ path }) => path === '/user')).toHaveLength(1)
    expect(session.in({ id: 'globex' })).toMatchObject({ organizationId: '2002', standing: { kind: 'owner' } })
    expect(await collector.identify(session)).toMatchObject({ id: '1001+2002', name: 'acme, globex' })
  })

  it('are read apart', async () => {
    const { session } = await open(BOTH)
    const [page] = await Array.fromAsync(organization.collect(session, { id: 'globex' }, readerInto([])))
    expect(page?.records).toMatchObject([{ id: '2002', login: 'globex' }])
  })

  it.each<[string, Answer, string]>([
    ['refused', { status: 403, body: {} }, 'denied'],
    ['not there', { status: 404, body: {} }, 'unavailable'],
    ['another one', { body: { id: 1, login: 'globex' } }, 'invalid'],
  ])('of which one is %s: it fails alone, and the source says so', async (_, answer, reason) => {
    const { session, scopes, gaps } = await open({ ...BOTH, '/orgs/globex': answer })
    expect(scopes).toEqual(['acme', 'globex'])
    expect(gaps).toMatchObject([{ subject: 'organisation globex', reason }])
    expect(session.in({ id: 'acme' })).toMatchObject({ organization: 'acme' })
    expect(await failure(Promise.resolve().then(() => session.in({ id: 'globex' })))).toMatchObject({ reason })
    const items = Array.fromAsync(organization.collect(session, { id: 'globex' }, readerInto([])))
    expect(await failure(items)).toMatchObject({ reason })
  })

  it('of which none can be opened fail the source', async () => {
    const refused = { status: 403, body: {} }
    expect(await failure(open({ '/orgs/acme': refused, '/orgs/globex': refused }))).toMatchObject({ reason: 'denied' })
  })

  it('leave out repositories by name, or of one organisation', async () => {
    const exclude = [
      { name: 'Lab', reason: 'sandbox' },
      { name: 'globex/old', reason: 'moved' },
    ]
    const { session } = await open(BOTH, { ...SEVERAL, repositories: { exclude } })
    expect([...session.in({ id: 'acme' }).excluded.keys()]).toEqual(['lab'])
    expect([...session.in({ id: 'globex' }).excluded.keys()]).toEqual(['lab', 'old'])
  })
})

describe('config', () => {
  const problems = (config: object) => GithubConfig.safeParse(config).error?.issues.map(({ path }) => path.join('.'))
  const app = { type: 'app', appId: 12 }

  it.each<[string, object, string[] | undefined]>([
    ['one organisation', { organization: 'acme' }, undefined],
    ['several', { organizations: ['acme', { login: 'globex', installationId: 3 }] }, undefined],
    ['an app that looks its installation up', { organization: 'acme', auth: app }, undefined],
    ['none', {}, ['organization']],
    ['both forms', { organization: 'acme', organizations: ['globex'] }, ['organization']],
    ['the same twice', { organizations: ['acme', 'ACME'] }, ['organizations']],
    ['one id for several', { organizations: ['acme'], organizationId: 1 }, ['organizationId']],
    ['one installation for several', { organizations: ['acme'], auth: { ...app, installationId: 3 } }, ['auth']],
    ['http', { organization: 'acme', baseUrl: 'http://git.example.com/api/v3' }, ['baseUrl']],
    ['data residency', { organization: 'acme', baseUrl: 'https://api.octocorp.ghe.com' }, undefined],
  ])('%s', (_, config, expected) => {
    expect(problems(config)).toEqual(expected)
  })

  it('gives both forms the same shape', () => {
    const short = { organization: 'acme', organizationId: 1001, auth: { ...app, installationId: 34 } }
    const long = { organizations: [{ login: 'acme', id: '1001', installationId: 34 }], auth: app }
    for (const config of [short, long]) {
      expect(organizationsOf(GithubConfig.parse(config))).toEqual([{ login: 'acme', id: '1001', installationId: 34 }])
    }
  })
})

describe('an app in several organisations', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const NOW = Date.parse('2026-01-02T03:04:05.000Z')
  const token = (name: string, permissions: Record<string, string>, livesMs = 3_600_000): Answer => ({
    status: 201,
    body: { token: name, expires_at: new Date(NOW + livesMs).toISOString(), permissions, repository_selection: 'all' },
  })
  const answers: Answers = {
    ...BOTH,
    '/orgs/acme/installation': { body: { id: 34 } },
    '/app/installations/34/access_tokens': token('ghs_acme', { members: 'read', metadata: 'read' }),
    '/app/installations/56/access_tokens': token('ghs_globex', { members: 'read' }),
    '/app': { body: { slug: 'evidence' } },
    '/orgs/acme/teams': { body: [] },
    '/orgs/globex/teams': { body: [] },
  }
  const config = {
    organization: undefined,
    organizations: ['acme', { login: 'globex', installationId: 56 }],
    auth: { type: 'app', appId: 12 },
  }

  function connected(given: Answers = answers, now = () => new Date(NOW)) {
    const { fetch, seen } = fakeFetch(given)
    const context = contextOf(fetch, config, { privateKey })
    return { seen, session: collector.open({ ...context, clock: { ...context.clock, now } }) }
  }
  const tokensMade = (seen: { path: string }[]) => seen.filter(({ path }) => path.endsWith('/access_tokens')).length

  it('uses the token of each installation, looked up where config does not say', async () => {
    const { seen, session } = connected()
    expect(await collector.identify(await session)).toMatchObject({
      principal: { kind: 'app', name: 'evidence' },
      granted: ['members:read'],
    })
    const bearer = (path: string) => seen.find((one) => one.path === path)?.headers.get('authorization')
    expect(bearer('/orgs/acme')).toBe('Bearer ghs_acme')
    expect(bearer('/orgs/globex')).toBe('Bearer ghs_globex')
    expect(bearer('/orgs/acme/installation')).toMatch(/^Bearer ey/)
    expect(seen.some(({ path }) => path === '/orgs/globex/installation')).toBe(false)
    expect(tokensMade(seen)).toBe(2)
  })

  it('renews a token before it ends, once for all who ask', async () => {
    let at = NOW
    const { seen, session } = connected(answers, () => new Date(at))
    const { client } = (await session).in({ id: 'acme' })
    const ask = () => client.principal()
    const before = tokensMade(seen)
    at = NOW + 54 * 60_000
    await ask()
    expect(tokensMade(seen)).toBe(before)
    at = NOW + 56 * 60_000
    await Promise.all([ask(), ask(), ask()])
    // The fake gives the same token again, which has not got any younger: only those who ask at once share it.
    expect(tokensMade(seen)).toBe(before + 1)
  })

  it('that is not installed in one of them says so, and tries again when asked again', async () => {
    const { session, seen } = connected({ ...answers, '/orgs/acme/installation': { status: 404, body: {} } })
    const opened = await session
    const error = await failure(Promise.resolve().then(() => opened.in({ id: 'acme' })))
    expect(error).toMatchObject({ reason: 'denied', message: expect.stringContaining('not installed in acme') })
    expect(opened.in({ id: 'globex' }).organization).toBe('globex')
    expect(tokensMade(seen)).toBe(1)
  })

  it('whose token could not be made once is not locked out', async () => {
    let failing = true
    const { fetch } = fakeFetch(answers)
    const { connect } = await import('../../../collectors/github/client.ts')
    const client = connect(
      contextOf(
        async (input, init) => {
          const { url } = new Request(input, init)
          if (failing && url.endsWith('/access_tokens')) throw new UnavailableError('HTTP 502')
          return fetch(input, init)
        },
        config,
        { privateKey },
      ),
    )({ login: 'acme' })
    expect(await failure(client.principal())).toMatchObject({ reason: 'unavailable' })
    failing = false
    expect(await client.principal()).toMatchObject({ name: 'evidence' })
  })
})
