import { stateOf } from '../facts.ts'
import type { DependencyAlertSeed } from '../seed-security.ts'
import type { Repository } from '../world.ts'
import { type At, nodeId, upper } from './context.ts'

const ECOSYSTEMS = { npm: 'NPM', pip: 'PIP', maven: 'MAVEN', rust: 'RUST', go: 'GO', actions: 'ACTIONS' } as const

/** An alert of Dependabot. */
export function alertNode(call: At, repository: Repository, alert: DependencyAlertSeed, number: number) {
  const { dismissed } = alert
  const severity = alert.severity === 'medium' ? 'MODERATE' : upper(alert.severity)
  return {
    __typename: 'RepositoryVulnerabilityAlert',
    id: nodeId('RVA', `${repository.id}:${number}`),
    number,
    state: upper(stateOf(alert)),
    createdAt: alert.createdAt,
    fixedAt: alert.fixedAt ?? null,
    autoDismissedAt: alert.autoDismissedAt ?? null,
    dismissedAt: dismissed?.at ?? null,
    dismissReason: dismissed ? upper(dismissed.reason) : null,
    dismissComment: dismissed?.comment ?? null,
    dismisser: () => (dismissed ? call.make.actor(call, dismissed.by) : null),
    dependencyScope: upper(alert.scope ?? 'runtime'),
    vulnerableManifestFilename: alert.manifest.split('/').at(-1) ?? alert.manifest,
    vulnerableManifestPath: alert.manifest,
    vulnerableRequirements: null,
    repository: () => call.make.repository(call, repository),
    securityAdvisory: { __typename: 'SecurityAdvisory', ghsaId: alert.ghsa, severity, withdrawnAt: null },
    securityVulnerability: {
      __typename: 'SecurityVulnerability',
      severity,
      package: { name: alert.package, ecosystem: ECOSYSTEMS[alert.ecosystem] },
    },
  }
}
