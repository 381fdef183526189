import { checkEach, fail, pass, unknown, unread } from 'affiant/sdk'
import { archivedScanning, dependenciesScanned, refusedRead, scanning } from '../security/examples.ts'
import { outOfReading } from '../security/reading.ts'
import { dependencyScanning } from '../streams/dependency-scanning.ts'

export const dependencyScanningEnabled = checkEach(dependencyScanning, {
  id: 'github.dependency-scanning-enabled',
  revision: 1,
  title: 'GitHub alerts about vulnerable dependencies of every repository',
  severity: 'medium',
  rationale: 'Most weaknesses of a program are in what it builds on, and become known after it was built.',
  remediation:
    'Repository, "Settings", "Advanced Security": enable "Dependabot alerts", or do so for all repositories of the organisation.',
  criteria: () => ({
    pass: 'Dependabot alerts are enabled.',
    fail: 'Dependabot alerts are disabled.',
  }),
  examples: {
    pass: { record: dependenciesScanned },
    fail: { record: scanning({ state: 'absent' }) },
    'not-applicable': { record: archivedScanning },
    unknown: { record: scanning(refusedRead) },
  },
  evaluate(record) {
    const { repository, alerts } = record
    const out = outOfReading(record)
    if (out !== undefined) return out
    if (alerts === null) return unknown('invalid', `${repository} was not asked`)
    if (alerts.state === 'unknown') return unread(alerts, `${repository}: whether dependencies are scanned`)
    return alerts.state === 'observed'
      ? pass(`the dependencies of ${repository} are scanned`)
      : fail(`the dependencies of ${repository} are not scanned`)
  },
})
