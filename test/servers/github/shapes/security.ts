import type { SecuritySeed } from '../seed-security.ts'

const status = (value: 'enabled' | 'disabled' | undefined) => ({ status: value ?? 'disabled' })

/** Shown to administrators. A feature that the plan does not have is left out. */
export function securityAndAnalysis(seed: SecuritySeed = {}) {
  return {
    ...(seed.advancedSecurity && { advanced_security: status(seed.advancedSecurity) }),
    dependabot_security_updates: status(seed.dependencyUpdates),
    secret_scanning: status(seed.secretScanning),
    secret_scanning_push_protection: status(seed.pushProtection),
  }
}
