import { checkEach, fail, notApplicable, pass } from 'affiant/sdk'
import { credentialExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'

export const consoleUsersHaveMfa = checkEach(credentialReport, {
  id: 'aws.console-users-have-mfa',
  revision: 1,
  title: 'Every IAM user with a password has a second factor',
  severity: 'high',
  rationale: 'A password alone is guessed, reused or phished sooner or later. (CIS 2.9)',
  remediation:
    'IAM, "Users": have the user assign an MFA device under "Security credentials", or take away console access.',
  criteria: () => ({
    pass: 'The user has a password, and MFA is active.',
    fail: 'The user has a password, and no MFA is active.',
  }),
  examples: {
    pass: { record: credentialExample('person-a', { passwordEnabled: true, mfaActive: true }) },
    fail: { record: credentialExample('person-a', { passwordEnabled: true }) },
    'not-applicable': { record: credentialExample('deploy') },
  },
  evaluate(record) {
    if (record.kind !== 'user') return notApplicable('not-a-user')
    if (record.passwordEnabled !== true) return notApplicable('no-password')
    return record.mfaActive ? pass('MFA is active') : fail('the user has a password and no MFA')
  },
})
