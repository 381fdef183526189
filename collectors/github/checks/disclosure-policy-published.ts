import { checkEach, fail, notApplicable, pass, unknown, unread } from 'affiant/sdk'
import { policyOf, refusedRead } from '../security/examples.ts'
import { outOfReading } from '../security/reading.ts'
import { securityPolicies } from '../streams/security-policies.ts'

export const disclosurePolicyPublished = checkEach(securityPolicies, {
  id: 'github.disclosure-policy-published',
  revision: 1,
  title: 'Every public repository says how to report a weakness',
  severity: 'low',
  rationale: 'Who finds a weakness and does not know whom to tell tells everybody, or nobody.',
  remediation:
    'Add SECURITY.md to the repository, or once for all to the public repository ".github" of the organisation.',
  criteria: () => ({
    pass: 'The public repository has a SECURITY.md where GitHub looks for it, or the organisation has one for all.',
    fail: 'The public repository has none, and neither has the organisation.',
  }),
  examples: {
    pass: { record: policyOf({ state: 'observed', value: 'SECURITY.md' }) },
    fail: { record: policyOf({ state: 'absent' }) },
    'not-applicable': { record: policyOf(null, false) },
    unknown: { record: policyOf(refusedRead) },
  },
  evaluate(record) {
    const { repository, policy } = record
    const out = outOfReading(record)
    if (out !== undefined) return out
    if (!record.public) return notApplicable('not-public', `${repository} is not public`)
    if (policy === null) return unknown('invalid', `${repository} was not looked into`)
    if (policy.state === 'unknown') return unread(policy, `${repository}: SECURITY.md`)
    return policy.state === 'observed'
      ? pass(`${repository}: ${policy.value}`)
      : fail(`${repository} has no SECURITY.md`)
  },
})
