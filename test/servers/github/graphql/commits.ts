import { newestStatuses, checkId } from '../facts.ts'
import { WEB_FLOW } from '../actors.ts'
import { ancestors } from '../ancestors.ts'
import type { Commit } from '../history.ts'
import type { CheckSeed, StatusSeed } from '../seed-changes.ts'
import { numberOf } from '../actors.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, needIn, nodeId, paged, sorted, upper, WEB } from './context.ts'
import { appNode } from './protection.ts'
import type { PullArguments } from './pulls.ts'

const BAD = new Set(['failure', 'timed_out', 'cancelled', 'action_required'])

/** GitHub's summary of checks and statuses. */
function rollupState(checks: readonly CheckSeed[], statuses: readonly StatusSeed[]): string {
  if (checks.some(({ conclusion }) => BAD.has(conclusion ?? '')) || statuses.some(({ state }) => state === 'failure')) {
    return 'FAILURE'
  }
  if (statuses.some(({ state }) => state === 'error')) return 'ERROR'
  const running =
    checks.some(({ conclusion }) => conclusion === null) || statuses.some(({ state }) => state === 'pending')
  return running ? 'PENDING' : 'SUCCESS'
}

function checkNode(call: At, repository: Repository, commit: Commit, check: CheckSeed): Record<string, unknown> {
  const id = checkId(commit, check)
  const done = check.conclusion !== null
  const finished = check.completedAt ?? commit.committedAt
  const path = `/${repository.fullName}/runs/${id}`
  return {
    __typename: 'CheckRun',
    id: nodeId('CR', id),
    databaseId: id,
    name: check.name,
    status: done ? 'COMPLETED' : 'IN_PROGRESS',
    conclusion: done ? upper(check.conclusion ?? 'success') : null,
    startedAt: commit.committedAt,
    completedAt: done ? finished : null,
    detailsUrl: `${WEB}${path}`,
    externalId: '',
    permalink: `${WEB}${path}`,
    resourcePath: path,
    url: `${WEB}${path}`,
    title: null,
    summary: null,
    text: null,
    isRequired: () => contextsAsked(repository).has(check.name),
    repository: () => call.make.repository(call, repository),
    checkSuite: () => suiteNode(call, repository, commit, check.app ?? 'github-actions'),
  }
}

/** Contexts that protection of the default branch asks for. */
function contextsAsked({ seed, rulesets }: Repository): Set<string> {
  const rules = rulesets.flatMap((one) => one.seed.rules)
  return new Set([
    ...(seed.classic?.statusChecks?.contexts ?? []),
    ...rules.flatMap((rule) =>
      rule.type === 'required_status_checks'
        ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
        : [],
    ),
  ])
}

/** The checks that one app reported for a commit. */
function suiteNode(call: At, repository: Repository, commit: Commit, slug: string): Record<string, unknown> {
  const checks = commit.checks.filter(({ app = 'github-actions' }) => app === slug)
  const id = numberOf(`suite:${commit.sha}:${slug}`)
  const state = rollupState(checks, [])
  const path = `/${repository.fullName}/commit/${commit.sha}/checks`
  return {
    __typename: 'CheckSuite',
    id: nodeId('CS', id),
    databaseId: id,
    app: () => appNode(numberOf(`app:${slug}`), slug),
    status: state === 'PENDING' ? 'IN_PROGRESS' : 'COMPLETED',
    conclusion: state === 'PENDING' ? null : state,
    createdAt: commit.committedAt,
    updatedAt: commit.committedAt,
    creator: null,
    branch: null,
    push: null,
    resourcePath: path,
    url: `${WEB}${path}`,
    commit: () => commitNode(call, repository, commit),
    repository: () => call.make.repository(call, repository),
    checkRuns: (args: PageArguments) => paged(call, checks, args, (one) => checkNode(call, repository, commit, one)),
    workflowRun: () => (slug === 'github-actions' ? call.make.workflowRun(call, repository, commit) : null),
  }
}

function statusNode(call: At, repository: Repository, commit: Commit, status: StatusSeed) {
  return {
    __typename: 'StatusContext',
    id: nodeId('SC', numberOf(`${commit.sha}:${status.context}:${status.createdAt}`)),
    context: status.context,
    state: upper(status.state),
    createdAt: status.createdAt,
    description: null,
    targetUrl: null,
    creator: () => call.make.actor(call, status.creator),
    isRequired: () => contextsAsked(repository).has(status.context),
    commit: () => commitNode(call, repository, commit),
  }
}

/** Null if nothing was ever reported. */
export function rollupNode(call: At, repository: Repository, commit: Commit) {
  needIn(call, repository, 'checks=read')
  needIn(call, repository, 'statuses=read')
  const statuses = newestStatuses(commit.statuses)
  if (commit.checks.length + statuses.length === 0) return null
  const nodes = [
    ...commit.checks.map((one) => () => checkNode(call, repository, commit, one)),
    ...statuses.map((one) => () => statusNode(call, repository, commit, one)),
  ]
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('SCR', commit.sha),
    state: rollupState(commit.checks, statuses),
    commit: () => commitNode(call, repository, commit),
    contexts: (args: PageArguments) => ({
      ...paged<() => unknown, unknown>(call, nodes, args, (make) => make()),
      checkRunCount: commit.checks.length,
      statusContextCount: statuses.length,
    }),
  }
}

interface HistoryArguments extends PageArguments {
  since?: string
  until?: string
}

/** Moments are compared as moments: GitHub takes any offset. Both bounds are inclusive. */
const within = (moment: string, { since, until }: HistoryArguments) =>
  (!since || Date.parse(moment) >= Date.parse(since)) && (!until || Date.parse(moment) <= Date.parse(until))

export function commitNode(call: At, repository: Repository, commit: Commit): Record<string, unknown> {
  const path = `/${repository.fullName}/commit/${commit.sha}`
  const [headline = '', ...body] = commit.message.split('\n')
  const history = () => call.site.history(repository)
  const known = (sha: string) => history().commits.get(sha) ?? []
  return {
    __typename: 'Commit',
    id: nodeId('C', `${repository.id}:${commit.sha}`),
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join('\n').trim(),
    authoredDate: commit.authoredAt,
    committedDate: commit.committedAt,
    pushedDate: null,
    authoredByCommitter: commit.author === commit.committer,
    committedViaWeb: commit.committer === WEB_FLOW,
    additions: 1,
    deletions: 0,
    changedFilesIfAvailable: 1,
    resourcePath: path,
    url: `${WEB}${path}`,
    commitResourcePath: path,
    commitUrl: `${WEB}${path}`,
    author: () => call.make.gitActor(call, commit.author, commit.authoredAt),
    committer: () => call.make.gitActor(call, commit.committer, commit.committedAt),
    authors: (args: PageArguments) =>
      paged(call, [commit.author], args, (login) => call.make.gitActor(call, login, commit.authoredAt)),
    signature: commit.signed
      ? {
          __typename: 'GpgSignature',
          email: `${commit.committer}@example.com`,
          isValid: true,
          state: 'VALID',
          keyId: '0123456789ABCDEF',
          payload: '',
          signature: '',
          signer: null,
          verifiedAt: commit.committedAt,
          wasSignedByGitHub: commit.committer === WEB_FLOW,
        }
      : null,
    repository: () => call.make.repository(call, repository),
    parents: (args: PageArguments) =>
      paged(call, commit.parents.flatMap(known), args, (one) => commitNode(call, repository, one)),
    history: (args: HistoryArguments) => {
      const list = ancestors(history().commits, commit.sha).filter(({ committedAt }) => within(committedAt, args))
      return paged(call, list, args, (one) => commitNode(call, repository, one))
    },
    associatedPullRequests: (args: PullArguments) => {
      needIn(call, repository, 'pull_requests=read')
      const pulls = commit.pulls.flatMap((number) => history().pullByNumber.get(number) ?? [])
      return paged(call, pulls, args, (one) => call.make.pull(call, repository, one))
    },
    statusCheckRollup: () => rollupNode(call, repository, commit),
    status: () => {
      needIn(call, repository, 'statuses=read')
      const statuses = newestStatuses(commit.statuses)
      const contexts = statuses.map((one) => statusNode(call, repository, commit, one))
      return statuses.length === 0
        ? null
        : { __typename: 'Status', id: nodeId('ST', commit.sha), state: rollupState([], statuses), contexts }
    },
    checkSuites: (args: PageArguments) => {
      needIn(call, repository, 'checks=read')
      const slugs = new Set(commit.checks.map(({ app = 'github-actions' }) => app))
      if (history().deployments.some(({ sha }) => sha === commit.sha)) slugs.add('github-actions')
      return paged(call, [...slugs], args, (slug) => suiteNode(call, repository, commit, slug))
    },
    deployments: (args: PageArguments & { environments?: readonly string[]; orderBy?: { direction: string } }) => {
      needIn(call, repository, 'deployments=read')
      const list = history().deployments.filter(
        ({ sha, seed }) => sha === commit.sha && (!args.environments || args.environments.includes(seed.environment)),
      )
      const order = sorted(list, ({ seed }) => seed.createdAt, args.orderBy?.direction)
      return paged(call, order, args, (one) => call.make.deployment(call, repository, one))
    },
  }
}
