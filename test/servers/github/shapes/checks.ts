import { newestStatuses, checkId } from '../facts.ts'
import { numberOf } from '../actors.ts'
import type { Commit } from '../history.ts'
import type { CheckSeed, StatusSeed } from '../seed-changes.ts'
import type { Repository, World } from '../world.ts'
import { CREATED, type Data, type ItemOf, nodeId, UPDATED, WEB } from './api.ts'
import { actor } from './commits.ts'
import { repository } from './repository.ts'
import { user } from './people.ts'

export type CheckRun = ItemOf<Data<'checks', 'listForRef'>['check_runs']>
export type Status = ItemOf<Data<'repos', 'listCommitStatusesForRef'>>

/** An app, as it stands beside what it reported. */
export function integration(base: string, world: World, slug: string) {
  const id = numberOf(`app:${slug}`)
  return {
    id,
    slug,
    node_id: nodeId('A', id),
    owner: user(base, world.seed, 'Organization'),
    name: slug,
    description: '',
    external_url: 'https://apps.example.com',
    html_url: `${WEB}/apps/${slug}`,
    created_at: CREATED,
    updated_at: UPDATED,
    permissions: { checks: 'write', metadata: 'read' },
    events: [],
  }
}

export function checkRun(base: string, world: World, repo: Repository, commit: Commit, seed: CheckSeed): CheckRun {
  const id = checkId(commit, seed)
  const slug = seed.app ?? 'github-actions'
  const done = seed.conclusion !== null
  const url = `${base}/repos/${repo.fullName}/check-runs/${id}`
  const html = `${WEB}/${repo.fullName}/runs/${id}`
  return {
    id,
    head_sha: commit.sha,
    node_id: nodeId('CR', id),
    external_id: '',
    url,
    html_url: html,
    details_url: html,
    status: done ? 'completed' : 'in_progress',
    conclusion: done ? (seed.conclusion ?? 'success') : null,
    started_at: commit.committedAt,
    completed_at: done ? (seed.completedAt ?? commit.committedAt) : null,
    output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
    name: seed.name,
    check_suite: { id: numberOf(`suite:${commit.sha}:${slug}`) },
    app: integration(base, world, slug),
    pull_requests: [],
  }
}

export function status(base: string, world: World, repo: Repository, commit: Commit, seed: StatusSeed): Status {
  const id = numberOf(`${commit.sha}:${seed.context}:${seed.createdAt}`)
  return {
    url: `${base}/repos/${repo.fullName}/statuses/${commit.sha}`,
    avatar_url: `${WEB}/avatars/${id}`,
    id,
    node_id: nodeId('SC', id),
    state: seed.state,
    description: null,
    target_url: null,
    context: seed.context,
    created_at: seed.createdAt,
    updated_at: seed.createdAt,
    creator: actor(base, world, seed.creator),
  }
}

/** `GET /repos/{owner}/{repo}/commits/{ref}/status`: the newest of each context, and what they say together. */
export function combinedStatus(base: string, world: World, repo: Repository, commit: Commit) {
  const statuses = newestStatuses(commit.statuses)
  const bad = statuses.some(({ state }) => state === 'failure' || state === 'error')
  const good = statuses.length > 0 && statuses.every(({ state }) => state === 'success')
  const url = `${base}/repos/${repo.fullName}/commits/${commit.sha}`
  return {
    state: bad ? 'failure' : good ? 'success' : 'pending',
    statuses: statuses.map((one) => {
      const { creator: _creator, ...rest } = status(base, world, repo, commit, one)
      return rest
    }),
    sha: commit.sha,
    total_count: statuses.length,
    repository: repository(base, world, repo, 'pull'),
    commit_url: url,
    url: `${url}/status`,
  }
}
