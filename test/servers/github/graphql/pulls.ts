import { pullId, reviewId, reviewedCommit, latestOpinions } from '../facts.ts'
import { numberOf } from '../actors.ts'
import type { Commit, Pull } from '../history.ts'
import { hasRights, holds } from '../principal.ts'
import type { ReviewSeed } from '../seed-changes.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, nodeId, paged, sorted, WEB } from './context.ts'

export interface PullArguments extends PageArguments {
  states?: readonly string[]
  baseRefName?: string
  headRefName?: string
  labels?: readonly string[]
  orderBy?: { field: string; direction: string }
}

export function pullsOf(call: At, repository: Repository, args: PullArguments): readonly Pull[] {
  const chosen = call.site
    .history(repository)
    .pulls.filter(
      ({ state, base, headName, seed }) =>
        (!args.states || args.states.includes(state)) &&
        (!args.baseRefName || args.baseRefName === base) &&
        (!args.headRefName || args.headRefName === headName) &&
        (!args.labels || args.labels.some((label) => seed.labels?.includes(label))),
    )
  const by = ({ seed, updatedAt }: Pull) => (args.orderBy?.field === 'UPDATED_AT' ? updatedAt : seed.openedAt)
  return args.orderBy ? sorted(chosen, by, args.orderBy.direction) : chosen
}

function association(call: At, login: string): string {
  const standing = call.world.people.get(login)?.standing
  return standing === undefined ? 'CONTRIBUTOR' : standing === 'outside' ? 'COLLABORATOR' : 'MEMBER'
}

function reviewNode(call: At, repository: Repository, pull: Pull, review: ReviewSeed, place: number) {
  const id = reviewId(repository, pull, place)
  const path = `/${repository.fullName}/pull/${pull.number}#pullrequestreview-${id}`
  const commit = reviewedCommit(pull, review)
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PRR', id),
    databaseId: id,
    fullDatabaseId: String(id),
    state: review.state ?? 'APPROVED',
    author: () => call.make.actor(call, review.author),
    authorAssociation: association(call, review.author),
    authorCanPushToRepository: association(call, review.author) === 'MEMBER',
    body: '',
    bodyText: '',
    createdAt: review.submittedAt,
    publishedAt: review.submittedAt,
    submittedAt: review.submittedAt,
    updatedAt: review.submittedAt,
    lastEditedAt: null,
    resourcePath: path,
    url: `${WEB}${path}`,
    commit: () => (commit ? call.make.commit(call, repository, commit) : null),
    onBehalfOf: (args: PageArguments) => paged(call, [], args, () => null),
    pullRequest: () => pullNode(call, repository, pull),
    repository: () => call.make.repository(call, repository),
  }
}

interface TimelineArguments extends PageArguments {
  itemTypes?: readonly string[]
}

/** Force pushes, merges and closing; other kinds of events are not told. */
function timeline(call: At, repository: Repository, pull: Pull, args: TimelineArguments) {
  const { seed, number } = pull
  const event = (type: string, at: string, by: string, more: Record<string, unknown> = {}) => ({
    __typename: type,
    id: nodeId('EV', `${repository.id}:${number}:${type}`),
    createdAt: at,
    actor: () => call.make.actor(call, by),
    pullRequest: () => pullNode(call, repository, pull),
    ...more,
  })
  const head = call.site.history(repository).commits.get(pull.headSha)
  const merged = call.site.history(repository).commits.get(pull.mergeSha ?? '')
  const node = (commit: Commit | undefined) => () => (commit ? call.make.commit(call, repository, commit) : null)
  const events = [
    ...(seed.forcePushedAt
      ? [
          event('HeadRefForcePushedEvent', seed.forcePushedAt, seed.author, {
            beforeCommit: null,
            afterCommit: node(head),
            ref: null,
          }),
        ]
      : []),
    ...(seed.merged
      ? [event('MergedEvent', seed.merged.at, seed.merged.by, { commit: node(merged), mergeRefName: pull.base })]
      : []),
    ...(seed.closedAt ? [event('ClosedEvent', seed.closedAt, seed.author)] : []),
  ]
  const kind = (type: string) => type.replaceAll(/(?!^)([A-Z])/g, '_$1').toUpperCase()
  const asked = events.filter(({ __typename: type }) => !args.itemTypes || args.itemTypes.includes(kind(type)))
  const page = paged(call, asked, args, (one) => one)
  return { ...page, filteredCount: asked.length, pageCount: asked.length, updatedAt: pull.updatedAt }
}

/** Issues that the token may not see are left out of lists, and nothing says so. */
const showsIssues = ({ principal }: At, { visibility }: Repository) =>
  visibility === 'public' || !hasRights(principal) || holds(principal, 'issues=read')

/** An issue that a pull request closes. Issues have a number here and little else. */
function issueNode(call: At, repository: Repository, number: number) {
  const path = `/${repository.fullName}/issues/${number}`
  return {
    __typename: 'Issue',
    id: nodeId('I', `${repository.id}:${number}`),
    databaseId: numberOf(`issue:${repository.id}:${number}`),
    number,
    title: `Demo issue ${number}`,
    state: 'CLOSED',
    closed: true,
    resourcePath: path,
    url: `${WEB}${path}`,
    repository: () => call.make.repository(call, repository),
  }
}

export function pullNode(call: At, repository: Repository, pull: Pull): Record<string, unknown> {
  const { seed, number, state } = pull
  const id = pullId(repository, pull)
  const path = `/${repository.fullName}/pull/${number}`
  const history = call.site.history(repository)
  const commits = pull.commits.map(({ sha }) => history.commits.get(sha)).filter((one) => one !== undefined)
  const head = history.commits.get(pull.headSha)
  const reviews = (seed.reviews ?? []).map((review, place) => ({ review, place }))
  const node = ({ review, place }: { review: ReviewSeed; place: number }) =>
    reviewNode(call, repository, pull, review, place)
  const opinions = latestOpinions(pull)
  const protectedBase = repository.seed.classic?.reviews ?? repository.rulesets.length > 0
  const decision = opinions.some(({ review }) => review.state === 'CHANGES_REQUESTED')
    ? 'CHANGES_REQUESTED'
    : opinions.some(({ review }) => (review.state ?? 'APPROVED') === 'APPROVED')
      ? 'APPROVED'
      : 'REVIEW_REQUIRED'
  const closedAt = seed.merged?.at ?? seed.closedAt ?? null
  return {
    __typename: 'PullRequest',
    id: nodeId('PR', id),
    databaseId: id,
    fullDatabaseId: String(id),
    number,
    title: seed.title,
    body: seed.body ?? '',
    bodyText: seed.body ?? '',
    state,
    closed: state !== 'OPEN',
    merged: state === 'MERGED',
    isDraft: seed.draft ?? false,
    isCrossRepository: seed.fork ?? false,
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    locked: false,
    author: () => call.make.actor(call, seed.author),
    authorAssociation: association(call, seed.author),
    editor: null,
    createdAt: seed.openedAt,
    publishedAt: seed.openedAt,
    updatedAt: pull.updatedAt,
    lastEditedAt: null,
    closedAt,
    mergedAt: seed.merged?.at ?? null,
    mergedBy: () => (seed.merged ? call.make.actor(call, seed.merged.by) : null),
    mergeable: state === 'OPEN' ? 'MERGEABLE' : 'UNKNOWN',
    autoMergeRequest: null,
    mergeQueueEntry: null,
    additions: 1,
    deletions: 0,
    changedFiles: 1,
    resourcePath: path,
    url: `${WEB}${path}`,
    permalink: `${WEB}${path}`,
    baseRefName: pull.base,
    baseRefOid: pull.baseSha,
    headRefName: pull.headName,
    headRefOid: pull.headSha,
    baseRef: () => (history.branches.has(pull.base) ? call.make.ref(call, repository, pull.base) : null),
    // Branches of merged pull requests are deleted here.
    headRef: () => (history.branches.has(pull.headName) ? call.make.ref(call, repository, pull.headName) : null),
    baseRepository: () => call.make.repository(call, repository),
    headRepository: () => (seed.fork ? null : call.make.repository(call, repository)),
    headRepositoryOwner: () => (seed.fork ? null : call.make.organization(call)),
    repository: () => call.make.repository(call, repository),
    mergeCommit: () => {
      const merge = history.commits.get(pull.mergeSha ?? '')
      return merge ? call.make.commit(call, repository, merge) : null
    },
    commits: (args: PageArguments) =>
      paged(call, commits, args, (one) => ({
        __typename: 'PullRequestCommit',
        id: nodeId('PRC', `${id}:${one.sha}`),
        commit: () => call.make.commit(call, repository, one),
        pullRequest: () => pullNode(call, repository, pull),
        resourcePath: `${path}/commits/${one.sha}`,
        url: `${WEB}${path}/commits/${one.sha}`,
      })),
    reviews: (args: PageArguments & { states?: readonly string[]; author?: string }) =>
      paged(
        call,
        reviews.filter(
          ({ review }) =>
            (!args.states || args.states.includes(review.state ?? 'APPROVED')) &&
            (!args.author || args.author === review.author),
        ),
        args,
        node,
      ),
    latestReviews: (args: PageArguments) => paged(call, opinions, args, node),
    latestOpinionatedReviews: (args: PageArguments) => paged(call, opinions, args, node),
    reviewDecision: protectedBase ? decision : null,
    reviewRequests: (args: PageArguments) =>
      paged(call, seed.requested ?? [], args, (login) => ({
        __typename: 'ReviewRequest',
        id: nodeId('RR', `${id}:${login}`),
        asCodeOwner: false,
        requestedReviewer: () => call.make.actor(call, login),
      })),
    closingIssuesReferences: (args: PageArguments) =>
      paged(call, showsIssues(call, repository) ? (seed.closes ?? []) : [], args, (issue) =>
        issueNode(call, repository, issue),
      ),
    labels: (args: PageArguments) =>
      paged(call, seed.labels ?? [], args, (name) => ({
        __typename: 'Label',
        id: nodeId('LA', `${repository.id}:${name}`),
        name,
        color: 'ededed',
        description: null,
      })),
    statusCheckRollup: () => (head ? call.make.rollup(call, repository, head) : null),
    timelineItems: (args: TimelineArguments) => timeline(call, repository, pull, args),
  }
}
