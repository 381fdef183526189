import { deploymentId, runId, statusesOf } from '../facts.ts'
import type { Deployed } from '../history.ts'
import * as shapes from '../shapes/deployments.ts'
import type { Repository } from '../world.ts'
import { type Answer, type Call, counted, inRepository, listOf, NOT_FOUND, ok, type Route } from './route.ts'

/** Newest first. */
function deployments({ query, site, base, world }: Call, repository: Repository): Answer {
  const [sha, environment] = [query.get('sha'), query.get('environment')]
  const list = site
    .history(repository)
    .deployments.filter(
      (one) => (sha === null || sha === one.sha) && (environment === null || environment === one.seed.environment),
    )
    .toSorted((a, b) => (a.seed.createdAt < b.seed.createdAt ? 1 : -1))
  return listOf(list, (one) => shapes.deployment(base, world, repository, one))
}

const inDeployment = (answer: (call: Call, repository: Repository, one: Deployed) => Answer) =>
  inRepository((call, repository) => {
    const found = call.site
      .history(repository)
      .deployments.find((one) => String(deploymentId(repository, one)) === call.params.id)
    return found ? answer(call, repository, found) : NOT_FOUND
  })

const environmentsOf = ({ seed }: Repository) => seed.environments ?? []

function branchPolicies({ params }: Call, repository: Repository): Answer {
  const found = environmentsOf(repository).find(({ name }) => name === params.name)
  if (!found) return NOT_FOUND
  const patterns = found.branches === undefined || found.branches === 'protected' ? [] : found.branches
  return listOf(patterns, (pattern) => shapes.branchPolicy(repository, found.name, pattern), {
    wrap: counted('branch_policies'),
  })
}

/** One run for each commit that was deployed. */
function runsOf({ site }: Call, repository: Repository): Deployed[] {
  const byCommit = new Map(site.history(repository).deployments.map((one) => [one.sha, one] as const))
  return [...byCommit.values()]
}

function runs(call: Call, repository: Repository): Answer {
  const [sha, event] = [call.query.get('head_sha'), call.query.get('event')]
  const list = runsOf(call, repository).filter(
    (one) => (sha === null || sha === one.sha) && (event === null || event === 'push'),
  )
  return listOf(list, (one) => shapes.workflowRun(call.base, call.world, repository, one), {
    wrap: counted('workflow_runs'),
  })
}

const inRun = (answer: (call: Call, repository: Repository, one: Deployed) => Answer) =>
  inRepository((call, repository) => {
    const found = runsOf(call, repository).find((one) => String(runId(repository, one.sha)) === call.params.id)
    return found ? answer(call, repository, found) : NOT_FOUND
  })

export const deploymentRoutes: readonly Route[] = [
  { path: '/repos/:owner/:repo/deployments', right: 'deployments=read', open: true, answer: inRepository(deployments) },
  {
    path: '/repos/:owner/:repo/deployments/:id',
    right: 'deployments=read',
    open: true,
    answer: inDeployment(({ base, world }, repository, one) => ok(shapes.deployment(base, world, repository, one))),
  },
  {
    path: '/repos/:owner/:repo/deployments/:id/statuses',
    right: 'deployments=read',
    open: true,
    answer: inDeployment(({ base, world }, repository, one) =>
      listOf(statusesOf(one.seed).toReversed(), (status) =>
        shapes.deploymentStatus(base, world, repository, one, status),
      ),
    ),
  },
  {
    path: '/repos/:owner/:repo/environments',
    right: 'actions=read',
    open: true,
    answer: inRepository(({ base, world }, repository) =>
      listOf(environmentsOf(repository), (one) => shapes.environment(base, world, repository, one), {
        wrap: counted('environments'),
      }),
    ),
  },
  {
    path: '/repos/:owner/:repo/environments/:name',
    right: 'actions=read',
    open: true,
    answer: inRepository(({ base, world, params }, repository) => {
      const found = environmentsOf(repository).find(({ name }) => name === params.name)
      return found ? ok(shapes.environment(base, world, repository, found)) : NOT_FOUND
    }),
  },
  {
    path: '/repos/:owner/:repo/environments/:name/deployment-branch-policies',
    right: 'actions=read',
    open: true,
    answer: inRepository(branchPolicies),
  },
  { path: '/repos/:owner/:repo/actions/runs', right: 'actions=read', open: true, answer: inRepository(runs) },
  {
    path: '/repos/:owner/:repo/actions/runs/:id',
    right: 'actions=read',
    open: true,
    answer: inRun(({ base, world }, repository, one) => ok(shapes.workflowRun(base, world, repository, one))),
  },
  {
    path: '/repos/:owner/:repo/actions/runs/:id/approvals',
    right: 'actions=read',
    open: true,
    answer: inRun((call, repository, { sha }) => {
      const all = call.site.history(repository).deployments.filter((one) => one.sha === sha)
      const list = all.flatMap((one) => (one.seed.approvals ?? []).map((approval) => ({ one, approval })))
      return listOf(list, ({ one, approval }) => shapes.approval(call.base, call.world, repository, one, approval))
    }),
  },
]
