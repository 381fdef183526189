import { checkEach, z } from 'affiant/sdk'
import { archived, classicRule, protectedBy, pullRequestRule, refused, rulesOf } from '../examples.ts'
import { judge, type Requirement } from '../protection/routes.ts'
import { branchProtection } from '../streams/branch-protection.ts'

export const reviewRequired = checkEach(branchProtection, {
  id: 'github.review-required',
  revision: 1,
  title: 'Each change of the default branch needs a review of its last version',
  severity: 'high',
  rationale: 'A second pair of eyes, and on what is merged: an approval must not outlive a later push.',
  remediation:
    'In the ruleset or rule of the default branch set "Required approvals" to 1 or more and select "Dismiss stale pull request approvals when new commits are pushed".',
  params: z.strictObject({
    approvals: z.int().min(1).default(1).describe('Fewest approving reviews. CIS asks for 2.'),
    dismissStale: z.boolean().default(true).describe('Whether a push must dismiss earlier approvals.'),
  }),
  criteria: ({ approvals, dismissStale }) => ({
    pass: `Pull requests need ${approvals} or more approvals${dismissStale ? ', and a push dismisses earlier ones' : ''}.`,
    fail: `${approvals === 1 ? 'No approval is required' : `Fewer than ${approvals} approvals are required`}${dismissStale ? ', or a push does not dismiss earlier ones' : ''}.`,
  }),
  examples: {
    pass: { record: protectedBy({ classic: classicRule() }) },
    fail: { record: protectedBy({ rules: rulesOf(pullRequestRule({ approvals: 0 })) }) },
    'not-applicable': { record: archived },
    unknown: { record: refused },
  },
  evaluate(record, { params }) {
    const requirements: Requirement[] = [
      {
        test: ({ approvals }) => (approvals === null ? null : approvals >= params.approvals),
        missing: `does not require ${params.approvals === 1 ? 'an approving review' : `${params.approvals} approving reviews`}`,
      },
    ]
    if (params.dismissStale) {
      requirements.push({ test: (route) => route.dismissStale, missing: 'keeps approvals after a push' })
    }
    return judge(record, requirements, 'requires reviews')
  },
})
