import { notFound, oktaError, type Reply } from './errors.ts'
import { parseFilter } from './filter.ts'
import { type Listed, limitOf } from './pages.ts'
import type { Principal } from './principal.ts'
import * as shapes from './shapes.ts'
import type { RoleAssignedUsers } from './vendor.ts'
import { type App, type Group, type LoggedEvent, membersOf, rolesOf, statusOf, type User, type World } from './world.ts'

/** What a route answers: a body, or a list that the server cuts into pages. */
export type Answer =
  | Reply
  | {
      list: readonly Listed[]
      limit: number
      /** `envelope`: an object with `value` and `_links`. `log`: the System Log's own paging. Default: an array. */
      style?: 'array' | 'envelope' | 'log'
    }

export interface Call {
  world: World
  /** Our own address, which links in answers point at. */
  base: string
  principal: Principal
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** Milliseconds. */
  now: number
}

interface Route {
  /** Path with `:name` for one segment. */
  path: string
  /** OAuth scope; absent where none is asked for. */
  scope?: string
  /** Shown to super admins only. */
  superAdmin?: true
  /** A feature of Identity Engine. */
  identityEngine?: true
  answer(call: Call): Answer
}

const ok = (body: unknown): Reply => ({ status: 200, body })

/** A list with a size of page; without `limit` in the request the usual one. */
function listed<T>(
  { query }: Call,
  items: readonly T[],
  shape: (item: T, index: number) => unknown,
  size: { usual: number; most: number },
): Answer {
  const list = items.map((item, index) => ({ place: placeOf(item, index), item: shape(item, index) }))
  return { list, limit: limitOf(query, size) }
}

const placeOf = (item: unknown, index: number): string =>
  typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
    ? item.id
    : String(index).padStart(9, '0')

const whole = { usual: 10_000, most: 10_000 }

function inUser(answer: (call: Call, user: User) => Answer) {
  return (call: Call) => {
    const { id = '' } = call.params
    const own = id === 'me' ? call.principal.user : undefined
    const user = own ?? call.world.users.get(id) ?? call.world.usersByLogin.get(id)
    return user ? answer(call, user) : notFound(id, 'User')
  }
}

function inGroup(answer: (call: Call, group: Group) => Answer) {
  return (call: Call) => {
    const group = call.world.groups.get(call.params.id ?? '')
    return group ? answer(call, group) : notFound(call.params.id ?? '', 'UserGroup')
  }
}

function inApp(answer: (call: Call, app: App) => Answer) {
  return (call: Call) => {
    const app = visibleApps(call).find(({ id }) => id === call.params.id)
    return app ? answer(call, app) : notFound(call.params.id ?? '', 'AppInstance')
  }
}

/** Okta's own apps are hidden from everyone but super admins. */
const visibleApps = ({ world, principal }: Call) =>
  [...world.apps.values()].filter(({ seed }) => !seed.firstParty || principal.superAdmin)

/** @returns undefined for a filter that Okta would refuse */
function filterOf(text: string | null): ((item: unknown) => boolean) | undefined {
  if (text === null || text === '') return () => true
  try {
    return parseFilter(text)
  } catch {
    return undefined
  }
}

const badFilter = oktaError('E0000031', { about: 'Invalid filter or search' })

/** Without a search, deprovisioned users are left out. */
function users(call: Call): Answer {
  const { world, base, query } = call
  const asked = query.get('search') ?? query.get('filter')
  const test = filterOf(asked)
  if (!test) return badFilter
  const size = { usual: 200, most: 200 }
  // Only the page itself is shaped unless there is something to compare: a large org would cost seconds.
  if (asked === null) {
    const all = [...world.users.values()].filter((user) => statusOf(user) !== 'DEPROVISIONED')
    return {
      list: all.map((user) => lazy(user.id, () => shapes.user(base, world, user))),
      limit: limitOf(query, size),
    }
  }
  const found = [...world.users.values()]
    .map((user) => ({ place: user.id, item: shapes.user(base, world, user) }))
    .filter(({ item }) => test(item))
  return { list: found, limit: limitOf(query, size) }
}

/** An item that is made when it is sent. */
function lazy(place: string, make: () => unknown): Listed {
  return {
    place,
    get item() {
      return make()
    },
  }
}

function groups(call: Call): Answer {
  const { world, base, query } = call
  const test = filterOf(query.get('search') ?? query.get('filter'))
  if (!test) return badFilter
  const stats = query.get('expand')?.split(',').includes('stats') ?? false
  const found = [...world.groups.values()]
    .map((group) => ({ place: group.id, item: shapes.group(base, world, group, stats) }))
    .filter(({ item }) => test(item))
  return { list: found, limit: limitOf(query, { usual: 10_000, most: 10_000 }) }
}

function assignees({ world, base, query }: Call): Answer {
  const list = [...world.users.values()]
    .filter((user) => rolesOf(world, user).length > 0)
    .map(({ id }) => ({
      place: id,
      item: {
        id,
        orn: `orn:okta:directory:${world.seed.id}:users:${id}`,
        _links: {
          self: { href: `${base}/api/v1/users/${id}` },
          roles: { href: `${base}/api/v1/users/${id}/roles` },
        },
      } satisfies NonNullable<RoleAssignedUsers['value']>[number],
    }))
  return { list, limit: limitOf(query, { usual: 100, most: 100 }), style: 'envelope' }
}

const CLASSIC_TYPES = ['OKTA_SIGN_ON', 'PASSWORD', 'MFA_ENROLL', 'IDP_DISCOVERY', 'USER_LIFECYCLE']
const TYPES = [...CLASSIC_TYPES, 'ACCESS_POLICY', 'PROFILE_ENROLLMENT', 'POST_AUTH_SESSION', 'ENTITY_RISK']

function policies(call: Call): Answer {
  const { world, base, query, principal } = call
  const type = query.get('type')
  if (type === null) return oktaError('E0000001', { about: 'type', causes: ['type: The field cannot be left blank'] })
  if (!TYPES.includes(type)) return oktaError('E0000001', { about: 'type', causes: ['type: invalid policy type'] })
  if (world.seed.pipeline === 'v1' && !CLASSIC_TYPES.includes(type)) return oktaError('E0000015')
  const status = query.get('status')
  const found = [...world.policies.values()].filter(
    ({ seed }) =>
      seed.type === type &&
      (status === null || (seed.status ?? 'ACTIVE') === status) &&
      (principal.superAdmin || seed.name !== 'Okta Admin Console'),
  )
  return listed(call, found, (policy) => shapes.policy(base, world, policy), whole)
}

function policyRules(call: Call): Answer {
  const { world, base, params } = call
  const policy = world.policies.get(params.id ?? '')
  if (!policy) return notFound(params.id ?? '', 'Policy')
  const shape = (rule: (typeof policy.seed.rules)[number], index: number) =>
    shapes.policyRule(base, world, policy, rule, index)
  return listed(call, policy.seed.rules, shape, whole)
}

function apps(call: Call): Answer {
  const { world, base, query } = call
  const test = filterOf(query.get('filter'))
  if (!test) return badFilter
  const list = visibleApps(call)
    .map((app) => ({ place: app.id, item: shapes.application(base, world, app) }))
    .filter(({ item }) => test(item))
  return { list, limit: limitOf(query, { usual: 200, most: 200 }) }
}

function appUsers(call: Call, app: App): Answer {
  const { world, base } = call
  const throughGroups = new Set(app.groups.flatMap((group) => membersOf(world, group)))
  const assigned = [...world.users.values()].filter((user) => app.users.includes(user) || throughGroups.has(user))
  const scope = (user: User) => (app.users.includes(user) ? 'USER' : 'GROUP')
  const size = { usual: 50, most: 500 }
  return listed(call, assigned, (user) => shapes.appUser(base, world, app, user, scope(user)), size)
}

function appFeatures({ base }: Call, app: App): Answer {
  const provisions = app.seed.features?.some((feature) => feature.startsWith('PUSH_')) ?? false
  return provisions
    ? ok(shapes.appFeatures(base, app))
    : oktaError('E0000001', { about: 'Provisioning is not supported', causes: ['Provisioning is not supported.'] })
}

function logs(call: Call): Answer {
  const { world, query, now } = call
  const test = filterOf(query.get('filter'))
  const [since, until] = [query.get('since'), query.get('until')]
  const from = since === null ? now - 7 * 86_400_000 : Date.parse(since)
  const to = until === null ? Number.POSITIVE_INFINITY : Date.parse(until)
  if (!test || Number.isNaN(from) || Number.isNaN(to)) return badFilter
  if (to < from) return oktaError('E0000001', { about: 'until', causes: ['until: must not be before since'] })
  const size = { usual: 100, most: 1000 }
  const place = ({ published, uuid }: LoggedEvent) => `${published.toISOString()}_${uuid}`
  const list = world.events
    .filter(({ published }) => published.getTime() >= from && published.getTime() < to)
    .map((event) => ({ place: place(event), item: shapes.logEvent(world, event) }))
    .filter(({ item }) => test(item))
  if (query.get('sortOrder') === 'DESCENDING') {
    const turned = list.toReversed().map(({ item }, index) => ({ place: String(index).padStart(9, '0'), item }))
    return { list: turned, limit: limitOf(query, size), style: 'log' }
  }
  return { list, limit: limitOf(query, size), style: 'log' }
}

const paged = { usual: 20, most: 200 }

/** What is served. Paths and scopes: https://developer.okta.com/docs/api/openapi/okta-management/ */
const ROUTES: readonly Route[] = [
  { path: '/.well-known/okta-organization', answer: ({ base, world }) => ok(shapes.wellKnown(base, world)) },
  { path: '/api/v1/org', scope: 'okta.orgs.read', answer: ({ base, world }) => ok(shapes.organization(base, world)) },
  {
    path: '/api/v1/org/privacy/oktaSupport',
    scope: 'okta.orgs.read',
    answer: ({ base, world }) => ok(shapes.support(base, world)),
  },
  { path: '/api/v1/users', scope: 'okta.users.read', answer: users },
  {
    path: '/api/v1/users/:id',
    scope: 'okta.users.read',
    answer: inUser(({ base, world }, user) => ok(shapes.user(base, world, user))),
  },
  {
    path: '/api/v1/users/:id/factors',
    scope: 'okta.users.read',
    answer: inUser(({ base, world }, user) =>
      statusOf(user) === 'DEPROVISIONED' ? oktaError('E0000038') : ok(shapes.factors(base, world, user)),
    ),
  },
  {
    path: '/api/v1/users/:id/groups',
    scope: 'okta.users.read',
    answer: inUser((call, user) => {
      const own = [...call.world.groups.values()].filter((group) => membersOf(call.world, group).includes(user))
      return listed(call, own, (group) => shapes.group(call.base, call.world, group, false), whole)
    }),
  },
  {
    path: '/api/v1/users/:id/roles',
    scope: 'okta.roles.read',
    superAdmin: true,
    answer: inUser(({ world }, user) =>
      ok(
        rolesOf(world, user).map(({ role, through }) =>
          shapes.role(world, role, through ? 'GROUP' : 'USER', through?.id ?? user.id),
        ),
      ),
    ),
  },
  {
    path: '/api/v1/org/factors',
    scope: 'okta.orgs.read',
    answer: ({ world }) =>
      world.seed.pipeline === 'v1' ? ok(world.seed.orgFactors ?? []) : oktaError('E0000022', { status: 404 }),
  },
  { path: '/api/v1/authenticators', scope: 'okta.authenticators.read', identityEngine: true, answer: authenticators },
  { path: '/api/v1/groups', scope: 'okta.groups.read', answer: groups },
  {
    path: '/api/v1/groups/rules',
    scope: 'okta.groups.read',
    answer: (call) =>
      listed(call, call.world.groupRules, (rule) => shapes.groupRule(call.world, rule), { usual: 50, most: 200 }),
  },
  {
    path: '/api/v1/groups/:id',
    scope: 'okta.groups.read',
    answer: inGroup(({ base, world }, group) => ok(shapes.group(base, world, group, false))),
  },
  {
    path: '/api/v1/groups/:id/users',
    scope: 'okta.groups.read',
    answer: inGroup((call, group) => {
      const list = membersOf(call.world, group).map((user) =>
        lazy(user.id, () => shapes.user(call.base, call.world, user)),
      )
      return { list, limit: limitOf(call.query, { usual: 1000, most: 1000 }) }
    }),
  },
  {
    path: '/api/v1/groups/:id/roles',
    scope: 'okta.roles.read',
    superAdmin: true,
    answer: inGroup(({ world }, group) =>
      ok((group.seed.roles ?? []).map((role) => shapes.role(world, role, 'GROUP', group.id))),
    ),
  },
  { path: '/api/v1/iam/assignees/users', scope: 'okta.roles.read', superAdmin: true, answer: assignees },
  {
    path: '/api/v1/api-tokens',
    scope: 'okta.apiTokens.read',
    answer: (call) =>
      listed(
        call,
        call.world.seed.apiTokens,
        (token, index) => shapes.apiToken(call.base, call.world, token, index),
        whole,
      ),
  },
  { path: '/api/v1/policies', scope: 'okta.policies.read', answer: policies },
  {
    path: '/api/v1/policies/:id',
    scope: 'okta.policies.read',
    answer: ({ base, world, params: { id = '' } }) => {
      const policy = world.policies.get(id)
      return policy ? ok(shapes.policy(base, world, policy)) : notFound(id, 'Policy')
    },
  },
  { path: '/api/v1/policies/:id/rules', scope: 'okta.policies.read', answer: policyRules },
  { path: '/api/v1/apps', scope: 'okta.apps.read', answer: apps },
  {
    path: '/api/v1/apps/:id',
    scope: 'okta.apps.read',
    answer: inApp(({ base, world }, app) => ok(shapes.application(base, world, app))),
  },
  { path: '/api/v1/apps/:id/users', scope: 'okta.apps.read', answer: inApp(appUsers) },
  {
    path: '/api/v1/apps/:id/groups',
    scope: 'okta.apps.read',
    answer: inApp((call, app) =>
      listed(call, app.groups, (group, index) => shapes.appGroup(call.base, call.world, app, group, index), paged),
    ),
  },
  { path: '/api/v1/apps/:id/features', scope: 'okta.apps.read', answer: inApp(appFeatures) },
  {
    path: '/api/v1/apps/:id/grants',
    scope: 'okta.appGrants.read',
    answer: inApp(({ base, world }, app) =>
      app.seed.signOnMode === 'OPENID_CONNECT'
        ? ok((app.seed.service?.scopes ?? []).map((scope, index) => shapes.grant(base, world, app, scope, index)))
        : notFound(app.id, 'OAuth2Client'),
    ),
  },
  {
    path: '/oauth2/v1/clients/:id/roles',
    scope: 'okta.roles.read',
    superAdmin: true,
    answer: ({ world, params: { id = '' } }) => {
      const app = world.apps.get(id)
      if (!app?.seed.service) return notFound(id, 'OAuthClient')
      return ok(app.seed.service.roles.map((role) => shapes.role(world, role, 'CLIENT', id)))
    },
  },
  {
    path: '/api/v1/zones',
    scope: 'okta.networkZones.read',
    answer: (call) => listed(call, call.world.seed.zones, (zone) => shapes.zone(call.base, call.world, zone), whole),
  },
  {
    path: '/api/v1/threats/configuration',
    scope: 'okta.threatInsights.read',
    answer: ({ base, world }) => ok(shapes.threatInsight(base, world)),
  },
  {
    path: '/api/v1/logStreams',
    scope: 'okta.logStreams.read',
    answer: (call) =>
      listed(
        call,
        call.world.seed.logStreams,
        (stream, index) => shapes.logStream(call.base, call.world, stream, index),
        paged,
      ),
  },
  {
    path: '/api/v1/idps',
    scope: 'okta.idps.read',
    answer: (call) =>
      listed(
        call,
        call.world.seed.identityProviders,
        (one, index) => shapes.identityProvider(call.base, call.world, one, index),
        paged,
      ),
  },
  {
    path: '/api/v1/trustedOrigins',
    scope: 'okta.trustedOrigins.read',
    answer: (call) =>
      listed(
        call,
        call.world.seed.trustedOrigins,
        (one, index) => shapes.trustedOrigin(call.base, call.world, one, index),
        paged,
      ),
  },
  {
    path: '/api/v1/device-assurances',
    scope: 'okta.deviceAssurance.read',
    identityEngine: true,
    answer: ({ base, world }) =>
      ok(world.seed.deviceAssurances.map((one, index) => shapes.deviceAssurance(base, world, one, index))),
  },
  {
    path: '/api/v1/first-party-app-settings/:name',
    scope: 'okta.apps.read',
    superAdmin: true,
    answer: ({ world, params: { name = '' } }) =>
      name === 'admin-console' ? ok(shapes.adminConsole(world)) : notFound(name, 'FirstPartyAppSettings'),
  },
  { path: '/api/v1/logs', scope: 'okta.logs.read', answer: logs },
]

function authenticators({ base, world }: Call): Answer {
  return ok(world.seed.authenticators.map((one, index) => shapes.authenticator(base, world, one, index)))
}

const patterns = ROUTES.map(
  (route) =>
    [route, new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)] as const,
)

/** The route for a path (still percent-encoded), with its parameters decoded. */
export function findRoute(path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const [route, pattern] of patterns) {
    const match = pattern.exec(path)
    if (!match) continue
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    return { route, params: Object.fromEntries(params) }
  }
  return undefined
}

export function serve(route: Route, call: Call): Answer {
  const { principal, world } = call
  if (route.scope !== undefined && principal.scopes !== undefined && !principal.scopes.includes(route.scope)) {
    const challenge = `Bearer realm="${call.base}", scope="${route.scope}", error="insufficient_scope", error_description="The access token provided does not contain the required scopes."`
    return oktaError('E0000006', { headers: { 'www-authenticate': challenge } })
  }
  if (route.superAdmin && !principal.superAdmin) return oktaError('E0000006')
  if (route.identityEngine && world.seed.pipeline === 'v1') return oktaError('E0000015')
  return route.answer(call)
}
