import { logPopulation } from '../system-log.ts'

/** Event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const adminConsoleSignIns = logPopulation({
  id: 'okta.admin-console-sign-ins',
  title: 'Sign-ins to the Admin Console in the period',
  types: ['user.session.access_admin_app'],
})
