import { checkEach, fail, notApplicable, pass, plural, stale, unread, z } from 'affiant/sdk'
import { enrolled } from '../examples.ts'
import { userFactors } from '../streams/user-factors.ts'

/** Types that are intercepted, forwarded or guessed. https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/ */
const WEAK = ['sms', 'call', 'email', 'question']

export const mfaEnrolled = checkEach(userFactors, {
  id: 'okta.mfa-enrolled',
  revision: 1,
  title: 'Every person who can sign in has a strong second factor enrolled',
  severity: 'high',
  rationale:
    'Who has enrolled nothing but a telephone or a question cannot be asked for more at sign-in, or is asked to enrol by whoever has the password.',
  remediation:
    'Admin Console, "Security", "Authenticators", "Enrollment": set Okta Verify or a security key to "Required". Ask the people listed to sign in and enrol.',
  params: z.strictObject({
    weak: z.array(z.string()).default(WEAK).describe('Types of factor that are not enough.'),
    maxAgeDays: z
      .int()
      .min(1)
      .default(30)
      .describe('Most days since the factors of a user were read, where they are carried over from an earlier run.'),
  }),
  criteria: ({ weak, maxAgeDays }) => ({
    pass: `At least one active factor is of a type other than ${weak.join(', ')}, read at most ${plural(maxAgeDays, 'day')} before the run.`,
    fail: `There is no active factor, or only such of the types ${weak.join(', ')}.`,
  }),
  examples: {
    pass: { record: enrolled(['sms', 'push']) },
    fail: { record: enrolled(['sms', 'question']) },
    'not-applicable': { record: enrolled([], { serviceAccount: true }) },
    unknown: { record: enrolled([], { factors: { state: 'unknown', reason: 'throttled' } }) },
  },
  evaluate({ status, serviceAccount, factors, notRead }, { params, at, readAt }) {
    if (serviceAccount) return notApplicable('service-account', 'declared in config to be no person')
    if (factors === null || notRead !== null) return notApplicable('not-usable', `the status is ${status}`)
    if (factors.state === 'absent') return notApplicable('deleted', 'the user was deleted while this was read')
    if (factors.state === 'unknown') return unread(factors, 'the list of factors')
    const old = stale({ readAt, at }, params.maxAgeDays)
    if (old !== undefined) return old
    const active = factors.value.filter((factor) => factor.status === 'ACTIVE').map(({ type }) => type)
    const strong = active.filter((type) => !params.weak.includes(type))
    if (strong.length > 0) return pass(`active: ${listed(strong)}`)
    return fail(active.length === 0 ? 'no factor is active' : `only weak factors are active: ${listed(active)}`)
  },
})

function listed(types: readonly string[]): string {
  return [...new Set(types)].sort().join(', ')
}
