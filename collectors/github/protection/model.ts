import { observedOf, z } from 'affiant/sdk'
import { told } from '../answers.ts'

/** `null`: GitHub did not say. */
const flag = z.boolean().nullable()

const reviews = { approvals: z.int().nullable(), dismissStale: flag, codeOwners: flag, lastPushApproval: flag }
const statusChecks = z.strictObject({ strict: flag, contexts: z.array(z.string()) }).nullable()

/** Classic branch protection. `pullRequest` or `statusChecks` is `null` when the branch does not require them. */
export const ClassicProtection = z.strictObject({
  enforceAdmins: flag,
  allowForcePushes: flag,
  allowDeletions: flag,
  signatures: flag,
  pullRequest: z
    .strictObject({
      ...reviews,
      /** Who may merge without the review: people are counted, not named. */
      bypass: z.strictObject({ users: z.int(), teams: z.array(z.string()), apps: z.array(z.string()) }),
    })
    .nullable(),
  statusChecks,
})
export type ClassicProtection = z.output<typeof ClassicProtection>

/** A rule of a ruleset that is active for the branch. */
export const BranchRule = z.strictObject({
  type: z.string(),
  rulesetId: z.int().nullable(),
  pullRequest: z.strictObject(reviews).nullable(),
  statusChecks,
})
export type BranchRule = z.output<typeof BranchRule>

/** A ruleset behind the rules, read for who may bypass it. */
export const Ruleset = z.strictObject({
  id: z.int(),
  read: observedOf(
    z.strictObject({
      name: z.string(),
      /** `Repository`, `Organization` or `Enterprise`. */
      sourceType: z.string().nullable(),
      /**
       * `Team:7`, `Integration:3`, `RepositoryRole:5`, `OrganizationAdmin`, `DeployKey`, `User`. `null` when GitHub hides the list:
       * it shows it only to credentials that may change the ruleset, which an evidence collector should not.
       */
      bypassActors: z.array(z.string()).nullable(),
    }),
  ),
})
export type Ruleset = z.output<typeof Ruleset>

const enabled = told(z.object({ enabled: z.boolean() })).transform((value) => value?.enabled ?? null)
const named = told(z.array(z.object({ slug: z.string() }))).transform((list) => (list ?? []).map(({ slug }) => slug))

/** `GET /repos/{owner}/{repo}/branches/{branch}/protection`: a requirement that is off is left out of the answer. */
export const ClassicAnswer = z
  .object({
    enforce_admins: enabled,
    allow_force_pushes: enabled,
    allow_deletions: enabled,
    required_signatures: enabled,
    required_pull_request_reviews: told(
      z.object({
        required_approving_review_count: told(z.int()),
        dismiss_stale_reviews: told(z.boolean()),
        require_code_owner_reviews: told(z.boolean()),
        require_last_push_approval: told(z.boolean()),
        bypass_pull_request_allowances: told(
          z.object({ users: told(z.array(z.unknown())), teams: named, apps: named }),
        ),
      }),
    ),
    required_status_checks: told(
      z.object({
        strict: told(z.boolean()),
        contexts: told(z.array(z.string())),
        checks: told(z.array(z.object({ context: z.string() }))),
      }),
    ),
  })
  .transform((answer): ClassicProtection => {
    const review = answer.required_pull_request_reviews
    const status = answer.required_status_checks
    const bypass = review?.bypass_pull_request_allowances
    return {
      enforceAdmins: answer.enforce_admins,
      allowForcePushes: answer.allow_force_pushes,
      allowDeletions: answer.allow_deletions,
      signatures: answer.required_signatures,
      pullRequest: review && {
        approvals: review.required_approving_review_count,
        dismissStale: review.dismiss_stale_reviews,
        codeOwners: review.require_code_owner_reviews,
        lastPushApproval: review.require_last_push_approval,
        bypass: {
          users: bypass?.users?.length ?? 0,
          teams: (bypass?.teams ?? []).sort(),
          apps: (bypass?.apps ?? []).sort(),
        },
      },
      statusChecks: status && {
        strict: status.strict,
        contexts: uniqueSorted([...(status.contexts ?? []), ...(status.checks ?? []).map(({ context }) => context)]),
      },
    }
  })

/** `GET /repos/{owner}/{repo}/rules/branches/{branch}`, one element. */
export const RuleAnswer = z
  .object({
    type: z.string(),
    ruleset_id: told(z.int()),
    parameters: told(
      z.object({
        required_approving_review_count: told(z.int()),
        dismiss_stale_reviews_on_push: told(z.boolean()),
        require_code_owner_review: told(z.boolean()),
        require_last_push_approval: told(z.boolean()),
        strict_required_status_checks_policy: told(z.boolean()),
        required_status_checks: told(z.array(z.object({ context: z.string() }))),
      }),
    ),
  })
  .transform(({ type, ruleset_id: rulesetId, parameters }): BranchRule => {
    return {
      type,
      rulesetId,
      pullRequest:
        type === 'pull_request'
          ? {
              approvals: parameters?.required_approving_review_count ?? null,
              dismissStale: parameters?.dismiss_stale_reviews_on_push ?? null,
              codeOwners: parameters?.require_code_owner_review ?? null,
              lastPushApproval: parameters?.require_last_push_approval ?? null,
            }
          : null,
      statusChecks:
        type === 'required_status_checks'
          ? {
              strict: parameters?.strict_required_status_checks_policy ?? null,
              contexts: uniqueSorted((parameters?.required_status_checks ?? []).map(({ context }) => context)),
            }
          : null,
    }
  })

/** `GET /repos/{owner}/{repo}/rulesets/{ruleset_id}` */
export const RulesetAnswer = z
  .object({
    name: z.string(),
    source_type: told(z.string()),
    bypass_actors: told(z.array(z.object({ actor_id: told(z.int()), actor_type: z.string() }))),
  })
  .transform(({ name, source_type: sourceType, bypass_actors: actors }) => ({
    name,
    sourceType,
    bypassActors: actors && actors.map(actorName).sort(),
  }))

/** In an order of their own: each route of GitHub has another. */
export function inOrder(rules: readonly BranchRule[]): BranchRule[] {
  return rules.toSorted((a, b) =>
    a.type === b.type ? (a.rulesetId ?? 0) - (b.rulesetId ?? 0) : a.type < b.type ? -1 : 1,
  )
}

/** The number of a user is personal data as much as the name; of the others it says which team, app or role. */
function actorName({ actor_id: id, actor_type: type }: { actor_id: number | null; actor_type: string }): string {
  const numbered = type === 'Team' || type === 'Integration' || type === 'RepositoryRole'
  return numbered && id !== null ? `${type}:${id}` : type
}

export function uniqueSorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}
