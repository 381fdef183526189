import { checkEach, type Observed, plural, z } from 'affiant/sdk'
import { archived, classicRule, protectedBy, pullRequestRule, rulesOf, ruleset } from '../examples.ts'
import type { ClassicProtection } from '../protection/model.ts'
import { findingOf, outOfQuestion, verdictOf } from '../protection/routes.ts'
import { type BranchProtectionRecord, branchProtection } from '../streams/branch-protection.ts'

type Unread = Extract<Observed<unknown>, { state: 'unknown' }>

export const noStandingBypass = checkEach(branchProtection, {
  id: 'github.no-standing-bypass',
  revision: 1,
  title: 'Nobody can bypass the pull request rule of the default branch',
  severity: 'high',
  rationale:
    'A rule that administrators or a list of actors may pass by does not separate who writes a change from who approves it.',
  remediation:
    'Empty the "Bypass list" of the ruleset, or select "Do not allow bypassing the above settings" in the classic rule and clear "Allow specified actors to bypass required pull requests".',
  params: z.strictObject({
    approved: z
      .array(z.string())
      .default([])
      .describe(
        'Actors that may bypass: of rulesets Team:<id>, Integration:<id>, RepositoryRole:<id>, OrganizationAdmin, DeployKey; of classic rules team:<slug>, app:<slug>.',
      ),
  }),
  criteria: ({ approved }) => ({
    pass: `A ruleset or classic rule requires a pull request and nobody may bypass it${approved.length > 0 ? ` but ${approved.join(', ')}` : ''}; classic rules include administrators.`,
    fail: 'Every rule that requires a pull request can be bypassed, or there is none.',
  }),
  examples: {
    pass: { record: protectedBy({ rules: rulesOf(pullRequestRule()), rulesets: [ruleset([])] }) },
    fail: { record: protectedBy({ classic: classicRule({ enforceAdmins: false }) }) },
    'not-applicable': { record: archived },
    unknown: { record: protectedBy({ rules: rulesOf(pullRequestRule()), rulesets: [ruleset(null)] }) },
  },
  evaluate(record, { params }) {
    const approved = new Set(params.approved)
    const finding = findingOf([...classicFirm(record.classic, approved), ...rulesFirm(record, approved)])
    return (
      outOfQuestion(record) ??
      verdictOf(
        record,
        [{ finding, missing: whatIsOpen(record), ...(isHidden(record) && { unread: HIDDEN }) }],
        'has a pull request rule that nobody may bypass',
      )
    )
  },
})

const HIDDEN =
  'GitHub shows who may bypass its ruleset only to those who may change the ruleset; show the bypass list by hand, or require the same in a classic rule that includes administrators'

/** Both ways were read, but not who may bypass the ruleset. */
function isHidden({ classic, rulesets }: BranchProtectionRecord): boolean {
  const hidden = rulesets.some(({ read }) => read.state === 'observed' && read.value.bypassActors === null)
  return hidden && classic?.state !== 'unknown'
}

/** Whether the classic rule binds everyone. */
function classicFirm(classic: BranchProtectionRecord['classic'], approved: ReadonlySet<string>) {
  if (classic === null) return [null]
  if (classic.state === 'unknown') return [classic]
  return [classic.state === 'observed' && bindsEveryone(classic.value, approved)]
}

function bindsEveryone(
  { pullRequest, enforceAdmins }: ClassicProtection,
  approved: ReadonlySet<string>,
): boolean | null {
  if (pullRequest === null) return false
  const { users, teams, apps } = pullRequest.bypass
  const actors = [...teams.map((slug) => `team:${slug}`), ...apps.map((slug) => `app:${slug}`)]
  if (users > 0 || actors.some((actor) => !approved.has(actor))) return false
  return enforceAdmins
}

/** For each ruleset that requires a pull request, whether it binds everyone. One that does is enough: all apply. */
function rulesFirm(
  { rules, rulesets }: BranchProtectionRecord,
  approved: ReadonlySet<string>,
): (boolean | null | Unread)[] {
  if (rules === null) return [null]
  if (rules.state === 'unknown') return [rules]
  if (rules.state === 'absent') return [false]
  const requiring = rules.value.filter(({ pullRequest }) => pullRequest !== null)
  return requiring.map(({ rulesetId }) => {
    const read = rulesets.find(({ id }) => id === rulesetId)?.read
    if (read === undefined || read.state === 'absent') return null
    if (read.state === 'unknown') return read
    const { bypassActors } = read.value
    // Not shown is not empty: only credentials that may change the ruleset see the list.
    if (bypassActors === null) return { state: 'unknown', reason: 'denied' }
    return bypassActors.every((actor) => approved.has(actor))
  })
}

function whatIsOpen({ classic, rules, rulesets }: BranchProtectionRecord): string {
  const reasons: string[] = []
  if (classic?.state === 'observed' && classic.value.pullRequest !== null) {
    const { bypass } = classic.value.pullRequest
    if (classic.value.enforceAdmins === false) reasons.push('administrators')
    if (bypass.users > 0) reasons.push(plural(bypass.users, 'named person', 'named people'))
    reasons.push(...bypass.teams.map((slug) => `team:${slug}`), ...bypass.apps.map((slug) => `app:${slug}`))
  }
  if (rules?.state === 'observed' && rules.value.some(({ pullRequest }) => pullRequest !== null)) {
    for (const { read } of rulesets) if (read.state === 'observed') reasons.push(...(read.value.bypassActors ?? []))
  }
  return reasons.length > 0
    ? `has a pull request rule that can be bypassed by ${[...new Set(reasons)].slice(0, 5).join(', ')}`
    : 'has no pull request rule, so everyone with write access changes it alone'
}
