import { checkEach, daysSince, fail, notApplicable, pass, plural, unknown, z } from 'affiant/sdk'
import { userExample } from '../examples.ts'
import { preset, threshold } from '../presets.ts'
import { users } from '../streams/users.ts'
import { isUsable } from '../users.ts'

/** STIG OKTA-APP-000090 */
const DAYS = { standard: 90, stig: 35 }

export const noInactiveUsers = checkEach(users, {
  id: 'okta.no-inactive-users',
  revision: 1,
  title: 'No account of a person lies idle',
  severity: 'medium',
  rationale: 'An account that nobody uses is one that nobody misses when somebody else uses it.',
  remediation:
    'Admin Console, "Directory", "People": deactivate or suspend the users listed, or declare in config those that are no people. An automation under "Workflow", "Automations" does it every day.',
  params: z.strictObject({
    preset,
    maxDays: z.int().min(1).optional().describe('Most days since the last sign-in (standard: 90, stig: 35).'),
  }),
  criteria: (params) => {
    const days = threshold(params.maxDays, params.preset, DAYS)
    return {
      pass: `The last sign-in, or for who never signed in the activation, was at most ${plural(days, 'day')} before the run.`,
      fail: `It was more than ${plural(days, 'day')} before the run, and the account can still be used.`,
    }
  },
  examples: {
    pass: { record: userExample({ lastLogin: '2026-01-01T09:00:00.000Z' }), params: { maxDays: 1_000_000 } },
    fail: { record: userExample({ lastLogin: '2001-01-01T09:00:00.000Z' }) },
    'not-applicable': { record: userExample({ status: 'SUSPENDED' }) },
    unknown: { record: userExample({ lastLogin: null, activated: null, created: null }) },
  },
  evaluate({ status, serviceAccount, lastLogin, activated, created }, { params, at }) {
    if (serviceAccount) return notApplicable('service-account', 'declared in config to be no person')
    if (!isUsable({ status })) return notApplicable('not-usable', `the status is ${status}`)
    const since = lastLogin ?? activated ?? created
    if (since === null) return unknown('invalid', 'Okta tells neither a sign-in nor when the account was made')
    const most = threshold(params.maxDays, params.preset, DAYS)
    const days = daysSince(since, at)
    const what = lastLogin === null ? 'never signed in, activated' : 'last signed in'
    const detail = `${what} ${plural(days, 'day')} before this run`
    return days <= most ? pass(detail) : fail(`${detail}; at most ${plural(most, 'is', 'are')} accepted`)
  },
})
