import { z } from 'affiant/sdk'
import { RepositoryNode } from '../nodes.ts'
import { type BranchRule, type ClassicProtection, inOrder, uniqueSorted } from './model.ts'

/** Parts of a document of `queries.ts`: https://docs.github.com/en/graphql/reference/objects#branchprotectionrule */
const more = z.object({ hasNextPage: z.boolean() })
const names = z.array(z.string().nullable()).nullable()

const AllowedActor = z.object({
  actor: z.object({ kind: z.string(), slug: z.string().optional() }).nullable(),
})

const ClassicRule = z.object({
  isAdminEnforced: z.boolean(),
  allowsForcePushes: z.boolean(),
  allowsDeletions: z.boolean(),
  requiresCommitSignatures: z.boolean(),
  requiresApprovingReviews: z.boolean(),
  requiredApprovingReviewCount: z.int().nullable(),
  dismissesStaleReviews: z.boolean(),
  requiresCodeOwnerReviews: z.boolean(),
  requireLastPushApproval: z.boolean(),
  requiresStatusChecks: z.boolean(),
  requiresStrictStatusChecks: z.boolean(),
  requiredStatusCheckContexts: names,
  bypassPullRequestAllowances: z.object({ pageInfo: more, nodes: z.array(AllowedActor.nullable()).nullable() }),
})

const Parameters = z.object({
  requiredApprovingReviewCount: z.int().optional(),
  dismissStaleReviewsOnPush: z.boolean().optional(),
  requireCodeOwnerReview: z.boolean().optional(),
  requireLastPushApproval: z.boolean().optional(),
  strictRequiredStatusChecksPolicy: z.boolean().optional(),
  requiredStatusChecks: z.array(z.object({ context: z.string() })).optional(),
})

const Rule = z.object({
  type: z.string(),
  repositoryRuleset: z.object({ databaseId: z.int().nullable() }).nullable(),
  parameters: Parameters.nullable(),
})

const BypassActor = z.object({
  deployKey: z.boolean(),
  enterpriseOwner: z.boolean(),
  organizationAdmin: z.boolean(),
  repositoryRoleDatabaseId: z.int().nullable(),
  actor: z.object({ kind: z.string(), databaseId: z.int().nullable().optional() }).nullable(),
})

const RulesetNode = z.object({
  databaseId: z.int().nullable(),
  name: z.string(),
  source: z.object({ kind: z.string() }),
  bypassActors: z.object({ pageInfo: more, nodes: z.array(BypassActor.nullable()).nullable() }).nullable(),
})
type RulesetNode = z.output<typeof RulesetNode>

export const ProtectedNode = RepositoryNode.extend({
  defaultBranchRef: z
    .object({
      name: z.string(),
      branchProtectionRule: ClassicRule.nullable(),
      rules: z.object({ pageInfo: more, nodes: z.array(Rule.nullable()).nullable() }).nullable(),
    })
    .nullable(),
  rulesets: z.object({ nodes: z.array(RulesetNode.nullable()).nullable() }).nullable(),
})
export type ProtectedNode = z.output<typeof ProtectedNode>

/** What GraphQL says of a branch. */
export interface GraphqlProtection {
  branch: string
  /** `null`: there is none, or these credentials may not see it. */
  classic: ClassicProtection | null
  rules: BranchRule[]
  /** Of those listed; a ruleset of which GraphQL does not say enough is left out. */
  rulesets: ReadonlyMap<number, GraphqlRuleset>
}

export interface GraphqlRuleset {
  name: string
  sourceType: string
  /** `null`: hidden. Empty: nobody, or hidden. */
  bypassActors: string[] | null
}

/** `undefined` where the answer holds only a part, or says nothing of the branch: REST then says it. */
export function protectionIn({ defaultBranchRef: ref, rulesets }: ProtectedNode): GraphqlProtection | undefined {
  if (ref === null || ref.rules === null || ref.rules.pageInfo.hasNextPage) return undefined
  const { branchProtectionRule: classic } = ref
  if (classic?.bypassPullRequestAllowances.pageInfo.hasNextPage) return undefined
  const nodes = ref.rules.nodes ?? []
  if (nodes.includes(null)) return undefined
  return {
    branch: ref.name,
    classic: classic && classicOf(classic),
    rules: inOrder(nodes.flatMap((node) => (node === null ? [] : ruleOf(node)))),
    rulesets: new Map((rulesets?.nodes ?? []).flatMap((node) => rulesetOf(node))),
  }
}

function classicOf(rule: z.output<typeof ClassicRule>): ClassicProtection {
  const actors = (rule.bypassPullRequestAllowances.nodes ?? []).map((node) => node?.actor ?? null)
  const slugs = (type: string) =>
    actors.flatMap((actor) => (actor?.kind === type && actor.slug !== undefined ? actor.slug : [])).sort()
  return {
    enforceAdmins: rule.isAdminEnforced,
    allowForcePushes: rule.allowsForcePushes,
    allowDeletions: rule.allowsDeletions,
    signatures: rule.requiresCommitSignatures,
    pullRequest: rule.requiresApprovingReviews
      ? {
          approvals: rule.requiredApprovingReviewCount,
          dismissStale: rule.dismissesStaleReviews,
          codeOwners: rule.requiresCodeOwnerReviews,
          lastPushApproval: rule.requireLastPushApproval,
          bypass: {
            // An actor that is not told is somebody.
            users: actors.filter((actor) => actor === null || actor.kind === 'User').length,
            teams: slugs('Team'),
            apps: slugs('App'),
          },
        }
      : null,
    statusChecks: rule.requiresStatusChecks
      ? {
          strict: rule.requiresStrictStatusChecks,
          contexts: uniqueSorted((rule.requiredStatusCheckContexts ?? []).filter((context) => context !== null)),
        }
      : null,
  }
}

function ruleOf({ type, repositoryRuleset, parameters }: z.output<typeof Rule>): BranchRule {
  const name = type.toLowerCase()
  return {
    type: name,
    rulesetId: repositoryRuleset?.databaseId ?? null,
    pullRequest:
      name === 'pull_request'
        ? {
            approvals: parameters?.requiredApprovingReviewCount ?? null,
            dismissStale: parameters?.dismissStaleReviewsOnPush ?? null,
            codeOwners: parameters?.requireCodeOwnerReview ?? null,
            lastPushApproval: parameters?.requireLastPushApproval ?? null,
          }
        : null,
    statusChecks:
      name === 'required_status_checks'
        ? {
            strict: parameters?.strictRequiredStatusChecksPolicy ?? null,
            contexts: uniqueSorted((parameters?.requiredStatusChecks ?? []).map(({ context }) => context)),
          }
        : null,
  }
}

function rulesetOf(node: RulesetNode | null): [number, GraphqlRuleset][] {
  if (node === null || node.databaseId === null || node.bypassActors?.pageInfo.hasNextPage) return []
  const actors = node.bypassActors && (node.bypassActors.nodes ?? []).map(actorName)
  if (actors?.includes(undefined)) return []
  const bypassActors = actors && actors.flatMap((actor) => actor ?? []).sort()
  return [[node.databaseId, { name: node.name, sourceType: node.source.kind, bypassActors }]]
}

/** In the words of REST; `undefined` for one that only REST can name. */
function actorName(actor: z.output<typeof BypassActor> | null): string | undefined {
  if (actor === null) return undefined
  if (actor.deployKey) return 'DeployKey'
  if (actor.organizationAdmin) return 'OrganizationAdmin'
  if (actor.enterpriseOwner) return 'EnterpriseOwner'
  if (actor.repositoryRoleDatabaseId !== null) return `RepositoryRole:${actor.repositoryRoleDatabaseId}`
  const id = actor.actor?.databaseId ?? undefined
  if (actor.actor?.kind === 'Team' && id !== undefined) return `Team:${id}`
  if (actor.actor?.kind === 'App' && id !== undefined) return `Integration:${id}`
  return undefined
}
