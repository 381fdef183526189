import { logPopulation } from '../system-log.ts'

/** Event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const privilegeChanges = logPopulation({
  id: 'okta.privilege-changes',
  title: 'Administrator roles, resource sets and API tokens given or taken in the period',
  types: ['user.account.privilege.', 'group.privilege.', 'iam.', 'system.api_token.'],
})
