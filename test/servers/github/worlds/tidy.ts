import type { OrganizationSeed, RepositorySeed } from '../seed.ts'
import { daysAgo } from './days.ts'

/** What a repository has on that is well kept: for worlds in which every check passes. Recent at any time. */
export const tidyRepository: Pick<
  RepositorySeed,
  'pushedAt' | 'security' | 'codeScanning' | 'environments' | 'deployKeys' | 'hooks' | 'files'
> = {
  pushedAt: daysAgo(2),
  security: {
    advancedSecurity: 'enabled',
    secretScanning: 'enabled',
    pushProtection: 'enabled',
    dependencyAlerts: 'enabled',
    dependencyUpdates: 'enabled',
  },
  codeScanning: {
    analyses: [{ at: daysAgo(1) }],
    defaultSetup: { state: 'configured', languages: ['python'], updatedAt: daysAgo(90) },
  },
  environments: [
    { name: 'production', reviewers: [{ team: 'rotor' }], preventSelfReview: true, branches: 'protected' },
  ],
  deployKeys: [{ title: 'mirror', readOnly: true, createdAt: daysAgo(200), lastUsed: daysAgo(1) }],
  hooks: [{ url: 'https://ci.example.com/hook', secret: true }],
  files: { 'SECURITY.md': '# Security\n\nWrite to security@example.com. Demo data.\n' },
}

/** The same of an organisation. */
export const tidySettings: Pick<
  OrganizationSeed,
  'advancedSecurity' | 'actions' | 'runnerGroups' | 'hooks' | 'installations' | 'accessTokens'
> = {
  advancedSecurity: true,
  actions: {
    allowedActions: 'selected',
    selected: { githubOwned: true, verified: false, patterns: [] },
    workflowPermissions: 'read',
    canApprovePullRequests: false,
    shaPinning: true,
  },
  runnerGroups: [{ name: 'Default', default: true, runners: ['rig-1'] }],
  hooks: [{ url: 'https://siem.example.com/github', secret: true, events: ['*'] }],
  installations: [
    { appId: 1201, slug: 'build-relay', permissions: { checks: 'read', metadata: 'read' }, createdAt: daysAgo(300) },
  ],
  accessTokens: [
    {
      owner: 'amber-otter',
      name: 'reports',
      repositoryPermissions: { metadata: 'read' },
      grantedAt: daysAgo(20),
      expiresAt: daysAgo(-60),
      lastUsedAt: daysAgo(1),
    },
  ],
}
