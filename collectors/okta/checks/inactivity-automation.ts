import { about, checkAll, type Dataset, fail, pass, plural, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { organizationExample } from '../examples-organization.ts'
import { noneOf, examplePolicy, exampleRule, exampleRules } from '../examples-policies.ts'
import type { PolicyRecord } from '../policy.ts'
import { isActive, ruleName } from '../policy-rules.ts'
import { preset, threshold } from '../presets.ts'
import { organization } from '../streams/organization.ts'
import { policies } from '../streams/policies.ts'

const DAYS = { standard: 90, stig: 35 }
/** What an account becomes that nobody can sign in with any more. */
const CLOSED = new Set(['SUSPENDED', 'DEACTIVATED', 'DEPROVISIONED', 'DELETED'])

const automation = (inactivityDays: number, targetStatus: string | null = 'SUSPENDED') => ({
  organization: [organizationExample()],
  policies: [
    examplePolicy('USER_LIFECYCLE', {
      rules: exampleRules(exampleRule({ access: null, lifecycle: { inactivityDays, targetStatus } })),
    }),
  ],
})

export const inactivityAutomation = checkAll(
  { organization, policies },
  {
    id: 'okta.inactivity-automation',
    revision: 1,
    title: 'Accounts nobody uses are closed by an automation',
    severity: 'low',
    rationale:
      'Accounts nobody misses are those whose misuse nobody notices. A person forgets to look; an automation does not.',
    remediation:
      '"Workflow", "Automations", "Add Automation": condition "User Inactivity in Okta" with the days, a daily schedule, the group "Everyone", and the action "Change User lifecycle state in Okta" to Suspended; then activate it.',
    params: z.strictObject({
      preset,
      maxDays: z.int().min(1).optional().describe('Most days without a sign-in: 90, or 35 with the preset stig.'),
    }),
    criteria: ({ preset: chosen, maxDays }) => ({
      pass: `An active automation suspends or deactivates users after at most ${plural(threshold(maxDays, chosen, DAYS), 'day')} without a sign-in.`,
      fail: `No active automation does so within ${plural(threshold(maxDays, chosen, DAYS), 'day')}.`,
    }),
    examples: {
      pass: { inputs: automation(90) },
      fail: { inputs: automation(365) },
      unknown: { inputs: { organization: [organizationExample()], policies: [noneOf('USER_LIFECYCLE')] } },
    },
    async *evaluate(datasets, { params }) {
      const most = threshold(params.maxDays, params.preset, DAYS)
      const verdict = await judge(datasets.policies, most)
      for await (const item of datasets.organization.items()) {
        if (verdict !== undefined) yield { ...about(item), ...verdict }
      }
    },
  },
)

/** Nothing if there is no policy of any type: every organisation has some. */
async function judge(all: Dataset<PolicyRecord>, most: number): Promise<Verdict | undefined> {
  let any = false
  let doubt: Verdict | undefined
  let nearest = 'there is no active automation on inactivity'
  for await (const { record } of all.items()) {
    any = true
    if (record.type !== 'USER_LIFECYCLE') continue
    if (record.notRead !== null) return unknown(record.notRead, `Okta says that there are ${record.name}`)
    if (!isActive(record)) continue
    if (record.rules.state === 'unknown') doubt ??= unread(record.rules, `the rules of automation "${record.name}"`)
    if (record.rules.state !== 'observed') continue
    for (const rule of record.rules.value.filter(isActive)) {
      const { inactivityDays: days = null, targetStatus = null } = rule.lifecycle ?? {}
      if (days === null) continue
      const what = `${ruleName(record, rule)} acts after ${plural(days, 'day')} without a sign-in`
      if (targetStatus === null) doubt ??= unknown('invalid', `${what}; Okta did not say what it does`)
      else if (CLOSED.has(targetStatus) && days <= most) return pass(what)
      else nearest = CLOSED.has(targetStatus) ? what : `${what} and makes users ${targetStatus}`
    }
  }
  return any ? (doubt ?? fail(nearest)) : undefined
}
