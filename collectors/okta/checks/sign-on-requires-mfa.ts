import { about, checkAll, fail, notApplicable, pass, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { type AppRecord, isFirstParty, isNamed } from '../app.ts'
import {
  exampleApp,
  exampleConditions,
  examplePolicy,
  exampleRule,
  exampleRules,
  exampleSession,
  exampleVerification,
} from '../examples-policies.ts'
import { superAdministrator } from '../permissions.ts'
import type { PolicyRecord } from '../policy.ts'
import { inDoubt, isActive, isOnlyFor, type Reach, reachableRules, reachOf, ruleName } from '../policy-rules.ts'
import { asksSecondFactor, whatIsAsked } from '../second-factor.ts'
import { apps } from '../streams/apps.ts'
import { policies } from '../streams/policies.ts'

const twoFactors = exampleRule({ name: 'Anywhere', priority: 2, verification: exampleVerification() })
const oneFactor = exampleRule({
  id: 'rul2',
  name: 'In the office',
  conditions: exampleConditions({ network: { connection: 'ZONE', include: ['nzo1'], exclude: [] } }),
  verification: exampleVerification({ factorMode: '1FA' }),
})
const inputs = (...given: PolicyRecord[]) => ({ policies: given, apps: [exampleApp()] })

export const signOnRequiresMfa = checkAll(
  { policies, apps },
  {
    id: 'okta.sign-on-requires-mfa',
    revision: 1,
    title: 'No rule lets anyone into an app without a second factor',
    severity: 'critical',
    rationale:
      'Rules are asked one after the other and the first that applies decides. One that asks for a password alone is enough to get in, whatever the policy is called.',
    remediation:
      'Identity Engine: "Security", "Authentication Policies", the policy and rule named: "User must authenticate with" any 2 factor types. Classic: "Security", "Authentication", "Sign On", the rule named: "Prompt for Factor".',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      outOfScopeApps: z
        .array(z.string())
        .default([])
        .describe('Ids or labels of apps that need no second factor. A policy of such apps alone is not judged.'),
      notStaffGroups: z
        .array(z.string())
        .default([])
        .describe('Ids of groups that hold no people of yours. A rule for them alone is not judged.'),
    }),
    criteria: () => ({
      pass: 'Each active rule of the policy that somebody can come to denies access or asks for two factors; in a Classic organisation each rule of the global sign-on policies does.',
      fail: 'An active rule that somebody can come to allows access with one factor. The first such rule is named.',
    }),
    examples: {
      pass: { inputs: inputs(examplePolicy('ACCESS_POLICY', { rules: exampleRules(twoFactors) })) },
      fail: { inputs: inputs(examplePolicy('ACCESS_POLICY', { rules: exampleRules(oneFactor, twoFactors) })) },
      'not-applicable': {
        inputs: inputs(
          examplePolicy('OKTA_SIGN_ON', {
            rules: exampleRules(exampleRule({ session: exampleSession({ requireFactor: false }) })),
          }),
        ),
      },
      unknown: {
        inputs: inputs(examplePolicy('ACCESS_POLICY', { rules: { state: 'unknown', reason: 'denied' } })),
      },
    },
    async *evaluate(datasets, { params }) {
      const users = new Map<string, AppRecord[]>()
      let firstPartyShown = false
      for await (const { record } of datasets.apps.items()) {
        firstPartyShown ||= isFirstParty(record)
        if (record.accessPolicy === null || !isActive(record)) continue
        users.set(record.accessPolicy, [...(users.get(record.accessPolicy) ?? []), record])
      }
      // Policies are few: an organisation has some dozens.
      const globalPolicies: PolicyRecord[] = []
      for await (const { record } of datasets.policies.items()) {
        if (record.type === 'OKTA_SIGN_ON' && record.notRead === null) globalPolicies.push(record)
      }
      const reached = reachOf(globalPolicies)
      for await (const item of datasets.policies.items()) {
        const { record } = item
        if (record.type === 'ACCESS_POLICY') {
          const served = users.get(record.id) ?? []
          yield { ...about(item), ...judgeAppPolicy(record, served, firstPartyShown, params) }
        } else if (record.type === 'OKTA_SIGN_ON') {
          yield { ...about(item), ...judgeGlobalPolicy(record, reached.get(record.id), params.notStaffGroups) }
        }
      }
    },
  },
)

function judgeAppPolicy(
  policy: PolicyRecord,
  served: readonly AppRecord[],
  firstPartyShown: boolean,
  { outOfScopeApps, notStaffGroups }: { outOfScopeApps: readonly string[]; notStaffGroups: readonly string[] },
): Verdict {
  if (policy.notRead !== null) return unknown(policy.notRead, `Okta says that there are ${policy.name}`)
  if (!isActive(policy)) return notApplicable('inactive', `policy "${policy.name}" is not active`)
  if (served.length === 0 && firstPartyShown) {
    return notApplicable('no-apps', `policy "${policy.name}" decides on no active app`)
  }
  if (served.length > 0 && served.every((one) => isNamed(one, outOfScopeApps))) {
    return notApplicable('out-of-scope', `policy "${policy.name}" decides on apps alone that are out of scope`)
  }
  const verdict = judgeRules(policy, notStaffGroups)
  if (verdict.status === 'fail' && served.length === 0) {
    return unknown(
      'denied',
      `${verdict.detail}; whether an app uses it is not known, as Okta hides its own apps from these credentials; missing permission: ${superAdministrator.name}`,
    )
  }
  return verdict
}

function judgeGlobalPolicy(policy: PolicyRecord, reach: Reach | undefined, notStaffGroups: readonly string[]): Verdict {
  if (policy.notRead !== null) return unknown(policy.notRead, `Okta says that there are ${policy.name}`)
  if (policy.engine === 'identity') {
    return notApplicable('identity-engine', 'in Identity Engine the policy of each app decides on the second factor')
  }
  if (!isActive(policy)) return notApplicable('inactive', `policy "${policy.name}" is not active`)
  if (reach === 'unreachable') {
    return notApplicable('unreachable', `a policy before "${policy.name}" applies to everybody`)
  }
  const verdict = judgeRules(policy, notStaffGroups)
  return verdict.status === 'fail' && reach === 'unclear' ? inDoubt(verdict.detail) : verdict
}

function judgeRules(policy: PolicyRecord, notStaffGroups: readonly string[]): Verdict {
  const { rules: read } = policy
  if (read.state === 'unknown') return unread(read, `the rules of policy "${policy.name}"`)
  if (read.state === 'absent') return unknown('invalid', `policy "${policy.name}" has no rules`)
  const asked = reachableRules(read.value).filter((each) => !isOnlyFor(each.conditions, notStaffGroups))
  if (asked.length === 0) return notApplicable('no-rules', `policy "${policy.name}" has no active rule for staff`)
  let unclear: string | undefined
  for (const each of asked) {
    if (each.access === 'DENY') continue
    const asks = each.access === 'ALLOW' ? asksSecondFactor(each) : null
    if (asks === false) return fail(`${ruleName(policy, each)} lets people in with ${whatIsAsked(each)}`)
    if (asks === null) unclear ??= ruleName(policy, each)
  }
  if (unclear !== undefined) return unknown('invalid', `${unclear}: Okta did not say what it asks for`)
  return pass(`policy "${policy.name}": each rule in force (${asked.length}) denies access or asks for two factors`)
}
