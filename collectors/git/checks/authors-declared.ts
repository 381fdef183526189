import { checkEach, fail, listedInConfig, notApplicable, pass, z } from 'affiant/sdk'
import { commits } from '../streams/commits.ts'
import { exampleCommit } from './examples.ts'
import { MailAddresses } from './people.ts'

const Params = z.strictObject({
  declared: MailAddresses.describe('Mail addresses of everyone, and every machine, that may author a change.'),
})

export const authorsDeclared = checkEach(commits, {
  id: 'git.authors-declared',
  revision: 1,
  title: 'Every author on the default branch is a declared one',
  severity: 'medium',
  rationale: 'A change by somebody nobody declared is an account that was never approved, or one that was misused.',
  remediation:
    'Find out who made the commit. Add the address to `declared` if the person may change this code, or revert the change and withdraw the access.',
  params: Params,
  redactParams: { 'declared.*': 'pseudonym' },
  criteria: ({ declared }) => ({
    pass: `The author of each first-parent commit of the period is a declared one (${listedInConfig(declared)}).`,
    fail: 'The author of a commit is not on the declared list.',
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: exampleCommit(), params: { declared: ['Dev@example.com'] } },
    fail: { record: exampleCommit({ author: 'stranger@example.com' }), params: { declared: ['dev@example.com'] } },
    'not-applicable': { record: exampleCommit() },
  },
  evaluate({ author, commit }, { params }) {
    if (params.declared.length === 0)
      return notApplicable('undeclared', 'declare the authors as checks.git.authors-declared.params.declared')
    if (author !== null && params.declared.includes(author)) return pass()
    return fail(`the author of commit ${commit.slice(0, 12)} (${author ?? 'no address'}) is not on the declared list`)
  },
})
