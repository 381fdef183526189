import type { OrganizationSeed, RepositorySeed } from '../seed.ts'
import { daysAgo } from './days.ts'

type Parts = Pick<
  RepositorySeed,
  | 'security'
  | 'secretAlerts'
  | 'dependencyAlerts'
  | 'codeAlerts'
  | 'codeScanning'
  | 'environments'
  | 'deployKeys'
  | 'hooks'
  | 'actions'
  | 'files'
>

const allOn = {
  advancedSecurity: 'enabled',
  secretScanning: 'enabled',
  pushProtection: 'enabled',
  dependencyAlerts: 'enabled',
  dependencyUpdates: 'enabled',
} as const
const scanned = (days: number) =>
  ({
    analyses: [{ at: daysAgo(days) }, { at: daysAgo(days + 7) }],
    defaultSetup: { state: 'configured', languages: ['python'], updatedAt: daysAgo(200) },
  }) as const
const policy = { 'SECURITY.md': '# Security\n\nWrite to security@example.com. Demo data.\n' }

/** Settings and alerts of repositories of acme-robotics, by name; good and bad side by side. Others have nothing on. */
export const acmeSecurity: Readonly<Record<string, Parts>> = {
  'identity-service': { security: allOn, codeScanning: scanned(2) },
  infrastructure: {
    security: allOn,
    codeScanning: scanned(3),
    environments: [
      { name: 'production', reviewers: [{ team: 'platform' }], preventSelfReview: true, branches: 'protected' },
    ],
    deployKeys: [
      { title: 'flux', readOnly: true, createdAt: daysAgo(300), addedBy: 'navy-gecko', lastUsed: daysAgo(1) },
    ],
    hooks: [{ url: 'https://ci.example.com/hook', secret: true }],
  },
  'payments-api': {
    security: allOn,
    codeScanning: scanned(1),
    secretAlerts: [
      { type: 'aws_access_key_id', createdAt: daysAgo(26), validity: 'active' }, // bad: open for weeks
      {
        type: 'stripe_api_key',
        createdAt: daysAgo(80),
        resolved: { at: daysAgo(79), by: 'pearl-dolphin', as: 'revoked' },
        validity: 'inactive',
        pushProtectionBypassedBy: 'umber-newt',
      },
    ],
    dependencyAlerts: [
      {
        ghsa: 'GHSA-aaaa-bbbb-cccc', // bad: critical for longer than 15 days
        cve: 'CVE-2025-0001',
        package: 'log-writer',
        ecosystem: 'maven',
        manifest: 'build.gradle',
        severity: 'critical',
        createdAt: daysAgo(37),
      },
      {
        ghsa: 'GHSA-dddd-eeee-ffff',
        package: 'json-reader',
        ecosystem: 'maven',
        manifest: 'build.gradle',
        severity: 'high',
        createdAt: daysAgo(60),
        fixedAt: daysAgo(52),
      },
      {
        ghsa: 'GHSA-gggg-hhhh-jjjj', // bad: put aside without a word
        package: 'test-kit',
        ecosystem: 'maven',
        manifest: 'build.gradle',
        severity: 'medium',
        scope: 'development',
        createdAt: daysAgo(90),
        dismissed: { at: daysAgo(88), by: 'umber-newt', reason: 'tolerable_risk' },
      },
    ],
    codeAlerts: [
      {
        rule: 'kt/sql-injection',
        severity: 'error',
        securitySeverity: 'critical',
        path: 'src/Orders.kt',
        createdAt: daysAgo(41),
      }, // bad
      {
        rule: 'kt/path-injection',
        severity: 'error',
        securitySeverity: 'high',
        path: 'src/Files.kt',
        createdAt: daysAgo(70),
        fixedAt: daysAgo(63),
      },
    ],
    environments: [
      {
        name: 'production',
        reviewers: [{ user: 'pearl-dolphin' }, { team: 'contractors' }],
        branches: ['main', 'release/*'],
      },
      { name: 'staging' },
    ],
    deployKeys: [{ title: 'old build server', readOnly: false, createdAt: daysAgo(900) }], // bad: writes, never used
    hooks: [{ url: 'http://chat.example.com/payments?token=not-shown', insecure: true }], // bad
  },
  'arm-firmware': {
    security: { ...allOn, pushProtection: 'disabled' }, // bad
    codeScanning: { analyses: [{ at: daysAgo(95), tool: 'cppcheck' }], defaultSetup: { state: 'not-configured' } }, // bad: old
    codeAlerts: [
      {
        rule: 'cpp/overflow',
        severity: 'warning',
        securitySeverity: 'high',
        path: 'src/joint.c',
        tool: 'cppcheck',
        createdAt: daysAgo(120),
        dismissed: { at: daysAgo(110), by: 'hazel-marten', reason: 'false positive', comment: 'The buffer is static.' },
      },
    ],
  },
  'deploy-tools': {
    security: { dependencyAlerts: 'enabled' },
    environments: [{ name: 'production' }], // bad: nobody approves
    actions: { allowedActions: 'all', workflowPermissions: 'write', canApprovePullRequests: true }, // bad
  },
  docs: {
    security: { secretScanning: 'enabled', pushProtection: 'enabled', dependencyAlerts: 'enabled' },
    files: policy,
    codeScanning: scanned(10),
  },
  'brand-site': {
    security: { secretScanning: 'enabled', pushProtection: 'enabled' },
    files: { '.github/SECURITY.md': policy['SECURITY.md'] },
  },
  // bad: public, and nowhere said how to report a weakness
  'robot-sdk': { security: { dependencyAlerts: 'enabled' } },
}

/** Settings of the organisation acme-robotics. */
export const acmeSettings: Pick<
  OrganizationSeed,
  'actions' | 'runnerGroups' | 'hooks' | 'installations' | 'accessTokens'
> = {
  actions: {
    enabledRepositories: 'all',
    allowedActions: 'selected',
    selected: { githubOwned: true, verified: true, patterns: ['acme-robotics/*'] },
    workflowPermissions: 'write', // bad
    canApprovePullRequests: false,
  },
  runnerGroups: [
    { name: 'Default', default: true, runners: ['bench-1', 'bench-2'], allowsPublicRepositories: true }, // bad
    { name: 'firmware', visibility: 'selected', runners: ['rig-1'] },
  ],
  hooks: [
    { url: 'https://siem.example.com/github', secret: true, events: ['*'] },
    { url: 'https://old.example.com/hook', events: ['push'] }, // bad: no secret
  ],
  installations: [
    {
      appId: 1201,
      slug: 'build-relay',
      permissions: { checks: 'write', contents: 'read', metadata: 'read' },
      createdAt: daysAgo(700),
    },
    {
      appId: 1305,
      slug: 'chart-helper', // bad: writes code everywhere
      permissions: { administration: 'write', contents: 'write', metadata: 'read' },
      events: ['push'],
      createdAt: daysAgo(40),
    },
    {
      appId: 1410,
      slug: 'old-chat',
      permissions: { metadata: 'read' },
      selection: 'selected',
      createdAt: daysAgo(1200),
      suspended: { at: daysAgo(100), by: 'amber-otter' },
    },
  ],
  accessTokens: [
    {
      owner: 'navy-gecko',
      name: 'terraform',
      selection: 'subset',
      repositoryPermissions: { contents: 'read', metadata: 'read' },
      grantedAt: daysAgo(20),
      expiresAt: daysAgo(-70),
      lastUsedAt: daysAgo(1),
    },
    {
      owner: 'ember-fox',
      name: 'everything', // bad: writes, and never expires
      organizationPermissions: { members: 'write' },
      repositoryPermissions: { administration: 'write', contents: 'write', metadata: 'read' },
      grantedAt: daysAgo(500),
    },
  ],
}
