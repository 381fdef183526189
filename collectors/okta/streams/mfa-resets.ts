import { logPopulation } from '../system-log.ts'

/** Event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const mfaResets = logPopulation({
  id: 'okta.mfa-resets',
  title: 'Second factors reset or taken away in the period',
  types: ['user.mfa.factor.reset_all', 'user.mfa.factor.deactivate', 'user.mfa.factor.suspend'],
})
