import type { OrganizationRulesetSeed, OrganizationSeed, RepositorySeed, Role, RulesetSeed, TeamSeed } from './seed.ts'

/** A person with the number GitHub would know them by. */
export interface Person {
  id: number
  login: string
  twoFactor: boolean
  standing: 'owner' | 'member' | 'outside'
}

export interface Repository {
  id: number
  /** Login of the organisation. */
  owner: string
  seed: RepositorySeed
  fullName: string
  defaultBranch: string
  visibility: 'public' | 'private' | 'internal'
  rulesets: readonly Ruleset[]
  /** Outside collaborators and their roles, in the order of the seed. */
  outside: readonly { person: Person; role: Role }[]
}

export interface Ruleset {
  id: number
  seed: RulesetSeed
  level: 'Repository' | 'Organization'
  /** `owner/name` of the repository, or the organisation's login. */
  source: string
}

export interface Team {
  id: number
  seed: TeamSeed
}

/** How a repository is kept from every token: as if it were not there, or listed and refused. */
export type Hidden = 'absent' | 'forbidden'

/** A seed with numbers given to everything and looked up by name. Numbers depend only on the order in the seed. */
export interface World {
  seed: OrganizationSeed
  people: ReadonlyMap<string, Person>
  repositories: ReadonlyMap<string, Repository>
  repositoriesById: ReadonlyMap<number, Repository>
  teams: ReadonlyMap<string, Team>
  rulesets: readonly Ruleset[]
  /** Repositories that no token sees, by name. Changes while the server runs. */
  hidden: Map<string, Hidden>
}

const FIRST_PERSON = 5_000_001
const FIRST_TEAM = 8_000_001
const FIRST_RULESET = 40_001
const FIRST_REPOSITORY = 700_000_001

const covers = (ruleset: OrganizationRulesetSeed, repository: string) =>
  ruleset.repositories.includes('~ALL') || ruleset.repositories.includes(repository)

/** Ids of the second organisation of a server start so much later. */
const OFFSET = 100_000

/**
 * @param numbers of people by login, shared by the organisations of a server
 * @throws {Error} if the seed names a repository, person or team that is not in it
 */
export function buildWorld(seed: OrganizationSeed, index = 0, numbers = new Map<string, number>()): World {
  const offset = index * OFFSET
  const numberOf = (login: string) => {
    const number = numbers.get(login) ?? FIRST_PERSON + numbers.size
    numbers.set(login, number)
    return number
  }
  const people = new Map<string, Person>()
  for (const { login, role, twoFactor } of seed.members) {
    people.set(login, {
      id: numberOf(login),
      login,
      twoFactor: twoFactor ?? true,
      standing: role ?? 'member',
    })
  }
  for (const { login, twoFactor } of seed.outsideCollaborators) {
    people.set(login, { id: numberOf(login), login, twoFactor: twoFactor ?? true, standing: 'outside' })
  }

  let nextRuleset = FIRST_RULESET + offset
  const rulesets = seed.rulesets.map((ruleset) => ({
    id: nextRuleset++,
    seed: ruleset,
    level: 'Organization' as const,
    source: seed.login,
  }))
  const repositories = new Map<string, Repository>()
  for (const repository of seed.repositories) {
    const fullName = `${seed.login}/${repository.name}`
    const own = (repository.rulesets ?? []).map((ruleset) => ({
      id: nextRuleset++,
      seed: ruleset,
      level: 'Repository' as const,
      source: fullName,
    }))
    repositories.set(repository.name, {
      id: FIRST_REPOSITORY + offset + repositories.size,
      owner: seed.login,
      seed: repository,
      fullName,
      defaultBranch: repository.defaultBranch ?? 'main',
      visibility: repository.visibility ?? 'private',
      rulesets: [...own, ...rulesets.filter((ruleset) => covers(ruleset.seed, repository.name))],
      outside: seed.outsideCollaborators.flatMap(({ login, access }) => {
        const [person, role] = [people.get(login), access[repository.name]]
        return person && role ? [{ person, role }] : []
      }),
    })
  }
  const teams = new Map(seed.teams.map((team, place) => [team.slug, { id: FIRST_TEAM + offset + place, seed: team }]))

  const named = [
    ...seed.teams.flatMap((team) => Object.keys(team.repositories)),
    ...seed.outsideCollaborators.flatMap(({ access }) => Object.keys(access)),
    ...seed.rulesets.flatMap((ruleset) => ruleset.repositories.filter((name) => name !== '~ALL')),
  ].filter((name) => !repositories.has(name))
  const strangers = seed.teams.flatMap((team) => team.members.filter((login) => !people.has(login)))
  const parents = seed.teams.flatMap(({ parent }) => (parent && !teams.has(parent) ? [parent] : []))
  const missing = [...named, ...strangers, ...parents]
  if (missing.length > 0) throw new Error(`the seed refers to what it does not have: ${missing.join(', ')}`)

  return {
    seed,
    people,
    repositories,
    repositoriesById: new Map([...repositories.values()].map((repository) => [repository.id, repository])),
    teams,
    rulesets,
    hidden: new Map(),
  }
}

/** The rulesets in force on a branch: active, and their conditions match the ref. */
export function rulesetsOn(repository: Repository, branch: string): Ruleset[] {
  return repository.rulesets.filter(({ seed }) => {
    if ((seed.enforcement ?? 'active') !== 'active') return false
    return (seed.include ?? ['~DEFAULT_BRANCH']).some(
      (ref) =>
        ref === '~ALL' ||
        ref === `refs/heads/${branch}` ||
        (ref === '~DEFAULT_BRANCH' && branch === repository.defaultBranch),
    )
  })
}
