import type { Principal } from './principal.ts'
import { hasRights, holds, principalIn, type Right, seesPrivate } from './principal.ts'
import type { History } from './history.ts'
import type { Role } from './seed.ts'
import type { Repository, World } from './world.ts'

/** The organisations of a server, and what all of its answers depend on. */
export interface Site {
  worlds: readonly World[]
  history(repository: Repository): History
  /** Our own address, which links in answers point at. */
  base(): string
  /** Milliseconds since the epoch. */
  now(): number
  /** Most items of a page, whatever is asked for. GitHub's is 100. */
  largestPage: number
}

/** By login, in any case. */
export function worldOf({ worlds }: Site, login: string): World | undefined {
  return worlds.find(({ seed }) => seed.login === login.toLowerCase())
}

export const isOwner = ({ person }: Principal) => person?.standing === 'owner'

/** What the caller may do in every repository, from the base permission; team membership is not followed. */
export function roleOf(world: World, principal: Principal): Role {
  if (principal.kind === 'app') return 'pull'
  if (isOwner(principal)) return 'admin'
  const base = world.seed.settings.basePermission
  return base === 'write' ? 'push' : base === 'admin' ? 'admin' : 'pull'
}

/** Private repositories do not exist for those who may not see them. */
export function sees(world: World, principal: Principal, { visibility, seed }: Repository): boolean {
  if (world.hidden.get(seed.name) === 'absent') return false
  if (visibility === 'public') return true
  return seesPrivate(principal) && (principal.repositories?.has(seed.name) ?? true)
}

/** A repository by name, if the caller sees it. */
export function findRepository(world: World, principal: Principal, name: string): Repository | undefined {
  const found = world.repositories.get(name)
  return found && sees(world, principal, found) ? found : undefined
}

export const isForbidden = ({ hidden }: World, { seed }: Repository) => hidden.get(seed.name) === 'forbidden'

/** Has the rights of an administrator of the repositories, as far as `right` tells. */
export function administers(world: World, principal: Principal, right: Right = 'administration=read'): boolean {
  if (hasRights(principal) && !holds(principal, right)) return false
  return principal.kind === 'app' || roleOf(world, principal) === 'admin'
}

/** Protection of a repository that is not public is a paid feature. */
export const unpaid = ({ seed }: World, { visibility }: Repository) => seed.plan === 'free' && visibility !== 'public'

export { principalIn }
