import { checkAll } from 'affiant/sdk'
import { files } from '../streams/files.ts'
import { repository } from '../streams/repository.ts'
import { exampleFile, exampleRepository } from './examples.ts'
import { filePresent } from './file-present.ts'

export const codeOwnersPresent = checkAll(
  { repositories: repository, files },
  {
    id: 'git.code-owners-present',
    revision: 1,
    title: 'Every repository names the owners of its code',
    severity: 'low',
    rationale: 'Without CODEOWNERS nobody in particular has to approve a change to a sensitive part of the code.',
    remediation:
      'Add a CODEOWNERS file at the top, in .github/, .gitlab/ or docs/, and make approval by code owners a rule of the default branch.',
    criteria: () => ({
      pass: 'A CODEOWNERS file that is not empty is at the head of the default branch, where GitHub or GitLab looks for it.',
      fail: 'There is no such file, or it is empty or not a regular file.',
    }),
    examples: {
      pass: { inputs: { repositories: [exampleRepository()], files: [exampleFile()] } },
      fail: {
        inputs: {
          repositories: [exampleRepository()],
          files: [exampleFile({ present: false, blob: null, mode: null, lastChange: { state: 'absent' } })],
        },
      },
      'not-applicable': {
        inputs: { repositories: [exampleRepository({ head: null, firstParentCommits: 0 })], files: [] },
      },
    },
    evaluate: (datasets) => filePresent(datasets, 'code-owners', 'CODEOWNERS file'),
  },
)
