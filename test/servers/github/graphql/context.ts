import { hasRights, hasScope, holds, type Principal, principalIn, type Right } from '../principal.ts'
import { isForbidden, type Site } from '../site.ts'
import type { Commit, Deployed, Pull } from '../history.ts'
import type { ClassicProtectionSeed, Rule } from '../seed.ts'
import type { DependencyAlertSeed, EnvironmentSeed } from '../seed-security.ts'
import type { Person, Repository, Ruleset, Team, World } from '../world.ts'
import { connection, type PageArguments } from './connection.ts'
import { Refused } from './errors.ts'

export type Fields = Record<string, unknown>

/**
 * What makes the object of each type. They refer to one another in circles, as GitHub's types do, so a call carries them.
 */
export interface Makers {
  actor(call: At, login: string): Fields | null
  gitActor(call: At, login: string, date: string): Fields
  person(call: At, person: Person): Fields | null
  team(call: At, team: Team): Fields
  organization(call: At): Fields
  repository(call: At, repository: Repository): Fields
  ref(call: At, repository: Repository, name: string): Fields
  commit(call: At, repository: Repository, commit: Commit): Fields
  rollup(call: At, repository: Repository, commit: Commit): Fields | null
  pull(call: At, repository: Repository, pull: Pull): Fields
  deployment(call: At, repository: Repository, deployed: Deployed): Fields
  workflowRun(call: At, repository: Repository, commit: Commit): Fields | null
  environment(call: At, repository: Repository, environment: EnvironmentSeed): Fields
  alert(call: At, repository: Repository, alert: DependencyAlertSeed, number: number): Fields & { state: string }
  branchProtection(call: At, repository: Repository, rule: ClassicProtectionSeed): Fields
  ruleset(call: At, ruleset: Ruleset): Fields
  rule(call: At, ruleset: Ruleset, rule: Rule, index: number): Fields
}

/** One call: who asks, and what it is charged. */
export interface Call {
  make: Makers
  site: Site
  principal: Principal
  rate: { cost: number; nodeCount: number; limit: number; remaining: number; used: number; resetAt: string }
}

/** A call as one organisation sees it. */
export interface At extends Call {
  world: World
}

export const at = (call: Call, world: World): At => ({ ...call, world, principal: principalIn(world, call.principal) })

/** Where web pages would be; no such host exists (RFC 2606). */
export const WEB = 'https://github.example.com'

/** @throws {Refused} as GitHub refuses a field that the token lacks the right for */
export function need({ principal }: Call, right: Right): void {
  if (!hasRights(principal) || holds(principal, right)) return
  throw inaccessible(principal)
}

/** @throws {Refused} INSUFFICIENT_SCOPES for a classic token */
export function needScope({ principal }: Call, field: string, scopes: readonly string[]): void {
  if (principal.kind !== 'classic' || scopes.some((scope) => hasScope(principal, scope))) return
  const quoted = (names: readonly string[]) => `['${names.join("', '")}']`
  throw new Refused(
    'INSUFFICIENT_SCOPES',
    `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: ${quoted(scopes)}, but your token has only been granted the: ${quoted(principal.scopes)} scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
  )
}

const inaccessible = ({ kind }: Principal) =>
  new Refused('FORBIDDEN', `Resource not accessible by ${kind === 'app' ? 'integration' : 'personal access token'}`, {
    saml_failure: false,
  })

/** @throws {Refused} if the token may not read this of the repository */
export function needIn(call: At, repository: Repository, right: Right): void {
  if (isForbidden(call.world, repository)) throw inaccessible(call.principal)
  if (repository.visibility !== 'public' || right.startsWith('administration')) need(call, right)
}

/** @throws {Refused} as GitHub refuses a token that is not authorised for the organisation's single sign-on */
export function needSignOn({ principal }: Call, world: World): void {
  if (!principal.ssoBlocked?.has(world.seed.login)) return
  throw new Refused(
    'FORBIDDEN',
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { saml_failure: true },
  )
}

export function paged<Item, Node>(
  call: Call,
  items: readonly Item[],
  args: PageArguments,
  node: (item: Item) => Node,
  edge?: (item: Item) => Record<string, unknown>,
) {
  return connection(items, args, call.site.largestPage, node, edge)
}

/** A list sorted by a text of its items. */
export function sorted<Item>(
  items: readonly Item[],
  by: (item: Item) => string,
  direction: string | undefined,
): readonly Item[] {
  const ascending = items.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0))
  return direction === 'DESC' ? ascending.toReversed() : ascending
}

export const nodeId = (prefix: string, id: number | string) =>
  `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`

export const upper = (text: string) => text.replaceAll('-', '_').toUpperCase()
