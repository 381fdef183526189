import { actorOf, numberOf } from '../actors.ts'
import type {
  AccessTokenSeed,
  ActionsSeed,
  AuditEventSeed,
  DeployKeySeed,
  HookSeed,
  InstallationSeed,
  RunnerGroupSeed,
} from '../seed-security.ts'
import type { Repository, World } from '../world.ts'
import { CREATED, nodeId, UPDATED, WEB } from './api.ts'
import { user } from './people.ts'

export function organizationActions(base: string, world: World, seed: ActionsSeed) {
  const url = `${base}/organizations/${world.seed.id}/actions/permissions`
  const enabled = seed.enabledRepositories ?? 'all'
  return {
    enabled_repositories: enabled,
    ...(enabled === 'selected' && { selected_repositories_url: `${url}/repositories` }),
    ...(enabled !== 'none' && { allowed_actions: seed.allowedActions ?? 'all' }),
    ...(enabled !== 'none' &&
      seed.allowedActions === 'selected' && { selected_actions_url: `${url}/selected-actions` }),
    sha_pinning_required: seed.shaPinning ?? false,
  }
}

export function repositoryActions(base: string, repo: Repository, seed: ActionsSeed) {
  const enabled = seed.enabledRepositories !== 'none'
  return {
    enabled,
    ...(enabled && { allowed_actions: seed.allowedActions ?? 'all' }),
    ...(seed.allowedActions === 'selected' && {
      selected_actions_url: `${base}/repositories/${repo.id}/actions/permissions/selected-actions`,
    }),
    sha_pinning_required: seed.shaPinning ?? false,
  }
}

export const workflowPermissions = (seed: ActionsSeed) => ({
  default_workflow_permissions: seed.workflowPermissions ?? 'read',
  can_approve_pull_request_reviews: seed.canApprovePullRequests ?? false,
})

export const selectedActions = ({ selected }: ActionsSeed) => ({
  github_owned_allowed: selected?.githubOwned ?? false,
  verified_allowed: selected?.verified ?? false,
  patterns_allowed: [...(selected?.patterns ?? [])],
})

export const runnerGroupId = (place: number) => place + 1

export function runnerGroup(base: string, world: World, seed: RunnerGroupSeed, place: number) {
  const url = `${base}/orgs/${world.seed.login}/actions/runner-groups/${runnerGroupId(place)}`
  const visibility = seed.visibility ?? 'all'
  return {
    id: runnerGroupId(place),
    name: seed.name,
    visibility,
    default: seed.default ?? false,
    ...(visibility === 'selected' && { selected_repositories_url: `${url}/repositories` }),
    runners_url: `${url}/runners`,
    inherited: false,
    allows_public_repositories: seed.allowsPublicRepositories ?? false,
    restricted_to_workflows: seed.restrictedToWorkflows !== undefined,
    selected_workflows: [...(seed.restrictedToWorkflows ?? [])],
    workflow_restrictions_read_only: false,
  }
}

export function runner(name: string, group: number) {
  return {
    id: numberOf(`runner:${name}`),
    runner_group_id: group,
    name,
    os: 'linux',
    status: 'online',
    busy: false,
    labels: [{ name: 'self-hosted', type: 'read-only' }],
  }
}

export function deployKey(base: string, repo: Repository, seed: DeployKeySeed) {
  const id = numberOf(`key:${repo.id}:${seed.title}`)
  return {
    id,
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAdemo',
    url: `${base}/repos/${repo.fullName}/keys/${id}`,
    title: seed.title,
    verified: true,
    created_at: seed.createdAt,
    read_only: seed.readOnly,
    added_by: seed.addedBy ?? null,
    last_used: seed.lastUsed ?? null,
    enabled: true,
  }
}

/** GitHub shows asterisks where there is a secret, and no field where there is none. */
function hookParts(id: number, url: string, seed: HookSeed) {
  return {
    id,
    name: 'web',
    active: seed.active ?? true,
    events: [...(seed.events ?? ['push'])],
    config: {
      url: seed.url,
      content_type: 'json',
      insecure_ssl: seed.insecure ? '1' : '0',
      ...(seed.secret && { secret: '********' }),
    },
    updated_at: seed.createdAt ?? UPDATED,
    created_at: seed.createdAt ?? CREATED,
    url,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
  }
}

export function organizationHook(base: string, world: World, seed: HookSeed) {
  const id = numberOf(`hook:${world.seed.login}:${seed.url}`)
  return { type: 'Organization', ...hookParts(id, `${base}/orgs/${world.seed.login}/hooks/${id}`, seed) }
}

export function repositoryHook(base: string, repo: Repository, seed: HookSeed) {
  const id = numberOf(`hook:${repo.id}:${seed.url}`)
  const url = `${base}/repos/${repo.fullName}/hooks/${id}`
  return {
    type: 'Repository',
    ...hookParts(id, url, seed),
    test_url: `${url}/test`,
    last_response: { code: 200, status: 'active', message: 'OK' },
  }
}

export function installation(base: string, world: World, seed: InstallationSeed, id: number) {
  return {
    id,
    account: user(base, world.seed, 'Organization'),
    repository_selection: seed.selection ?? 'all',
    access_tokens_url: `${base}/app/installations/${id}/access_tokens`,
    repositories_url: `${base}/installation/repositories`,
    html_url: `${WEB}/organizations/${world.seed.login}/settings/installations/${id}`,
    app_id: seed.appId,
    client_id: `Iv1.${String(seed.appId).padStart(16, '0')}`,
    target_id: world.seed.id,
    target_type: 'Organization',
    permissions: { ...seed.permissions },
    events: [...(seed.events ?? [])],
    created_at: seed.createdAt,
    updated_at: seed.createdAt,
    single_file_name: null,
    app_slug: seed.slug,
    suspended_by: seed.suspended ? user(base, actorOf(world, seed.suspended.by)) : null,
    suspended_at: seed.suspended?.at ?? null,
  }
}

export function accessToken(base: string, world: World, seed: AccessTokenSeed, now: number) {
  const id = numberOf(`grant:${seed.owner}:${seed.name}`)
  return {
    id,
    owner: user(base, actorOf(world, seed.owner)),
    repository_selection: seed.selection ?? 'all',
    repositories_url: `${base}/organizations/${world.seed.id}/personal-access-tokens/${id}/repositories`,
    permissions: {
      ...(seed.organizationPermissions && { organization: seed.organizationPermissions }),
      ...(seed.repositoryPermissions && { repository: seed.repositoryPermissions }),
    },
    access_granted_at: seed.grantedAt,
    token_id: numberOf(`token:${seed.owner}:${seed.name}`),
    token_name: seed.name,
    token_expired: seed.expiresAt !== undefined && Date.parse(seed.expiresAt) <= now,
    token_expires_at: seed.expiresAt ?? null,
    token_last_used_at: seed.lastUsedAt ?? null,
  }
}

/** An event of the audit log; times are milliseconds, and what is special to the action lies beside the rest. */
export function auditEvent(world: World, seed: AuditEventSeed, place: number) {
  const at = Date.parse(seed.at)
  return {
    '@timestamp': at,
    _document_id: nodeId('AE', `${world.seed.id}:${place}`),
    action: seed.action,
    actor: seed.actor,
    actor_id: actorOf(world, seed.actor).id,
    created_at: at,
    org: world.seed.login,
    org_id: world.seed.id,
    ...(seed.repository && { repo: `${world.seed.login}/${seed.repository}` }),
    ...seed.data,
  }
}
