import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { type Fetch, type ReadError, Secret, UnavailableError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { createSignIn } from '../../../collectors/okta/auth.ts'
import { OktaConfig } from '../../../collectors/okta/config.ts'
import { BASE, NOW } from './configuration-harness.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8') => key.export({ format: 'pem', type }).toString()
const jwk = (key: KeyObject, parts: object = {}) => JSON.stringify({ ...key.export({ format: 'jwk' }), ...parts })

interface Statement {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  signed: string
  signature: Buffer
}

function statementOf(form: URLSearchParams): Statement {
  const [header = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.')
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return {
    header: decode(header),
    claims: decode(claims),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

const granted = (token: string): object => ({
  access_token: token,
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'okta.users.read okta.groups.read',
})

function appOver(
  respond: (times: number) => Response | Promise<Response>,
  { privateKey = pem(rsa.privateKey, 'pkcs8'), auth = {} }: { privateKey?: string; auth?: object } = {},
) {
  let now = NOW.getTime()
  const forms: URLSearchParams[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    expect([request.method, request.url]).toEqual(['POST', `${BASE}/oauth2/v1/token`])
    forms.push(new URLSearchParams(await request.text()))
    return respond(forms.length)
  }
  const config = OktaConfig.parse({ orgUrl: BASE, auth: { type: 'oauth', clientId: '0oa1', ...auth } })
  const clock = { now: () => new Date(now), sleep: async () => {}, after: () => ({ [Symbol.dispose]() {} }) }
  const signIn = () => createSignIn({ config, fetch, clock, secrets: { privateKey: new Secret(privateKey) } })
  return { signIn, forms, pass: (seconds: number) => (now += seconds * 1000) }
}

const failure = (work: Promise<unknown>): Promise<ReadError> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )

describe('a service app', () => {
  it.each<[string, string, string, KeyObject, string | undefined]>([
    ['RSA, PKCS #8', pem(rsa.privateKey, 'pkcs8'), 'RS256', rsa.publicKey, undefined],
    ['RSA, PKCS #1', pem(rsa.privateKey, 'pkcs1'), 'RS256', rsa.publicKey, undefined],
    ['EC', pem(ec.privateKey, 'pkcs8'), 'ES256', ec.publicKey, undefined],
    ['a JWK with its id', jwk(rsa.privateKey, { kid: 'key-1' }), 'RS256', rsa.publicKey, 'key-1'],
    ['an EC JWK', jwk(ec.privateKey), 'ES256', ec.publicKey, undefined],
  ])('signs who it is with its key: %s', async (_, privateKey, alg, publicKey, kid) => {
    const { signIn, forms } = appOver(() => Response.json(granted('t1')), { privateKey })
    expect(await signIn().authorization()).toBe('Bearer t1')
    const { header, claims, signed, signature } = statementOf(forms[0] ?? new URLSearchParams())
    const seconds = NOW.getTime() / 1000
    expect(header).toEqual({ alg, typ: 'JWT', ...(kid && { kid }) })
    expect(claims).toEqual({
      iss: '0oa1',
      sub: '0oa1',
      aud: `${BASE}/oauth2/v1/token`,
      iat: seconds,
      exp: seconds + 300,
    })
    const key = { key: createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })), dsaEncoding: 'ieee-p1363' }
    expect(verify('sha256', Buffer.from(signed), key as never, signature)).toBe(true)
  })

  it('asks for read scopes and nothing else, or for those that config names', async () => {
    const all = appOver(() => Response.json(granted('t1')))
    await all.signIn().authorization()
    const scopes = all.forms[0]?.get('scope')?.split(' ') ?? []
    expect(scopes.length).toBeGreaterThan(10)
    for (const scope of scopes) expect(scope).toMatch(/^okta\.[A-Za-z]+\.read$/)
    const few = appOver(() => Response.json(granted('t1')), { auth: { scopes: ['okta.users.read'], keyId: 'k9' } })
    await few.signIn().authorization()
    expect(few.forms[0]?.get('scope')).toBe('okta.users.read')
    expect(statementOf(few.forms[0] ?? new URLSearchParams()).header['kid']).toBe('k9')
  })

  it('says which scopes it was granted', async () => {
    const { signIn } = appOver(() => Response.json(granted('t1')))
    expect(await signIn().granted()).toEqual(['okta.users.read', 'okta.groups.read'])
  })

  it('keeps a token, and renews it before it ends, once for all who ask at the same time', async () => {
    const { signIn, forms, pass } = appOver((times) => Response.json(granted(`t${times}`)))
    const { authorization } = signIn()
    expect(await authorization()).toBe('Bearer t1')
    pass(3299)
    expect(await authorization()).toBe('Bearer t1')
    pass(1)
    expect(await Promise.all([authorization(), authorization(), authorization()])).toEqual(
      Array.from({ length: 3 }, () => 'Bearer t2'),
    )
    expect(forms).toHaveLength(2)
  })

  it('renews again for the others if whoever renewed was stopped', async () => {
    const { signIn } = appOver((times) => {
      if (times === 1) throw new UnavailableError('stopped')
      return Response.json(granted(`t${times}`))
    })
    const { authorization } = signIn()
    const [first, second] = await Promise.allSettled([authorization(), authorization()])
    expect(first.status).toBe('rejected')
    expect(second).toMatchObject({ status: 'fulfilled', value: 'Bearer t2' })
  })

  it.each([
    ['invalid_client', 401, 'auth.clientId'],
    ['invalid_scope', 400, 'affiant permissions'],
    ['use_dpop_nonce', 400, 'DPoP'],
    ['unauthorized_client', 400, 'API Services'],
  ])('says what to do when Okta refuses with %s', async (code, status, advice) => {
    const { signIn } = appOver(() => Response.json({ error: code, error_description: 'secret words' }, { status }))
    const error = await failure(signIn().authorization())
    expect(error).toMatchObject({ reason: 'denied', status })
    expect(error.message).toContain(advice)
    expect(error.message).not.toContain('secret words')
  })

  it('does not take another answer for a token', async () => {
    const { signIn } = appOver(() => Response.json({ access_token: '', token_type: 'Bearer' }))
    expect(await failure(signIn().authorization())).toMatchObject({ reason: 'invalid' })
  })

  it.each([
    ['no key', 'not a key'],
    ['a public key', rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()],
    ['a curve Okta does not take', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'pkcs8')],
    ['half a JWK', '{"kty":"RSA"'],
    ['an empty JWK', '{"kty":"RSA"}'],
  ])('refuses %s before it asks, without showing any of it', (_, privateKey) => {
    const { signIn, forms } = appOver(() => Response.json(granted('t1')), { privateKey })
    let thrown: unknown
    try {
      signIn()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ reason: 'denied' })
    expect(thrown).not.toHaveProperty('cause')
    expect(forms).toEqual([])
  })
})

it.each([
  ['token', {}, 'secrets.token'],
  ['oauth', { auth: { type: 'oauth', clientId: '0oa1' } }, 'secrets.privateKey'],
])('names the secret that is missing: %s', (_, parts, name) => {
  const config = OktaConfig.parse({ orgUrl: BASE, ...parts })
  const clock = { now: () => NOW, sleep: async () => {}, after: () => ({ [Symbol.dispose]() {} }) }
  const fetch = async () => Response.json({})
  expect(() => createSignIn({ config, fetch, clock, secrets: {} })).toThrow(name)
})
