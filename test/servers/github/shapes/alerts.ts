import { stateOf } from '../facts.ts'
import type { CodeAlertSeed, CodeScanningSeed, DependencyAlertSeed, SecretAlertSeed } from '../seed-security.ts'
import type { Repository, World } from '../world.ts'
import { numberOf } from '../actors.ts'
import { CREATED, UPDATED, WEB } from './api.ts'
import { actor } from './commits.ts'
import { repository } from './repository.ts'

/** An alert with its repository and its number in it. */
export interface Numbered<T> {
  repo: Repository
  number: number
  seed: T
}

/** What organisation-wide lists show of a repository. */
function simpleRepository(base: string, world: World, repo: Repository) {
  const listed = repository(base, world, repo, 'pull')
  const names = Object.keys(listed).filter(
    (name) =>
      name.endsWith('_url') ||
      ['id', 'node_id', 'name', 'full_name', 'owner', 'private', 'description', 'fork', 'url'].includes(name),
  )
  return Object.fromEntries(names.map((name) => [name, listed[name as keyof typeof listed]]))
}

const inList = (base: string, world: World, repo: Repository, organization: boolean) =>
  organization ? { repository: simpleRepository(base, world, repo) } : {}

/** The secret itself is a marker that no report may show; asked with `hide_secret`, GitHub leaves it out. */
export const LEAKED = 'leaked-secret-that-must-not-be-written-down'

export function secretAlert(
  base: string,
  world: World,
  { repo, number, seed }: Numbered<SecretAlertSeed>,
  organization: boolean,
  hide: boolean,
) {
  const url = `${base}/repos/${repo.fullName}/secret-scanning/alerts/${number}`
  const bypassed = seed.pushProtectionBypassedBy
  return {
    number,
    created_at: seed.createdAt,
    updated_at: seed.resolved?.at ?? seed.createdAt,
    url,
    html_url: `${WEB}/${repo.fullName}/security/secret-scanning/${number}`,
    locations_url: `${url}/locations`,
    state: seed.resolved ? 'resolved' : 'open',
    resolution: seed.resolved?.as ?? null,
    resolved_at: seed.resolved?.at ?? null,
    resolved_by: seed.resolved ? actor(base, world, seed.resolved.by) : null,
    resolution_comment: null,
    secret_type: seed.type,
    secret_type_display_name: seed.type.replaceAll('_', ' '),
    ...(!hide && { secret: LEAKED }),
    push_protection_bypassed: bypassed !== undefined,
    push_protection_bypassed_by: bypassed === undefined ? null : actor(base, world, bypassed),
    push_protection_bypassed_at: bypassed === undefined ? null : seed.createdAt,
    validity: seed.validity ?? 'unknown',
    publicly_leaked: seed.publiclyLeaked ?? false,
    multi_repo: false,
    ...inList(base, world, repo, organization),
  }
}

export function dependencyAlert(
  base: string,
  world: World,
  { repo, number, seed }: Numbered<DependencyAlertSeed>,
  organization: boolean,
) {
  const { dismissed } = seed
  const packageName = { ecosystem: seed.ecosystem, name: seed.package }
  const vulnerability = {
    package: packageName,
    severity: seed.severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  }
  return {
    number,
    state: stateOf(seed),
    dependency: {
      package: packageName,
      manifest_path: seed.manifest,
      scope: seed.scope ?? 'runtime',
      relationship: 'direct',
    },
    security_advisory: {
      ghsa_id: seed.ghsa,
      cve_id: seed.cve ?? null,
      summary: 'An invented weakness',
      description: 'Demo data.',
      vulnerabilities: [vulnerability],
      severity: seed.severity,
      cvss: { vector_string: null, score: 0 },
      cwes: [],
      identifiers: [{ type: 'GHSA', value: seed.ghsa }, ...(seed.cve ? [{ type: 'CVE', value: seed.cve }] : [])],
      references: [],
      published_at: CREATED,
      updated_at: UPDATED,
      withdrawn_at: null,
    },
    security_vulnerability: vulnerability,
    url: `${base}/repos/${repo.fullName}/dependabot/alerts/${number}`,
    html_url: `${WEB}/${repo.fullName}/security/dependabot/${number}`,
    created_at: seed.createdAt,
    updated_at: seed.fixedAt ?? dismissed?.at ?? seed.autoDismissedAt ?? seed.createdAt,
    dismissed_at: dismissed?.at ?? null,
    dismissed_by: dismissed ? actor(base, world, dismissed.by) : null,
    dismissed_reason: dismissed?.reason ?? null,
    dismissed_comment: dismissed?.comment ?? null,
    fixed_at: seed.fixedAt ?? null,
    auto_dismissed_at: seed.autoDismissedAt ?? null,
    ...inList(base, world, repo, organization),
  }
}

export const codeState = ({ fixedAt, dismissed }: CodeAlertSeed) =>
  fixedAt ? 'fixed' : dismissed ? 'dismissed' : 'open'

const analysisKey = (tool: string) => `.github/workflows/${tool.toLowerCase()}.yml:analyze`

export function codeAlert(
  base: string,
  world: World,
  { repo, number, seed }: Numbered<CodeAlertSeed>,
  organization: boolean,
) {
  const url = `${base}/repos/${repo.fullName}/code-scanning/alerts/${number}`
  const { dismissed } = seed
  const tool = seed.tool ?? 'CodeQL'
  return {
    number,
    created_at: seed.createdAt,
    updated_at: seed.fixedAt ?? dismissed?.at ?? seed.createdAt,
    url,
    html_url: `${WEB}/${repo.fullName}/security/code-scanning/${number}`,
    instances_url: `${url}/instances`,
    state: codeState(seed),
    fixed_at: seed.fixedAt ?? null,
    dismissed_by: dismissed ? actor(base, world, dismissed.by) : null,
    dismissed_at: dismissed?.at ?? null,
    dismissed_reason: dismissed?.reason ?? null,
    dismissed_comment: dismissed?.comment ?? null,
    rule: {
      id: seed.rule,
      name: seed.rule,
      severity: seed.severity,
      security_severity_level: seed.securitySeverity ?? null,
      description: 'Demo data.',
      tags: seed.securitySeverity ? ['security'] : [],
    },
    tool: { name: tool, guid: null, version: '2.20.0' },
    most_recent_instance: {
      ref: `refs/heads/${repo.defaultBranch}`,
      analysis_key: analysisKey(tool),
      environment: '{}',
      category: analysisKey(tool),
      state: codeState(seed),
      commit_sha: '0'.repeat(40),
      message: { text: 'Demo data.' },
      location: { path: seed.path, start_line: 1, end_line: 1, start_column: 1, end_column: 2 },
      classifications: [],
    },
    ...inList(base, world, repo, organization),
  }
}

export function analysis(
  base: string,
  repo: Repository,
  sha: string,
  seed: NonNullable<CodeScanningSeed['analyses']>[number],
) {
  const id = numberOf(`analysis:${repo.id}:${seed.at}:${seed.tool ?? ''}`)
  const tool = seed.tool ?? 'CodeQL'
  return {
    ref: seed.ref ?? `refs/heads/${repo.defaultBranch}`,
    commit_sha: sha,
    analysis_key: analysisKey(tool),
    environment: '{}',
    category: seed.category ?? analysisKey(tool),
    error: seed.error ?? '',
    created_at: seed.at,
    results_count: 1,
    rules_count: 100,
    id,
    url: `${base}/repos/${repo.fullName}/code-scanning/analyses/${id}`,
    sarif_id: `00000000-0000-0000-0000-${String(id).padStart(12, '0')}`,
    tool: { name: tool, guid: null, version: '2.20.0' },
    deletable: true,
    warning: '',
  }
}
