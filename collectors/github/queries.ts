import { changeQueries } from './changes/queries.ts'
import { ofRepositories } from './selections.ts'

/**
 * What is asked by GraphQL, one text each. The names are those of receipts (`graphql:protection`) and limits. Each asks for
 * `rateLimit`, which says what it cost: https://docs.github.com/en/graphql/reference/objects#ratelimit
 */
export const queries = {
  /** Classic protection, rules and rulesets of the default branch, of up to 100 repositories at once. */
  protection: ofRepositories(
    'protection',
    `defaultBranchRef {
          name
          branchProtectionRule {
            isAdminEnforced
            allowsForcePushes
            allowsDeletions
            requiresCommitSignatures
            requiresApprovingReviews
            requiredApprovingReviewCount
            dismissesStaleReviews
            requiresCodeOwnerReviews
            requireLastPushApproval
            requiresStatusChecks
            requiresStrictStatusChecks
            requiredStatusCheckContexts
            bypassPullRequestAllowances(first: 50) {
              pageInfo { hasNextPage }
              nodes { actor { kind: __typename ... on Team { slug } ... on App { slug } } }
            }
          }
          rules(first: 50) {
            pageInfo { hasNextPage }
            nodes {
              type
              repositoryRuleset { databaseId }
              parameters {
                ... on PullRequestParameters {
                  requiredApprovingReviewCount
                  dismissStaleReviewsOnPush
                  requireCodeOwnerReview
                  requireLastPushApproval
                }
                ... on RequiredStatusChecksParameters {
                  strictRequiredStatusChecksPolicy
                  requiredStatusChecks { context }
                }
              }
            }
          }
        }
        rulesets(first: 10, includeParents: true) {
          nodes {
            databaseId
            name
            source { kind: __typename }
            bypassActors(first: 20) {
              pageInfo { hasNextPage }
              nodes {
                deployKey
                enterpriseOwner
                organizationAdmin
                repositoryRoleDatabaseId
                actor { kind: __typename ... on Team { databaseId } ... on App { databaseId } }
              }
            }
          }
        }`,
  ),

  /** Whether CODEOWNERS is there and what GitHub finds wrong in it, of up to 100 repositories at once. */
  codeOwners: ofRepositories(
    'codeOwners',
    `defaultBranchRef { name }
        codeowners { errors { kind path line } }`,
  ),

  /** Members with their role, and whether they have a second factor, which only owners are told. */
  members: `query members($login: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  organization(login: $login) {
    membersWithRole(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { hasTwoFactorEnabled role node { login } }
    }
  }
}`,

  teams: `query teams($login: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  organization(login: $login) {
    teams(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { databaseId slug name privacy parentTeam { slug } }
    }
  }
}`,

  ...changeQueries,
} as const

export type QueryName = keyof typeof queries
