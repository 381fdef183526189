import { deploymentId, runId, statusesOf, runUrl, environmentId } from '../facts.ts'
import { numberOf } from '../actors.ts'
import type { Deployed } from '../history.ts'
import type { DeploymentSeed } from '../seed-changes.ts'
import type { EnvironmentSeed } from '../seed-security.ts'
import type { Repository, World } from '../world.ts'
import { CREATED, nodeId, UPDATED, WEB } from './api.ts'
import { actor } from './commits.ts'
import { team as teamItem, user } from './people.ts'
import { repository } from './repository.ts'

export function deployment(base: string, world: World, repo: Repository, deployed: Deployed) {
  const { seed, sha } = deployed
  const id = deploymentId(repo, deployed)
  const url = `${base}/repos/${repo.fullName}/deployments/${id}`
  return {
    url,
    id,
    node_id: nodeId('DE', id),
    sha,
    ref: repo.defaultBranch,
    task: 'deploy',
    payload: {},
    original_environment: seed.environment,
    environment: seed.environment,
    description: null,
    creator: actor(base, world, seed.creator),
    created_at: seed.createdAt,
    updated_at: statusesOf(seed).at(-1)?.at ?? seed.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: `${base}/repos/${repo.fullName}`,
    transient_environment: false,
    production_environment: seed.environment.startsWith('production'),
  }
}

export function deploymentStatus(
  base: string,
  world: World,
  repo: Repository,
  deployed: Deployed,
  seed: NonNullable<DeploymentSeed['statuses']>[number],
) {
  const id = numberOf(`status:${deploymentId(repo, deployed)}:${seed.state}:${seed.at}`)
  const url = `${base}/repos/${repo.fullName}/deployments/${deploymentId(repo, deployed)}`
  const log = runUrl(repo, deployed.sha)
  return {
    url: `${url}/statuses/${id}`,
    id,
    node_id: nodeId('DES', id),
    state: seed.state,
    creator: actor(base, world, deployed.seed.creator),
    description: '',
    environment: deployed.seed.environment,
    target_url: log,
    created_at: seed.at,
    updated_at: seed.at,
    deployment_url: url,
    repository_url: `${base}/repos/${repo.fullName}`,
    environment_url: '',
    log_url: log,
  }
}

export function environment(base: string, world: World, repo: Repository, seed: EnvironmentSeed) {
  const { name, reviewers, waitTimer, preventSelfReview, branches } = seed
  const id = environmentId(repo, name)
  const rule = (type: string) => {
    const number = numberOf(`${id}:${type}`)
    return { id: number, node_id: nodeId('GA', number), type }
  }
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${base}/repos/${repo.fullName}/environments/${encodeURIComponent(name)}`,
    html_url: `${WEB}/${repo.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: seed.createdAt ?? CREATED,
    updated_at: UPDATED,
    protection_rules: [
      ...(waitTimer ? [{ ...rule('wait_timer'), wait_timer: waitTimer }] : []),
      ...(reviewers
        ? [
            {
              ...rule('required_reviewers'),
              prevent_self_review: preventSelfReview ?? false,
              reviewers: reviewers.flatMap((one): { type: string; reviewer: object }[] => {
                const team = 'team' in one ? world.teams.get(one.team) : undefined
                if (team) return [{ type: 'Team', reviewer: teamItem(base, world, team) }]
                const person = 'user' in one ? world.people.get(one.user) : undefined
                return person ? [{ type: 'User', reviewer: user(base, person) }] : []
              }),
            },
          ]
        : []),
      ...(branches ? [rule('branch_policy')] : []),
    ],
    deployment_branch_policy: branches
      ? { protected_branches: branches === 'protected', custom_branch_policies: branches !== 'protected' }
      : null,
  }
}

export function branchPolicy(repo: Repository, environmentName: string, pattern: string) {
  const id = numberOf(`policy:${repo.id}:${environmentName}:${pattern}`)
  return { id, node_id: nodeId('GBP', id), name: pattern, type: 'branch' }
}

/** The run of a workflow that deployed a commit. */
export function workflowRun(base: string, world: World, repo: Repository, deployed: Deployed) {
  const { seed, sha } = deployed
  const id = runId(repo, sha)
  const repos = `${base}/repos/${repo.fullName}`
  const url = `${repos}/actions/runs/${id}`
  const suite = numberOf(`suite:${sha}:github-actions`)
  const listed = repository(base, world, repo, 'pull')
  return {
    id,
    name: 'deploy',
    node_id: nodeId('WFR', id),
    check_suite_id: suite,
    check_suite_node_id: nodeId('CS', suite),
    head_branch: repo.defaultBranch,
    head_sha: sha,
    path: '.github/workflows/deploy.yaml',
    run_number: 1,
    run_attempt: 1,
    event: 'push',
    status: 'completed',
    conclusion: statusesOf(seed).at(-1)?.state === 'failure' ? 'failure' : 'success',
    workflow_id: numberOf(`workflow:${repo.id}`),
    url,
    html_url: `${WEB}/${repo.fullName}/actions/runs/${id}`,
    pull_requests: [],
    created_at: seed.createdAt,
    updated_at: seed.createdAt,
    actor: actor(base, world, seed.creator),
    triggering_actor: actor(base, world, seed.creator),
    run_started_at: seed.createdAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repos}/check-suites/${suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repos}/actions/workflows/${numberOf(`workflow:${repo.id}`)}`,
    head_commit: null,
    repository: listed,
    head_repository: listed,
    display_title: 'deploy',
  }
}

type Approval = NonNullable<DeploymentSeed['approvals']>[number]

export function approval(base: string, world: World, repo: Repository, { seed }: Deployed, one: Approval) {
  const known = repo.seed.environments?.find(({ name }) => name === seed.environment) ?? { name: seed.environment }
  const { id, node_id, name, url, html_url, created_at, updated_at } = environment(base, world, repo, known)
  return {
    environments: [{ id, node_id, name, url, html_url, created_at, updated_at }],
    state: one.state ?? 'approved',
    user: actor(base, world, one.by),
    comment: one.comment ?? '',
  }
}
