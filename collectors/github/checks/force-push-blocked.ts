import { checkEach } from 'affiant/sdk'
import { archived, classicRule, protectedBy, refused, rule, rulesOf } from '../examples.ts'
import { judge } from '../protection/routes.ts'
import { branchProtection } from '../streams/branch-protection.ts'

export const forcePushBlocked = checkEach(branchProtection, {
  id: 'github.force-push-blocked',
  revision: 1,
  title: 'The default branch can be neither rewritten nor deleted',
  severity: 'high',
  rationale: 'The history of the default branch is the record of changes. A force push or a deletion erases it.',
  remediation:
    'In the ruleset of the default branch select "Block force pushes" and "Restrict deletions"; in a classic rule clear both allowances.',
  criteria: () => ({
    pass: 'Force pushes and deletion of the default branch are blocked, by rulesets or by a classic rule.',
    fail: 'Force pushes or deletion of the default branch are possible.',
  }),
  examples: {
    pass: { record: protectedBy({ rules: rulesOf(rule('non_fast_forward'), rule('deletion')) }) },
    fail: { record: protectedBy({ classic: classicRule({ allowForcePushes: true }) }) },
    'not-applicable': { record: archived },
    unknown: { record: refused },
  },
  evaluate: (record) =>
    judge(
      record,
      [
        { test: (route) => route.blocksForcePush, missing: 'allows force pushes' },
        { test: (route) => route.blocksDeletion, missing: 'can be deleted' },
      ],
      'can be neither rewritten nor deleted',
    ),
})
