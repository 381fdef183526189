import { checkEach, fail, notApplicable, pass, plural, unread, z } from 'affiant/sdk'
import { keyRecord } from '../examples/keys.ts'
import { kmsKeys } from '../streams/kms-keys.ts'

export const kmsKeysRotate = checkEach(kmsKeys, {
  id: 'aws.kms-keys-rotate',
  revision: 1,
  title: 'Symmetric keys of one’s own rotate',
  severity: 'medium',
  rationale: 'Rotation limits how much one key material ever protects. (CIS 4.6)',
  remediation: 'KMS, "Customer managed keys": turn on "Key rotation".',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    maxPeriodDays: z.int().min(90).max(2560).default(365).describe('Most days between two rotations.'),
  }),
  criteria: ({ maxPeriodDays }) => ({
    pass: `The enabled, symmetric, customer managed key with key material of KMS rotates, at least every ${plural(maxPeriodDays, 'day')}.`,
    fail: `Such a key does not rotate, or less often than every ${plural(maxPeriodDays, 'day')}.`,
  }),
  examples: {
    pass: { record: keyRecord() },
    fail: { record: keyRecord({}, { rotation: { state: 'observed', value: { enabled: false, periodDays: null } } }) },
    'not-applicable': { record: keyRecord({ spec: 'RSA_2048' }, { rotation: null }) },
    unknown: {
      record: keyRecord({}, { detail: { state: 'unknown', reason: 'denied' }, rotation: null, policy: null }),
    },
  },
  evaluate({ detail, rotation }, { params: { maxPeriodDays } }) {
    if (detail.state === 'unknown') return unread(detail, 'the key')
    if (detail.state === 'absent') return notApplicable('deleted', 'the key was deleted while this was read')
    const { manager, state, spec, origin } = detail.value
    if (manager !== 'CUSTOMER') return notApplicable('kept-by-aws')
    if (state !== 'Enabled') return notApplicable('not-enabled', `the state is ${state}`)
    if (rotation === null)
      return notApplicable('cannot-rotate', `${spec} with origin ${origin} has no automatic rotation`)
    if (rotation.state !== 'observed') {
      return unread(rotation.state === 'unknown' ? rotation : { state: 'unknown', reason: 'invalid' }, 'the rotation')
    }
    const { enabled, periodDays } = rotation.value
    if (!enabled) return fail('the key does not rotate')
    const days = periodDays ?? 365
    return days <= maxPeriodDays
      ? pass(`rotates every ${plural(days, 'day')}`)
      : fail(`rotates every ${plural(days, 'day')} only`)
  },
})
