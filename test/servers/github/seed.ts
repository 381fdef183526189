import type { RestEndpointMethodTypes } from '@octokit/rest'
import type { HistorySeed } from './seed-changes.ts'
import type {
  AccessTokenSeed,
  ActionsSeed,
  AuditEventSeed,
  CodeAlertSeed,
  CodeScanningSeed,
  DependencyAlertSeed,
  DeployKeySeed,
  EnvironmentSeed,
  HookSeed,
  InstallationSeed,
  RunnerGroupSeed,
  SecretAlertSeed,
  SecuritySeed,
} from './seed-security.ts'

/** A repository role, weakest first. */
export const ROLES = ['pull', 'triage', 'push', 'maintain', 'admin'] as const
export type Role = (typeof ROLES)[number]

export type Rule = NonNullable<RestEndpointMethodTypes['repos']['getRepoRuleset']['response']['data']['rules']>[number]
type BypassActor = NonNullable<
  RestEndpointMethodTypes['repos']['getRepoRuleset']['response']['data']['bypass_actors']
>[number]
export type CodeOwnersError = RestEndpointMethodTypes['repos']['codeownersErrors']['response']['data']['errors'][number]

interface MemberSeed {
  login: string
  /** What the API calls `admin` is an owner. Default: member. */
  role?: 'owner'
  /** `false` lists the person under `filter=2fa_disabled`. Default: has a second factor. */
  twoFactor?: false
}

interface OutsideCollaboratorSeed {
  login: string
  twoFactor?: false
  /** Repository name -> role. */
  access: Readonly<Record<string, Role>>
}

export interface TeamSeed {
  slug: string
  name: string
  members: readonly string[]
  /** Repository name -> role. */
  repositories: Readonly<Record<string, Role>>
  /** Slug of the parent team. */
  parent?: string
  secret?: true
}

/** A classic branch protection rule on the default branch. What is left out is off. */
export interface ClassicProtectionSeed {
  reviews?: {
    count: number
    dismissStale?: true
    codeOwners?: true
    lastPushApproval?: true
    /** Logins that may merge without the review. */
    bypass?: readonly string[]
  }
  statusChecks?: { contexts: readonly string[]; strict?: true }
  enforceAdmins?: true
  allowForcePushes?: true
  allowDeletions?: true
  linearHistory?: true
  signatures?: true
}

export interface RulesetSeed {
  name: string
  /** Default: active. Rules of other rulesets are not in force, and `/rules/branches` leaves them out. */
  enforcement?: 'active' | 'evaluate' | 'disabled'
  bypass?: readonly BypassActor[]
  /** Refs it covers. Default: the default branch. */
  include?: readonly string[]
  rules: readonly Rule[]
}

export interface OrganizationRulesetSeed extends RulesetSeed {
  /** Names of the repositories it covers; `~ALL` for every one. */
  repositories: readonly string[]
}

export interface RepositorySeed {
  name: string
  /** Default: private. */
  visibility?: 'public' | 'internal'
  archived?: true
  fork?: true
  /** No commit yet: the default branch is named, but does not exist. */
  empty?: true
  /** Default: main. */
  defaultBranch?: string
  /** Default: none. */
  description?: string
  language?: string
  /** ISO 8601. */
  pushedAt: string
  classic?: ClassicProtectionSeed
  rulesets?: readonly RulesetSeed[]
  /** What GitHub says of the CODEOWNERS file; an empty list is a valid file. Left out: there is no such file. */
  codeOwners?: readonly CodeOwnersError[]
  /** Text by path, on the default branch: `SECURITY.md`. */
  files?: Readonly<Record<string, string>>
  /** ISO 8601. Default: a fixed day years ago. */
  createdAt?: string
  /** Pull requests, pushes and deployments. A function is called when they are first asked for. */
  history?: HistorySeed | (() => HistorySeed)
  /** Default: nothing is enabled. */
  security?: SecuritySeed
  secretAlerts?: readonly SecretAlertSeed[]
  dependencyAlerts?: readonly DependencyAlertSeed[]
  codeAlerts?: readonly CodeAlertSeed[]
  codeScanning?: CodeScanningSeed
  environments?: readonly EnvironmentSeed[]
  deployKeys?: readonly DeployKeySeed[]
  hooks?: readonly HookSeed[]
  /** Where it differs from the organisation. */
  actions?: ActionsSeed
}

interface OrganizationSettings {
  twoFactorRequired: boolean
  basePermission: 'none' | 'read' | 'write' | 'admin'
  membersCanCreatePublicRepositories: boolean
  membersCanDeleteRepositories: boolean
  membersCanChangeVisibility: boolean
  membersCanInviteOutsideCollaborators: boolean
  membersCanForkPrivateRepositories: boolean
}

export interface OrganizationSeed {
  login: string
  id: number
  name: string
  /**
   * `free`: protection and rulesets of private repositories are answered with 403 "Upgrade to GitHub Pro …". Only
   * `enterprise` has the audit log.
   */
  plan: 'free' | 'team' | 'enterprise'
  /** Left out: code scanning, secret scanning and their alerts of private repositories are refused as not licensed. */
  advancedSecurity?: true
  settings: OrganizationSettings
  members: readonly MemberSeed[]
  outsideCollaborators: readonly OutsideCollaboratorSeed[]
  teams: readonly TeamSeed[]
  rulesets: readonly OrganizationRulesetSeed[]
  repositories: readonly RepositorySeed[]
  actions?: ActionsSeed
  runnerGroups?: readonly RunnerGroupSeed[]
  hooks?: readonly HookSeed[]
  /** Apps beside the one of the server, which is installed everywhere. */
  installations?: readonly InstallationSeed[]
  accessTokens?: readonly AccessTokenSeed[]
  /** In any order. */
  auditLog?: readonly AuditEventSeed[]
}

/** A `pull_request` rule; what is left out is off. */
export function pullRequestRule(options: {
  count: number
  dismissStale?: boolean
  codeOwners?: boolean
  lastPushApproval?: boolean
}): Rule {
  return {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: options.count,
      dismiss_stale_reviews_on_push: options.dismissStale ?? false,
      require_code_owner_review: options.codeOwners ?? false,
      require_last_push_approval: options.lastPushApproval ?? false,
      required_review_thread_resolution: false,
      allowed_merge_methods: ['merge', 'squash', 'rebase'],
    },
  }
}

export function statusChecksRule(contexts: readonly string[], strict = true): Rule {
  return {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: contexts.map((context) => ({ context })),
      strict_required_status_checks_policy: strict,
      do_not_enforce_on_create: false,
    },
  }
}

export const blockForcePushes: Rule = { type: 'non_fast_forward' }
export const blockDeletion: Rule = { type: 'deletion' }

/** An error of a CODEOWNERS file in `.github/`, worded as GitHub words it. */
export function unknownOwner(line: number, pattern: string, owner: string): CodeOwnersError {
  const source = `${pattern} ${owner}`
  return {
    line,
    column: pattern.length + 2,
    kind: 'Unknown owner',
    source,
    suggestion: `make sure ${owner} exists and has write access to the repository`,
    message: `Unknown owner on line ${line}: make sure ${owner} exists and has write access to the repository\n\n  ${source}\n  ${' '.repeat(pattern.length + 1)}^`,
    path: '.github/CODEOWNERS',
  }
}
