import { type Reader, TruncatedError, z } from 'affiant/sdk'
import { accountOfActor, accountOfGitActor, Actor, GitActor } from './accounts.ts'
import { branchByRest } from './branches.ts'
import {
  authorshipOf,
  type Authorship,
  type ChangedRepository,
  type Commit,
  type CommitPull,
  isInside,
  type Pull,
  type PullReview,
  type ReportedCheck,
  type ReportedChecks,
} from './model.ts'
import { type ChangeSource, workItemKeys } from './source.ts'
import { pathOf } from '../listing.ts'
import { readRepository, RepositoryNode, repositoryNodes, withFailures } from '../nodes.ts'
import { checkRuns, history, pullRequests } from './permissions.ts'
import type { Organization } from '../session.ts'

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const Authored = z.object({ author: GitActor, committer: GitActor })
const peopleOf = ({ author, committer }: z.output<typeof Authored>) => [
  accountOfGitActor(author),
  accountOfGitActor(committer),
]

const ChangedNode = RepositoryNode.extend({
  pushedAt: Time.nullable(),
  refs: z.object({ totalCount: z.int() }).nullable(),
  defaultBranchRef: z
    .object({
      name: z.string(),
      target: z.object({ oid: z.string() }).nullable(),
      refUpdateRule: z.object({ requiredStatusCheckContexts: z.array(z.string().nullable()).nullable() }).nullable(),
      rules: z
        .object({
          nodes: z.array(
            z.object({
              type: z.string(),
              parameters: z
                .object({ requiredStatusChecks: z.array(z.object({ context: z.string() })).optional() })
                .nullable(),
            }),
          ),
        })
        .nullable(),
    })
    .nullable(),
})

function repositoryOf(node: z.output<typeof ChangedNode>): ChangedRepository {
  const { name, nameWithOwner, isPrivate, pushedAt, refs, defaultBranchRef: branch } = node
  const rules = branch?.rules?.nodes ?? []
  const required = [
    ...(branch?.refUpdateRule?.requiredStatusCheckContexts ?? []).filter((context) => context !== null),
    ...rules.flatMap(({ parameters }) => (parameters?.requiredStatusChecks ?? []).map(({ context }) => context)),
  ]
  const head = branch?.target?.oid
  return {
    name,
    full_name: nameWithOwner,
    private: isPrivate,
    pushedAt,
    branches: refs?.totalCount,
    main:
      branch && head !== undefined
        ? {
            name: branch.name,
            head,
            required: [...new Set(required)].toSorted(),
            queue: rules.some(({ type }) => type === 'MERGE_QUEUE'),
          }
        : undefined,
  }
}

/** As many rules as `changedRepositories` asks for: there may be more, and with them required checks that nobody knows of. */
const MOST_RULES = 50

function rulesCut({ nameWithOwner, defaultBranchRef }: z.output<typeof ChangedNode>): TruncatedError | undefined {
  if ((defaultBranchRef?.rules?.nodes.length ?? 0) < MOST_RULES) return undefined
  return new TruncatedError(`${nameWithOwner}: more rules apply to the default branch than were asked for`)
}

const ReviewNode = z.object({
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']),
  submittedAt: Time,
  author: Actor,
  authorAssociation: z.string(),
  authorCanPushToRepository: z.boolean(),
  commit: z.object({ oid: z.string() }).nullable(),
})
const reviewOf = ({ state, submittedAt, author, commit, ...standing }: z.output<typeof ReviewNode>): PullReview => ({
  reviewer: accountOfActor(author),
  state,
  submittedAt,
  commit: commit?.oid ?? null,
  insider: standing.authorCanPushToRepository || isInside(standing.authorAssociation),
})

const CommitNode = z.object({ commit: Authored })

/** Of a check run or of a commit status. */
const ContextNode = z.union([
  z.object({ name: z.string(), conclusion: z.string().nullable() }),
  z.object({ context: z.string(), state: z.string() }).transform(({ context, state }) => ({
    name: context,
    conclusion: state === 'PENDING' || state === 'EXPECTED' ? null : state,
  })),
])
const checkOf = ({ name, conclusion }: z.output<typeof ContextNode>): ReportedCheck => ({
  name,
  conclusion: conclusion?.toLowerCase() ?? null,
})

const Rollup = z
  .object({
    state: z.string(),
    contexts: z.object({
      totalCount: z.int(),
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: z.array(ContextNode),
    }),
  })
  .nullable()

const PullNode = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string(),
  createdAt: Time,
  updatedAt: Time,
  mergedAt: Time,
  baseRefName: z.string(),
  headRefOid: z.string(),
  author: Actor,
  mergedBy: Actor,
  autoMergeRequest: z.object({}).nullable(),
  baseRef: z.object({ name: z.string() }).nullable(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  closingIssuesReferences: z
    .object({
      nodes: z.array(z.object({ number: z.int(), repository: z.object({ nameWithOwner: z.string() }) }).nullable()),
    })
    .nullable(),
  reviews: z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(ReviewNode) }),
  commits: z.object({ totalCount: z.int(), nodes: z.array(CommitNode) }),
  head: z.object({ nodes: z.array(z.object({ commit: z.object({ statusCheckRollup: Rollup }) })) }),
})

const HistoryNode = Authored.extend({
  oid: z.string(),
  committedDate: Time,
  parents: z.object({ nodes: z.array(z.object({ oid: z.string() })) }),
  associatedPullRequests: z.object({
    nodes: z.array(
      z.object({
        number: z.int(),
        mergedAt: Time.nullable(),
        baseRefName: z.string(),
        baseRef: z.object({ name: z.string() }).nullable(),
        repository: z.object({ nameWithOwner: z.string() }),
      }),
    ),
  }),
})

function commitOf(node: z.output<typeof HistoryNode>, full_name: string): Commit {
  const pulls = node.associatedPullRequests.nodes.flatMap(
    ({ number, mergedAt, baseRefName, baseRef, repository }): CommitPull[] =>
      mergedAt === null || repository.nameWithOwner !== full_name
        ? []
        : [{ number, mergedAt, base: baseRefName, baseNow: baseRef?.name ?? null }],
  )
  return {
    sha: node.oid,
    committedAt: node.committedDate,
    authorship: authorshipOf([peopleOf(node)]),
    parent: node.parents.nodes[0]?.oid ?? null,
    pulls: async () => pulls,
  }
}

/** Pull requests of a page: a page of 25 costs a point, and GitHub answers it well within its ten seconds. */
const PULLS = 25
/** Of what is asked for beside the list. */
const ALL = 100

/** Reads changes by GraphQL, some dozens of pull requests a request. `keys`: what keys of tickets look like. */
export function changesByGraphql(at: Organization, reader: Reader, keys: RegExp | undefined): ChangeSource {
  const { client } = at
  const inRepository = (repository: ChangedRepository) => {
    const { owner, repo } = pathOf(repository)
    return { owner, name: repo }
  }

  async function allOf<T>(pages: AsyncIterable<{ items: T[] }>): Promise<T[]> {
    const all: T[] = []
    for await (const { items } of pages) all.push(...items)
    return all
  }

  const source: ChangeSource = {
    async *repositories() {
      for await (const page of repositoryNodes(at, reader, 'changedRepositories', ChangedNode, history.name)) {
        const items = withFailures(page).map(async ({ item, failure }) => {
          const repository = repositoryOf(item)
          const isHidden = repository.main === undefined && !item.isEmpty && failure === undefined
          return {
            repository: isHidden ? { ...repository, main: await mainByRest(repository) } : repository,
            failure: failure ?? rulesCut(item),
          }
        })
        yield { items: await Promise.all(items), cursor: page.cursor }
      }
    },

    async *pulls(repository, since) {
      const options = {
        path: ['repository', 'pullRequests'],
        item: PullNode,
        partial: true,
        pageSize: PULLS,
        permission: pullRequests.name,
      }
      let isNoted = false
      for await (const page of client.graphqlPages(reader, 'mergedPulls', inRepository(repository), options)) {
        const [first] = page.failures.values()
        if (first !== undefined && !isNoted) {
          isNoted = true
          await reader.observe(`${repository.full_name}: parts of merged pull requests`, () => Promise.reject(first))
        }
        yield {
          items: withFailures(page).map(({ item, failure }) => pullOf(repository, item, failure)),
          cursor: page.cursor,
        }
        if (page.items.some(({ updatedAt }) => updatedAt < since)) return
      }
    },

    async *commits(repository, oid) {
      const options = { path: ['repository', 'object', 'history'], item: HistoryNode, permission: history.name }
      const variables = { ...inRepository(repository), oid }
      for await (const { items } of client.graphqlPages(reader, 'branchCommits', variables, options)) {
        yield items.map((item) => commitOf(item, repository.full_name))
      }
    },

    async checks(repository, oid) {
      const options = {
        path: ['repository', 'object', 'statusCheckRollup', 'contexts'],
        item: ContextNode,
        pageSize: ALL,
        permission: checkRuns.name,
      }
      const variables = { ...inRepository(repository), oid }
      const checks = (await allOf(client.graphqlPages(reader, 'commitChecks', variables, options))).map(checkOf)
      return { state: null, total: checks.length, checks }
    },
  }

  /** GraphQL gives `null` both for a default branch that is not there and for one that it does not show. */
  async function mainByRest(repository: ChangedRepository) {
    const found = await reader.observe(
      `${repository.full_name}: its default branch`,
      async () => {
        const { default_branch: name } = await readRepository(at, repository)
        return name === null ? undefined : branchByRest(at, repository, name)
      },
      { absentOn: 'not-found' },
    )
    return found.state === 'observed' ? found.value : undefined
  }

  function pullOf(repository: ChangedRepository, node: z.output<typeof PullNode>, failure: Error | undefined): Pull {
    const { number, closingIssuesReferences: closes } = node
    const issues = (closes?.nodes ?? []).flatMap((one) =>
      one ? [`${one.repository.nameWithOwner}#${one.number}`] : [],
    )
    return {
      number,
      createdAt: node.createdAt,
      updatedAt: node.updatedAt,
      mergedAt: node.mergedAt,
      author: accountOfActor(node.author),
      base: node.baseRefName,
      baseNow: node.baseRef?.name ?? null,
      headSha: node.headRefOid,
      mergeSha: node.mergeCommit?.oid ?? null,
      autoMerge: node.autoMergeRequest !== null,
      workItems: [...issues, ...workItemKeys([node.title, node.body], keys)],
      details: async () => ({
        merger: accountOfActor(node.mergedBy),
        reviews: await reviewsOf(repository, node),
        authorship: await authorsOf(repository, node),
      }),
      checks: () => checksOf(repository, node, failure),
    }
  }

  async function reviewsOf(repository: ChangedRepository, { number, reviews }: z.output<typeof PullNode>) {
    if (!reviews.pageInfo.hasNextPage) return reviews.nodes.map(reviewOf)
    const options = { path: ['repository', 'pullRequest', 'reviews'], item: ReviewNode, permission: pullRequests.name }
    const variables = { ...inRepository(repository), number }
    return (await allOf(client.graphqlPages(reader, 'pullReviews', variables, options))).map(reviewOf)
  }

  async function authorsOf(
    repository: ChangedRepository,
    { number, commits }: z.output<typeof PullNode>,
  ): Promise<Authorship> {
    if (commits.nodes.length === commits.totalCount)
      return authorshipOf(commits.nodes.map(({ commit }) => peopleOf(commit)))
    const options = { path: ['repository', 'pullRequest', 'commits'], item: CommitNode, permission: pullRequests.name }
    const variables = { ...inRepository(repository), number }
    const all = await allOf(client.graphqlPages(reader, 'pullCommits', variables, options))
    return authorshipOf(
      all.map(({ commit }) => peopleOf(commit)),
      commits.totalCount,
    )
  }

  async function checksOf(
    repository: ChangedRepository,
    { headRefOid, head }: z.output<typeof PullNode>,
    failure: Error | undefined,
  ): Promise<ReportedChecks> {
    const rollup = head.nodes[0]?.commit.statusCheckRollup ?? null
    if (rollup === null) {
      if (failure !== undefined) throw failure
      return { state: null, total: 0, checks: [] }
    }
    const { contexts, state } = rollup
    const all = contexts.pageInfo.hasNextPage
      ? (await source.checks(repository, headRefOid)).checks
      : contexts.nodes.map(checkOf)
    return { state: state.toLowerCase(), total: contexts.totalCount, checks: all }
  }

  return source
}
