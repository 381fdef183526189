import type { ClassicProtectionSeed } from '../seed.ts'
import { type Repository, type Ruleset, rulesetsOn, type World } from '../world.ts'
import { CREATED, type Data, type ItemOf, nodeId, UPDATED, WEB } from './api.ts'
import { user } from './people.ts'

export type BranchProtection = Data<'repos', 'getBranchProtection'>
export type BranchRule = ItemOf<Data<'repos', 'getBranchRules'>>
export type RulesetItem = ItemOf<Data<'repos', 'getRepoRulesets'>>
export type RulesetDetail = Data<'repos', 'getRepoRuleset'>

export function branchProtection(
  base: string,
  world: World,
  repo: Repository,
  branch: string,
  rule: ClassicProtectionSeed,
): BranchProtection {
  const url = `${base}/repos/${repo.fullName}/branches/${encodeURIComponent(branch)}/protection`
  const { reviews, statusChecks } = rule
  const checksUrl = `${url}/required_status_checks`
  return {
    url,
    ...(statusChecks && {
      required_status_checks: {
        url: checksUrl,
        strict: statusChecks.strict ?? false,
        contexts: [...statusChecks.contexts],
        contexts_url: `${checksUrl}/contexts`,
        checks: statusChecks.contexts.map((context) => ({ context, app_id: null })),
      },
    }),
    ...(reviews && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: reviews.dismissStale ?? false,
        require_code_owner_reviews: reviews.codeOwners ?? false,
        require_last_push_approval: reviews.lastPushApproval ?? false,
        required_approving_review_count: reviews.count,
        ...(reviews.bypass && {
          bypass_pull_request_allowances: {
            users: reviews.bypass.flatMap((login) => {
              const person = world.people.get(login)
              return person ? [user(base, person)] : []
            }),
            teams: [],
            apps: [],
          },
        }),
      },
    }),
    required_signatures: { url: `${url}/required_signatures`, enabled: rule.signatures ?? false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rule.enforceAdmins ?? false },
    required_linear_history: { enabled: rule.linearHistory ?? false },
    allow_force_pushes: { enabled: rule.allowForcePushes ?? false },
    allow_deletions: { enabled: rule.allowDeletions ?? false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  }
}

/** One entry per rule in force, each with the ruleset it comes from. */
export function branchRules(repo: Repository, branch: string): BranchRule[] {
  return rulesetsOn(repo, branch).flatMap((ruleset) =>
    ruleset.seed.rules.map((rule) => ({
      ...rule,
      ruleset_source_type: ruleset.level,
      ruleset_source: ruleset.source,
      ruleset_id: ruleset.id,
    })),
  )
}

export function rulesetItem(base: string, ruleset: Ruleset): RulesetItem {
  const path = ruleset.level === 'Organization' ? `/orgs/${ruleset.source}` : `/repos/${ruleset.source}`
  return {
    id: ruleset.id,
    name: ruleset.seed.name,
    target: 'branch',
    source_type: ruleset.level,
    source: ruleset.source,
    enforcement: ruleset.seed.enforcement ?? 'active',
    node_id: nodeId('RRS', ruleset.id),
    _links: {
      self: { href: `${base}${path}/rulesets/${ruleset.id}` },
      html: { href: `${WEB}/${ruleset.source}/rules/${ruleset.id}` },
    },
    created_at: CREATED,
    updated_at: UPDATED,
  }
}

/**
 * `canEdit`: whether the caller may change the ruleset. Only then does GitHub return `bypass_actors`
 * (https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset).
 */
export function rulesetDetail(base: string, ruleset: Ruleset, canEdit: boolean): RulesetDetail {
  return {
    ...rulesetItem(base, ruleset),
    ...(canEdit && { bypass_actors: [...(ruleset.seed.bypass ?? [])] }),
    current_user_can_bypass: 'never',
    conditions: { ref_name: { include: [...(ruleset.seed.include ?? ['~DEFAULT_BRANCH'])], exclude: [] } },
    rules: [...ruleset.seed.rules],
  }
}
