import { pullId, reviewId, reviewedCommit } from '../facts.ts'
import { actorOf, numberOf } from '../actors.ts'
import type { History, Pull } from '../history.ts'
import type { ReviewSeed } from '../seed-changes.ts'
import type { Repository, World } from '../world.ts'
import { type Data, type ItemOf, nodeId, WEB } from './api.ts'
import { actor } from './commits.ts'
import { sideRepository } from './repository.ts'
import { user } from './people.ts'

export type PullItem = ItemOf<Data<'pulls', 'list'>>
export type PullDetail = Data<'pulls', 'get'>
export type Review = ItemOf<Data<'pulls', 'listReviews'>>

function association(world: World, login: string): PullItem['author_association'] {
  const standing = world.people.get(login)?.standing
  return standing === undefined ? 'CONTRIBUTOR' : standing === 'outside' ? 'COLLABORATOR' : 'MEMBER'
}

/** The commit that GitHub names: of an open one a merge that was tried, of a merged one what it made. */
const mergeSha = ({ mergeSha: sha, state }: Pull) => (state === 'OPEN' ? null : (sha ?? null))

export function pull(base: string, world: World, repo: Repository, one: Pull): PullItem {
  const { seed, number } = one
  const id = pullId(repo, one)
  const repos = `${base}/repos/${repo.fullName}`
  const url = `${repos}/pulls/${number}`
  const html = `${WEB}/${repo.fullName}/pull/${number}`
  const issue = `${repos}/issues/${number}`
  const side = (ref: string, sha: string) => ({
    label: `${repo.owner}:${ref}`,
    ref,
    sha,
    user: user(base, world.seed, 'Organization'),
    repo: sideRepository(base, world, repo),
  })
  return {
    url,
    id,
    node_id: nodeId('PR', id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repos}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${repos}/statuses/${one.headSha}`,
    number,
    state: one.state === 'OPEN' ? 'open' : 'closed',
    locked: false,
    title: seed.title,
    user: actor(base, world, seed.author),
    body: seed.body ?? null,
    labels: (seed.labels ?? []).map((name) => {
      const label = numberOf(`label:${repo.id}:${name}`)
      return {
        id: label,
        node_id: nodeId('LA', label),
        url: `${repos}/labels/${encodeURIComponent(name)}`,
        name,
        description: '',
        color: 'ededed',
        default: false,
      }
    }),
    milestone: null,
    active_lock_reason: null,
    created_at: seed.openedAt,
    updated_at: one.updatedAt,
    closed_at: seed.merged?.at ?? seed.closedAt ?? null,
    merged_at: seed.merged?.at ?? null,
    merge_commit_sha: mergeSha(one),
    assignee: null,
    assignees: [],
    requested_reviewers: (seed.requested ?? []).map((login) => actor(base, world, login)),
    requested_teams: [],
    head: side(one.headName, one.headSha),
    base: side(one.base, one.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repos}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${repos}/statuses/${one.headSha}` },
    },
    author_association: association(world, seed.author),
    auto_merge: null,
    draft: seed.draft ?? false,
  }
}

/** `GET /repos/{owner}/{repo}/pulls/{number}`: what the list shows and who merged it. */
export function pullDetail(base: string, world: World, repo: Repository, one: Pull): PullDetail {
  const { seed } = one
  const listed = pull(base, world, repo, one)
  const detail = {
    ...listed,
    state: one.state === 'OPEN' ? ('open' as const) : ('closed' as const),
    user: actor(base, world, seed.author),
    requested_teams: [],
    merged: one.state === 'MERGED',
    mergeable: one.state === 'OPEN' ? true : null,
    rebaseable: one.state === 'OPEN' ? true : null,
    mergeable_state: one.state === 'OPEN' ? 'clean' : 'unknown',
    merged_by: seed.merged ? actor(base, world, seed.merged.by) : null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: one.commits.length,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  }
  return detail as unknown as PullDetail
}

export function review(
  base: string,
  world: World,
  repo: Repository,
  one: Pull,
  seed: ReviewSeed,
  place: number,
): Review {
  const id = reviewId(repo, one, place)
  const html = `${WEB}/${repo.fullName}/pull/${one.number}#pullrequestreview-${id}`
  const url = `${base}/repos/${repo.fullName}/pulls/${one.number}`
  return {
    id,
    node_id: nodeId('PRR', id),
    user: actor(base, world, seed.author),
    body: '',
    state: seed.state ?? 'APPROVED',
    html_url: html,
    pull_request_url: url,
    _links: { html: { href: html }, pull_request: { href: url } },
    submitted_at: seed.submittedAt,
    commit_id: reviewedCommit(one, seed)?.sha ?? null,
    author_association: association(world, seed.author),
  }
}

/** An event of `GET /repos/{owner}/{repo}/activity`. */
export function activity(base: string, world: World, repo: Repository, push: History['pushes'][number]) {
  const id = numberOf(`activity:${repo.id}:${push.branch}:${push.at}:${push.before}`)
  return {
    id,
    node_id: nodeId('PSH', id),
    before: push.before,
    after: push.after ?? push.before,
    ref: `refs/heads/${push.branch}`,
    timestamp: push.at,
    activity_type: push.pull === undefined ? ('push' as const) : ('pr_merge' as const),
    actor: user(base, actorOf(world, push.by), actorOf(world, push.by).type),
  }
}
