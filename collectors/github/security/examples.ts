import type { AccessTokenRecord } from '../streams/access-tokens.ts'
import type { ActionsSettingsRecord } from '../streams/actions-settings.ts'
import type { AppInstallationRecord } from '../streams/app-installations.ts'
import type { CodeScanningAlertRecord } from '../streams/code-scanning-alerts.ts'
import type { CodeScanningSetupRecord } from '../streams/code-scanning-setup.ts'
import type { DependabotAlertRecord } from '../streams/dependabot-alerts.ts'
import type { DependencyScanningRecord } from '../streams/dependency-scanning.ts'
import type { DeployKey, DeployKeysRecord } from '../streams/deploy-keys.ts'
import type { Environment, EnvironmentsRecord } from '../streams/environments.ts'
import type { RunnerGroupRecord } from '../streams/runner-groups.ts'
import type { SecretScanningAlertRecord } from '../streams/secret-scanning-alerts.ts'
import type { SecurityPolicyRecord } from '../streams/security-policies.ts'
import type { Webhook, WebhooksRecord } from '../streams/webhooks.ts'

/** Records for the examples of the security checks, of the invented organisation `acme`. Examples are judged at any time later. */
const read = { repository: 'acme/payments-api', notRead: null, excluded: null } as const
const archived = { ...read, notRead: 'archived' } as const
export const refusedRead = { state: 'unknown', reason: 'denied', permission: 'administration:read' } as const
const LONG_AGO = '2020-01-02T03:04:05.000Z'
/** Later than any run that executes the examples. */
const AHEAD = '2999-12-31T00:00:00.000Z'

export function secretAlert(parts: Partial<SecretScanningAlertRecord> = {}): SecretScanningAlertRecord {
  return {
    repository: 'acme/payments-api',
    number: 1,
    secretType: 'aws_access_key_id',
    state: 'open',
    createdAt: LONG_AGO,
    resolvedAt: null,
    resolution: null,
    by: null,
    validity: 'unknown',
    publiclyLeaked: false,
    pushProtectionBypassed: false,
    ...parts,
  }
}
export const resolvedSecret = secretAlert({
  state: 'resolved',
  resolvedAt: '2020-01-03T03:04:05.000Z',
  resolution: 'revoked',
  by: { login: 'person-a', app: null },
})

export function dependencyAlert(parts: Partial<DependabotAlertRecord> = {}): DependabotAlertRecord {
  return {
    repository: 'acme/payments-api',
    number: 2,
    state: 'open',
    severity: 'critical',
    advisory: 'GHSA-aaaa-bbbb-cccc',
    cve: null,
    ecosystem: 'npm',
    package: 'log-writer',
    manifest: 'package-lock.json',
    scope: 'runtime',
    createdAt: LONG_AGO,
    fixedAt: null,
    dismissedAt: null,
    dismissedReason: null,
    by: null,
    commented: false,
    ...parts,
  }
}

export function codeAlert(parts: Partial<CodeScanningAlertRecord> = {}): CodeScanningAlertRecord {
  return {
    repository: 'acme/payments-api',
    number: 3,
    state: 'open',
    rule: 'js/sql-injection',
    tool: 'CodeQL',
    securitySeverity: 'high',
    createdAt: LONG_AGO,
    fixedAt: null,
    dismissedAt: null,
    dismissedReason: null,
    by: null,
    commented: false,
    ...parts,
  }
}

export const scanning = (alerts: DependencyScanningRecord['alerts']): DependencyScanningRecord => ({ ...read, alerts })
export const dependenciesScanned = scanning({ state: 'observed', value: 'on' })
export const archivedScanning: DependencyScanningRecord = { ...archived, alerts: null }

export function codeScanning(parts: Partial<CodeScanningSetupRecord> = {}): CodeScanningSetupRecord {
  return { ...read, branch: 'main', empty: false, analyses: analysedAt(AHEAD), setup: null, ...parts }
}
export const analysedAt = (at: string): CodeScanningSetupRecord['analyses'] => ({
  state: 'observed',
  value: [{ tool: 'CodeQL', at, failed: false }],
})
export const notAnalysed = codeScanning({
  analyses: { state: 'absent' },
  setup: { state: 'observed', value: { state: 'not-configured', languages: ['python'], updatedAt: null } },
})
export const archivedCodeScanning = codeScanning({ notRead: 'archived', branch: null, analyses: null })

export function actionsExample(parts: Partial<ActionsSettingsRecord> = {}): ActionsSettingsRecord {
  return {
    organization: 'acme',
    enabledRepositories: 'all',
    allowedActions: 'selected',
    selected: { githubOwned: true, verified: false, patterns: ['acme/*'] },
    shaPinningRequired: true,
    defaultWorkflowPermissions: 'read',
    canApprovePullRequests: false,
    ...parts,
  }
}

export function runnerGroup(parts: Partial<RunnerGroupRecord> = {}): RunnerGroupRecord {
  return {
    id: 1,
    name: 'Default',
    visibility: 'all',
    default: true,
    inherited: false,
    allowsPublicRepositories: false,
    onlyWorkflows: null,
    runners: { state: 'observed', value: 2 },
    ...parts,
  }
}

export function environmentsOf(...list: Environment[]): EnvironmentsRecord {
  return { ...read, defaultBranch: 'main', environments: { state: 'observed', value: list } }
}
export function production(parts: Partial<Environment> = {}): Environment {
  return {
    name: 'production',
    reviewers: { people: 0, teams: ['platform'] },
    preventSelfReview: true,
    waitMinutes: null,
    canAdminsBypass: false,
    branches: 'protected',
    anyProtected: { state: 'observed', value: true },
    patterns: null,
    ...parts,
  }
}

export const keysOf = (keys: DeployKeysRecord['keys']): DeployKeysRecord => ({ ...read, keys })
export const archivedKeys: DeployKeysRecord = { ...archived, keys: null }
export function deployKey(parts: Partial<DeployKey> = {}): DeployKey {
  return { id: 8, title: 'flux', readOnly: true, createdAt: LONG_AGO, lastUsed: AHEAD, addedBy: 'person-a', ...parts }
}

export const hooksOf = (hooks: WebhooksRecord['hooks']): WebhooksRecord => ({ ...read, organization: 'acme', hooks })
export function webhook(parts: Partial<Webhook> = {}): Webhook {
  return {
    id: 9,
    active: true,
    origin: 'https://ci.example.com',
    verifiesTls: true,
    hasSecret: true,
    events: ['push'],
    ...parts,
  }
}

export function installation(parts: Partial<AppInstallationRecord> = {}): AppInstallationRecord {
  return {
    id: 930001,
    appId: 1201,
    app: 'build-relay',
    repositories: 'all',
    permissions: ['contents:write', 'metadata:read'],
    events: [],
    createdAt: LONG_AGO,
    suspendedAt: null,
    ...parts,
  }
}

export function accessToken(parts: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  return {
    id: 25381,
    owner: 'person-a',
    repositories: 'subset',
    permissions: ['repository.contents:read'],
    grantedAt: '2026-01-02T03:04:05.000Z',
    expired: false,
    expiresAt: '2026-04-02T03:04:05.000Z',
    lastUsedAt: null,
    ...parts,
  }
}

export function policyOf(policy: SecurityPolicyRecord['policy'], isPublic = true): SecurityPolicyRecord {
  return { ...read, public: isPublic, policy }
}
