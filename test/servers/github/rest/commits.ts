import { ancestors } from '../ancestors.ts'
import type { Commit } from '../history.ts'
import * as checks from '../shapes/checks.ts'
import { commit } from '../shapes/commits.ts'
import { activity, pull } from '../shapes/pulls.ts'
import type { Repository } from '../world.ts'
import { type Answer, type Call, counted, inRepository, listOf, ok, refusal, type Route } from './route.ts'

const EMPTY = refusal(409, 'Git Repository is empty.')
const NO_COMMIT = (ref: string) => refusal(422, `No commit found for SHA: ${ref}`)
const PERIODS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 90, year: 365 }
const DAY_MS = 86_400_000

/** A commit by sha or branch. */
function resolve(call: Call, repository: Repository, ref: string): Commit | undefined {
  const history = call.site.history(repository)
  const branch = ref.replace(/^(?:refs\/)?heads\//, '')
  return history.commits.get(ref) ?? history.commits.get(history.branches.get(branch) ?? '')
}

/** Every commit that can be reached, newest first; both bounds are inclusive and of the committer's date. */
function commits(call: Call, repository: Repository): Answer {
  if (repository.seed.empty) return EMPTY
  const { query, base, world, site } = call
  const ref = query.get('sha') ?? repository.defaultBranch
  const head = resolve(call, repository, ref)
  if (!head) return refusal(404, 'Not Found')
  const [since, until, author] = [query.get('since'), query.get('until'), query.get('author')]
  const list = ancestors(site.history(repository).commits, head.sha).filter(
    (one) =>
      (since === null || Date.parse(one.committedAt) >= Date.parse(since)) &&
      (until === null || Date.parse(one.committedAt) <= Date.parse(until)) &&
      (author === null || author === one.author),
  )
  return listOf(list, (one) => commit(base, world, repository, one))
}

const inCommit = (answer: (call: Call, repository: Repository, one: Commit) => Answer) =>
  inRepository((call, repository) => {
    if (repository.seed.empty) return EMPTY
    const ref = call.params.ref ?? ''
    const found = resolve(call, repository, ref)
    return found ? answer(call, repository, found) : NO_COMMIT(ref)
  })

function checkRuns({ query, base, world }: Call, repository: Repository, one: Commit): Answer {
  const [name, status] = [query.get('check_name'), query.get('status')]
  const list = one.checks.filter(
    (check) =>
      (name === null || check.name === name) &&
      (status === null || (status === 'completed') === (check.conclusion !== null)),
  )
  return listOf(list, (check) => checks.checkRun(base, world, repository, one, check), { wrap: counted('check_runs') })
}

/** Pushes and merges, newest first. What was refused is not an activity. */
function activities(call: Call, repository: Repository): Answer {
  const { query, base, world, site } = call
  const [ref, actor, type, period] = ['ref', 'actor', 'activity_type', 'time_period'].map((name) => query.get(name))
  const days = PERIODS[period ?? '']
  const list = site
    .history(repository)
    .pushes.filter(
      (push) =>
        push.after !== undefined &&
        (!ref || ref === `refs/heads/${push.branch}` || ref === push.branch) &&
        (!actor || actor === push.by) &&
        (!type || type === (push.pull === undefined ? 'push' : 'pr_merge')) &&
        (days === undefined || Date.parse(push.at) > site.now() - days * DAY_MS),
    )
  const sorted = query.get('direction') === 'asc' ? list : list.toReversed()
  return listOf(sorted, (push) => activity(base, world, repository, push), { cursor: true })
}

export const commitRoutes: readonly Route[] = [
  { path: '/repos/:owner/:repo/activity', right: 'contents=read', answer: inRepository(activities) },
  { path: '/repos/:owner/:repo/commits', right: 'contents=read', open: true, answer: inRepository(commits) },
  {
    path: '/repos/:owner/:repo/commits/:ref/pulls',
    right: 'pull_requests=read',
    open: true,
    answer: inCommit(({ base, world, site }, repository, one) => {
      const { pullByNumber } = site.history(repository)
      const list = one.pulls.flatMap((number) => pullByNumber.get(number) ?? [])
      return listOf(list, (each) => pull(base, world, repository, each))
    }),
  },
  {
    path: '/repos/:owner/:repo/commits/:ref/check-runs',
    right: 'checks=read',
    open: true,
    answer: inCommit(checkRuns),
  },
  {
    path: '/repos/:owner/:repo/commits/:ref/status',
    right: 'statuses=read',
    open: true,
    answer: inCommit(({ base, world }, repository, one) => ok(checks.combinedStatus(base, world, repository, one))),
  },
  {
    path: '/repos/:owner/:repo/commits/:ref/statuses',
    right: 'statuses=read',
    open: true,
    answer: inCommit(({ base, world }, repository, one) =>
      listOf(one.statuses.toReversed(), (status) => checks.status(base, world, repository, one, status)),
    ),
  },
]

/** After the routes below `/commits/{ref}`, as a ref may have slashes. */
export const commitRoute: Route = {
  path: '/repos/:owner/:repo/commits/:ref',
  right: 'contents=read',
  open: true,
  answer: inCommit(({ base, world }, repository, one) =>
    ok({ ...commit(base, world, repository, one), stats: { additions: 1, deletions: 0, total: 1 }, files: [] }),
  ),
}
