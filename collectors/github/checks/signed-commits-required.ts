import { checkEach } from 'affiant/sdk'
import { archived, classicRule, protectedBy, refused, rule, rulesOf } from '../examples.ts'
import { judge } from '../protection/routes.ts'
import { branchProtection } from '../streams/branch-protection.ts'

export const signedCommitsRequired = checkEach(branchProtection, {
  id: 'github.signed-commits-required',
  revision: 1,
  title: 'Commits on the default branch must be signed',
  severity: 'low',
  rationale: 'The author line of a commit is free text. Only a signature ties the commit to somebody.',
  remediation: 'In the ruleset or rule of the default branch select "Require signed commits".',
  criteria: () => ({
    pass: 'A ruleset or a classic rule requires signed commits on the default branch.',
    fail: 'Both rulesets and classic protection were read, and neither requires signed commits.',
  }),
  examples: {
    pass: { record: protectedBy({ rules: rulesOf(rule('required_signatures')) }) },
    fail: { record: protectedBy({ classic: classicRule({ signatures: false }) }) },
    'not-applicable': { record: archived },
    unknown: { record: refused },
  },
  evaluate: (record) =>
    judge(
      record,
      [{ test: ({ signatures }) => signatures, missing: 'takes unsigned commits' }],
      'takes signed commits only',
    ),
})
