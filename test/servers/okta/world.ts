import type { AppSeed, EventSeed, GroupRuleSeed, GroupSeed, OktaSeed, PolicySeed, UserSeed } from './seed.ts'
import type { RoleType } from './vendor.ts'

/** A user with the id Okta would know it by. Ids grow with time, and lists are in their order. */
export interface User {
  id: string
  seed: UserSeed
  /** Milliseconds of the last change. */
  updated: number
}
export interface Group {
  id: string
  seed: GroupSeed
  /** Ids of the members that were named one by one; undefined where everyone is a member. */
  members: Set<string> | undefined
}
export interface App {
  id: string
  seed: AppSeed
  users: readonly User[]
  groups: readonly Group[]
}
export interface PolicyOf {
  id: string
  seed: PolicySeed
  priority: number
}
export interface LoggedEvent {
  seed: EventSeed
  uuid: string
  published: Date
}

/** A seed with ids given to everything; users, members and events may come and go while the server runs. */
export interface World {
  seed: OktaSeed
  users: Map<string, User>
  usersByLogin: Map<string, User>
  groups: ReadonlyMap<string, Group>
  /** Those that give their members an admin role. */
  adminGroups: readonly Group[]
  groupRules: readonly { id: string; seed: GroupRuleSeed; group: Group }[]
  apps: ReadonlyMap<string, App>
  policies: ReadonlyMap<string, PolicyOf>
  /** Sorted by time. */
  events: LoggedEvent[]
  zones: ReadonlyMap<string, string>
  createUser(seed: UserSeed): User
  /** Removes an account for good, as Okta does with one that was deactivated before. */
  deleteUser(login: string): void
  log(event: EventSeed): void
}

export const DAY = 86_400_000

/** An id of Okta's form: three characters for the kind, 17 for the number, which sorts as the number does. */
export const idOf = (kind: string, number: number) => `${kind}${String(number).padStart(9, '0')}demoDATA`

/** @throws {Error} if the seed names a user, group, zone or policy that is not in it */
export function buildWorld(seed: OktaSeed): World {
  const users = new Map<string, User>()
  const usersByLogin = new Map<string, User>()
  let nextUser = 1

  function createUser(one: UserSeed): User {
    const changed = Math.min(one.statusChanged ?? one.created ?? 400, one.lastLogin ?? Number.POSITIVE_INFINITY)
    const user = { id: idOf('00u', nextUser++), seed: one, updated: seed.at.getTime() - changed * DAY }
    users.set(user.id, user)
    usersByLogin.set(one.login, user)
    return user
  }
  for (const one of seed.users) createUser(one)

  const userOf = (login: string) => found(usersByLogin.get(login), `user ${login}`)
  const groups = new Map<string, Group>()
  for (const [index, one] of seed.groups.entries()) {
    const id = idOf('00g', index + 1)
    const members = one.members === 'everyone' ? undefined : new Set(one.members.map((login) => userOf(login).id))
    groups.set(id, { id, seed: one, members })
  }
  const groupOf = (name: string) =>
    found(
      [...groups.values()].find((group) => group.seed.name === name),
      `group ${name}`,
    )
  const policies = new Map<string, PolicyOf>()
  const placed = new Map<string, number>()
  for (const [index, one] of seed.policies.entries()) {
    const priority = (placed.get(one.type) ?? 0) + 1
    placed.set(one.type, priority)
    for (const name of one.groups ?? []) groupOf(name)
    const id = idOf(one.type === 'ACCESS_POLICY' ? 'rst' : '00p', index + 1)
    policies.set(id, { id, seed: one, priority })
  }
  const apps = new Map<string, App>()
  for (const [index, one] of seed.apps.entries()) {
    const id = idOf('0oa', index + 1)
    if (one.policy !== undefined && ![...policies.values()].some((policy) => policy.seed.name === one.policy)) {
      throw new Error(`the seed has no policy ${one.policy}`)
    }
    apps.set(id, { id, seed: one, users: (one.users ?? []).map(userOf), groups: (one.groups ?? []).map(groupOf) })
  }

  const events: LoggedEvent[] = []
  let nextEvent = 1
  function log(event: EventSeed) {
    const number = String(nextEvent++).padStart(12, '0')
    const published = new Date(seed.at.getTime() - event.daysAgo * DAY)
    events.push({ seed: event, uuid: `0000de00-da7a-11f0-8000-${number}`, published })
    events.sort((a, b) => a.published.getTime() - b.published.getTime())
  }
  for (const event of seed.events) log(event)
  for (const { actor, targets } of seed.events) {
    if (actor !== undefined) userOf(actor)
    for (const target of targets ?? []) if ('user' in target) userOf(target.user)
  }
  for (const { owner } of seed.apiTokens) userOf(owner)

  return {
    seed,
    users,
    usersByLogin,
    groups,
    adminGroups: [...groups.values()].filter(({ seed: { roles } }) => (roles?.length ?? 0) > 0),
    groupRules: seed.groupRules.map((rule, index) => ({
      id: idOf('0pr', index + 1),
      seed: rule,
      group: groupOf(rule.group),
    })),
    apps,
    policies,
    events,
    zones: new Map(seed.zones.map(({ name }, index) => [name, idOf('nzo', index + 1)])),
    createUser,
    deleteUser(login) {
      const user = userOf(login)
      users.delete(user.id)
      usersByLogin.delete(login)
      for (const group of groups.values()) group.members?.delete(user.id)
    },
    log,
  }
}

export const statusOf = ({ seed }: User) => seed.status ?? 'ACTIVE'

export function membersOf(world: World, group: Group): User[] {
  const members =
    group.members === undefined
      ? [...world.users.values()]
      : [...group.members].sort().flatMap((id) => world.users.get(id) ?? [])
  return members.filter((user) => statusOf(user) !== 'DEPROVISIONED')
}

/** Roles of a person with how each was given: directly, or through a group. */
export function rolesOf(world: World, user: User): { role: RoleType; through?: Group }[] {
  const direct = (user.seed.roles ?? []).map((role) => ({ role }))
  const inherited = world.adminGroups.flatMap((group) =>
    membersOf(world, group).includes(user) ? (group.seed.roles ?? []).map((role) => ({ role, through: group })) : [],
  )
  return [...direct, ...inherited]
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the seed has no ${what}`)
  return value
}
