import { logPopulation } from '../system-log.ts'

/** Event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const joiners = logPopulation({
  id: 'okta.joiners',
  title: 'Users created, activated or reactivated in the period',
  types: ['user.lifecycle.create', 'user.lifecycle.activate', 'user.lifecycle.reactivate', 'user.lifecycle.unsuspend'],
})
