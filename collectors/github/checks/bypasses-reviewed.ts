import { checkEach, fail, listedInConfig, pass, z } from 'affiant/sdk'
import { type RuleSuiteRecord, ruleSuites } from '../streams/rule-suites.ts'

const example: RuleSuiteRecord = {
  id: '4711',
  repository: 'acme/api',
  ref: 'refs/heads/main',
  occurredAt: '2026-01-02T10:00:00.000Z',
  actor: { login: 'person-a', app: null },
  beforeSha: 'c0ffee0000000000000000000000000000000006',
  afterSha: 'c0ffee0000000000000000000000000000000007',
  broken: [{ rule: 'pull_request', ruleset: 'main' }],
}

export const bypassesReviewed = checkEach(ruleSuites, {
  id: 'github.bypasses-reviewed',
  revision: 1,
  title: 'Somebody looked at every bypass of a ruleset of the last month',
  severity: 'high',
  rationale: 'A bypass is for emergencies. If nobody asks afterwards, it is a way around the rules.',
  remediation:
    'Organisation settings, "Repository", "Rule insights": look at the bypass with whoever used it, and enter its id, a reviewer and a ticket in config. Take the right to bypass away from those who do not need it.',
  params: z.strictObject({
    reviewed: z
      .array(
        z.strictObject({
          id: z
            .union([z.int().positive().transform(String), z.string().regex(/^\d+$/)])
            .describe('Id of the rule suite.'),
          reviewer: z.string().min(1).describe('Login of whoever looked at it.'),
          ticket: z.string().min(1).describe('Where that is written down.'),
        }),
      )
      .default([])
      .describe('Bypasses that somebody looked at who did not use them.'),
  }),
  redactParams: { 'reviewed.*.reviewer': 'pseudonym' },
  criteria: ({ reviewed }) => ({
    pass: 'The bypass is on the list of reviewed ones, with a ticket, and its reviewer is not who used it.',
    fail: `The bypass is none of the reviewed ones (${listedInConfig(reviewed)}), or was reviewed by whoever used it.`,
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: example, params: { reviewed: [{ id: '4711', reviewer: 'person-b', ticket: 'OPS-12' }] } },
    fail: { record: example },
  },
  evaluate({ id, repository, ref, actor, broken }, { params }) {
    const rules = broken.map(({ rule }) => rule).join(', ') || 'rules'
    const what = `bypass ${id} of ${rules} on ${ref} of ${repository}`
    const review = params.reviewed.find((one) => one.id === id)
    if (review === undefined) return fail(`nobody has looked at ${what}`)
    if (review.reviewer === actor.login) return fail(`${what} was reviewed by whoever used it`)
    return pass(`${what} was reviewed: ${review.ticket}`)
  },
})
