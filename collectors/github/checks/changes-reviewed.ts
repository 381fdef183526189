import { checkEach, fail, notApplicable, pass, unknown, unread, z } from 'affiant/sdk'
import { changeExample, nameOf, pushExample } from '../changes/example.ts'
import type { ChangeRecord } from '../changes/record.ts'
import { changes } from '../streams/changes.ts'

/** GitHub lets a merge through with these. https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks */
const GREEN = new Set(['success', 'neutral', 'skipped'])

export const changesReviewed = checkEach(changes, {
  id: 'github.changes-reviewed',
  revision: 1,
  title: 'Every merged pull request was approved by somebody else after its last push, tested, and has a work item',
  severity: 'high',
  rationale: 'A rule on the branch says what should happen; only the changes themselves say what did.',
  remediation:
    'Look at the pull request with its author, and have it reviewed now. In the ruleset of the branch require an approval of the most recent push and the checks, and take away standing bypasses.',
  params: z.strictObject({
    requireWorkItem: z
      .boolean()
      .default(true)
      .describe('Whether a pull request must close an issue or name a ticket (`changes.workItems` of the source).'),
    requireChecks: z
      .boolean()
      .default(false)
      .describe('Whether something must have been reported for the last commit where the branch asks for no check.'),
  }),
  criteria: ({ requireWorkItem, requireChecks }) => ({
    pass: `Somebody who wrote none of it, and belongs to the organisation or may push, approved the last commit, the checks that the branch asks for ended well${requireChecks ? ', at least one check was reported' : ''}${requireWorkItem ? ', and there is a work item' : ''}.`,
    fail: `The last commit has no approval of anybody else, a check of the branch is missing or ended badly${requireChecks ? ', none was reported at all' : ''}${requireWorkItem ? ', or there is no work item' : ''}.`,
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: changeExample() },
    fail: { record: changeExample({ reviews: [], independentApproval: false }) },
    'not-applicable': { record: pushExample() },
    unknown: { record: changeExample({ checks: { state: 'unknown', reason: 'denied', permission: 'checks:read' } }) },
  },
  evaluate(record, { params }) {
    const name = nameOf(record)
    if (record.kind === 'direct-push') {
      return notApplicable('direct-push', `${name} came by no pull request, which is judged by itself`)
    }
    if (record.excluded !== null) return notApplicable('excluded', `${record.repository} is left out by config`)
    const missing = [
      ...(record.independentApproval || isApprovedByStranger(record) ? [] : [whyNotApproved(record)]),
      ...checksMissing(record, params.requireChecks),
      ...(params.requireWorkItem && record.workItems.length === 0 ? ['it has no work item'] : []),
    ]
    if (missing.length > 0) return fail(`${name}: ${missing.join('; ')}`)
    if (!record.independentApproval) {
      return unknown(
        'unavailable',
        `${name} was approved by accounts that may not push now; GitHub does not say whether they could then`,
      )
    }
    if (record.checks.state === 'unknown') return unread(record.checks, `${name}: how its checks ended`)
    return pass(`${name} was approved by somebody else after its last push, and its checks ended well`)
  },
})

/** In a public repository anybody can approve, also a second account of the author; and who has left looks the same. */
function isApprovedByStranger({ reviews, authors }: ChangeRecord): boolean {
  const writers = new Set(authors.map(({ login }) => login))
  return reviews.some(
    ({ state, afterLastPush, insider, reviewer: { login } }) =>
      state === 'approved' && afterLastPush && !insider && login !== null && !writers.has(login),
  )
}

function whyNotApproved({ reviews }: ChangeRecord): string {
  const approvals = reviews.filter(({ state }) => state === 'approved')
  if (approvals.length === 0) return 'nobody approved it'
  return approvals.some(({ afterLastPush }) => afterLastPush)
    ? 'its last commit was approved only by those who wrote it, or an approval was taken back'
    : 'it was pushed to after it was approved'
}

function checksMissing({ checks }: ChangeRecord, requireChecks: boolean): string[] {
  if (checks.state !== 'observed') return []
  const { required, reported } = checks.value
  const bad = required.filter(({ conclusion }) => !GREEN.has(conclusion))
  if (bad.length > 0) {
    return [
      `of the checks that its branch asks for ${bad.map(({ name, conclusion }) => `${name} was ${conclusion}`).join(', ')}`,
    ]
  }
  return requireChecks && reported === 0 ? ['no check was reported'] : []
}
