import { type Clock, DeniedError, type Secret, z } from 'affiant/sdk'
import type { Principal } from './client.ts'
import type { ConfiguredOrganization } from './config.ts'
import { type RequestOptions } from './errors.ts'

/** One request with credentials of its own. */
export type Send = (
  route: string,
  params: Readonly<Record<string, string | number>>,
  authorization: string,
  options?: RequestOptions,
) => Promise<{ headers: Readonly<Record<string, unknown>>; data: unknown; what: string }>

/** How a client proves who it is. */
export interface SignIn {
  /** Value of the `authorization` header. */
  authorization(): Promise<string>
  principal(): Promise<Principal>
}

const Login = z.object({ login: z.string() })
const Slug = z.object({ slug: z.string() })
const Installation = z.object({ id: z.int() })
/** https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
const InstallationToken = z.object({
  token: z.string(),
  expires_at: z.iso.datetime({ offset: true }),
  permissions: z.record(z.string(), z.string()),
  repository_selection: z.enum(['all', 'selected']).optional(),
})
type InstallationToken = z.output<typeof InstallationToken>

type Parse = <T>(schema: z.ZodType<T>, data: unknown, what: string) => T

export function tokenSignIn(token: Secret | undefined, send: Send, parse: Parse): SignIn {
  if (token === undefined) throw new DeniedError('no token is configured; set `secrets.token` of this source')
  const authorization = async () => `Bearer ${token.reveal()}`
  return {
    authorization,
    async principal() {
      // An installation token (of Actions, or made elsewhere) may not ask for a user. Prefixes:
      // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
      if (token.reveal().startsWith('ghs_')) return { kind: 'app', name: 'installation token' }
      try {
        const { headers, data, what } = await send('GET /user', {}, await authorization())
        const scopes = headers['x-oauth-scopes']
        return {
          kind: 'user',
          name: parse(Login, data, what).login,
          // Fine-grained tokens have no scopes and GitHub sends no header for them.
          ...(typeof scopes === 'string' && {
            granted: scopes
              .split(',')
              .map((s) => s.trim())
              .filter(Boolean),
          }),
        }
      } catch (error) {
        const isUsers = /^(?:ghp|gho|ghu|github_pat)_/.test(token.reveal())
        if (!isUsers && error instanceof DeniedError && error.status === 403) {
          return { kind: 'app', name: 'installation token' }
        }
        throw error
      }
    },
  }
}

/** A token that ends this soon is renewed before it is used: a list in pages must not lose its rights on the way. */
const RENEW_BEFORE_MS = 5 * 60_000

export interface AppSignIn {
  organization: ConfiguredOrganization
  /** The app's signed statement, good for ten minutes. */
  jwt: () => Promise<string>
  clock: Clock
  send: Send
  parse: Parse
}

/** As an app: with the token of its installation in the organisation, which lives for an hour and is renewed in time. */
export function appSignIn({ organization, jwt, clock, send, parse }: AppSignIn): SignIn {
  const { login } = organization
  let held: { token: Promise<InstallationToken>; until: number } | undefined

  const findInstallation = once(async () => {
    if (organization.installationId !== undefined) return organization.installationId
    const { data, what } = await send('GET /orgs/{org}/installation', { org: login }, `Bearer ${await jwt()}`, {
      explain: ({ status }) =>
        status === 404
          ? new DeniedError(`the app is not installed in ${login}; an owner installs it from the app’s page`, {
              status,
            })
          : undefined,
    })
    return parse(Installation, data, what).id
  })

  async function renew(): Promise<InstallationToken> {
    const id = await findInstallation()
    const route = 'POST /app/installations/{id}/access_tokens'
    const { data, what } = await send(route, { id }, `Bearer ${await jwt()}`, {
      explain: ({ status }) =>
        status === 404
          ? new DeniedError(
              'GitHub knows no such installation of the app; check auth.appId and the installationId, or leave it out',
              { status },
            )
          : undefined,
    })
    return parse(InstallationToken, data, what)
  }

  /** Of those who ask at once, one asks GitHub. A failure is not kept. */
  async function installation(): Promise<InstallationToken> {
    const now = clock.now().getTime()
    if (held === undefined || now >= held.until) {
      const token = renew()
      const mine = { token, until: Number.POSITIVE_INFINITY }
      held = mine
      token.then(
        ({ expires_at }) => (mine.until = Date.parse(expires_at) - RENEW_BEFORE_MS),
        () => {
          if (held === mine) held = undefined
        },
      )
    }
    return held.token
  }

  return {
    authorization: async () => `Bearer ${(await installation()).token}`,
    async principal() {
      const { permissions, repository_selection: repositories } = await installation()
      const { data, what } = await send('GET /app', {}, `Bearer ${await jwt()}`)
      const granted = Object.entries(permissions).map(([name, level]) => `${name}:${level}`)
      return {
        kind: 'app',
        name: parse(Slug, data, what).slug,
        granted: granted.sort(),
        ...(repositories && { repositories }),
      }
    },
  }
}

/** The work's result, got once; a failure is tried again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return async () => {
    result ??= work()
    try {
      return await result
    } catch (error) {
      result = undefined
      throw error
    }
  }
}
