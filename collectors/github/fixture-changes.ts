import type { Answer } from 'affiant/testing'

/** Changes of the fixture's organisation: one pull request and one direct push in `api`, released once; `web` is empty. */
const rateLimit = { cost: 1, remaining: 4999, resetAt: '2026-01-05T07:00:00Z' }
const pageInfo = { hasNextPage: false, endCursor: null }
const sha = (letter: string) => letter.repeat(40)
const [HEAD, MERGE, PUSH, ROOT] = [sha('a'), sha('b'), sha('c'), sha('d')]

const ofOrganization = (nodes: readonly unknown[]): Answer => ({
  mayBeReplaced: true,
  body: { data: { rateLimit, organization: { repositories: { totalCount: nodes.length, pageInfo, nodes } } } },
})
/** Asked for in smaller pages where GitHub cannot answer. */
const ofRepository = (parts: Record<string, unknown>): Answer => ({
  mayBeReplaced: true,
  body: { data: { rateLimit, repository: parts } },
})
const instead = (answer: Answer): Answer => ({ ...answer, onlyInstead: true })
const insteadOf = (body: unknown): Answer => instead({ body })

const node = (name: string, isEmpty: boolean) => ({
  id: `R_${name}`,
  name,
  nameWithOwner: `acme/${name}`,
  isPrivate: true,
  isArchived: false,
  isEmpty,
})
const actor = (login: string) => ({ kind: 'User', login })
const INSIDE = { authorAssociation: 'MEMBER', authorCanPushToRepository: true }
const written = (login: string) => ({
  author: { name: login, user: { login } },
  committer: { name: 'GitHub', user: { login: 'web-flow' } },
})
const commit = (oid: string, parent: string | null, committedDate: string, pulls: readonly unknown[] = []) => ({
  oid,
  committedDate,
  ...written('octo-dev'),
  parents: { nodes: parent === null ? [] : [{ oid: parent }] },
  associatedPullRequests: { nodes: pulls },
})
const pull = {
  number: 7,
  title: 'OPS-12 Turn it on',
  body: '',
  createdAt: '2026-01-01T09:00:00Z',
  updatedAt: '2026-01-02T10:00:00Z',
  mergedAt: '2026-01-02T10:00:00Z',
  baseRefName: 'main',
  headRefOid: HEAD,
  author: actor('octo-dev'),
  mergedBy: actor('octo-owner'),
  autoMergeRequest: null,
  baseRef: { name: 'main' },
  mergeCommit: { oid: MERGE },
  closingIssuesReferences: { nodes: [{ number: 3, repository: { nameWithOwner: 'acme/api' } }] },
  reviews: {
    pageInfo: { hasNextPage: false },
    nodes: [
      {
        state: 'APPROVED',
        submittedAt: '2026-01-02T09:00:00Z',
        author: actor('octo-owner'),
        ...INSIDE,
        commit: { oid: HEAD },
      },
    ],
  },
  commits: { totalCount: 1, nodes: [{ commit: written('octo-dev') }] },
  head: {
    nodes: [
      {
        commit: {
          statusCheckRollup: {
            state: 'SUCCESS',
            contexts: {
              totalCount: 2,
              pageInfo: { hasNextPage: false },
              nodes: [
                { name: 'build', conclusion: 'SUCCESS' },
                { context: 'scan', state: 'SUCCESS' },
              ],
            },
          },
        },
      },
    ],
  },
}

const graphql: Record<string, Answer> = {
  'POST /graphql?query=changedRepositories': ofOrganization([
    {
      ...node('api', false),
      pushedAt: '2026-01-03T08:00:00Z',
      refs: { totalCount: 2 },
      defaultBranchRef: {
        name: 'main',
        target: { oid: PUSH },
        refUpdateRule: { requiredStatusCheckContexts: ['build'] },
        rules: { nodes: [{ type: 'NON_FAST_FORWARD', parameters: null }] },
      },
    },
    { ...node('web', true), pushedAt: null, refs: { totalCount: 0 }, defaultBranchRef: null },
  ]),
  'POST /graphql?query=mergedPulls': ofRepository({ pullRequests: { pageInfo, nodes: [pull] } }),
  'POST /graphql?query=branchCommits': ofRepository({
    object: {
      history: {
        pageInfo,
        nodes: [
          commit(PUSH, MERGE, '2026-01-03T08:00:00Z'),
          commit(MERGE, ROOT, '2026-01-02T10:00:00Z', [
            {
              number: 7,
              mergedAt: '2026-01-02T10:00:00Z',
              baseRefName: 'main',
              baseRef: { name: 'main' },
              repository: { nameWithOwner: 'acme/api' },
            },
          ]),
          commit(ROOT, null, '2025-01-01T08:00:00Z'),
        ],
      },
    },
  }),
  'POST /graphql?query=deployedRepositories': ofOrganization([
    {
      ...node('api', false),
      defaultBranchRef: { name: 'main' },
      deployments: { nodes: [{ createdAt: '2026-01-02T11:00:00Z' }] },
    },
    { ...node('web', true), defaultBranchRef: null, deployments: { nodes: [] } },
  ]),
  'POST /graphql?query=deployments': ofRepository({
    deployments: {
      pageInfo,
      nodes: [
        {
          databaseId: 51,
          createdAt: '2026-01-02T11:00:00Z',
          environment: 'production',
          commitOid: MERGE,
          creator: actor('octo-dev'),
          statuses: { nodes: [{ state: 'SUCCESS', createdAt: '2026-01-02T11:05:00Z' }] },
        },
      ],
    },
  }),
  'POST /graphql?query=deploymentReviews': ofRepository({
    object: {
      checkSuites: {
        totalCount: 2,
        pageInfo,
        nodes: [
          { workflowRun: null },
          {
            workflowRun: {
              databaseId: 61,
              deploymentReviews: {
                nodes: [
                  {
                    state: 'APPROVED',
                    user: { login: 'octo-owner' },
                    environments: { nodes: [{ name: 'production' }] },
                  },
                ],
              },
            },
          },
        ],
      },
    },
  }),
}

const user = (login: string) => ({ login, id: 7, type: 'User' })
const restCommit = (oid: string, parent: string | null, date: string) => ({
  sha: oid,
  parents: parent === null ? [] : [{ sha: parent }],
  author: user('octo-dev'),
  committer: user('web-flow'),
  commit: { committer: { date } },
})
const restPull = {
  number: 7,
  title: pull.title,
  body: null,
  user: user('octo-dev'),
  created_at: pull.createdAt,
  updated_at: pull.updatedAt,
  merged_at: pull.mergedAt,
  merge_commit_sha: MERGE,
  base: { ref: 'main' },
  head: { sha: HEAD },
  auto_merge: null,
}
const branch = {
  name: 'main',
  commit: { sha: PUSH },
  protection: { required_status_checks: { contexts: ['build'] } },
}
const suite = {
  id: 71,
  actor_name: 'octo-dev',
  before_sha: MERGE,
  after_sha: PUSH,
  ref: 'refs/heads/main',
  repository_name: 'api',
  pushed_at: '2026-01-03T02:00:00-06:00',
  result: 'bypass',
}
const suiteDetail = {
  ...suite,
  rule_evaluations: [
    {
      rule_type: 'pull_request',
      result: 'fail',
      enforcement: 'active',
      rule_source: { type: 'ruleset', name: 'main' },
    },
  ],
}
const activity = [
  { before: MERGE, after: PUSH, timestamp: '2026-01-03T08:00:00Z', activity_type: 'push', actor: user('octo-dev') },
  {
    before: ROOT,
    after: MERGE,
    timestamp: '2026-01-02T10:00:00Z',
    activity_type: 'pr_merge',
    actor: user('octo-owner'),
  },
]

/** Read by REST in any case. */
const rest: Record<string, Answer> = {
  '/repos/acme/api/branches?protected=true': { body: [branch] },
  '/repos/acme/api/activity': { body: activity, mayBeReplaced: true },
  '/orgs/acme/rulesets/rule-suites': { body: [suite], mayBeReplaced: true },
  '/orgs/acme/rulesets/rule-suites/71': { body: suiteDetail },
}

/** Read by REST where GraphQL is refused. */
const restInstead: Record<string, Answer> = {
  '/repos/acme/api/branches/main': insteadOf(branch),
  '/repos/acme/api/pulls': insteadOf([restPull]),
  '/repos/acme/api/pulls/7': insteadOf({ ...restPull, merged_by: user('octo-owner'), commits: 1 }),
  '/repos/acme/api/pulls/7/reviews': insteadOf([
    {
      state: 'APPROVED',
      user: user('octo-owner'),
      author_association: 'MEMBER',
      submitted_at: '2026-01-02T09:00:00Z',
      commit_id: HEAD,
    },
  ]),
  '/repos/acme/api/pulls/7/commits': insteadOf([restCommit(HEAD, ROOT, '2026-01-01T09:00:00Z')]),
  [`/repos/acme/api/commits/${HEAD}/check-runs`]: insteadOf({
    total_count: 1,
    check_runs: [{ name: 'build', conclusion: 'success' }],
  }),
  [`/repos/acme/api/commits/${HEAD}/status`]: insteadOf({
    state: 'success',
    total_count: 1,
    statuses: [{ context: 'scan', state: 'success' }],
  }),
  '/repos/acme/api/commits': insteadOf([
    restCommit(PUSH, MERGE, '2026-01-03T08:00:00Z'),
    restCommit(MERGE, ROOT, '2026-01-02T10:00:00Z'),
    restCommit(ROOT, null, '2025-01-01T08:00:00Z'),
  ]),
  [`/repos/acme/api/commits/${PUSH}/pulls`]: insteadOf([]),
  [`/repos/acme/api/commits/${ROOT}/pulls`]: insteadOf([]),
  '/repos/acme/api/deployments': insteadOf([
    { id: 51, sha: MERGE, environment: 'production', created_at: '2026-01-02T11:00:00Z', creator: user('octo-dev') },
  ]),
  '/repos/acme/web/deployments': insteadOf([]),
  '/repos/acme/api/deployments/51/statuses': insteadOf([{ state: 'success', created_at: '2026-01-02T11:05:00Z' }]),
  '/repos/acme/api/actions/runs': insteadOf({ total_count: 1, workflow_runs: [{ id: 61 }] }),
  '/repos/acme/api/actions/runs/61/approvals': insteadOf([
    { state: 'approved', user: user('octo-owner'), environments: [{ name: 'production' }] },
  ]),
  '/repos/acme/api/rulesets/rule-suites': insteadOf([suite]),
  '/repos/acme/web/rulesets/rule-suites': insteadOf([]),
  '/repos/acme/api/rulesets/rule-suites/71': insteadOf(suiteDetail),
}

export const changeRoutes: Readonly<Record<string, Answer>> = { ...graphql, ...rest, ...restInstead }

export const changeRecords = { 'github.changes': 2, 'github.rule-suites': 1, 'github.deployments': 1 } as const
