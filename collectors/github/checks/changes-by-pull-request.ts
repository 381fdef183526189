import { checkEach, fail, listedInConfig, notApplicable, pass, z } from 'affiant/sdk'
import { changeExample, nameOf, pushExample } from '../changes/example.ts'
import { changes } from '../streams/changes.ts'

export const changesByPullRequest = checkEach(changes, {
  id: 'github.changes-by-pull-request',
  revision: 1,
  title: 'Every change reached its branch by a pull request',
  severity: 'high',
  rationale: 'What is pushed to a branch directly passes neither review nor test, whatever the rules are otherwise.',
  remediation:
    'Have the commit reviewed now, and write down why it was pushed. In the ruleset of the branch require a pull request before merging, and take away standing bypasses.',
  params: z.strictObject({
    approved: z
      .array(
        z.strictObject({
          sha: z.string().min(7).describe('The commit, or its first seven letters or more.'),
          reason: z.string().min(1).describe('Why it was pushed, and who agreed.'),
        }),
      )
      .default([])
      .describe('Direct pushes that somebody agreed to.'),
  }),
  criteria: ({ approved }) => ({
    pass: 'It is a merged pull request, or a direct push that is on the approved list.',
    fail: `It was pushed directly, and is none of the approved ones (${listedInConfig(approved)}).`,
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: changeExample() },
    fail: { record: pushExample() },
    'not-applicable': { record: pushExample({ excluded: 'experiments only' }) },
  },
  evaluate(record, { params }) {
    const name = nameOf(record)
    if (record.excluded !== null) return notApplicable('excluded', `${record.repository} is left out by config`)
    if (record.kind === 'pull-request') return pass(`${name} was merged as a pull request`)
    const approval = params.approved.find(({ sha }) => record.sha?.startsWith(sha.toLowerCase()))
    if (approval !== undefined) return pass(`${name} was pushed directly, as approved: ${approval.reason}`)
    const others = record.otherPullRequests.map((number) => `#${number}`).join(', ')
    return fail(`${name} was pushed directly${others === '' ? '' : `; it came by ${others} into another branch`}`)
  },
})
