import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { changes } from '../streams/changes.ts'
import { Repositories, undeclared } from './declared-repositories.ts'
import { exampleChange } from './examples.ts'

const ID = 'git.all-changes-merged'

const Params = z.strictObject({
  repositories: Repositories.describe('Repositories whose changes all come as merge commits; * stands for all.'),
})

export const allChangesMerged = checkEach(changes, {
  id: ID,
  revision: 1,
  title: 'Every change came to the branch as a merge',
  severity: 'medium',
  rationale:
    'Where changes come as merges, a commit that lies directly on the branch was put there past the way that all others take.',
  remediation:
    'Find out who pushed the commit and why, have it reviewed, and let the host accept pushes to the branch from merges only.',
  params: Params,
  criteria: () => ({
    pass: 'The change is a merge commit.',
    fail: 'The change is a commit directly on the branch. What was squashed, rebased or fast-forwarded looks the same.',
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: exampleChange(), params: { repositories: ['payments-api'] } },
    fail: {
      record: exampleChange({ kind: 'direct', brought: { commits: 0, unsigned: 0, reviewedThroughout: [] } }),
      params: { repositories: ['*'] },
    },
    'not-applicable': { record: exampleChange({ kind: 'direct' }) },
  },
  evaluate({ repository, branch, commit, kind, position }, { params: { repositories } }) {
    const other = undeclared(repository, repositories, ID)
    if (other) return other
    if (kind === 'merge') return pass()
    if (position === 1)
      return notApplicable('first-commit', 'the first commit of a history has nothing to be merged into')
    return fail(`commit ${commit.slice(0, 12)} lies directly on ${branch}`)
  },
})
