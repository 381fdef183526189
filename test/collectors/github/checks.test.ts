import type { AllCheck, Check, Dataset, EachCheck, Result, Verdict } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { codeOwnersRequired } from '../../../collectors/github/checks/code-owners-required.ts'
import { forcePushBlocked } from '../../../collectors/github/checks/force-push-blocked.ts'
import { membersCannotPublishOrDelete } from '../../../collectors/github/checks/members-cannot-publish-or-delete.ts'
import { noStandingBypass } from '../../../collectors/github/checks/no-standing-bypass.ts'
import { outsideCollaboratorsApproved } from '../../../collectors/github/checks/outside-collaborators-approved.ts'
import { ownersFewAndApproved } from '../../../collectors/github/checks/owners-few-and-approved.ts'
import { publicRepositoriesApproved } from '../../../collectors/github/checks/public-repositories-approved.ts'
import { reviewRequired } from '../../../collectors/github/checks/review-required.ts'
import { statusChecksRequired } from '../../../collectors/github/checks/status-checks-required.ts'
import { teamAccessReviewed } from '../../../collectors/github/checks/team-access-reviewed.ts'
import {
  classicRule,
  protectedBy,
  pullRequestRule,
  rule,
  rulesOf,
  ruleset,
} from '../../../collectors/github/examples.ts'
import { collector } from '../../../collectors/github/index.ts'
import { organizationExample } from '../../../collectors/github/organization-example.ts'
import type { BranchProtectionRecord } from '../../../collectors/github/streams/branch-protection.ts'

const AT = new Date('2026-01-15T12:00:00.000Z')

function verdict(check: EachCheck, record: unknown, params: unknown = {}): Verdict {
  const parsed = check.inputs['records']?.record.parse(record)
  return check.evaluate(parsed, { params: check.params.parse(params), at: AT, readAt: AT })
}

async function results(
  check: AllCheck,
  inputs: Readonly<Record<string, readonly unknown[]>>,
  params: unknown = {},
): Promise<Result[]> {
  const datasets: Record<string, Dataset<unknown>> = {}
  for (const [name, stream] of Object.entries(check.inputs)) {
    const key = (record: unknown) =>
      'key' in stream && typeof stream.key === 'function' ? String(stream.key(record)) : ''
    const records = (inputs[name] ?? []).map((record) => stream.record.parse(record))
    datasets[name] = {
      async *items() {
        for (const record of records) {
          yield { record, key: key(record), label: key(record), source: 'github', scope: 'acme', readAt: AT }
        }
      },
    }
  }
  const found: Result[] = []
  for await (const result of check.evaluate(datasets, { params: check.params.parse(params), at: AT }))
    found.push(result)
  return found
}

/** The engine's roll-up in small: a failure beats an unknown, an unknown beats a pass. */
function rollUp(statuses: readonly string[]): string {
  return ['fail', 'unknown', 'pass', 'not-applicable'].find((status) => statuses.includes(status)) ?? 'empty'
}

const examples = (collector.checks as readonly Check[]).flatMap((check) =>
  Object.entries(check.examples).map(([status, example]) => ({ id: check.id, status, check, example })),
)

async function exampleResults({
  check,
  example,
}: (typeof examples)[number]): Promise<(Verdict & { subject?: string })[]> {
  if (check.kind === 'each') {
    if ('record' in example) return [verdict(check, example.record, example.params)]
  } else if ('inputs' in example) {
    return results(check, example.inputs, example.params)
  }
  throw new Error(`${check.id} has an example of another kind`)
}

describe('examples in the checks', () => {
  it.each(examples)('$id: $status', async (example) => {
    const found = await exampleResults(example)
    expect(rollUp(found.map((result) => result.status))).toBe(example.status)
    expect(new Set(found.map((result) => result.subject)).size).toBe(found.length)
  })

  it('stand in checks that each have criteria in words for their defaults', () => {
    for (const check of collector.checks as readonly Check[]) {
      const { pass, fail } = check.criteria(check.params.parse({}))
      expect(`${pass} ${fail}`).not.toMatch(/undefined|\[object/)
      expect(check.id).toMatch(/^github\.[a-z-]+$/)
    }
  })
})

type Status = Verdict['status']
const denied = { state: 'unknown', reason: 'denied', permission: 'administration:read' } as const
const unlicensed = { state: 'unknown', reason: 'unlicensed' } as const

/** What each way may be known as. `good` meets everything asked for, `bad` was read and asks for nothing. */
const classicStates: Record<string, BranchProtectionRecord['classic']> = {
  absent: { state: 'absent' },
  good: classicRule({ signatures: true }),
  bad: classicRule({
    enforceAdmins: false,
    allowForcePushes: true,
    allowDeletions: true,
    review: null,
    statusChecks: null,
  }),
  denied,
  unlicensed,
}
const rulesStates: Record<string, BranchProtectionRecord['rules']> = {
  none: rulesOf(),
  good: rulesOf(
    pullRequestRule(),
    rule('required_status_checks', { statusChecks: { strict: true, contexts: ['test'] } }),
    rule('non_fast_forward'),
    rule('deletion'),
    rule('required_signatures'),
  ),
  denied,
  unlicensed,
}

/** The rule of the catalogue: either way protects; a failure needs both ways known; anything else is not known. */
function expected(classic: string, rules: string): { status: Status; reason?: string } {
  if (classic === 'good' || rules === 'good') return { status: 'pass' }
  for (const state of [classic, rules]) {
    if (state === 'denied' || state === 'unlicensed') return { status: 'unknown', reason: state }
  }
  return { status: 'fail' }
}

const combinations = Object.keys(classicStates).flatMap((classic) =>
  Object.keys(rulesStates).map((rules) => ({ classic, rules, ...expected(classic, rules) })),
)

describe('classic protection and rulesets together', () => {
  const branchChecks = (collector.checks as readonly Check[]).filter((check) =>
    Object.values(check.inputs).some(({ id }) => id === 'github.branch-protection'),
  )

  it('decide seven checks', () => {
    expect(branchChecks.map(({ id }) => id)).toEqual([
      'github.default-branch-protected',
      'github.review-required',
      'github.code-owners-required',
      'github.status-checks-required',
      'github.no-standing-bypass',
      'github.force-push-blocked',
      'github.signed-commits-required',
    ])
  })

  describe.each(branchChecks)('$id', (check) => {
    const judge = async (record: BranchProtectionRecord): Promise<Verdict | undefined> => {
      if (check.kind === 'each') return verdict(check, record)
      const file = { state: 'observed', value: { errors: 0, first: [] } }
      const owners = { repository: record.repository, notRead: null, file }
      return (await results(check, { protection: [record], codeOwners: [owners] }))[0]
    }

    it.each(combinations)('classic $classic, rulesets $rules: $status', async ({ classic, rules, status, reason }) => {
      const record = protectedBy({
        classic: classicStates[classic] ?? null,
        rules: rulesStates[rules] ?? null,
        rulesets: rules === 'good' ? [ruleset([])] : [],
      })
      expect(await judge(record)).toMatchObject({ status, ...(reason && { reason }) })
    })

    it.each([
      [protectedBy({ notRead: 'archived', classic: null, rules: null }), 'archived'],
      [protectedBy({ notRead: 'excluded', classic: null, rules: null }), 'excluded'],
      [protectedBy({ notRead: 'no-branch', classic: null, rules: null }), 'empty'],
      [protectedBy({ empty: true }), 'empty'],
    ])('does not apply to a repository that is out of question', async (record, reason) => {
      expect(await judge(record)).toMatchObject({ status: 'not-applicable', reason })
    })

    it('never passes on a repository of which nothing was read', async () => {
      expect(await judge(protectedBy({ classic: null, rules: null }))).toMatchObject({ status: 'unknown' })
    })
  })
})

describe('the stricter of both ways counts, requirement by requirement', () => {
  it('for reviews: the number from one, the dismissal from the other', () => {
    const record = protectedBy({
      classic: classicRule({ review: { approvals: 2, dismissStale: false } }),
      rules: rulesOf(pullRequestRule({ approvals: 0, dismissStale: true })),
    })
    expect(verdict(reviewRequired, record, { approvals: 2 })).toMatchObject({ status: 'pass' })
    expect(verdict(reviewRequired, record, { approvals: 3 })).toEqual({
      status: 'fail',
      detail: 'acme/payments-api: default branch `main` does not require 3 approving reviews',
    })
  })

  it('fails on what is known even if something else is not', () => {
    const record = protectedBy({ classic: classicRule({ review: { approvals: 0, dismissStale: null } }) })
    expect(verdict(reviewRequired, record)).toMatchObject({ status: 'fail' })
  })

  it('does not guess what GitHub left out', () => {
    const record = protectedBy({ classic: classicRule({ review: { approvals: null } }) })
    expect(verdict(reviewRequired, record)).toMatchObject({ status: 'unknown', reason: 'invalid' })
    expect(verdict(forcePushBlocked, protectedBy({ classic: classicRule({ allowDeletions: null }) }))).toMatchObject({
      status: 'unknown',
      reason: 'invalid',
    })
  })

  it('for status checks: each one that must be there, from either way', () => {
    const record = protectedBy({
      classic: classicRule({ statusChecks: { strict: true, contexts: ['test'] } }),
      rules: rulesOf(rule('required_status_checks', { statusChecks: { strict: false, contexts: ['scan'] } })),
    })
    expect(verdict(statusChecksRequired, record, { required: ['scan', 'test'] }).status).toBe('pass')
    expect(verdict(statusChecksRequired, record, { required: ['scan', 'sbom'] })).toMatchObject({
      status: 'fail',
      detail: 'acme/payments-api: default branch `main` does not require the status check "sbom"',
    })
    const halfRead = { ...record, rules: denied }
    expect(verdict(statusChecksRequired, halfRead, { required: ['scan'] }).status).toBe('unknown')
  })
})

const withRules = (...bypass: (string[] | null)[]) =>
  protectedBy({
    rules: rulesOf(...bypass.map((_, index) => ({ ...pullRequestRule(), rulesetId: index }))),
    rulesets: bypass.map((actors, index) => ruleset(actors, index)),
  })

describe('github.no-standing-bypass', () => {
  it.each([
    ['nobody', withRules([]), 'pass'],
    ['a team', withRules(['Team:7']), 'fail'],
    ['a team for one ruleset, nobody for another', withRules(['Team:7'], []), 'pass'],
    ['hidden', withRules(null), 'unknown'],
    ['hidden for one ruleset, a team for another', withRules(null, ['Team:7']), 'unknown'],
    ['hidden for one ruleset, nobody for another', withRules(null, []), 'pass'],
    [
      'named people',
      protectedBy({ classic: classicRule({ review: { bypass: { users: 2, teams: [], apps: [] } } }) }),
      'fail',
    ],
    ['administrators', protectedBy({ classic: classicRule({ enforceAdmins: false }) }), 'fail'],
    ['not told', protectedBy({ classic: classicRule({ enforceAdmins: null }) }), 'unknown'],
    ['hidden, but the classic rule binds all', { ...withRules(null), classic: classicRule() }, 'pass'],
    ['a ruleset that could not be read', { ...withRules([]), rulesets: [{ id: 0, read: unlicensed }] }, 'unknown'],
  ] as const)('%s may bypass', (_, record, status) => {
    expect(verdict(noStandingBypass, record).status).toBe(status)
  })

  it('accepts approved actors only', () => {
    expect(verdict(noStandingBypass, withRules(['Team:7']), { approved: ['Team:7'] }).status).toBe('pass')
    expect(verdict(noStandingBypass, withRules(['Team:7', 'Team:8']), { approved: ['Team:7'] })).toEqual({
      status: 'fail',
      detail: 'acme/payments-api: default branch `main` has a pull request rule that can be bypassed by Team:7, Team:8',
    })
  })

  it('says that hidden actors were denied', () => {
    expect(verdict(noStandingBypass, withRules(null))).toMatchObject({
      reason: 'denied',
      detail: expect.stringContaining('only to those who may change the ruleset'),
    })
  })
})

const file = (state: unknown) => [{ repository: 'acme/payments-api', notRead: null, file: state }]

const judgeOwners = (codeOwners: unknown[]) =>
  results(codeOwnersRequired, { protection: [protectedBy({ classic: classicRule() })], codeOwners })

describe('github.code-owners-required', () => {
  it('needs a file without errors', async () => {
    const [result] = await judgeOwners(file({ state: 'observed', value: { errors: 2, first: [] } }))
    expect(result).toMatchObject({ status: 'fail', detail: expect.stringContaining('2 errors in CODEOWNERS') })
  })

  it('does not pass on a file that was not read or not listed', async () => {
    expect(await judgeOwners(file(denied))).toMatchObject([{ status: 'unknown', reason: 'denied' }])
    expect(await judgeOwners([])).toMatchObject([{ status: 'unknown', reason: 'truncated' }])
  })
})

const owners = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ login: `person-${index}`, app: null, role: 'admin', twoFactor: true }))

describe('people', () => {
  it.each([
    [1, 'fail'],
    [2, 'not-applicable'],
    [5, 'not-applicable'],
    [6, 'fail'],
  ])('%i owners without an approved list: %s', async (count, status) => {
    expect(await results(ownersFewAndApproved, { members: owners(count) })).toMatchObject([
      { subject: 'owners', status },
    ])
  })

  it('an undeclared list of owners says what to declare', async () => {
    const [result] = await results(ownersFewAndApproved, { members: owners(2) })
    expect(result).toMatchObject({
      reason: 'undeclared',
      detail: expect.stringContaining('checks.github.owners-few-and-approved.params.approved'),
    })
  })

  it.each([
    ['2026-01-15', false, 'pass'],
    ['2026-01-14', false, 'fail'],
    ['2026-12-31', true, 'fail'],
    ['2026-12-31', null, 'unknown'],
  ])('an outside collaborator approved until %s, administrator: %s, is a %s', async (until, admin, status) => {
    const guest = { login: 'person-g', app: null }
    const inputs = { collaborators: [guest], access: [{ ...guest, repository: 'acme/web', role: 'x', admin }] }
    const found = await results(outsideCollaboratorsApproved, inputs, { approved: [{ login: 'person-g', until }] })
    expect(found).toMatchObject([{ subject: 'person-g', status }])
  })

  it('lists that name people are pseudonymised before a check sees them', () => {
    const redacted = collector.checks.flatMap((check) =>
      Object.keys(check.redactParams ?? {}).map((path) => [check.id, path]),
    )
    expect(redacted).toEqual(
      expect.arrayContaining([
        ['github.owners-few-and-approved', 'approved.*'],
        ['github.outside-collaborators-approved', 'approved.*.login'],
        ['github.members-are-staff', 'roster.*'],
      ]),
    )
  })
})

describe('thresholds', () => {
  it.each([
    ['2025-10-17', 'pass'],
    ['2025-10-16', 'fail'],
    ['2026-01-16', 'fail'],
  ])('a review of team rights on %s: %s', async (reviewedOn, status) => {
    expect(await results(teamAccessReviewed, {}, { reviewedOn })).toMatchObject([{ subject: 'team-access', status }])
  })

  it('says which right of members is too much, even if the other is not shown', () => {
    const record = organizationExample({ membersCanCreatePublicRepositories: null, membersCanDeleteRepositories: true })
    expect(verdict(membersCannotPublishOrDelete, record)).toEqual({
      status: 'fail',
      detail: 'members of acme may delete repositories',
    })
  })

  it('a repository is public if either field says so', () => {
    const record = {
      repository: 'acme/website',
      nodeId: 'R_website',
      private: false,
      visibility: 'public',
      archived: false,
      fork: false,
      defaultBranch: 'main',
      pushedOn: null,
      securityAndAnalysis: null,
    }
    for (const parts of [
      { private: false, visibility: null },
      { private: true, visibility: 'public' },
    ]) {
      expect(verdict(publicRepositoriesApproved, { ...record, ...parts }).status).toBe('fail')
    }
    expect(verdict(publicRepositoriesApproved, record, { approved: ['ACME/Website'] }).status).toBe('pass')
    expect(verdict(publicRepositoriesApproved, record, { approved: ['other/website'] }).status).toBe('fail')
  })
})
