import { checkEach, fail, pass, plural, z } from 'affiant/sdk'
import { firstPartyAppSettings } from '../streams/first-party-app-settings.ts'

const settings = (sessionIdleMinutes: number) =>
  ({ app: 'admin-console', sessionIdleMinutes, sessionLifetimeMinutes: 720 }) as const

export const adminConsoleSessionIdle = checkEach(firstPartyAppSettings, {
  id: 'okta.admin-console-session-idle',
  revision: 1,
  title: 'The Admin Console signs out whoever does nothing',
  severity: 'medium',
  rationale: 'An open Admin Console on a machine nobody watches gives away the whole organisation.',
  remediation:
    '"Applications", "Okta Admin Console", "Sign On", "Okta Admin Console session": set "Maximum app session idle time" to 15 minutes.',
  params: z.strictObject({
    maxIdleMinutes: z.int().min(1).default(15).describe('Most minutes without activity.'),
  }),
  criteria: ({ maxIdleMinutes }) => ({
    pass: `A session of the Admin Console ends after at most ${plural(maxIdleMinutes, 'minute')} without activity.`,
    fail: `A session of the Admin Console may idle for more than ${plural(maxIdleMinutes, 'minute')}.`,
  }),
  examples: { pass: { record: settings(15) }, fail: { record: settings(120) } },
  evaluate({ sessionIdleMinutes: minutes }, { params }) {
    const detail = `the Admin Console ends a session after ${plural(minutes, 'minute')} without activity`
    return minutes <= params.maxIdleMinutes ? pass(detail) : fail(detail)
  },
})
