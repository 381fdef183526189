import { generateKeyPairSync } from 'node:crypto'
import { type ReadError, TimeoutError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { GithubConfig } from '../../../collectors/github/config.ts'
import { collector } from '../../../collectors/github/index.ts'
import { members } from '../../../collectors/github/streams/members.ts'
import { membersWithoutTwoFactor } from '../../../collectors/github/streams/members-without-two-factor.ts'
import { type Answer, collect, contextOf, fakeFetch, ORG, readerInto } from './harness.ts'

async function failure(work: Promise<unknown>): Promise<ReadError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
}

const refusals: [string, Answer, Partial<ReadError>][] = [
  ['401', { status: 401, body: { message: 'Bad credentials' } }, { reason: 'denied', permission: undefined }],
  ['a plain 403', { status: 403, body: { message: 'Forbidden' } }, { reason: 'denied', permission: 'members:read' }],
  [
    '403 with the accepted permissions',
    {
      status: 403,
      body: { message: 'Resource not accessible by integration' },
      headers: {
        'x-accepted-github-permissions': 'organization_projects=admin; repository_projects=write,metadata=read',
      },
    },
    { reason: 'denied', permission: 'organization_projects:admin or repository_projects:write and metadata:read' },
  ],
  [
    '403 with the declared permission among the accepted ones',
    { status: 403, body: {}, headers: { 'x-accepted-github-permissions': 'members=read; administration=read' } },
    { reason: 'denied', permission: 'members:read' },
  ],
  [
    '403 because of the plan',
    { status: 403, body: { message: 'Upgrade to GitHub Team to enable this feature.' } },
    { reason: 'unlicensed' },
  ],
  [
    '403 rate limit, by message',
    { status: 403, body: { message: 'API rate limit exceeded for user ID 1.' } },
    { reason: 'throttled' },
  ],
  [
    '403 rate limit, by header',
    { status: 403, body: {}, headers: { 'x-ratelimit-remaining': '0' } },
    { reason: 'throttled' },
  ],
  [
    '403 secondary rate limit',
    { status: 403, body: { message: 'You have exceeded a secondary rate limit. Please wait.' } },
    { reason: 'throttled' },
  ],
  [
    '403 for a missing right, noticed with the last request of the hour',
    {
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
      headers: { 'x-ratelimit-remaining': '0' },
    },
    { reason: 'denied' },
  ],
  [
    '403 single sign-on',
    { status: 403, body: { message: 'Resource protected by organization SAML enforcement.' } },
    { reason: 'denied', message: expect.stringContaining('Configure SSO') },
  ],
  ['429', { status: 429, body: {} }, { reason: 'throttled' }],
  ['404', { status: 404, body: { message: 'Not Found' } }, { reason: 'unavailable', name: 'NotFoundError' }],
  ['422', { status: 422, body: { message: 'Validation Failed' } }, { reason: 'invalid' }],
  ['500', { status: 500, body: {} }, { reason: 'unavailable' }],
  ['malformed JSON', { body: '[{"login": "red-f' }, { reason: 'invalid' }],
  ['an object instead of a list', { body: { message: 'hello' } }, { reason: 'invalid' }],
  ['an account without a login', { body: [{ id: 1 }] }, { reason: 'invalid' }],
]

describe('a refused or broken answer', () => {
  it.each(refusals)('%s', async (_, answer, expected) => {
    const error = await failure(collect(members, { '/orgs/acme/members?role=admin': answer }))
    expect(error).toMatchObject(expected)
    expect(error.message).not.toContain('ghp_example')
    expect(error.message).not.toContain('red-f')
  })

  it('of the second-factor filter is a missing right, with 422 too', async () => {
    for (const status of [403, 422]) {
      const answers = { '/orgs/acme/members?filter=2fa_disabled': { status, body: { message: 'Only owners' } } }
      const error = await failure(collect(membersWithoutTwoFactor, answers))
      expect(error).toMatchObject({ reason: 'denied', permission: 'members:read' })
    }
  })

  it('thrown by the seam comes through as it is', async () => {
    const { fetch } = fakeFetch({})
    const timeout = new TimeoutError('no answer in 30 s')
    const opening = collector.open(
      contextOf(async (input, init) => {
        if (new Request(input, init).url.endsWith('/orgs/acme')) return fetch(input, init)
        throw timeout
      }),
    )
    expect(await failure(opening)).toBe(timeout)
  })
})

describe('open and identify', () => {
  const user: Answer = { body: { login: 'red-fox' }, headers: { 'x-oauth-scopes': 'read:org, repo' } }

  it('says who the token belongs to and what it may do', async () => {
    const { fetch } = fakeFetch({ '/user': user })
    const session = await collector.open(contextOf(fetch))
    expect(await collector.identify(session)).toEqual({
      id: '1001',
      name: 'acme',
      principal: { kind: 'user', name: 'red-fox' },
      granted: ['read:org', 'repo'],
    })
  })

  it('knows no scopes of a fine-grained token', async () => {
    const { fetch } = fakeFetch({ '/user': { body: { login: 'red-fox' } } })
    const identity = await collector.identify(await collector.open(contextOf(fetch)))
    expect(identity).not.toHaveProperty('granted')
  })

  // The second is of a kind without a prefix, as old servers make them.
  it.each([['ghs_example'], ['0123456789abcdef']])('identifies an installation token (%s)', async (token) => {
    const { fetch } = fakeFetch({
      '/user': { status: 403, body: { message: 'Resource not accessible by integration' } },
    })
    const session = await collector.open(contextOf(fetch, {}, { token }))
    expect((await collector.identify(session)).principal).toEqual({ kind: 'app', name: 'installation token' })
  })

  it('takes no user’s token for an installation token', async () => {
    const { fetch } = fakeFetch({ '/user': { status: 403, body: { message: 'Resource not accessible' } } })
    expect(await failure(collector.open(contextOf(fetch)))).toMatchObject({ reason: 'denied', status: 403 })
  })

  it('refuses wrong credentials at once', async () => {
    const { fetch } = fakeFetch({ '/orgs/acme': { status: 401, body: { message: 'Bad credentials' } } })
    expect(await failure(collector.open(contextOf(fetch)))).toMatchObject({ reason: 'denied', status: 401 })
  })

  it.each([[{}], [{ auth: { type: 'app', appId: 1, installationId: 2 } }]])(
    'names a missing secret: %j',
    async (config) => {
      const { fetch } = fakeFetch({})
      const error = await failure(collector.open(contextOf(fetch, config, {})))
      expect(error).toMatchObject({ reason: 'denied', message: expect.stringContaining('secrets.') })
    },
  )

  it('offers the organisation as its one scope', async () => {
    const { fetch } = fakeFetch({ '/orgs/acme': { body: ORG } })
    const scopes = []
    for await (const scope of collector.scopes(await collector.open(contextOf(fetch)), readerInto([])))
      scopes.push(scope)
    expect(scopes).toMatchObject([{ id: 'acme', title: 'Organisation acme' }])
  })
})

describe('a GitHub App', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const app = { auth: { type: 'app', appId: 12, installationId: 34 } }
  const tokenPath = '/app/installations/34/access_tokens'
  const token = {
    token: 'ghs_installation',
    expires_at: '2099-01-01T00:00:00Z',
    permissions: { members: 'read', administration: 'read' },
    repository_selection: 'all',
  }

  it('asks with the token of its installation, got once', async () => {
    const { fetch, seen } = fakeFetch({
      [tokenPath]: { status: 201, body: token },
      '/app': { body: { slug: 'evidence' } },
    })
    const session = await collector.open(contextOf(fetch, app, { privateKey }))
    expect(await collector.identify(session)).toEqual({
      id: '1001',
      name: 'acme',
      principal: { kind: 'app', name: 'evidence' },
      granted: ['administration:read', 'members:read'],
    })
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${tokenPath}`,
      'GET /orgs/acme',
      'GET /app',
      'GET /orgs/acme/teams',
    ])
    expect(seen[1]?.headers.get('authorization')).toBe('Bearer ghs_installation')
  })

  it('says so when the installation is unknown', async () => {
    const { fetch } = fakeFetch({ [tokenPath]: { status: 404, body: { message: 'Not Found' } } })
    const error = await failure(collector.open(contextOf(fetch, app, { privateKey })))
    expect(error).toMatchObject({ reason: 'denied', message: expect.stringContaining('installationId') })
  })

  it('says so when the key is none, without showing it', async () => {
    const { fetch, seen } = fakeFetch({})
    const error = await failure(collector.open(contextOf(fetch, app, { privateKey: 'not a key' })))
    expect(error).toMatchObject({ reason: 'denied', message: expect.stringContaining('private key') })
    expect(error.message).not.toContain('not a key')
    expect(seen).toEqual([])
  })
})

describe('config', () => {
  it('has a default for everything but the organisation', () => {
    expect(GithubConfig.parse({ organization: 'acme' })).toMatchObject({
      organization: 'acme',
      baseUrl: 'https://api.github.com',
      auth: { type: 'token' },
      repositories: { exclude: [] },
    })
  })

  it.each([[{ organization: 'acme', org: 'x' }], [{ organization: '../user' }], [{}]])('refuses %j', (config) => {
    expect(GithubConfig.safeParse(config).success).toBe(false)
  })

  it.each([
    [{}, 'token'],
    [{ auth: { type: 'app', appId: 1, installationId: 2 } }, 'privateKey'],
  ])('needs one secret: %j', (config, secret) => {
    expect(collector.needs?.(GithubConfig.parse({ organization: 'acme', ...config }))).toEqual([secret])
  })

  it.each([
    ['https://github.example.com/api/v3', true],
    ['http://127.0.0.1:4101', true],
    ['http://github.example.com/api/v3', false],
    ['http://127.0.0.1.example.com', false],
    ['ftp://127.0.0.1', false],
  ])('takes %s for a base URL: %s', (baseUrl, accepted) => {
    expect(GithubConfig.safeParse({ organization: 'acme', baseUrl }).success).toBe(accepted)
  })

  it('expects the configured id as text', () => {
    expect(collector.expects(GithubConfig.parse({ organization: 'acme', organizationId: 1001 }))).toEqual({
      id: '1001',
      name: 'acme',
    })
  })
})
