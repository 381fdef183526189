import { ofRepositories } from '../selections.ts'

/* What the list of pull requests has of each, and what asks for the rest of one must have too. */
const REVIEWS =
  'nodes { state submittedAt author { kind: __typename login } authorAssociation authorCanPushToRepository commit { oid } }'
const AUTHORS = 'nodes { commit { author { name user { login } } committer { name user { login } } } }'
const CHECKS = 'nodes { ... on CheckRun { name conclusion } ... on StatusContext { context state } }'

/**
 * What the change population and deployments are read with. Sizes within a page are chosen for what a page costs: a request for
 * each connection times what those above it can return, divided by 100.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query
 */
export const changeQueries = {
  /** Which repositories were pushed to, where their default branch stands and which checks it asks for. */
  changedRepositories: ofRepositories(
    'changedRepositories',
    `pushedAt
        refs(refPrefix: "refs/heads/", first: 1) { totalCount }
        defaultBranchRef {
          name
          target { oid }
          refUpdateRule { requiredStatusCheckContexts }
          rules(first: 50) {
            nodes { type parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } }
          }
        }`,
  ),

  /** Merged pull requests of a repository, the last updated first: none that was merged since a day can be after the last updated before it. */
  mergedPulls: `query mergedPulls($owner: String!, $name: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, states: [MERGED], orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        title
        body
        createdAt
        updatedAt
        mergedAt
        baseRefName
        headRefOid
        author { kind: __typename login }
        mergedBy { kind: __typename login }
        autoMergeRequest { enabledAt }
        baseRef { name }
        mergeCommit { oid }
        closingIssuesReferences(first: 20) { nodes { number repository { nameWithOwner } } }
        reviews(first: 50, states: [APPROVED, CHANGES_REQUESTED, DISMISSED]) {
          pageInfo { hasNextPage }
          ${REVIEWS}
        }
        commits(first: 50) {
          totalCount
          ${AUTHORS}
        }
        head: commits(last: 1) {
          nodes {
            commit {
              statusCheckRollup {
                state
                contexts(first: 50) {
                  totalCount
                  pageInfo { hasNextPage }
                  ${CHECKS}
                }
              }
            }
          }
        }
      }
    }
  }
}`,

  /** All reviews of one pull request that has more than fit into the list. */
  pullReviews: `query pullReviews($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviews(first: $first, after: $after, states: [APPROVED, CHANGES_REQUESTED, DISMISSED]) {
        totalCount
        pageInfo { hasNextPage endCursor }
        ${REVIEWS}
      }
    }
  }
}`,

  /** All commits of one pull request that has more than fit into the list. */
  pullCommits: `query pullCommits($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      commits(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        ${AUTHORS}
      }
    }
  }
}`,

  /** Everything that was reported for one commit. */
  commitChecks: `query commitChecks($owner: String!, $name: String!, $oid: GitObjectID!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        statusCheckRollup {
          contexts(first: $first, after: $after) {
            totalCount
            pageInfo { hasNextPage endCursor }
            ${CHECKS}
          }
        }
      }
    }
  }
}`,

  /** What can be reached from a commit, newest first, with the pull requests GitHub says it came by. */
  branchCommits: `query branchCommits($owner: String!, $name: String!, $oid: GitObjectID!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        history(first: $first, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            oid
            committedDate
            author { name user { login } }
            committer { name user { login } }
            parents(first: 1) { nodes { oid } }
            associatedPullRequests(first: 5) {
              nodes { number mergedAt baseRefName baseRef { name } repository { nameWithOwner } }
            }
          }
        }
      }
    }
  }
}`,

  /** When each repository was last deployed from. */
  deployedRepositories: ofRepositories(
    'deployedRepositories',
    `defaultBranchRef { name }
        deployments(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { createdAt } }`,
  ),

  deployments: `query deployments($owner: String!, $name: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    deployments(first: $first, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId
        createdAt
        environment
        commitOid
        creator { kind: __typename login }
        statuses(first: 50) { nodes { state createdAt } }
      }
    }
  }
}`,

  /** Who let the workflow runs of a commit go into environments that ask for somebody's consent. */
  deploymentReviews: `query deploymentReviews($owner: String!, $name: String!, $oid: GitObjectID!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        checkSuites(first: $first, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes {
            workflowRun {
              databaseId
              deploymentReviews(first: 50) {
                nodes { state user { login } environments(first: 20) { nodes { name } } }
              }
            }
          }
        }
      }
    }
  }
}`,
} as const
