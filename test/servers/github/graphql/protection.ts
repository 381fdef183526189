import type { ClassicProtectionSeed, Rule } from '../seed.ts'
import { administers } from '../site.ts'
import { type Repository, type Ruleset, rulesetsOn } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, nodeId, paged, upper, WEB } from './context.ts'

const CREATED = '2021-04-06T09:00:00Z'
const UPDATED = '2026-03-02T09:30:00Z'
/** Numbers of GitHub's own repository roles, as bypass actors have them. */
const ROLE_NAMES: Readonly<Record<number, string>> = { 1: 'read', 2: 'triage', 3: 'write', 4: 'maintain', 5: 'admin' }

/** An app, of which only the number is known. */
export const appNode = (id: number, slug = `app-${id}`) => ({
  __typename: 'App',
  id: nodeId('A', id),
  databaseId: id,
  clientId: null,
  name: slug,
  slug,
  description: null,
  createdAt: CREATED,
  updatedAt: CREATED,
  url: `${WEB}/apps/${slug}`,
  logoBackgroundColor: 'ffffff',
  logoUrl: `${WEB}/apps/${slug}.png`,
})

/** A classic rule; it is on the default branch, so its pattern is that branch's name. */
export function branchProtectionNode(call: At, repository: Repository, rule: ClassicProtectionSeed) {
  const { reviews, statusChecks } = rule
  const bypass = (reviews?.bypass ?? []).flatMap((login) => call.world.people.get(login) ?? [])
  const none = (args: PageArguments) => paged(call, [], args, () => null)
  const self = (): Record<string, unknown> => branchProtectionNode(call, repository, rule)
  return {
    __typename: 'BranchProtectionRule',
    id: nodeId('BPR', repository.id),
    databaseId: repository.id,
    pattern: repository.defaultBranch,
    repository: () => call.make.repository(call, repository),
    creator: null,
    allowsDeletions: rule.allowDeletions ?? false,
    allowsForcePushes: rule.allowForcePushes ?? false,
    blocksCreations: false,
    dismissesStaleReviews: reviews?.dismissStale ?? false,
    isAdminEnforced: rule.enforceAdmins ?? false,
    lockAllowsFetchAndMerge: false,
    lockBranch: false,
    requireLastPushApproval: reviews?.lastPushApproval ?? false,
    requiredApprovingReviewCount: reviews?.count ?? null,
    requiredDeploymentEnvironments: [],
    requiredStatusCheckContexts: [...(statusChecks?.contexts ?? [])],
    requiredStatusChecks: (statusChecks?.contexts ?? []).map((context) => ({ context, app: null })),
    requiresApprovingReviews: reviews !== undefined,
    requiresCodeOwnerReviews: reviews?.codeOwners ?? false,
    requiresCommitSignatures: rule.signatures ?? false,
    requiresConversationResolution: false,
    requiresDeployments: false,
    requiresLinearHistory: rule.linearHistory ?? false,
    requiresStatusChecks: statusChecks !== undefined,
    requiresStrictStatusChecks: statusChecks?.strict ?? false,
    restrictsPushes: false,
    restrictsReviewDismissals: false,
    bypassForcePushAllowances: none,
    pushAllowances: none,
    reviewDismissalAllowances: none,
    branchProtectionRuleConflicts: none,
    bypassPullRequestAllowances: (args: PageArguments) =>
      paged(call, bypass, args, ({ login, id }) => ({
        __typename: 'BypassPullRequestAllowance',
        id: nodeId('BPRA', id),
        actor: call.make.actor(call, login),
        branchProtectionRule: self,
      })),
    matchingRefs: (args: PageArguments) =>
      paged(call, repository.seed.empty ? [] : [repository.defaultBranch], args, (name) =>
        call.make.ref(call, repository, name),
      ),
  }
}

/** `required_status_checks` -> `requiredStatusChecks`, at any depth. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_(\w)/g, (_all, next: string) => next.toUpperCase()),
      camel(inner),
    ]),
  )
}

function parametersOf(rule: Rule): unknown {
  if (!('parameters' in rule) || rule.parameters === undefined) return null
  const type = rule.type.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const own = camel(rule.parameters) as Record<string, unknown>
  if (rule.type === 'pull_request') {
    const methods = rule.parameters.allowed_merge_methods?.map(upper) ?? null
    return { ...own, __typename: 'PullRequestParameters', allowedMergeMethods: methods }
  }
  if (rule.type === 'required_status_checks') {
    const checks = rule.parameters.required_status_checks.map(({ context, integration_id: id }) => ({
      context,
      integrationId: id ?? null,
    }))
    return { ...own, __typename: 'RequiredStatusChecksParameters', requiredStatusChecks: checks }
  }
  return { ...own, __typename: `${type.join('')}Parameters` }
}

export const ruleNode = (call: At, ruleset: Ruleset, rule: Rule, index: number): Record<string, unknown> => ({
  __typename: 'RepositoryRule',
  id: nodeId('RRR', `${ruleset.id}:${index}`),
  type: upper(rule.type),
  parameters: parametersOf(rule),
  repositoryRuleset: () => rulesetNode(call, ruleset),
})

/** Rules in force on a branch, each once for each ruleset that asks for it. */
export const rulesOn = (repository: Repository, branch: string) =>
  rulesetsOn(repository, branch).flatMap((ruleset) =>
    ruleset.seed.rules.map((rule, index) => ({ ruleset, rule, index })),
  )

/** `bypassActors` is null for those who may not edit the ruleset: what is not shown is not an empty list. */
export function rulesetNode(call: At, ruleset: Ruleset): Record<string, unknown> {
  const { seed, id } = ruleset
  const edits = administers(call.world, call.principal, 'administration=write')
  const rules = seed.rules.map((rule, index) => ({ rule, index }))
  return {
    __typename: 'RepositoryRuleset',
    id: nodeId('RRS', id),
    databaseId: id,
    name: seed.name,
    target: 'BRANCH',
    enforcement: upper(seed.enforcement ?? 'active'),
    createdAt: CREATED,
    updatedAt: UPDATED,
    conditions: {
      refName: { include: [...(seed.include ?? ['~DEFAULT_BRANCH'])], exclude: [] },
      repositoryId: null,
      repositoryProperty: null,
      repositoryName: 'repositories' in seed ? { include: seed.repositories, exclude: [], protected: false } : null,
    },
    source: () => {
      if (ruleset.level === 'Organization') return call.make.organization(call)
      const owner = call.world.repositories.get(ruleset.source.split('/')[1] ?? '')
      return owner ? call.make.repository(call, owner) : null
    },
    rules: (args: PageArguments & { type?: string }) =>
      paged(
        call,
        rules.filter(({ rule }) => !args.type || upper(rule.type) === args.type),
        args,
        ({ rule, index }) => ruleNode(call, ruleset, rule, index),
      ),
    bypassActors: (args: PageArguments) =>
      edits
        ? paged(call, seed.bypass ?? [], args, (actor) => {
            const number = actor.actor_id ?? null
            const team = [...call.world.teams.values()].find((one) => one.id === number)
            const role = actor.actor_type === 'RepositoryRole'
            return {
              __typename: 'RepositoryRulesetBypassActor',
              id: nodeId('RBA', `${id}:${actor.actor_type}:${number}`),
              bypassMode: upper(actor.bypass_mode ?? 'always'),
              deployKey: actor.actor_type === 'DeployKey',
              enterpriseOwner: false,
              organizationAdmin: actor.actor_type === 'OrganizationAdmin',
              repositoryRoleDatabaseId: role ? number : null,
              repositoryRoleName: role ? (ROLE_NAMES[number ?? 0] ?? null) : null,
              actor: () =>
                actor.actor_type === 'Integration' ? appNode(number ?? 0) : team ? call.make.team(call, team) : null,
              repositoryRuleset: () => rulesetNode(call, ruleset),
            }
          })
        : null,
  }
}
