import { generateKeyPairSync } from 'node:crypto'
import okta from '@okta/okta-sdk-nodejs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseFilter } from './okta/filter.ts'
import {
  acmeIdentity,
  classicOkta,
  type Fault,
  largeOkta,
  mailOf,
  type OktaServer,
  READ_SCOPES,
  startOkta,
  wellKeptOkta,
} from './okta/index.ts'
import { acmeRobotics } from './github/acme-robotics.ts'

const AT = new Date('2026-11-23T06:00:00Z')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pemOf = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'pem' }).toString()
const CLIENT = {
  clientId: '0oaDemoServiceApp00001',
  keys: { 'kid-rsa': pemOf(rsa.publicKey), 'kid-ec': pemOf(ec.publicKey) },
  granted: [...READ_SCOPES],
  superAdmin: true,
}

/** Moves on only when told to. */
let now = AT.getTime()
let server: OktaServer
let client: okta.Client

beforeAll(async () => {
  server = await startOkta({ seed: acmeIdentity(AT), now: () => now, clients: [CLIENT] })
  client = new okta.Client({ orgUrl: server.url, token: server.tokens.superAdmin, ...TESTING })
})
afterEach(() => {
  server.clearFaults()
  server.clearRequests()
  // A new window for each test.
  now += 61_000
})
afterAll(() => server.close())

/** The SDK insists on https, and waits in real time, unless told otherwise. */
const TESTING = {
  testing: { disableHttpsCheck: true },
  requestExecutor: { fetch: async ({ url = '', ...init }: { url?: string }) => fetch(url, init) },
} as unknown as { requestExecutor: okta.RequestExecutor }

async function all<T>(list: Promise<{ each(act: (one: T) => unknown): Promise<unknown> }>): Promise<T[]> {
  const found: T[] = []
  const collection = await list
  await collection.each((one) => {
    found.push(one)
  })
  return found
}

async function ask(path: string, token = server.tokens.superAdmin, from = server) {
  const answer = await fetch(`${from.url}${path}`, { headers: { authorization: `SSWS ${token}` } })
  const body = await answer.text()
  return { status: answer.status, headers: answer.headers, body: JSON.parse(body || 'null') as unknown }
}

describe('to Okta’s own SDK', () => {
  it('tells who the org is, without credentials', async () => {
    expect(await client.orgSettingApi.getWellknownOrgMetadata()).toMatchObject({
      id: '00odemoACMErobotics1',
      pipeline: 'idx',
    })
    expect(await (await fetch(`${server.url}/.well-known/okta-organization`)).json()).toMatchObject({ pipeline: 'idx' })
  })

  it('lists everybody who is not deprovisioned over several pages, each once', async () => {
    const users = await all(client.userApi.listUsers({ limit: 20 }))
    const ids = users.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(users.every(({ status }) => status !== 'DEPROVISIONED')).toBe(true)
    expect(ids).toHaveLength(server.seed.users.filter(({ status }) => status !== 'DEPROVISIONED').length)
    expect(server.requests()).toHaveLength(3)
    expect(server.requests()[1]?.url).toMatch(/^\/api\/v1\/users\?.*after=/)
    expect(users[0]?.profile).toMatchObject({ login: 'amber.otter@acme-robotics.example', githubLogin: 'amber-otter' })
    expect(users[0]?.lastLogin).toBeInstanceOf(Date)
  })

  it('finds the deprovisioned by search and by filter', async () => {
    for (const query of [{ search: 'status eq "DEPROVISIONED"' }, { filter: 'status eq "DEPROVISIONED"' }]) {
      const gone = await all(client.userApi.listUsers(query))
      expect(new Set(gone.map(({ profile }) => profile?.login))).toEqual(
        new Set(['grape-skua', 'khaki-stoat', 'olive-toucan'].map(mailOf)),
      )
    }
  })

  it('lists factors of a person, and refuses those of somebody gone', async () => {
    const { id = '' } = await client.userApi.getUser({ userId: mailOf('rosy-tern') })
    const factors = await all(client.userFactorApi.listFactors({ userId: id }))
    expect(factors.map(({ factorType, status }) => [factorType, status])).toEqual([
      ['sms', 'ACTIVE'],
      ['question', 'ACTIVE'],
    ])
    const gone = await client.userApi.getUser({ userId: mailOf('khaki-stoat') })
    await expect(all(client.userFactorApi.listFactors({ userId: gone.id ?? '' }))).rejects.toMatchObject({
      status: 403,
    })
  })

  it('counts groups as it lists their members', async () => {
    const groups = await all(client.groupApi.listGroups({ expand: 'stats', limit: 4 }))
    expect(groups.map(({ profile }) => profile && 'name' in profile && profile.name)).toContain('IT emergency')
    for (const group of groups) {
      const members = await all(client.groupApi.listGroupUsers({ groupId: group.id ?? '', limit: 7 }))
      expect(group).toMatchObject({ _embedded: { stats: { usersCount: members.length } } })
    }
    const rules = await all(client.groupApi.listGroupRules({ limit: 2 }))
    expect(rules.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE', 'INVALID'])
  })

  it('names seven super admins: five themselves, two through a group', async () => {
    const { value = [], _links } = await client.roleAssignmentApi.listUsersWithRoleAssignments({ limit: 4 })
    expect(value).toHaveLength(4)
    expect(_links?.next?.href).toMatch(/\/api\/v1\/iam\/assignees\/users\?limit=4&after=/)
    const ids = server.seed.users.map((_, index) => [...server.world.users.values()][index]?.id ?? '')
    const roles = await Promise.all(
      ids.map(async (userId) => all(client.roleAssignmentApi.listAssignedRolesForUser({ userId }))),
    )
    const supers = roles.flat().filter(({ type }) => type === 'SUPER_ADMIN')
    const through = (type: string) => supers.filter(({ assignmentType }) => assignmentType === type).length
    expect([through('USER'), through('GROUP')]).toEqual([5, 2])
    const group = [...server.world.groups.values()].find(({ seed }) => seed.name === 'IT emergency')
    const given = await all(client.roleAssignmentApi.listGroupAssignedRoles({ groupId: group?.id ?? '' }))
    expect(given).toMatchObject([{ type: 'SUPER_ADMIN', assignmentType: 'GROUP' }])
  })

  it('lists policies with rules in order; one rule lets people in with a password', async () => {
    const policies = await all(client.policyApi.listPolicies({ type: 'ACCESS_POLICY' }))
    expect(policies.map(({ name, priority }) => [name, priority])).toEqual([
      ['Everyday apps', 1],
      ['Money and code', 2],
      ['Okta Admin Console', 3],
      ['Okta Dashboard', 4],
    ])
    const rules = await all(client.policyApi.listPolicyRules({ policyId: policies[0]?.id ?? '' }))
    expect(rules.map(({ name, priority, system }) => [name, priority, system])).toEqual([
      ['Managed laptops', 0, false],
      ['Sales on the road', 1, false],
      ['Everybody else', 2, false],
      ['Catch-all Rule', 99, true],
    ])
    expect(rules[1]).toMatchObject({
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: { factorMode: '1FA' } } },
    })
    const [password] = await all(client.policyApi.listPolicies({ type: 'PASSWORD' }))
    expect(password).toMatchObject({ settings: { password: { complexity: { minLength: 14 } } } })
    const [session] = await all(client.policyApi.listPolicies({ type: 'OKTA_SIGN_ON' }))
    const [rule] = await all(client.policyApi.listPolicyRules({ policyId: session?.id ?? '' }))
    expect(rule).toMatchObject({ actions: { signon: { session: { maxSessionLifetimeMinutes: 720 } } } })
  })

  it('lists apps with what they can do, who has them, and what a service app may do', async () => {
    const apps = await all(client.applicationApi.listApplications({ limit: 5 }))
    expect(apps).toHaveLength(server.seed.apps.length)
    const github = apps.find(({ label }) => label === 'GitHub Enterprise')
    expect(github).toMatchObject({ signOnMode: 'SAML_2_0', features: ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES'] })
    const appId = github?.id ?? ''
    const users = await all(client.applicationApi.listApplicationUsers({ appId, limit: 10 }))
    expect(users.length).toBe(28)
    expect(users.every(({ scope }) => scope === 'GROUP')).toBe(true)
    const groups = await all(client.applicationApi.listApplicationGroupAssignments({ appId }))
    expect(groups).toHaveLength(1)
    const features = await all(client.applicationApi.listFeaturesForApplication({ appId }))
    expect(features).toMatchObject([{ name: 'USER_PROVISIONING', status: 'ENABLED' }])
    const printer = apps.find(({ label }) => label === 'Badge printer')
    const grants = await all(client.applicationApi.listScopeConsentGrants({ appId: printer?.id ?? '' }))
    expect(grants.map(({ scopeId }) => scopeId)).toEqual(['okta.users.manage', 'okta.groups.read'])
  })

  it('shows what is set for the org as a whole', async () => {
    expect((await all(client.networkZoneApi.listNetworkZones())).map(({ usage }) => usage)).toContain('BLOCKLIST')
    expect(await client.threatInsightApi.getCurrentConfiguration()).toMatchObject({ action: 'block' })
    expect(await all(client.logStreamApi.listLogStreams())).toMatchObject([{ status: 'ACTIVE' }])
    expect(await all(client.identityProviderApi.listIdentityProviders())).toMatchObject([{ type: 'SAML2' }])
    expect(await all(client.trustedOriginApi.listTrustedOrigins())).toHaveLength(1)
    expect(
      (await all(client.deviceAssuranceApi.listDeviceAssurancePolicies())).map(({ platform }) => platform),
    ).toEqual(['MACOS', 'WINDOWS'])
    expect(
      await client.oktaApplicationSettingsApi.getFirstPartyAppSettings({ appName: 'admin-console' }),
    ).toMatchObject({ sessionIdleTimeoutMinutes: 15 })
    expect(await client.orgSettingApi.getOrgOktaSupportSettings()).toMatchObject({ support: 'ENABLED' })
    expect(await all(client.apiTokenApi.listApiTokens())).toMatchObject([
      { network: { connection: 'ANYWHERE' } },
      { network: { connection: 'ZONE' } },
    ])
    const authenticators = await all(client.authenticatorApi.listAuthenticators())
    expect(authenticators).toContainEqual(
      expect.objectContaining({ key: 'phone_number', settings: expect.objectContaining({ allowedFor: 'any' }) }),
    )
  })

  it('signs a service app in by its key, and gives it what it was granted', async () => {
    // The SDK signs by the system's clock.
    const own = await startOkta({ seed: acmeIdentity(AT), clients: [CLIENT] })
    try {
      const app = new okta.Client({
        orgUrl: own.url,
        authorizationMode: 'PrivateKey',
        clientId: CLIENT.clientId,
        scopes: ['okta.users.read'],
        privateKey: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
        keyId: 'kid-rsa',
        ...TESTING,
      })
      expect(await app.userApi.getUser({ userId: mailOf('amber-otter') })).toMatchObject({ status: 'ACTIVE' })
      expect(own.requests().map(({ by }) => by)).toEqual([CLIENT.clientId, CLIENT.clientId])
      await expect(app.orgSettingApi.getOrgSettings()).rejects.toMatchObject({ status: 403, errorCode: 'E0000006' })
    } finally {
      await own.close()
    }
  })
})

describe('credentials', () => {
  it.each([
    ['none', undefined, 403, 'E0000005'],
    ['an unknown token', 'SSWS 00nobody', 401, 'E0000011'],
    ['an unknown access token', 'Bearer eyJ.eyJ.x', 401, 'E0000011'],
  ])('%s', async (_, authorization, status, errorCode) => {
    const answer = await fetch(`${server.url}/api/v1/users`, { headers: { ...(authorization && { authorization }) } })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({
      errorCode,
      errorSummary: expect.any(String),
      errorLink: errorCode,
      errorId: expect.any(String),
      errorCauses: [],
    })
  })

  it('of a read-only admin show neither roles nor Okta’s own apps', async () => {
    const token = server.tokens.readOnly
    for (const path of ['/api/v1/iam/assignees/users', '/api/v1/first-party-app-settings/admin-console']) {
      expect(await ask(path, token)).toMatchObject({ status: 403, body: { errorCode: 'E0000006' } })
    }
    const { body } = await ask('/api/v1/apps', token)
    expect(JSON.stringify(body)).not.toContain('saasure')
    expect(JSON.stringify((await ask('/api/v1/apps')).body)).toContain('saasure')
  })

  it.each([
    ['signed by another key', (claims: object) => claims, 'invalid_client'],
    ['for another address', (claims: object) => ({ ...claims, aud: 'https://example.com' }), 'invalid_client'],
    ['too old', (claims: object) => ({ ...claims, exp: 1 }), 'invalid_client'],
    ['of another client', (claims: object) => ({ ...claims, sub: 'else' }), 'invalid_client'],
  ])('an assertion %s is refused', async (what, change, error) => {
    const sign = (await import('node:crypto')).sign
    const key = what.startsWith('signed')
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : ec.privateKey
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {
      iss: CLIENT.clientId,
      sub: CLIENT.clientId,
      aud: `${server.url}/oauth2/v1/token`,
      exp: Math.floor(now / 1000) + 300,
    }
    const request = async (payload: object, scope: string) => {
      const signed = `${part({ alg: 'ES256', kid: 'kid-ec' })}.${part(payload)}`
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
      const answer = await fetch(`${server.url}/oauth2/v1/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: `${signed}.${signature}`,
        }),
      })
      return { status: answer.status, body: await answer.json() }
    }
    expect(await request(change(claims), 'okta.users.read')).toMatchObject({ status: 401, body: { error } })
    if (what.startsWith('signed')) return
    expect(await request(claims, 'okta.users.read okta.logs.read')).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read okta.logs.read' },
    })
    expect(await request(claims, 'okta.users.manage')).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
  })
})

describe('paging', () => {
  it('gives the first page, then one for each cursor, in Link headers of their own', async () => {
    const { headers, body } = await ask('/api/v1/users?limit=2')
    expect(body).toHaveLength(2)
    expect(headers.get('link')).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/api\/v1\/users\?limit=2>; rel="self", <http:.*&after=[\w-]+>; rel="next"$/,
    )
  })

  it('shows users who come while somebody pages, once, and not those who go', async () => {
    const own = await startOkta({ seed: acmeIdentity(AT) })
    try {
      own.after(/GET \/api\/v1\/users\?limit=20$/, (world) => {
        world.createUser({ login: mailOf('new-newt'), created: 0 })
        world.deleteUser(mailOf('lime-koala'))
        world.deleteUser(mailOf('amber-otter'))
      })
      const page = new okta.Client({ orgUrl: own.url, token: own.tokens.superAdmin, ...TESTING })
      const logins = (await all(page.userApi.listUsers({ limit: 20 }))).map(({ profile }) => profile?.login)
      expect(new Set(logins).size).toBe(logins.length)
      expect(logins).toContain(mailOf('new-newt'))
      expect(logins).not.toContain(mailOf('lime-koala'))
      // Seen on the page before they went.
      expect(logins).toContain(mailOf('amber-otter'))
      expect(await ask('/api/v1/users/00u000000001demoDATA/factors', own.tokens.superAdmin, own)).toMatchObject({
        status: 404,
        body: { errorCode: 'E0000007' },
      })
    } finally {
      await own.close()
    }
  })
})

describe('the System Log', () => {
  const since = new Date(AT.getTime() - 90 * 86_400_000).toISOString()
  const until = AT.toISOString()
  const read = async (query: string) => {
    const { body, headers } = await ask(`/api/v1/logs?${query}`)
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    return { events: body as { uuid: string; published: string; eventType: string }[], next }
  }

  it('ends between two moments: without a next link, after a full page with an empty one', async () => {
    const whole = await read(`since=${since}&until=${until}&limit=1000`)
    expect(whole.events).toHaveLength(server.seed.events.length)
    expect(whole.next).toBeUndefined()
    expect(whole.events.map(({ published }) => published)).toEqual(
      whole.events.map(({ published }) => published).toSorted(),
    )
    const exact = await read(`since=${since}&until=${until}&limit=${server.seed.events.length}`)
    expect(await read(new URL(exact.next ?? '').searchParams.toString())).toEqual({ events: [], next: undefined })
  })

  it('has always a next link without an end, to poll with; what comes later is there', async () => {
    let { events, next } = await read(`since=${since}&limit=1000`)
    expect(events.length).toBe(server.seed.events.length)
    const poll = async () => ({ events, next } = await read(new URL(next ?? '').searchParams.toString()))
    await poll()
    expect(events).toEqual([])
    server.world.log({ daysAgo: -0.0001, eventType: 'user.lifecycle.create' })
    await poll()
    expect(events).toMatchObject([{ eventType: 'user.lifecycle.create' }])
    expect(next).toBeDefined()
  })

  it('filters, and puts the newest first', async () => {
    const filter = encodeURIComponent('eventType eq "user.lifecycle.deactivate" or eventType sw "policy.rule"')
    const { events } = await read(`since=${since}&until=${until}&sortOrder=DESCENDING&filter=${filter}`)
    expect(events.map(({ eventType }) => eventType)).toEqual([
      'policy.rule.add',
      'user.lifecycle.deactivate',
      'user.lifecycle.deactivate',
    ])
    expect(await ask('/api/v1/logs?filter=eventType')).toMatchObject({ status: 400, body: { errorCode: 'E0000031' } })
    expect(await ask(`/api/v1/logs?since=${until}&until=${since}`)).toMatchObject({ status: 400 })
  })

  it.each([
    ['eventType eq "a" and (target.id eq "2" or target.id eq "3")', true],
    ['not (eventType eq "a")', false],
    ['outcome.reason pr', false],
    ['eventType ne "b" and published gt "2026-01-01"', true],
    ['target.name co "\\"x"', true],
  ])('understands %s', (filter, holds) => {
    const event = {
      eventType: 'a',
      published: '2026-11-01',
      outcome: { reason: null },
      target: [{ id: '3', name: '1"x' }],
    }
    expect(parseFilter(filter)(event)).toBe(holds)
  })
})

describe('limits', () => {
  it('are told with every answer, for each bucket by itself', async () => {
    const { headers } = await ask('/api/v1/apps')
    expect(headers.get('x-rate-limit-limit')).toBe('100')
    expect(headers.get('x-rate-limit-remaining')).toBe('99')
    expect(headers.get('x-rate-limit-reset')).toBe(String(Math.floor(now / 1000) + 60))
    expect(headers.get('x-okta-request-id')).toMatch(/^Demo/)
    expect(headers.get('date')).toBe(new Date(now).toUTCString())
    expect((await ask('/api/v1/logs')).headers.get('x-rate-limit-remaining')).toBe('119')
    expect((await ask('/api/v1/apps/x')).headers.get('x-rate-limit-remaining')).toBe('98')
  })

  it('are refused above with 429 until the reset', async () => {
    server.use('apps', 100)
    const refused = await ask('/api/v1/apps')
    expect(refused).toMatchObject({ status: 429, body: { errorCode: 'E0000047' } })
    expect(refused.headers.get('x-rate-limit-remaining')).toBe('0')
    expect(await ask('/api/v1/zones')).toMatchObject({ status: 200 })
    now = Number(refused.headers.get('x-rate-limit-reset')) * 1000
    expect(await ask('/api/v1/apps')).toMatchObject({ status: 200 })
  })

  it('bound what is asked at once', async () => {
    const slow = await startOkta({ seed: classicOkta(AT), latencyMs: 50, concurrency: 2 })
    try {
      const answers = await Promise.all(
        Array.from({ length: 6 }, async () => ask('/api/v1/users', slow.tokens.superAdmin, slow)),
      )
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(0)
      expect(refused[0]?.headers.get('x-rate-limit-limit')).toBe('0')
      expect(slow.mostAtOnce()).toBe(6)
    } finally {
      await slow.close()
    }
  })
})

describe('faults', () => {
  const strike = async (fault: Omit<Fault, 'on'> & { kind: Fault['kind'] }) => {
    server.setFault({ ...fault, on: /\/api\/v1\/users\?/ } as Fault)
    return ask('/api/v1/users?limit=2')
  }
  it.each([
    ['unauthorized', 401, 'E0000011'],
    ['forbidden', 403, 'E0000006'],
    ['feature', 403, 'E0000015'],
    ['not-found', 404, 'E0000007'],
    ['error', 500, 'E0000009'],
    ['too-many-requests', 429, 'E0000047'],
  ] as const)('%s', async (kind, status, errorCode) => {
    expect(await strike({ kind })).toMatchObject({ status, body: { errorCode } })
  })

  it('429 says when it is over', async () => {
    server.setFault({ kind: 'too-many-requests', seconds: 90, on: /./, times: 1 })
    const { headers } = await ask('/api/v1/users')
    expect(headers.get('x-rate-limit-reset')).toBe(String(Math.ceil(now / 1000) + 90))
    expect(await ask('/api/v1/users')).toMatchObject({ status: 200 })
  })

  it.each(['truncated-body', 'malformed-json', 'garbage', 'reset'] as const)('%s cannot be read', async (kind) => {
    await expect(strike({ kind })).rejects.toThrow()
  })

  it('spoil links', async () => {
    expect((await strike({ kind: 'lost-page' })).headers.get('link')).not.toContain('next')
    server.clearFaults()
    expect((await strike({ kind: 'cursor-loop' })).headers.get('link')).toMatch(/limit=2>; rel="next"/)
    server.clearFaults()
    server.setFault({ kind: 'lost-page', on: /assignees/ })
    expect(await ask('/api/v1/iam/assignees/users?limit=2')).toMatchObject({ body: { _links: {} } })
  })

  it('never answers when it hangs, and closes all the same', async () => {
    const own = await startOkta({ seed: classicOkta(AT), faults: [{ kind: 'hang', on: /./ }] })
    const asked = ask('/api/v1/org', own.tokens.superAdmin, own)
    await expect.poll(() => own.requests().length).toBe(1)
    await Promise.all([expect(asked).rejects.toThrow(), own.close()])
  })
})

describe('seeds', () => {
  it('knows each member of the GitHub organisation but one', () => {
    const linked = server.seed.users.flatMap(({ github }) => github ?? [])
    expect(acmeRobotics.members.map(({ login }) => login).filter((login) => !linked.includes(login))).toEqual([
      'coral-squid',
    ])
    expect(server.seed.users.length).toBeGreaterThanOrEqual(58)
    expect(server.seed.users.length).toBeLessThanOrEqual(62)
  })

  it.each([
    ['well kept', wellKeptOkta(AT)],
    ['large', largeOkta(500, AT)],
  ])('%s can be served', async (_, seed) => {
    const own = await startOkta({ seed })
    try {
      expect(await ask('/api/v1/users?limit=200', own.tokens.superAdmin, own)).toMatchObject({ status: 200 })
    } finally {
      await own.close()
    }
  })

  it('Classic has no app policies and no authenticators', async () => {
    const own = await startOkta({ seed: classicOkta(AT) })
    try {
      for (const path of [
        '/api/v1/authenticators',
        '/api/v1/policies?type=ACCESS_POLICY',
        '/api/v1/device-assurances',
      ]) {
        expect(await ask(path, own.tokens.superAdmin, own)).toMatchObject({ body: { errorCode: 'E0000015' } })
      }
      expect(await ask('/.well-known/okta-organization', own.tokens.superAdmin, own)).toMatchObject({
        body: { pipeline: 'v1' },
      })
    } finally {
      await own.close()
    }
  })
})
