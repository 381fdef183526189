import { about, checkAll, fail, notApplicable, pass, unknown, unread, type Verdict } from 'affiant/sdk'
import { type AppRecord, isAdminConsole } from '../app.ts'
import {
  adminConsole,
  exampleApp,
  phishingResistant,
  examplePolicy,
  exampleRule,
  exampleRules,
  exampleVerification,
} from '../examples-policies.ts'
import { organizationExample } from '../examples-organization.ts'
import { superAdministrator } from '../permissions.ts'
import type { PolicyRecord } from '../policy.ts'
import { isActive, reachableRules, ruleName } from '../policy-rules.ts'
import { asksPhishingResistance, asksTwoFactors, whatIsAsked } from '../second-factor.ts'
import { apps } from '../streams/apps.ts'
import { organization } from '../streams/organization.ts'
import { policies } from '../streams/policies.ts'

const protectedBy = (...given: Parameters<typeof exampleRules>) => ({
  organization: [organizationExample()],
  apps: [adminConsole()],
  policies: [examplePolicy('ACCESS_POLICY', { name: 'Admin Console', rules: exampleRules(...given) })],
})

export const adminConsolePhishingResistant = checkAll(
  { organization, apps, policies },
  {
    id: 'okta.admin-console-phishing-resistant',
    revision: 1,
    title: 'The Admin Console takes two factors, one of which resists phishing',
    severity: 'critical',
    rationale:
      'Whoever gets into the Admin Console can let themselves into everything else. Codes and push messages can be relayed by a false sign-in page.',
    remediation:
      '"Security", "Authentication Policies", "Okta Admin Console", the rule named: any 2 factor types, and under "Possession factor constraints" select "Phishing resistant".',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'Each active rule that somebody can come to, of the policy of the Admin Console, denies access or asks for two factors of which one resists phishing.',
      fail: 'An active rule that somebody can come to allows access without that. The first such rule is named.',
    }),
    examples: {
      pass: { inputs: protectedBy(exampleRule({ verification: phishingResistant })) },
      fail: { inputs: protectedBy(exampleRule({ verification: exampleVerification() })) },
      // Okta shows its own apps to super administrators only.
      unknown: { inputs: { ...protectedBy(), apps: [exampleApp()] } },
    },
    async *evaluate(datasets) {
      let console: AppRecord | undefined
      for await (const { record } of datasets.apps.items()) if (isAdminConsole(record)) console = record
      let decides: PolicyRecord | undefined
      for await (const { record } of datasets.policies.items()) {
        if (record.type === 'ACCESS_POLICY' && record.id === console?.accessPolicy) decides = record
      }
      for await (const item of datasets.organization.items()) {
        yield { ...about(item), ...judge(item.record.engine, console, decides) }
      }
    },
  },
)

function judge(
  engine: PolicyRecord['engine'],
  console: AppRecord | undefined,
  policy: PolicyRecord | undefined,
): Verdict {
  if (engine === 'classic') {
    return unknown(
      'unlicensed',
      'a Classic organisation has no policy of the Admin Console that the API shows; show its sign-on rules by hand',
    )
  }
  if (console === undefined) {
    return unknown(
      'denied',
      `Okta hides the Admin Console from these credentials; missing permission: ${superAdministrator.name}`,
    )
  }
  if (policy === undefined) {
    return unknown('unavailable', 'the policy of the Admin Console is not among the policies Okta listed')
  }
  if (!isActive(policy)) return unknown('invalid', `policy "${policy.name}" of the Admin Console is not active`)
  if (policy.rules.state === 'unknown') return unread(policy.rules, `the rules of policy "${policy.name}"`)
  if (policy.rules.state === 'absent') return unknown('invalid', `policy "${policy.name}" has no rules`)
  return judgeRules(policy, reachableRules(policy.rules.value))
}

function judgeRules(policy: PolicyRecord, rules: ReturnType<typeof reachableRules>): Verdict {
  if (rules.length === 0) return notApplicable('no-rules', `policy "${policy.name}" has no active rule`)
  let unclear: string | undefined
  for (const rule of rules) {
    if (rule.access === 'DENY') continue
    const name = ruleName(policy, rule)
    const two = rule.access === 'ALLOW' ? asksTwoFactors(rule.verification) : null
    const resistant = rule.access === 'ALLOW' ? asksPhishingResistance(rule.verification) : null
    if (two === false) return fail(`${name} lets people in with ${whatIsAsked(rule)}`)
    if (resistant === false) return fail(`${name} lets people in with factors that do not resist phishing`)
    if (two === null || resistant === null) unclear ??= name
  }
  if (unclear !== undefined) return unknown('invalid', `${unclear}: Okta did not say what it asks for`)
  return pass(`policy "${policy.name}": each rule in force (${rules.length}) asks for a factor that resists phishing`)
}
