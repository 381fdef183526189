import { logPopulation } from '../system-log.ts'

/** Event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const leavers = logPopulation({
  id: 'okta.leavers',
  title: 'Users deactivated, suspended or deleted in the period',
  types: ['user.lifecycle.deactivate', 'user.lifecycle.suspend', 'user.lifecycle.delete.'],
})
