import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { type CollectContext, DeniedError, InvalidError, type ReadError, type Secret, z } from 'affiant/sdk'
import type { OktaConfig, OktaSecret } from './config.ts'
import { oktaError } from './errors.ts'

type Context = Pick<CollectContext<OktaConfig, OktaSecret>, 'config' | 'secrets' | 'fetch' | 'clock'>
type App = Extract<OktaConfig['auth'], { type: 'oauth' }>

export interface SignIn {
  /** Value of the `authorization` header. */
  authorization(): Promise<string>
  /** Scopes of the access token that is in use; `undefined` of an API token, which has none. */
  granted(): Promise<readonly string[] | undefined>
}

/** @throws DeniedError when the secret that `auth` needs is missing or no key */
export function createSignIn(context: Context): SignIn {
  const { auth } = context.config
  return auth.type === 'oauth' ? appSignIn(auth, context) : tokenSignIn(context)
}

function tokenSignIn({ secrets: { token } }: Context): SignIn {
  if (token === undefined) throw new DeniedError('no API token is configured; set `secrets.token` of this source')
  return {
    authorization: async () => `SSWS ${token.reveal()}`,
    granted: async () => undefined,
  }
}

const TOKEN_PATH = '/oauth2/v1/token'
const STATEMENT_SECONDS = 300
/** A token is renewed this long before it ends, or when half of its life is over if that is shorter. */
const RENEW_SECONDS = 300

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
  scope: z.string(),
})
const Refused = z.object({ error: z.string() })

interface Token {
  value: string
  granted: readonly string[]
  /** Epoch milliseconds. */
  renewAt: number
}

/**
 * Signs in as a service app: client credentials with a signed statement instead of a shared secret (RFC 7523).
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 *
 * Not with the SDK: it renews a token only after Okta refused it, does not notice that Okta refused the exchange, cannot
 * use EC keys, and knows no other clock than the system's (docs/adr/0016).
 */
function appSignIn(app: App, { config, secrets, fetch, clock }: Context): SignIn {
  const key = readKey(secrets.privateKey, app)
  const url = new URL(TOKEN_PATH, config.orgUrl).href
  let current: Token | undefined
  let renewal: Promise<Token> | undefined

  async function renew(): Promise<Token> {
    const now = clock.now().getTime()
    const answer = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: app.scopes.join(' '),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: statement(key, app.clientId, url, Math.floor(now / 1000)),
      }).toString(),
    })
    const body: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok) throw refusedExchange(answer.status, Refused.safeParse(body).data?.error ?? '')
    const parsed = TokenAnswer.safeParse(body)
    if (!parsed.success) throw new InvalidError(`POST ${TOKEN_PATH}: Okta's answer is not what it documents`)
    const { access_token: value, expires_in: seconds, scope } = parsed.data
    const life = seconds - Math.min(RENEW_SECONDS, seconds / 2)
    return { value, granted: scope.split(' ').filter(Boolean), renewAt: now + life * 1000 }
  }

  /** Many requests find the token old at once; one of them renews it for all. */
  async function token(): Promise<Token> {
    if (current !== undefined && clock.now().getTime() < current.renewAt) return current
    const shared = renewal
    if (shared !== undefined) {
      try {
        return await shared
      } catch {
        // Of whoever asked: that plan item may have been stopped, and this one not.
        return token()
      }
    }
    renewal = renew()
    try {
      current = await renewal
      return current
    } finally {
      renewal = undefined
    }
  }

  return {
    authorization: async () => `Bearer ${(await token()).value}`,
    granted: async () => (await token()).granted,
  }
}

interface Key {
  key: KeyObject
  algorithm: 'RS256' | 'ES256'
  id: string | undefined
}

const Jwk = z.looseObject({ kty: z.string(), kid: z.string().optional() })

/** @throws DeniedError */
function readKey(secret: Secret | undefined, { keyId }: App): Key {
  if (secret === undefined)
    throw new DeniedError('no private key is configured; set `secrets.privateKey` of this source')
  const text = secret.reveal().trim()
  const jwk = text.startsWith('{') ? jwkOf(text) : undefined
  const key = keyOf(text, jwk)
  const id = keyId ?? jwk?.kid
  if (key?.asymmetricKeyType === 'rsa') return { key, algorithm: 'RS256', id }
  if (key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { key, algorithm: 'ES256', id }
  }
  throw new DeniedError(
    'the private key could not be used; give the PEM file or the JWK of the service app unchanged (RSA, or EC with curve P-256)',
  )
}

function jwkOf(text: string): z.output<typeof Jwk> | undefined {
  try {
    return Jwk.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function keyOf(text: string, jwk: z.output<typeof Jwk> | undefined): KeyObject | undefined {
  try {
    return jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    // The library quotes parts of the key in some of its messages.
    return undefined
  }
}

/** The signed statement (JWT) of who asks. Claims: https://developer.okta.com/docs/guides/build-self-signed-jwt/js/main/ */
function statement({ key, algorithm, id }: Key, clientId: string, audience: string, seconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ alg: algorithm, typ: 'JWT', ...(id !== undefined && { kid: id }) })
  const claims = part({ iss: clientId, sub: clientId, aud: audience, iat: seconds, exp: seconds + STATEMENT_SECONDS })
  const signature = sign('sha256', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' })
  return `${header}.${claims}.${signature.toString('base64url')}`
}

/** https://developer.okta.com/docs/api/openapi/okta-oauth/guides/error-codes/ */
function refusedExchange(status: number, code: string): ReadError {
  const what = `POST ${TOKEN_PATH}`
  const said = code === '' ? `${status}` : `${status}, ${code}`
  const advice = ADVICE[code]
  if (advice !== undefined) return new DeniedError(`${what}: Okta refused (${said}); ${advice}`, { status })
  return oktaError({ status, code, summary: '' }, what)
}

const scopesAdvice =
  'grant the service app the scopes that `affiant permissions` lists, or name those it has in auth.scopes'
const proofAdvice = 'turn off "Require Demonstrating Proof of Possession (DPoP)" for this app'
const ADVICE: Readonly<Record<string, string>> = {
  invalid_client:
    'check auth.clientId, and that the app is active and has the public half of this private key (auth.keyId names it)',
  invalid_scope: scopesAdvice,
  consent_required: scopesAdvice,
  access_denied: scopesAdvice,
  unauthorized_client: 'make it a service app ("API Services") that signs in with "Public key / Private key"',
  use_dpop_nonce: proofAdvice,
  invalid_dpop_proof: proofAdvice,
}
