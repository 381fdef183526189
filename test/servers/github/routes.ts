import { actsAsOwner, lacking, type Principal, type Right, seesPrivate } from './principal.ts'
import type { Role } from './seed.ts'
import * as shapes from './shapes.ts'
import type { Repository, World } from './world.ts'

/** What a route answers: a body, or a list that the server cuts into pages. */
export type Answer = { status: number; body: unknown } | { list: readonly unknown[] }

export interface Call {
  world: World
  /** Our own address, which links in answers point at. */
  base: string
  principal: Principal
  params: Readonly<Record<string, string>>
  query: URLSearchParams
}

interface Route {
  /** Path with `:name` for one segment. */
  path: string
  right: Right
  /** Answers without a token too, about what is public. */
  open?: true
  answer(call: Call): Answer
}

const DOCS = 'https://docs.github.com/rest'
export const refusal = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: DOCS, status: String(status) },
})
const ORGANIZATION_SCOPES = ['read:org', 'write:org', 'admin:org']
const ok = (body: unknown): Answer => ({ status: 200, body })
const NOT_FOUND = refusal(404, 'Not Found')
const UPGRADE = 'Upgrade to GitHub Pro or make this repository public to enable this feature.'

const inOrganization = (answer: (call: Call) => Answer) => (call: Call) =>
  call.params.org?.toLowerCase() === call.world.seed.login ? answer(call) : NOT_FOUND

const inRepository = (answer: (call: Call, repository: Repository) => Answer) => (call: Call) => {
  const repository = call.params.owner?.toLowerCase() === call.world.seed.login && findRepository(call)
  return repository ? answer(call, repository) : NOT_FOUND
}

/** Private repositories do not exist for those who may not see them. */
function findRepository({ world, principal, params }: Call): Repository | undefined {
  const repository = world.repositories.get(params.repo ?? '')
  return repository?.visibility === 'public' || seesPrivate(principal) ? repository : undefined
}

/** What the caller may do in every repository, from the base permission; team membership is not followed. */
function roleOf({ world, principal }: Call): Role {
  if (principal.kind === 'app') return 'pull'
  if (principal.person?.standing === 'owner') return 'admin'
  const base = world.seed.settings.basePermission
  return base === 'write' ? 'push' : base === 'admin' ? 'admin' : 'pull'
}

const administers = (call: Call) =>
  actsAsOwner(call.principal, 'administration=read', 'repo') || roleOf(call) === 'admin'

/** Protection of a repository that is not public is a paid feature. */
const unpaid = ({ world }: Call, { visibility }: Repository) => world.seed.plan === 'free' && visibility !== 'public'

const ORDERS: Readonly<Record<string, (repository: Repository) => string>> = {
  created: ({ id }) => String(id),
  updated: ({ seed }) => seed.pushedAt,
  pushed: ({ seed }) => seed.pushedAt,
  full_name: ({ fullName }) => fullName,
}

function organizationRepositories(call: Call): Answer {
  const type = call.query.get('type') ?? 'all'
  const sort = call.query.get('sort') ?? 'created'
  const ascending = (call.query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc')) === 'asc'
  const order = ORDERS[sort] ?? ((repository: Repository) => String(repository.id))
  const chosen = [...call.world.repositories.values()].filter(({ visibility, seed }) => {
    if (visibility !== 'public' && !seesPrivate(call.principal)) return false
    if (type === 'public' || type === 'private') return (visibility === 'public') === (type === 'public')
    if (type === 'forks' || type === 'sources') return (seed.fork ?? false) === (type === 'forks')
    return true
  })
  const sorted = chosen.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
  const list = ascending ? sorted : sorted.toReversed()
  return { list: list.map((one) => shapes.repository(call.base, call.world, one, roleOf(call))) }
}

function organizationPeople(call: Call, standings: readonly string[]): Answer {
  const filter = call.query.get('filter') ?? 'all'
  if (filter !== 'all' && !actsAsOwner(call.principal, 'members=read', 'admin:org')) {
    return refusal(422, 'Only owners can use this filter.')
  }
  // Nobody in the seed made their membership public, and nothing else is shown to those outside.
  if (call.principal.person?.standing === 'outside') return { list: [] }
  const people = [...call.world.people.values()].filter(
    ({ standing, twoFactor }) =>
      standings.includes(standing) && (filter === 'all' || (filter === '2fa_disabled' && !twoFactor)),
  )
  return { list: people.map((person) => shapes.user(call.base, person)) }
}

/** The caller's own standing. Who is no member is told that there is none. */
function membership({ base, world, principal }: Call): Answer {
  const { person, kind, scopes } = principal
  if (!person) return refusal(403, 'Resource not accessible by integration')
  if (kind === 'classic' && !scopes.some((scope) => ORGANIZATION_SCOPES.includes(scope))) {
    return refusal(403, 'You need at least read:org scope or user scope to get your membership.')
  }
  return person.standing === 'outside' ? NOT_FOUND : ok(shapes.membership(base, world, person))
}

/** Answered to installation tokens only. The list itself is left to `/orgs/{org}/repos`. */
function installationRepositories({ world, base, principal }: Call): Answer {
  if (principal.kind !== 'app') return refusal(403, 'You must authenticate with an installation access token.')
  const [first] = world.repositories.values()
  const repositories = first ? [shapes.repository(base, world, first, 'pull')] : []
  return ok({ total_count: world.repositories.size, repository_selection: 'all', repositories })
}

function members(call: Call): Answer {
  const role = call.query.get('role') ?? 'all'
  const standings = { all: ['owner', 'member'], admin: ['owner'], member: ['member'] }[role]
  return standings ? organizationPeople(call, standings) : refusal(422, 'Validation Failed')
}

function collaborators(call: Call, repository: Repository): Answer {
  if (call.principal.kind !== 'app' && roleOf(call) === 'pull') {
    return refusal(403, 'Must have push access to view repository collaborators.')
  }
  const affiliation = call.query.get('affiliation') ?? 'all'
  const outside = repository.outside.map(({ person, role }) => shapes.collaborator(call.base, person, role))
  if (affiliation === 'outside') return { list: outside }
  const owners = [...call.world.people.values()].filter(({ standing }) => standing === 'owner')
  const inside = affiliation === 'direct' ? [] : owners
  return { list: [...inside.map((person) => shapes.collaborator(call.base, person, 'admin')), ...outside] }
}

function protection(call: Call, repository: Repository): Answer {
  if (!administers(call)) return NOT_FOUND
  if (unpaid(call, repository)) return refusal(403, UPGRADE)
  const branch = call.params.branch ?? ''
  if (repository.seed.empty || branch !== repository.defaultBranch) return refusal(404, 'Branch not found')
  const rule = repository.seed.classic
  return rule
    ? ok(shapes.branchProtection(call.base, call.world, repository, branch, rule))
    : refusal(404, 'Branch not protected')
}

function rulesets(call: Call, repository: Repository): Answer {
  if (unpaid(call, repository)) return refusal(403, UPGRADE)
  const parents = call.query.get('includes_parents') !== 'false'
  const list = repository.rulesets.filter(({ level }) => parents || level === 'Repository')
  return { list: list.map((one) => shapes.rulesetItem(call.base, one)) }
}

const editsRulesets = (call: Call) => actsAsOwner(call.principal, 'administration=write', 'repo')

function ruleset(call: Call, repository: Repository): Answer {
  if (unpaid(call, repository)) return refusal(403, UPGRADE)
  const found = repository.rulesets.find(({ id }) => String(id) === call.params.id)
  return found ? ok(shapes.rulesetDetail(call.base, found, editsRulesets(call))) : NOT_FOUND
}

function organizationRuleset(call: Call): Answer {
  const found = call.world.rulesets.find(({ id }) => String(id) === call.params.id)
  return found ? ok(shapes.rulesetDetail(call.base, found, editsRulesets(call))) : NOT_FOUND
}

function teamRepositories(call: Call): Answer {
  const team = call.world.teams.get(call.params.team ?? '')
  if (!team) return NOT_FOUND
  const list = Object.entries(team.seed.repositories).flatMap(([name, role]) => {
    const found = call.world.repositories.get(name)
    return found ? [shapes.repository(call.base, call.world, found, role)] : []
  })
  return { list }
}

function teamMembers(call: Call): Answer {
  const team = call.world.teams.get(call.params.team ?? '')
  if (!team) return NOT_FOUND
  const people = team.seed.members.flatMap((login) => call.world.people.get(login) ?? [])
  return { list: people.map((person) => shapes.user(call.base, person)) }
}

/** What we serve ourselves. Paths and rights: https://docs.github.com/en/rest. Anything else goes to `emulate`. */
const ROUTES: readonly Route[] = [
  {
    path: '/user',
    right: 'metadata=read',
    answer: ({ base, principal }) =>
      principal.person
        ? ok(shapes.authenticatedUser(base, principal.person))
        : refusal(403, 'Resource not accessible by integration'),
  },
  { path: '/installation/repositories', right: 'metadata=read', answer: installationRepositories },
  { path: '/user/memberships/orgs/:org', right: 'members=read', answer: inOrganization(membership) },
  {
    path: '/orgs/:org',
    right: 'metadata=read',
    open: true,
    answer: inOrganization((call) => {
      const settings = actsAsOwner(call.principal, 'organization_administration=read', 'admin:org')
      return ok(shapes.organization(call.base, call.world, settings))
    }),
  },
  { path: '/orgs/:org/repos', right: 'metadata=read', open: true, answer: inOrganization(organizationRepositories) },
  { path: '/orgs/:org/members', right: 'members=read', answer: inOrganization(members) },
  {
    path: '/orgs/:org/outside_collaborators',
    right: 'members=read',
    answer: inOrganization((call) =>
      actsAsOwner(call.principal, 'members=read', 'admin:org')
        ? organizationPeople(call, ['outside'])
        : refusal(403, 'You must be an organization owner to list outside collaborators.'),
    ),
  },
  {
    path: '/orgs/:org/teams',
    right: 'members=read',
    answer: inOrganization((call) => {
      const secrets = actsAsOwner(call.principal, 'members=read', 'admin:org')
      const list = [...call.world.teams.values()].filter(({ seed }) => secrets || !seed.secret)
      return { list: list.map((team) => shapes.team(call.base, call.world, team)) }
    }),
  },
  { path: '/orgs/:org/teams/:team/repos', right: 'members=read', answer: inOrganization(teamRepositories) },
  { path: '/orgs/:org/teams/:team/members', right: 'members=read', answer: inOrganization(teamMembers) },
  {
    path: '/orgs/:org/rulesets',
    right: 'organization_administration=read',
    answer: inOrganization((call) => ({ list: call.world.rulesets.map((one) => shapes.rulesetItem(call.base, one)) })),
  },
  {
    path: '/orgs/:org/rulesets/:id',
    right: 'organization_administration=read',
    answer: inOrganization(organizationRuleset),
  },
  { path: '/repos/:owner/:repo/collaborators', right: 'metadata=read', answer: inRepository(collaborators) },
  {
    path: '/repos/:owner/:repo/branches/:branch/protection',
    right: 'administration=read',
    answer: inRepository(protection),
  },
  {
    path: '/repos/:owner/:repo/rules/branches/:branch',
    right: 'metadata=read',
    open: true,
    answer: inRepository((call, repository) =>
      unpaid(call, repository)
        ? refusal(403, UPGRADE)
        : { list: shapes.branchRules(repository, call.params.branch ?? '') },
    ),
  },
  { path: '/repos/:owner/:repo/rulesets', right: 'metadata=read', open: true, answer: inRepository(rulesets) },
  { path: '/repos/:owner/:repo/rulesets/:id', right: 'metadata=read', open: true, answer: inRepository(ruleset) },
  {
    path: '/repos/:owner/:repo/codeowners/errors',
    right: 'contents=read',
    open: true,
    answer: inRepository((_call, { seed }) => (seed.codeOwners ? ok({ errors: seed.codeOwners }) : NOT_FOUND)),
  },
  {
    path: '/repos/:owner/:repo/contents/.github/CODEOWNERS',
    right: 'contents=read',
    open: true,
    answer: inRepository((call, repository) =>
      repository.seed.codeOwners ? ok(shapes.codeOwnersFile(call.base, repository)) : NOT_FOUND,
    ),
  },
]

const patterns = ROUTES.map(
  (route) =>
    [
      route,
      new RegExp(
        `^${route.path
          .replaceAll('.', '\\.')
          .replaceAll(':branch', '(?<branch>.+)')
          .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`,
      ),
    ] as const,
)

/** The route for a path (still percent-encoded), with its parameters decoded. */
export function findRoute(path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const [route, pattern] of patterns) {
    const match = pattern.exec(path.replace(/%2F(?=CODEOWNERS$)/i, '/'))
    if (!match) continue
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    return { route, params: Object.fromEntries(params) }
  }
  return undefined
}

export function serve(route: Route, call: Call): Answer {
  if (call.principal.kind === 'anonymous' && !route.open) return refusal(401, 'Requires authentication')
  const lack = lacking(call.principal, route.right)
  return lack ? refusal(403, lack) : route.answer(call)
}
