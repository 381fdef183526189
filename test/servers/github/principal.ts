import type { Person, World } from './world.ts'

/** Right of a GitHub App or fine-grained token, as `x-accepted-github-permissions` names it. */
export type Right = `${string}=${'read' | 'write'}`
export type Rights = Readonly<Record<string, 'read' | 'write'>>

/** Who a request comes from, as its token says. */
export interface Principal {
  kind: 'classic' | 'fine-grained' | 'app' | 'anonymous'
  /** Login, app slug or `anonymous`: what the request log shows instead of the token. */
  name: string
  /** Whose token it is; absent for apps and anonymous callers. */
  person?: Person
  /** Of classic tokens. */
  scopes: readonly string[]
  /** Of apps and fine-grained tokens. */
  rights: Rights
  /** Names of the repositories it is for; absent: all. Public ones are seen all the same. */
  repositories?: ReadonlySet<string>
  /** Logins of organisations whose single sign-on the token is not authorised for. */
  ssoBlocked?: ReadonlySet<string>
  /** Of an app's token: the organisation it is installed in. Elsewhere it has no right. */
  installedIn?: string
  /** Milliseconds since the epoch. Afterwards the token is as unknown as one never made. */
  expiresAt?: number
}

/** A token to accept, beside those the server makes itself. With `rights` it is a fine-grained one, else a classic one. */
export interface TokenSeed {
  login: string
  scopes?: readonly string[]
  rights?: Rights
  /** Names of the only private repositories it is for. Default: all. */
  repositories?: readonly string[]
  /** Organisations that want single sign-on, which this token is not authorised for. */
  ssoBlocked?: readonly string[]
}

export const ANONYMOUS: Principal = { kind: 'anonymous', name: 'anonymous', scopes: [], rights: {} }
export const OWNER_SCOPES: readonly string[] = ['admin:org', 'admin:org_hook', 'read:audit_log', 'repo']

/** What a read-only evidence app is granted. */
export const READ_RIGHTS: Rights = Object.fromEntries(
  [
    'actions',
    'administration',
    'checks',
    'contents',
    'deployments',
    'issues',
    'members',
    'metadata',
    'organization_administration',
    'organization_hooks',
    'organization_personal_access_tokens',
    'organization_self_hosted_runners',
    'pull_requests',
    'repository_hooks',
    'secret_scanning_alerts',
    'security_events',
    'statuses',
    'vulnerability_alerts',
  ].map((name) => [name, 'read' as const]),
)

/** @throws {Error} if the login is in none of the organisations */
export function principalOf(worlds: readonly World[], token: TokenSeed): Principal {
  const { login, scopes, rights, repositories, ssoBlocked } = token
  if (!worlds.some(({ people }) => people.has(login))) {
    throw new Error(`a token is given to ${login}, who is not in the seed`)
  }
  const kind = rights ? 'fine-grained' : 'classic'
  return {
    kind,
    name: login,
    scopes: rights ? [] : (scopes ?? OWNER_SCOPES),
    rights: rights ?? {},
    ...(repositories && { repositories: new Set(repositories) }),
    ...(ssoBlocked && { ssoBlocked: new Set(ssoBlocked) }),
  }
}

/** The caller as one organisation sees them: with their standing in it, without the rights an app has elsewhere. */
export function principalIn(world: World, principal: Principal): Principal {
  if (principal.kind === 'app') {
    return (principal.installedIn ?? world.seed.login) === world.seed.login ? principal : { ...principal, rights: {} }
  }
  const person = world.people.get(principal.name)
  return person && principal.kind !== 'anonymous' ? { ...principal, person } : principal
}

export function holds({ rights }: Principal, right: Right): boolean {
  const [name = '', level] = right.split('=')
  return rights[name] === 'write' || rights[name] === level
}

export const hasRights = ({ kind }: Principal) => kind === 'app' || kind === 'fine-grained'

/** The caller may do what the right says, and, if a person, is an owner of the organisation. */
export function actsAsOwner(principal: Principal, right: Right, scope: string): boolean {
  if (hasRights(principal) && !holds(principal, right)) return false
  if (principal.kind === 'classic' && !hasScope(principal, scope)) return false
  return principal.kind === 'app' || principal.person?.standing === 'owner'
}

/** The scope, or one that includes it. */
export function hasScope({ scopes }: Principal, scope: string): boolean {
  const [level, name] = scope.split(':')
  const above = { read: ['read', 'write', 'admin', 'manage'], write: ['write', 'admin'], admin: ['admin'] }[level ?? '']
  return (
    scopes.includes(scope) || (name !== undefined && (above ?? []).some((one) => scopes.includes(`${one}:${name}`)))
  )
}

/** Private repositories are shown to tokens that are for them, of people of the organisation. */
export function seesPrivate(principal: Principal): boolean {
  if (principal.kind === 'classic') return principal.scopes.includes('repo')
  return principal.kind !== 'anonymous' && holds(principal, 'metadata=read')
}

/** The refusal of a caller whose token lacks the right, as GitHub words it. */
export function lacking(principal: Principal, right: Right): string | undefined {
  if (!hasRights(principal) || holds(principal, right)) return undefined
  return `Resource not accessible by ${principal.kind === 'app' ? 'integration' : 'personal access token'}`
}
