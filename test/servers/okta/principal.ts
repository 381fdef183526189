import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { oauthError, type Reply } from './errors.ts'
import type { User } from './world.ts'

/** Who a request comes from. */
export interface Principal {
  /** Login or client id: what the request log shows instead of the credential. */
  name: string
  /** Whose API token it is; absent for service apps. */
  user?: User
  superAdmin: boolean
  /** Scopes of the access token; absent for API tokens, which have no scopes. */
  scopes?: readonly string[]
}

/** A service app that may ask for access tokens. */
export interface ClientSeed {
  clientId: string
  /** Public keys as SPKI PEM, by key id. */
  keys: Readonly<Record<string, string>>
  /** Scopes an admin granted. */
  granted: readonly string[]
  superAdmin: boolean
}

/** Every scope that a read-only evidence app is granted. */
export const READ_SCOPES: readonly string[] = [
  'okta.apiTokens.read',
  'okta.appGrants.read',
  'okta.apps.read',
  'okta.authenticators.read',
  'okta.deviceAssurance.read',
  'okta.groups.read',
  'okta.idps.read',
  'okta.logStreams.read',
  'okta.logs.read',
  'okta.networkZones.read',
  'okta.orgs.read',
  'okta.policies.read',
  'okta.roles.read',
  'okta.threatInsights.read',
  'okta.trustedOrigins.read',
  'okta.users.read',
]

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const Header = z.object({ alg: z.enum(['RS256', 'ES256']), kid: z.string().optional() })
const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  exp: z.number(),
  iat: z.number().optional(),
  jti: z.string().optional(),
})

/** A granted token request: who it is for, and which scopes. */
export interface Granted {
  client: ClientSeed
  scopes: readonly string[]
}

export interface TokenRequest {
  form: URLSearchParams
  /** Address of the token endpoint, which the assertion must name. */
  endpoint: string
  /** Milliseconds. */
  now: number
  clients: readonly ClientSeed[]
}

/**
 * Answers a token request as Okta's org authorization server does: the client shows who it is with a JWT signed by its
 * private key. https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export function grantToken({ form, endpoint, now, clients }: TokenRequest): Granted | Reply {
  if (form.get('grant_type') !== 'client_credentials') {
    return oauthError(400, 'unsupported_grant_type', 'The authorization grant type is not supported by this server.')
  }
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
    return oauthError(
      401,
      'invalid_client',
      'Client authentication failed: the client assertion type is not supported.',
    )
  }
  const parts = (form.get('client_assertion') ?? '').split('.')
  const [head = '', body = '', signature = ''] = parts
  const header = Header.safeParse(decoded(head))
  const claims = Claims.safeParse(decoded(body))
  if (parts.length !== 3 || !header.success || !claims.success) {
    return oauthError(401, 'invalid_client', 'The client_assertion token is malformed.')
  }
  const client = clients.find(({ clientId }) => clientId === claims.data.sub)
  if (!client || claims.data.iss !== claims.data.sub) {
    return oauthError(401, 'invalid_client', 'A client_assertion must have the client id as its subject and issuer.')
  }
  const { alg, kid } = header.data
  const keys = kid === undefined ? Object.values(client.keys) : [client.keys[kid] ?? []].flat()
  const signed = Buffer.from(`${head}.${body}`)
  const isSigned = keys.some((pem) => isSignedBy(pem, alg, signed, Buffer.from(signature, 'base64url')))
  if (!isSigned) return oauthError(401, 'invalid_client', 'The client_assertion signature is invalid.')
  if (claims.data.aud !== endpoint) {
    return oauthError(
      401,
      'invalid_client',
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    )
  }
  const seconds = now / 1000
  if (claims.data.exp <= seconds) return oauthError(401, 'invalid_client', 'The client_assertion token is expired.')
  if (claims.data.exp > seconds + 3600) {
    return oauthError(401, 'invalid_client', 'The client_assertion token has an expiration too far in the future.')
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean)
  if (scopes.length === 0) return oauthError(400, 'invalid_scope', 'The scope parameter must be specified.')
  if (scopes.some((scope) => !client.granted.includes(scope))) {
    return oauthError(
      400,
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
    )
  }
  return { client, scopes }
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

function isSignedBy(pem: string, alg: 'RS256' | 'ES256', signed: Buffer, signature: Buffer): boolean {
  const key = createPublicKey(pem)
  if ((alg === 'ES256') !== (key.asymmetricKeyType === 'ec')) return false
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
