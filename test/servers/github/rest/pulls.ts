import { latestOpinions } from '../facts.ts'
import type { Pull } from '../history.ts'
import * as shapes from '../shapes/pulls.ts'
import { commit } from '../shapes/commits.ts'
import type { Repository } from '../world.ts'
import { type Answer, type Call, inRepository, listOf, NOT_FOUND, ok, type Route } from './route.ts'

function pulls(call: Call, repository: Repository): Answer {
  const { query, site, base, world } = call
  const state = query.get('state') ?? 'open'
  const sort = query.get('sort') ?? 'created'
  const ascending = query.get('direction') === 'asc'
  const [wantedBase, head] = [query.get('base'), query.get('head')]
  const chosen = site
    .history(repository)
    .pulls.filter(
      (one) =>
        (state === 'all' || (one.state === 'OPEN') === (state === 'open')) &&
        (wantedBase === null || wantedBase === one.base) &&
        (head === null || head === `${repository.owner}:${one.headName}`),
    )
  const by = (one: Pull) => (sort === 'updated' ? one.updatedAt : one.seed.openedAt)
  const sorted = chosen.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : a.number - b.number))
  return listOf(ascending ? sorted : sorted.toReversed(), (one) => shapes.pull(base, world, repository, one))
}

const inPull = (answer: (call: Call, repository: Repository, pull: Pull) => Answer) =>
  inRepository((call, repository) => {
    const found = call.site.history(repository).pullByNumber.get(Number(call.params.number))
    return found ? answer(call, repository, found) : NOT_FOUND
  })

export const pullRoutes: readonly Route[] = [
  { path: '/repos/:owner/:repo/pulls', right: 'pull_requests=read', open: true, answer: inRepository(pulls) },
  {
    path: '/repos/:owner/:repo/pulls/:number',
    right: 'pull_requests=read',
    open: true,
    answer: inPull(({ base, world }, repository, pull) => ok(shapes.pullDetail(base, world, repository, pull))),
  },
  {
    path: '/repos/:owner/:repo/pulls/:number/reviews',
    right: 'pull_requests=read',
    open: true,
    answer: inPull(({ base, world }, repository, pull) =>
      listOf(
        (pull.seed.reviews ?? []).map((review, place) => ({ review, place })),
        ({ review, place }) => shapes.review(base, world, repository, pull, review, place),
      ),
    ),
  },
  {
    path: '/repos/:owner/:repo/pulls/:number/commits',
    right: 'pull_requests=read',
    open: true,
    answer: inPull(({ base, world }, repository, pull) =>
      listOf(pull.commits, (one) => commit(base, world, repository, one)),
    ),
  },
  {
    path: '/repos/:owner/:repo/pulls/:number/requested_reviewers',
    right: 'pull_requests=read',
    open: true,
    answer: inPull(({ base, world }, repository, pull) => {
      const done = new Set(latestOpinions(pull).map(({ review }) => review.author))
      const users = shapes.pull(base, world, repository, pull).requested_reviewers ?? []
      return ok({ users: users.filter(({ login }) => !done.has(login)), teams: [] })
    }),
  },
]
