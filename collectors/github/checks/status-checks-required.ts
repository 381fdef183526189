import { checkEach, z } from 'affiant/sdk'
import { archived, classicRule, protectedBy, refused } from '../examples.ts'
import { judge } from '../protection/routes.ts'
import { branchProtection } from '../streams/branch-protection.ts'

export const statusChecksRequired = checkEach(branchProtection, {
  id: 'github.status-checks-required',
  revision: 1,
  title: 'Tests must pass before the default branch changes',
  severity: 'high',
  rationale: 'Tests and scans that may fail and still be merged are advice, not a gate.',
  remediation:
    'In the ruleset or rule of the default branch select "Require status checks to pass" and add the checks that must pass, the security scan among them.',
  params: z.strictObject({
    required: z
      .array(z.string())
      .default([])
      .describe('Names of status checks that must be required, such as the security scan.'),
  }),
  criteria: ({ required }) => ({
    pass: `At least one status check is required${required.length > 0 ? `, among them ${required.join(', ')}` : ''}.`,
    fail: `No status check is required${required.length > 0 ? `, or one of ${required.join(', ')} is not` : ''}.`,
  }),
  examples: {
    pass: { record: protectedBy({ classic: classicRule() }) },
    fail: { record: protectedBy({ classic: classicRule({ statusChecks: null }) }) },
    'not-applicable': { record: archived },
    unknown: { record: refused },
  },
  evaluate: (record, { params }) =>
    judge(
      record,
      [
        { test: ({ contexts }) => contexts.length > 0, missing: 'requires no status check' },
        ...params.required.map((name) => ({
          test: ({ contexts }: { contexts: readonly string[] }) => contexts.includes(name),
          missing: `does not require the status check "${name}"`,
        })),
      ],
      'requires status checks',
    ),
})
