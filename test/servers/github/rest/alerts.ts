import { stateOf } from '../facts.ts'
import { actsAsOwner, hasScope, type Right } from '../principal.ts'
import * as shapes from '../shapes/alerts.ts'
import type { Numbered } from '../shapes/alerts.ts'
import type { RepositorySeed } from '../seed.ts'
import type { CodeAlertSeed, DependencyAlertSeed, SecretAlertSeed } from '../seed-security.ts'
import { administers, sees } from '../site.ts'
import type { Repository } from '../world.ts'
import {
  type Answer,
  type Call,
  inOrganization,
  inRepository,
  listOf,
  NO_CONTENT,
  NOT_FOUND,
  ok,
  refusal,
  type Route,
} from './route.ts'

interface Kind<T> {
  seeds(seed: RepositorySeed): readonly T[]
  createdAt(seed: T): string
  /** Compared with the query's `state`, which may be a list. */
  state(seed: T): string
  enabled(call: Call, repository: Repository): boolean
  /** What is said of a repository where it is not enabled. */
  disabled: Answer
  shape(call: Call, organization: boolean): (one: Numbered<T>) => unknown
  /** More filters of the query. */
  suits(call: Call, seed: T): boolean
}

/** Features of Advanced Security are free for public repositories and licensed for the others. */
const licensed = ({ world }: Call, { visibility }: Repository) =>
  visibility === 'public' || world.seed.advancedSecurity === true

const isOneOf = (call: Call, name: string, value: string | undefined) => {
  const wanted = call.query.get(name)
  return wanted === null || wanted.split(',').includes(value ?? '')
}

const secrets: Kind<SecretAlertSeed> = {
  seeds: ({ secretAlerts }) => secretAlerts ?? [],
  createdAt: ({ createdAt }) => createdAt,
  state: ({ resolved }) => (resolved ? 'resolved' : 'open'),
  enabled: (call, repository) => licensed(call, repository) && repository.seed.security?.secretScanning === 'enabled',
  disabled: refusal(404, 'Secret scanning is disabled on this repository.'),
  shape: (call, organization) => (one) =>
    shapes.secretAlert(call.base, call.world, one, organization, call.query.get('hide_secret') === 'true'),
  suits: (call, { type, validity, resolved }) =>
    isOneOf(call, 'secret_type', type) &&
    isOneOf(call, 'validity', validity ?? 'unknown') &&
    isOneOf(call, 'resolution', resolved?.as),
}

const dependencies: Kind<DependencyAlertSeed> = {
  seeds: ({ dependencyAlerts }) => dependencyAlerts ?? [],
  createdAt: ({ createdAt }) => createdAt,
  state: stateOf,
  enabled: (_call, { seed }) => seed.security?.dependencyAlerts === 'enabled',
  disabled: refusal(403, 'Dependabot alerts are disabled for this repository.'),
  shape: (call, organization) => (one) => shapes.dependencyAlert(call.base, call.world, one, organization),
  suits: (call, seed) =>
    isOneOf(call, 'severity', seed.severity) &&
    isOneOf(call, 'ecosystem', seed.ecosystem) &&
    isOneOf(call, 'package', seed.package) &&
    isOneOf(call, 'scope', seed.scope ?? 'runtime'),
}

const codes: Kind<CodeAlertSeed> = {
  seeds: ({ codeAlerts }) => codeAlerts ?? [],
  createdAt: ({ createdAt }) => createdAt,
  state: shapes.codeState,
  enabled: (call, repository) =>
    licensed(call, repository) && (repository.seed.codeScanning?.analyses ?? []).length > 0,
  disabled: refusal(404, 'no analysis found'),
  shape: (call, organization) => (one) => shapes.codeAlert(call.base, call.world, one, organization),
  suits: (call, seed) =>
    isOneOf(call, 'severity', seed.securitySeverity ?? seed.severity) &&
    isOneOf(call, 'tool_name', seed.tool ?? 'CodeQL'),
}

const UNLICENSED = refusal(403, 'Advanced Security must be enabled for this repository to use code scanning.')

/** Newest first, as all three lists are unless asked otherwise. */
function alerts<T>(call: Call, kind: Kind<T>, repositories: readonly Repository[], organization: boolean): Answer {
  const all = repositories.flatMap((repo) =>
    kind.seeds(repo.seed).map((seed, place): Numbered<T> => ({ repo, number: place + 1, seed })),
  )
  const list = all
    .filter(({ seed }) => isOneOf(call, 'state', kind.state(seed)) && kind.suits(call, seed))
    .toSorted((a, b) => (kind.createdAt(a.seed) < kind.createdAt(b.seed) ? 1 : -1))
  const sorted = call.query.get('direction') === 'asc' ? list.toReversed() : list
  return listOf(sorted, kind.shape(call, organization), { cursor: true })
}

/** Owners and security managers, by a scope that is for it. */
const mayRead = (call: Call, right: Right) =>
  actsAsOwner(call.principal, right, 'repo') ||
  (call.principal.person?.standing === 'owner' && hasScope(call.principal, 'security_events'))

const inAll = <T>(kind: Kind<T>, right: Right) =>
  inOrganization((call) => {
    if (!mayRead(call, right)) return NOT_FOUND
    const list = [...call.world.repositories.values()].filter(
      (one) => sees(call.world, call.principal, one) && !one.seed.archived && kind.enabled(call, one),
    )
    return alerts(call, kind, list, true)
  })

const inOne = <T>(kind: Kind<T>, right: Right, licence: boolean) =>
  inRepository((call, repository) => {
    if (!mayRead(call, right)) return NOT_FOUND
    if (licence && !licensed(call, repository)) return UNLICENSED
    return kind.enabled(call, repository) ? alerts(call, kind, [repository], false) : kind.disabled
  })

function analyses(call: Call, repository: Repository): Answer {
  if (!mayRead(call, 'security_events=read')) return NOT_FOUND
  if (!licensed(call, repository)) return UNLICENSED
  const [ref, tool] = [call.query.get('ref'), call.query.get('tool_name')]
  const list = (repository.seed.codeScanning?.analyses ?? []).filter(
    (one) =>
      (ref === null ||
        ref === (one.ref ?? `refs/heads/${repository.defaultBranch}`) ||
        ref === repository.defaultBranch) &&
      (tool === null || tool === (one.tool ?? 'CodeQL')),
  )
  if (list.length === 0) return codes.disabled
  const { branches } = call.site.history(repository)
  const sha = branches.get(repository.defaultBranch) ?? '0'.repeat(40)
  return listOf(list, (one) => shapes.analysis(call.base, repository, sha, one))
}

function defaultSetup(call: Call, repository: Repository): Answer {
  if (!administers(call.world, call.principal)) return NOT_FOUND
  if (!licensed(call, repository)) return UNLICENSED
  const seed = repository.seed.codeScanning?.defaultSetup ?? { state: 'not-configured' as const }
  const on = seed.state === 'configured'
  return ok({
    state: seed.state,
    languages: [...(seed.languages ?? [])],
    runner_type: on ? 'standard' : null,
    runner_label: null,
    query_suite: 'default',
    threat_model: 'remote',
    updated_at: seed.updatedAt ?? null,
    schedule: on ? 'weekly' : null,
  })
}

const enabled = (name: 'dependencyAlerts' | 'dependencyUpdates', answer: (on: boolean) => Answer) =>
  inRepository((call, { seed }) =>
    administers(call.world, call.principal) ? answer(seed.security?.[name] === 'enabled') : NOT_FOUND,
  )

export const alertRoutes: readonly Route[] = [
  {
    path: '/orgs/:org/secret-scanning/alerts',
    right: 'secret_scanning_alerts=read',
    answer: inAll(secrets, 'secret_scanning_alerts=read'),
  },
  {
    path: '/orgs/:org/dependabot/alerts',
    right: 'vulnerability_alerts=read',
    answer: inAll(dependencies, 'vulnerability_alerts=read'),
  },
  {
    path: '/orgs/:org/code-scanning/alerts',
    right: 'security_events=read',
    answer: inAll(codes, 'security_events=read'),
  },
  {
    path: '/repos/:owner/:repo/secret-scanning/alerts',
    right: 'secret_scanning_alerts=read',
    answer: inOne(secrets, 'secret_scanning_alerts=read', false),
  },
  {
    path: '/repos/:owner/:repo/dependabot/alerts',
    right: 'vulnerability_alerts=read',
    answer: inOne(dependencies, 'vulnerability_alerts=read', false),
  },
  {
    path: '/repos/:owner/:repo/code-scanning/alerts',
    right: 'security_events=read',
    answer: inOne(codes, 'security_events=read', true),
  },
  { path: '/repos/:owner/:repo/code-scanning/analyses', right: 'security_events=read', answer: inRepository(analyses) },
  {
    path: '/repos/:owner/:repo/code-scanning/default-setup',
    right: 'administration=read',
    answer: inRepository(defaultSetup),
  },
  {
    path: '/repos/:owner/:repo/vulnerability-alerts',
    right: 'administration=read',
    answer: enabled('dependencyAlerts', (on) => (on ? NO_CONTENT : refusal(404, 'Vulnerability alerts are disabled.'))),
  },
  {
    path: '/repos/:owner/:repo/automated-security-fixes',
    right: 'administration=read',
    answer: enabled('dependencyUpdates', (on) => ok({ enabled: on, paused: false })),
  },
]
