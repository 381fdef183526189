import { checkEach, fail, notApplicable, pass } from 'affiant/sdk'
import { credentialExample, keyExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'

const key = keyExample('2026-01-01T00:00:00.000Z')

export const oneActiveAccessKey = checkEach(credentialReport, {
  id: 'aws.one-active-access-key',
  revision: 1,
  title: 'No user has two active access keys',
  severity: 'low',
  rationale: 'The second key is for the hours of a change. One that stays is a second way in. (CIS 2.12)',
  remediation: 'IAM, "Users", "Security credentials": deactivate and then delete the key that is no longer used.',
  criteria: () => ({ pass: 'One access key is active.', fail: 'Two access keys are active.' }),
  examples: {
    pass: { record: credentialExample('deploy', { accessKeys: [key] }) },
    fail: { record: credentialExample('deploy', { accessKeys: [key, key] }) },
    'not-applicable': { record: credentialExample('person-a') },
  },
  evaluate(record) {
    if (record.kind === 'report') return notApplicable('not-a-user')
    const active = record.accessKeys.filter((one) => one.active).length
    if (active === 0) return notApplicable('no-active-key')
    return active === 1 ? pass() : fail('two access keys are active')
  },
})
