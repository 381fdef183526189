import { numberOf } from './actors.ts'
import type { Commit, Deployed, Pull } from './history.ts'
import type { CheckSeed, DeploymentSeed, ReviewSeed, StatusSeed } from './seed-changes.ts'
import type { DependencyAlertSeed } from './seed-security.ts'
import type { Repository } from './world.ts'

/** What REST and GraphQL say alike: ids, and what follows from the seed. */

/** Where web pages would be; no such host exists (RFC 2606). */
const WEB = 'https://github.example.com'

export const pullId = (repository: Repository, { number }: Pull) => numberOf(`pull:${repository.id}:${number}`)
export const reviewId = (repository: Repository, { number }: Pull, place: number) =>
  numberOf(`review:${repository.id}:${number}:${place}`)

/** The commit that was reviewed: the last one that was there. */
export function reviewedCommit({ commits }: Pull, review: ReviewSeed): Commit | undefined {
  if (review.commit !== undefined) return commits[review.commit]
  return commits.findLast(({ committedAt }) => committedAt <= review.submittedAt) ?? commits[0]
}

/** What GitHub counts: the last opinion of each reviewer, comments aside. */
export function latestOpinions({ seed }: Pull): { review: ReviewSeed; place: number }[] {
  const latest = new Map<string, { review: ReviewSeed; place: number }>()
  for (const [place, review] of (seed.reviews ?? []).entries()) {
    if (review.state !== 'COMMENTED') latest.set(review.author, { review, place })
  }
  return [...latest.values()]
}

/** The newest status of each context counts. */
export function newestStatuses(statuses: readonly StatusSeed[]): StatusSeed[] {
  const newest = new Map<string, StatusSeed>()
  for (const one of statuses)
    if (one.createdAt >= (newest.get(one.context)?.createdAt ?? '')) newest.set(one.context, one)
  return [...newest.values()]
}

export const checkId = (commit: Commit, check: CheckSeed) =>
  numberOf(`check:${commit.sha}:${check.name}:${check.app ?? ''}`)

export const deploymentId = (repository: Repository, { index }: Deployed) =>
  numberOf(`deployment:${repository.id}:${index}`)
/** The workflow run that deployed a commit; one for all deployments of it. */
export const runId = (repository: Repository, sha: string) => numberOf(`run:${repository.id}:${sha}`)

/** A minute later, unless the seed tells otherwise. */
export function statusesOf({ statuses, createdAt }: DeploymentSeed): NonNullable<DeploymentSeed['statuses']> {
  const later = new Date(Date.parse(createdAt) + 60_000).toISOString().replace('.000Z', 'Z')
  return statuses ?? [{ state: 'success', at: later }]
}

export const runUrl = (repository: Repository, sha: string) =>
  `${WEB}/${repository.fullName}/actions/runs/${runId(repository, sha)}/job/1`

export const environmentId = (repository: Repository, name: string) => numberOf(`environment:${repository.id}:${name}`)

export function stateOf({ fixedAt, dismissed, autoDismissedAt }: DependencyAlertSeed) {
  if (fixedAt !== undefined) return 'fixed'
  return dismissed ? 'dismissed' : autoDismissedAt === undefined ? 'open' : 'auto_dismissed'
}

/** Files are those of the seed, and CODEOWNERS. */
export function textOf({ seed, owner }: Repository, path: string): string | undefined {
  const own = seed.files?.[path]
  if (own !== undefined || path !== '.github/CODEOWNERS' || !seed.codeOwners) return own
  const lines = ['# Emulated file. Demo data.', `* @${owner}/engineering`]
  for (const error of seed.codeOwners) {
    while (lines.length < error.line - 1) lines.push('')
    lines[error.line - 1] = error.source ?? ''
  }
  return `${lines.join('\n')}\n`
}
