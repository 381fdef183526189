import { deploymentId, runId, statusesOf, runUrl, environmentId } from '../facts.ts'
import { numberOf } from '../actors.ts'
import type { Commit, Deployed } from '../history.ts'
import type { EnvironmentSeed } from '../seed-security.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, needIn, nodeId, paged, upper, WEB } from './context.ts'

export function deploymentNode(call: At, repository: Repository, deployed: Deployed): Record<string, unknown> {
  const { seed, sha } = deployed
  const id = deploymentId(repository, deployed)
  const list = statusesOf(seed)
  const last = list.at(-1)
  const status = (one: (typeof list)[number]): Record<string, unknown> => ({
    __typename: 'DeploymentStatus',
    id: nodeId('DES', `${id}:${one.state}:${one.at}`),
    state: upper(one.state),
    createdAt: one.at,
    updatedAt: one.at,
    creator: () => call.make.actor(call, seed.creator),
    description: '',
    environment: seed.environment,
    environmentUrl: null,
    logUrl: runUrl(repository, sha),
    deployment: () => deploymentNode(call, repository, deployed),
  })
  return {
    __typename: 'Deployment',
    id: nodeId('DE', id),
    databaseId: id,
    commitOid: sha,
    commit: () => {
      const commit = call.site.history(repository).commits.get(sha)
      return commit ? call.make.commit(call, repository, commit) : null
    },
    createdAt: seed.createdAt,
    updatedAt: last?.at ?? seed.createdAt,
    creator: () => call.make.actor(call, seed.creator),
    description: '',
    environment: seed.environment,
    latestEnvironment: seed.environment,
    originalEnvironment: seed.environment,
    payload: '',
    task: 'deploy',
    state: last === undefined ? 'PENDING' : last.state === 'success' ? 'ACTIVE' : upper(last.state),
    ref: () => call.make.ref(call, repository, repository.defaultBranch),
    repository: () => call.make.repository(call, repository),
    latestStatus: () => (last ? status(last) : null),
    // Newest first.
    statuses: (args: PageArguments) => paged(call, list.toReversed(), args, status),
  }
}

/** Deployments of a commit are told as one run of a workflow, which the reviewers of their environments approved. */
export function workflowRunNode(call: At, repository: Repository, commit: Commit): Record<string, unknown> | null {
  needIn(call, repository, 'actions=read')
  const deployments = call.site.history(repository).deployments.filter(({ sha }) => sha === commit.sha)
  const [first] = deployments
  if (!first) return null
  const id = runId(repository, commit.sha)
  const path = `/${repository.fullName}/actions/runs/${id}`
  const approvals = deployments.flatMap(({ seed }) => (seed.approvals ?? []).map((one) => ({ one, seed })))
  return {
    __typename: 'WorkflowRun',
    id: nodeId('WFR', id),
    databaseId: id,
    event: 'push',
    runNumber: 1,
    createdAt: first.seed.createdAt,
    updatedAt: first.seed.createdAt,
    resourcePath: path,
    url: `${WEB}${path}`,
    deploymentReviews: (args: PageArguments) =>
      paged(call, approvals, args, ({ one, seed }) => ({
        __typename: 'DeploymentReview',
        id: nodeId('DR', `${id}:${one.by}:${seed.environment}`),
        databaseId: numberOf(`${id}:${one.by}:${seed.environment}`),
        comment: one.comment ?? '',
        state: upper(one.state ?? 'approved'),
        user: () => call.make.actor(call, one.by),
        environments: (inner: PageArguments) =>
          paged(call, [seed.environment], inner, (name) =>
            environmentNode(
              call,
              repository,
              repository.seed.environments?.find((env) => env.name === name) ?? { name },
            ),
          ),
      })),
  }
}

export function environmentNode(call: At, repository: Repository, environment: EnvironmentSeed) {
  const { name, reviewers, waitTimer, preventSelfReview } = environment
  const id = environmentId(repository, name)
  const people = (reviewers ?? []).flatMap((one): (() => unknown)[] => {
    if ('team' in one) {
      const team = call.world.teams.get(one.team)
      return team ? [() => call.make.team(call, team)] : []
    }
    const person = call.world.people.get(one.user)
    return person ? [() => call.make.person(call, person)] : []
  })
  const rules = [
    ...(reviewers ? [{ type: 'REQUIRED_REVIEWERS', timeout: 0, people, prevents: preventSelfReview ?? false }] : []),
    ...(waitTimer ? [{ type: 'WAIT_TIMER', timeout: waitTimer, people: [], prevents: null }] : []),
  ]
  return {
    __typename: 'Environment',
    id: nodeId('EN', id),
    databaseId: id,
    name,
    isPinned: false,
    pinnedPosition: null,
    protectionRules: (args: PageArguments) =>
      paged(call, rules, args, (rule) => ({
        databaseId: numberOf(`${id}:${rule.type}`),
        type: rule.type,
        timeout: rule.timeout,
        preventSelfReview: rule.prevents,
        reviewers: (inner: PageArguments) => paged<() => unknown, unknown>(call, rule.people, inner, (make) => make()),
      })),
  }
}
