import { checkEach, fail, notApplicable, pass, plural } from 'affiant/sdk'
import { exampleVault } from '../examples/detection.ts'
import { backupVaults } from '../streams/backup-vaults.ts'

export const backupVaultsLocked = checkEach(backupVaults, {
  id: 'aws.backup-vaults-locked',
  revision: 1,
  title: 'Vaults of backups are locked and encrypted',
  severity: 'medium',
  rationale: 'Who extorts deletes backups first. A locked vault keeps them from administrators too.',
  remediation:
    'AWS Backup console, "Vaults", the one named: "Create vault lock". A vault without a key of KMS has to be made anew.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The vault has a lock and a key.',
    fail: 'The vault has no lock, or no key.',
  }),
  examples: {
    pass: { record: exampleVault() },
    fail: { record: exampleVault({ locked: false }) },
    'not-applicable': { record: exampleVault({ recoveryPoints: 0, locked: false }) },
  },
  evaluate({ locked, encryptionKey, recoveryPoints }) {
    if (recoveryPoints === 0) return notApplicable('empty', 'holds no recovery points')
    const missing = [!locked && 'has no lock', encryptionKey === null && 'has no key'].filter((each) => each !== false)
    if (missing.length > 0) return fail(`${missing.join(' and ')}, with ${plural(recoveryPoints, 'recovery point')}`)
    return pass(`locked and encrypted, with ${plural(recoveryPoints, 'recovery point')}`)
  },
})
