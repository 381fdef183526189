import { installationOf } from '../emulator.ts'
import { READ_RIGHTS } from '../principal.ts'
import type { RepositorySeed } from '../seed.ts'
import type { ActionsSeed, AuditEventSeed, InstallationSeed } from '../seed-security.ts'
import * as shapes from '../shapes/settings.ts'
import type { Repository } from '../world.ts'
import {
  type Answer,
  type Call,
  counted,
  forAdmins,
  forOwners,
  hasScope,
  inOrganization,
  listOf,
  NOT_FOUND,
  ok,
  refusal,
  type Route,
} from './route.ts'

const actionsOf = ({ world }: Call, { actions }: Pick<RepositorySeed, 'actions'> = {}): ActionsSeed => ({
  ...world.seed.actions,
  ...actions,
})

const CONFLICT = refusal(409, 'Conflict')
const selected = (seed: ActionsSeed): Answer =>
  seed.allowedActions === 'selected' ? ok(shapes.selectedActions(seed)) : CONFLICT

function runners({ world, params }: Call): Answer {
  const place = (world.seed.runnerGroups ?? []).findIndex(
    (_one, index) => String(shapes.runnerGroupId(index)) === params.id,
  )
  const found = world.seed.runnerGroups?.[place]
  if (!found) return NOT_FOUND
  return listOf(found.runners ?? [], (name) => shapes.runner(name, shapes.runnerGroupId(place)), {
    wrap: counted('runners'),
  })
}

/** The server's own app first, then those of the seed. */
function installations({ world, site, base }: Call): Answer {
  const own: InstallationSeed = {
    appId: 910_001,
    slug: 'affiant-demo',
    permissions: READ_RIGHTS,
    createdAt: '2026-01-05T09:00:00Z',
  }
  const first = installationOf(site.worlds.indexOf(world))
  const list = [own, ...(world.seed.installations ?? [])].map((seed, place) => ({
    seed,
    id: place === 0 ? first : 930_000 + place,
  }))
  return listOf(list, ({ seed, id }) => shapes.installation(base, world, seed, id), { wrap: counted('installations') })
}

/** Only GitHub Apps may ask: https://docs.github.com/en/rest/orgs/personal-access-tokens */
function accessTokens({ world, site, base, principal }: Call): Answer {
  if (principal.kind !== 'app') return refusal(403, 'Must authenticate as a GitHub App to use this endpoint.')
  return listOf(world.seed.accessTokens ?? [], (one) => shapes.accessToken(base, world, one, site.now()))
}

const DAY_MS = 86_400_000
/** Events are kept so long; those of Git a week. */
const KEPT = { web: 180 * DAY_MS, git: 7 * DAY_MS }
const isGit = ({ action }: AuditEventSeed) => action.startsWith('git.')

/** `created:>=2026-01-01 action:repo.create`: bounds of `created`, and actions. */
function phraseTest(phrase: string): (one: AuditEventSeed) => boolean {
  const tests = phrase.split(/\s+/).flatMap((term): ((one: AuditEventSeed) => boolean)[] => {
    const [, name, operator = '', value = ''] = /^(created|action|actor):(>=|<=|>|<)?(.+)$/.exec(term) ?? []
    if (name === 'action') return [({ action }) => action === value || action.startsWith(`${value}.`)]
    if (name === 'actor') return [({ actor }) => actor === value]
    if (name !== 'created') return []
    const [from = '', to] = value.split('..')
    const time = (text: string, end: boolean) =>
      Date.parse(text) + (end && /^\d{4}-\d\d-\d\d$/.test(text) ? DAY_MS - 1 : 0)
    const at = (one: AuditEventSeed) => Date.parse(one.at)
    if (to !== undefined) return [(one) => at(one) >= time(from, false) && at(one) <= time(to, true)]
    if (operator === '>=') return [(one) => at(one) >= time(from, false)]
    if (operator === '>') return [(one) => at(one) > time(from, true)]
    if (operator === '<=') return [(one) => at(one) <= time(from, true)]
    if (operator === '<') return [(one) => at(one) < time(from, false)]
    return [(one) => at(one) >= time(from, false) && at(one) <= time(from, true)]
  })
  return (one) => tests.every((test) => test(one))
}

/** Enterprise Cloud alone has it; owners ask with `read:audit_log`, apps with the organisation's administration. */
function auditLog({ world, site, query, principal }: Call): Answer {
  if (world.seed.plan !== 'enterprise') return NOT_FOUND
  if (principal.kind === 'classic' && !hasScope(principal, 'read:audit_log') && !hasScope(principal, 'admin:org')) {
    return NOT_FOUND
  }
  if (principal.kind !== 'app' && principal.person?.standing !== 'owner') return NOT_FOUND
  const include = query.get('include') ?? 'web'
  const suits = phraseTest(query.get('phrase') ?? '')
  const list = (world.seed.auditLog ?? [])
    .map((seed, place) => ({ seed, place }))
    .filter(({ seed }) => {
      const git = isGit(seed)
      const kept = Date.parse(seed.at) > site.now() - (git ? KEPT.git : KEPT.web)
      return kept && (include === 'all' || git === (include === 'git')) && suits(seed)
    })
    .toSorted((a, b) => (a.seed.at < b.seed.at ? 1 : -1))
  const sorted = query.get('order') === 'asc' ? list.toReversed() : list
  return listOf(sorted, ({ seed, place }) => shapes.auditEvent(world, seed, place), { cursor: true })
}

const organizationAdministration = 'organization_administration=read'
const hooks = (call: Call, repository: Repository) =>
  listOf(repository.seed.hooks ?? [], (one) => shapes.repositoryHook(call.base, repository, one))

export const settings: readonly Route[] = [
  {
    path: '/orgs/:org/actions/permissions',
    right: organizationAdministration,
    answer: forOwners(organizationAdministration, 'admin:org', (call) =>
      ok(shapes.organizationActions(call.base, call.world, actionsOf(call))),
    ),
  },
  {
    path: '/orgs/:org/actions/permissions/workflow',
    right: organizationAdministration,
    answer: forOwners(organizationAdministration, 'admin:org', (call) =>
      ok(shapes.workflowPermissions(actionsOf(call))),
    ),
  },
  {
    path: '/orgs/:org/actions/permissions/selected-actions',
    right: organizationAdministration,
    answer: forOwners(organizationAdministration, 'admin:org', (call) => selected(actionsOf(call))),
  },
  {
    path: '/repos/:owner/:repo/actions/permissions',
    right: 'administration=read',
    answer: forAdmins('administration=read', (call, repository) =>
      ok(shapes.repositoryActions(call.base, repository, actionsOf(call, repository.seed))),
    ),
  },
  {
    path: '/repos/:owner/:repo/actions/permissions/workflow',
    right: 'administration=read',
    answer: forAdmins('administration=read', (call, { seed }) => ok(shapes.workflowPermissions(actionsOf(call, seed)))),
  },
  {
    path: '/repos/:owner/:repo/actions/permissions/selected-actions',
    right: 'administration=read',
    answer: forAdmins('administration=read', (call, { seed }) => selected(actionsOf(call, seed))),
  },
  {
    path: '/orgs/:org/actions/runner-groups',
    right: 'organization_self_hosted_runners=read',
    answer: forOwners('organization_self_hosted_runners=read', 'admin:org', ({ base, world }) =>
      listOf(
        (world.seed.runnerGroups ?? []).map((seed, place) => ({ seed, place })),
        ({ seed, place }) => shapes.runnerGroup(base, world, seed, place),
        { wrap: counted('runner_groups') },
      ),
    ),
  },
  {
    path: '/orgs/:org/actions/runner-groups/:id/runners',
    right: 'organization_self_hosted_runners=read',
    answer: forOwners('organization_self_hosted_runners=read', 'admin:org', runners),
  },
  {
    path: '/repos/:owner/:repo/keys',
    right: 'administration=read',
    answer: forAdmins('administration=read', ({ base }, repository) =>
      listOf(repository.seed.deployKeys ?? [], (one) => shapes.deployKey(base, repository, one)),
    ),
  },
  {
    path: '/orgs/:org/hooks',
    right: 'organization_hooks=read',
    answer: forOwners('organization_hooks=read', 'admin:org_hook', ({ base, world }) =>
      listOf(world.seed.hooks ?? [], (one) => shapes.organizationHook(base, world, one)),
    ),
  },
  {
    path: '/repos/:owner/:repo/hooks',
    right: 'repository_hooks=read',
    answer: forAdmins('repository_hooks=read', hooks),
  },
  {
    path: '/orgs/:org/installations',
    right: organizationAdministration,
    answer: forOwners(organizationAdministration, 'read:org', installations),
  },
  {
    path: '/orgs/:org/personal-access-tokens',
    right: 'organization_personal_access_tokens=read',
    answer: inOrganization(accessTokens),
  },
  { path: '/orgs/:org/audit-log', right: organizationAdministration, answer: inOrganization(auditLog) },
]
