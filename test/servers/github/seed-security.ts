/** Alerts and settings of security and of Actions. Times are RFC 3339 in UTC with whole seconds. */

type Toggle = 'enabled' | 'disabled'

/** `security_and_analysis` of a repository. What is left out is disabled. */
export interface SecuritySeed {
  /** Left out: the plan has it not, and the API leaves the field out too. */
  advancedSecurity?: Toggle
  secretScanning?: Toggle
  pushProtection?: Toggle
  /** Vulnerability alerts of Dependabot: the 204 or 404 of `/vulnerability-alerts`. */
  dependencyAlerts?: Toggle
  /** Security updates of Dependabot. */
  dependencyUpdates?: Toggle
}

export interface SecretAlertSeed {
  /** GitHub's name of the kind: `aws_access_key_id`. */
  type: string
  createdAt: string
  resolved?: {
    at: string
    by: string
    as: 'false_positive' | 'wont_fix' | 'revoked' | 'pattern_deleted' | 'used_in_tests'
  }
  validity?: 'active' | 'inactive' | 'unknown'
  publiclyLeaked?: true
  /** Push protection was bypassed by this login when the secret was pushed. */
  pushProtectionBypassedBy?: string
}

export interface DependencyAlertSeed {
  ghsa: string
  cve?: string
  package: string
  ecosystem: 'npm' | 'pip' | 'maven' | 'rust' | 'go' | 'actions'
  manifest: string
  severity: 'low' | 'medium' | 'high' | 'critical'
  scope?: 'development' | 'runtime'
  createdAt: string
  fixedAt?: string
  dismissed?: {
    at: string
    by: string
    reason: 'fix_started' | 'inaccurate' | 'no_bandwidth' | 'not_used' | 'tolerable_risk'
    comment?: string
  }
  autoDismissedAt?: string
}

export interface CodeAlertSeed {
  rule: string
  /** Default: CodeQL. */
  tool?: string
  severity: 'none' | 'note' | 'warning' | 'error'
  /** Left out for rules that are not about security. */
  securitySeverity?: 'low' | 'medium' | 'high' | 'critical'
  path: string
  createdAt: string
  fixedAt?: string
  dismissed?: { at: string; by: string; reason: 'false positive' | "won't fix" | 'used in tests'; comment?: string }
}

export interface CodeScanningSeed {
  /** Newest first. None: 404 "no analysis found". */
  analyses?: readonly { at: string; tool?: string; ref?: string; category?: string; error?: string }[]
  defaultSetup?: { state: 'configured' | 'not-configured'; languages?: readonly string[]; updatedAt?: string }
}

export interface EnvironmentSeed {
  name: string
  createdAt?: string
  /** Teams by slug, people by login. Left out: no approval is asked for. */
  reviewers?: readonly ({ team: string } | { user: string })[]
  preventSelfReview?: true
  /** Minutes. */
  waitTimer?: number
  /** Which branches deploy: protected ones, those of a list, or (left out) every one. */
  branches?: 'protected' | readonly string[]
}

export interface DeployKeySeed {
  title: string
  readOnly: boolean
  createdAt: string
  addedBy?: string
  lastUsed?: string
}

export interface HookSeed {
  url: string
  /** `1`: the certificate is not checked. */
  insecure?: true
  /** A secret signs what is sent. The API shows asterisks. */
  secret?: true
  active?: false
  events?: readonly string[]
  createdAt?: string
}

/** Actions of an organisation, or what a repository has chosen differently. */
export interface ActionsSeed {
  enabledRepositories?: 'all' | 'none' | 'selected'
  allowedActions?: 'all' | 'local_only' | 'selected'
  /** With `selected`: which are allowed. */
  selected?: { githubOwned: boolean; verified: boolean; patterns: readonly string[] }
  /** Actions must be named by a full commit. */
  shaPinning?: boolean
  workflowPermissions?: 'read' | 'write'
  canApprovePullRequests?: boolean
}

export interface RunnerGroupSeed {
  name: string
  visibility?: 'all' | 'selected' | 'private'
  default?: true
  allowsPublicRepositories?: boolean
  restrictedToWorkflows?: readonly string[]
  /** Names of its self-hosted runners. */
  runners?: readonly string[]
}

export interface InstallationSeed {
  appId: number
  slug: string
  permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>
  selection?: 'all' | 'selected'
  events?: readonly string[]
  createdAt: string
  suspended?: { at: string; by: string }
}

/** A fine-grained token that somebody uses on the organisation. */
export interface AccessTokenSeed {
  owner: string
  name: string
  selection?: 'none' | 'all' | 'subset'
  organizationPermissions?: Readonly<Record<string, string>>
  repositoryPermissions?: Readonly<Record<string, string>>
  grantedAt: string
  /** Left out: it never expires. */
  expiresAt?: string
  lastUsedAt?: string
}

export interface AuditEventSeed {
  action: string
  actor: string
  at: string
  repository?: string
  /** What else GitHub writes with this kind of event. */
  data?: Readonly<Record<string, string | number | boolean>>
}
