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
}

/** A token to accept, beside those the server makes itself. With `rights` it is a fine-grained one, else a classic one. */
export interface TokenSeed {
  login: string
  scopes?: readonly string[]
  rights?: Rights
}

export const ANONYMOUS: Principal = { kind: 'anonymous', name: 'anonymous', scopes: [], rights: {} }
export const OWNER_SCOPES: readonly string[] = ['admin:org', 'repo']

/** What a read-only evidence app is granted. */
export const READ_RIGHTS: Rights = {
  administration: 'read',
  contents: 'read',
  members: 'read',
  metadata: 'read',
  organization_administration: 'read',
}

/** @throws {Error} if the login is not in the seed */
export function principalOf(world: World, { login, scopes, rights }: TokenSeed): Principal {
  const person = world.people.get(login)
  if (!person) throw new Error(`a token is given to ${login}, who is not in the seed`)
  const kind = rights ? 'fine-grained' : 'classic'
  return { kind, name: login, person, scopes: rights ? [] : (scopes ?? OWNER_SCOPES), rights: rights ?? {} }
}

function holds({ rights }: Principal, right: Right): boolean {
  const [name = '', level] = right.split('=')
  return rights[name] === 'write' || rights[name] === level
}

const hasRights = ({ kind }: Principal) => kind === 'app' || kind === 'fine-grained'

/** The caller may do what the right says, and, if a person, is an owner of the organisation. */
export function actsAsOwner(principal: Principal, right: Right, scope: string): boolean {
  if (hasRights(principal) && !holds(principal, right)) return false
  if (principal.kind === 'classic' && !principal.scopes.includes(scope)) return false
  return principal.kind === 'app' || principal.person?.standing === 'owner'
}

export function seesPrivate(principal: Principal): boolean {
  if (principal.kind === 'classic') return principal.scopes.includes('repo')
  return principal.kind !== 'anonymous' && holds(principal, 'metadata=read')
}

/** The refusal of a caller whose token lacks the right, as GitHub words it. */
export function lacking(principal: Principal, right: Right): string | undefined {
  if (!hasRights(principal) || holds(principal, right)) return undefined
  return `Resource not accessible by ${principal.kind === 'app' ? 'integration' : 'personal access token'}`
}
