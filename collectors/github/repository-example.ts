import type { RepositoryRecord } from './streams/repositories.ts'

/** A record for examples: a private repository of the invented organisation `acme`, scanned for everything, changed by `parts`. */
export function repositoryExample(parts: Partial<RepositoryRecord> = {}): RepositoryRecord {
  return {
    repository: 'acme/payments-api',
    nodeId: 'R_example',
    private: true,
    visibility: 'private',
    archived: false,
    fork: false,
    defaultBranch: 'main',
    pushedOn: '2026-01-02',
    securityAndAnalysis: {
      advancedSecurity: true,
      codeSecurity: null,
      secretScanning: true,
      secretScanningPushProtection: true,
      dependabotSecurityUpdates: true,
    },
    ...parts,
  }
}
