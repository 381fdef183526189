import { checkEach, fail, pass } from 'affiant/sdk'
import { ebsEncryptionDefault } from '../streams/ebs-encryption-default.ts'

export const ebsEncryptedByDefault = checkEach(ebsEncryptionDefault, {
  id: 'aws.ebs-encrypted-by-default',
  revision: 1,
  title: 'New volumes are encrypted in every region',
  severity: 'medium',
  rationale: 'A volume that nobody thought of is then encrypted too, and so are its snapshots.',
  remediation:
    'EC2 console, in the region named, "Settings", "Data protection and security", "EBS encryption", "Manage": "Enable".',
  criteria: () => ({
    pass: 'Encryption by default is on in the region.',
    fail: 'Encryption by default is off in the region.',
  }),
  examples: {
    pass: { record: { region: 'eu-west-1', encrypted: true } },
    fail: { record: { region: 'eu-west-1', encrypted: false } },
  },
  evaluate({ region, encrypted }) {
    return encrypted ? pass(`on in ${region}`) : fail(`off in ${region}`)
  },
})
