import { checkEach } from 'affiant/sdk'
import { archived, classicRule, protectedBy, pullRequestRule, refused, rulesOf } from '../examples.ts'
import { judge } from '../protection/routes.ts'
import { branchProtection } from '../streams/branch-protection.ts'

export const defaultBranchProtected = checkEach(branchProtection, {
  id: 'github.default-branch-protected',
  revision: 1,
  title: 'The default branch changes only through pull requests',
  severity: 'high',
  rationale:
    'Without it anyone with write access changes what is built and released, unseen. GitHub has two ways to require it; either will do.',
  remediation:
    'Repository settings, "Rules", "Rulesets": add an active ruleset for the default branch with "Require a pull request before merging". An organisation ruleset does it for all repositories at once.',
  criteria: () => ({
    pass: 'A ruleset or a classic rule requires a pull request for the default branch.',
    fail: 'Both rulesets and classic protection were read, and neither requires a pull request.',
  }),
  examples: {
    pass: { record: protectedBy({ rules: rulesOf(pullRequestRule()) }) },
    fail: { record: protectedBy({ classic: classicRule({ review: null }) }) },
    'not-applicable': { record: archived },
    unknown: { record: refused },
  },
  evaluate: (record) =>
    judge(
      record,
      [{ test: (route) => route.pullRequest, missing: 'has no pull request rule' }],
      'changes only through pull requests',
    ),
})
