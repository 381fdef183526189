import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { trailKeyExample } from '../examples/logging.ts'
import { trailKeys } from '../streams/trail-keys.ts'

export const trailEncryptedWithCustomerKey = checkEach(trailKeys, {
  id: 'aws.trail-encrypted-with-customer-key',
  revision: 1,
  title: 'Trails are encrypted with a key of the customer that is enabled',
  severity: 'medium',
  rationale: 'Then who reads the log needs the key as well as the bucket, and each use of the key is written down.',
  remediation: 'CloudTrail, the trail, "Edit", "Log file SSE-KMS encryption": Enabled, with a customer managed key.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The trail has a key of the customer, and the key is Enabled.',
    fail: 'The trail has no key, or one that AWS manages or that is not Enabled.',
  }),
  examples: {
    pass: { record: trailKeyExample() },
    fail: { record: trailKeyExample({ key: null, state: { state: 'absent' } }) },
    unknown: {
      record: trailKeyExample({ state: { state: 'unknown', reason: 'denied', permission: 'kms:DescribeKey' } }),
    },
  },
  evaluate({ key, state }) {
    if (key === null) return fail('the trail has no key of its own')
    if (state.state === 'unknown') return unread(state, 'the state of its key')
    if (state.state === 'absent') return fail('the key does not exist')
    if (state.value.manager === 'AWS') return fail('AWS manages the key')
    return state.value.state === 'Enabled' ? pass() : fail(`the key is ${state.value.state}`)
  },
})
