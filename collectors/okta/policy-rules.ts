import { unknown, type Verdict } from 'affiant/sdk'
import type { PolicyRecord, PolicyRule, RuleConditions } from './policy.ts'

export const isActive = ({ status }: { status: string | null }) => status === 'ACTIVE'

/** In the order in which Okta asks; what Okta made itself comes last where numbers are equal. */
export function inOrder<T extends { priority: number | null; system: boolean; id: string }>(items: readonly T[]): T[] {
  const rank = ({ priority }: T) => priority ?? Number.MAX_SAFE_INTEGER
  return items.toSorted((a, b) => rank(a) - rank(b) || Number(a.system) - Number(b.system) || (a.id < b.id ? -1 : 1))
}

/**
 * The active rules somebody can come to, in the order of priority: Okta takes the first that applies, so nothing behind a
 * rule for everybody is ever asked.
 */
export function reachableRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const ordered = inOrder(rules.filter(isActive))
  const last = ordered.findIndex(({ conditions }) => isForEverybody(conditions))
  return last === -1 ? ordered : ordered.slice(0, last + 1)
}

/** Whether a rule applies to each sign-in of each person. */
export function isForEverybody(conditions: RuleConditions): boolean {
  const { groups, users, userTypes, network, device, riskLevel, expression, further } = conditions
  const people =
    groups.include.length + groups.exclude.length + userTypes.include.length + userTypes.exclude.length === 0 &&
    users.include + users.exclude === 0
  const place = network === null || network.connection === 'ANYWHERE'
  const machine = device === null || (!device.registered && !device.managed && device.assurance.length === 0)
  return people && place && machine && (riskLevel === null || riskLevel === 'ANY') && !expression && !further
}

/** Whether a rule is for these groups and nobody else. */
export function isOnlyFor({ groups, users }: RuleConditions, ids: readonly string[]): boolean {
  return users.include === 0 && groups.include.length > 0 && groups.include.every((id) => ids.includes(id))
}

/** Completes "policy …": `"Payroll", rule 2 "In the office"`. */
export function ruleName(policy: Pick<PolicyRecord, 'name'>, rule: PolicyRule): string {
  const place = rule.system ? 'the default rule' : `rule ${rule.priority ?? '?'}`
  return `policy "${policy.name}", ${place} "${rule.name}"`
}

/** Whether anybody comes to a global policy; `unclear` where the rules of one before it could not be read. */
export type Reach = 'reachable' | 'unreachable' | 'unclear'

/**
 * Whether anybody comes to each of the active global policies, by id. Nobody does if one before it in the order is for
 * everybody and has a rule for everybody. Who everybody is shows Okta's own policy, the last.
 */
export function reachOf(policies: readonly PolicyRecord[]): Map<string, Reach> {
  const ordered = inOrder(policies.filter(isActive))
  const everybody = new Set(ordered.filter(({ system }) => system).flatMap(({ groups }) => groups.include))
  const reached = new Map<string, Reach>()
  let reach: Reach = 'reachable'
  for (const { id, groups, rules } of ordered) {
    reached.set(id, reach)
    const { include, exclude } = groups
    const forAll = exclude.length === 0 && (include.length === 0 || include.some((group) => everybody.has(group)))
    if (!forAll || reach === 'unreachable') continue
    if (rules.state === 'unknown') reach = 'unclear'
    const last = rules.state === 'observed' ? reachableRules(rules.value).at(-1) : undefined
    if (last !== undefined && isForEverybody(last.conditions)) reach = 'unreachable'
  }
  return reached
}

/** The verdict on a rule that lets too much through, of a policy to which perhaps nobody comes. */
export function inDoubt(detail: string): Verdict {
  return unknown(
    'unavailable',
    `${detail}; whether anybody comes to it is not known, as a policy before it could not be read`,
  )
}
