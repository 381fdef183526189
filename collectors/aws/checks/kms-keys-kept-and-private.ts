import { checkEach, fail, notApplicable, pass, unread } from 'affiant/sdk'
import { keyRecord, openTo } from '../examples/keys.ts'
import type { PolicyStatement } from '../identity/iam-policy.ts'
import { isLimitedBy } from '../identity/policy-limits.ts'
import { kmsKeys } from '../streams/kms-keys.ts'

/**
 * Conditions on who asks: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html. `kms:ViaService` is none:
 * everybody can use a service of AWS.
 */
const LIMITS = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'kms:calleraccount',
]

export const kmsKeysKeptAndPrivate = checkEach(kmsKeys, {
  id: 'aws.kms-keys-kept-and-private',
  revision: 1,
  title: 'No key is about to be deleted or open to everybody',
  severity: 'high',
  rationale: 'With its key all data is gone; with an open key policy anybody can use it. (FSBP KMS.3, KMS.5)',
  remediation: 'KMS: "Cancel key deletion" where it is not meant; in the key policy name principals in place of "*".',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The customer managed key is not pending deletion, and its policy allows nothing to "*" without a condition that limits who.',
    fail: 'The key is pending deletion, or its policy allows something to "*" without a condition that limits who.',
  }),
  examples: {
    pass: { record: keyRecord() },
    fail: { record: keyRecord({}, { policy: openTo([]) }) },
    'not-applicable': { record: keyRecord({ manager: 'AWS' }, { rotation: null, policy: null }) },
    unknown: {
      record: keyRecord({}, { policy: { state: 'unknown', reason: 'denied', permission: 'kms:GetKeyPolicy' } }),
    },
  },
  evaluate({ detail, policy }) {
    if (detail.state === 'unknown') return unread(detail, 'the key')
    if (detail.state === 'absent') return notApplicable('deleted', 'the key was deleted while this was read')
    const { manager, state, deletion } = detail.value
    if (manager !== 'CUSTOMER') return notApplicable('kept-by-aws')
    if (/^Pending(?:Replica)?Deletion$/.test(state))
      return fail(`the key is deleted on ${deletion?.slice(0, 10) ?? 'a set day'}`)
    if (policy?.state !== 'observed') {
      return unread(policy?.state === 'unknown' ? policy : { state: 'unknown', reason: 'invalid' }, 'the key policy')
    }
    return policy.value.some(isOpen) ? fail('the key policy allows something to everybody (*)') : pass()
  },
})

function isOpen(statement: PolicyStatement): boolean {
  const { effect, principals, notPrincipals } = statement
  const isEverybody = notPrincipals !== null || principals?.some(({ kind }) => kind === 'everyone') === true
  return effect === 'Allow' && isEverybody && !isLimitedBy(statement, LIMITS)
}
