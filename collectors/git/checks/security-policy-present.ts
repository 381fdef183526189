import { checkAll } from 'affiant/sdk'
import { files } from '../streams/files.ts'
import { repository } from '../streams/repository.ts'
import { exampleFile, exampleRepository } from './examples.ts'
import { filePresent } from './file-present.ts'

export const securityPolicyPresent = checkAll(
  { repositories: repository, files },
  {
    id: 'git.security-policy-present',
    revision: 1,
    title: 'Every repository says how to report a vulnerability',
    severity: 'low',
    rationale: 'Who finds a weakness needs to know whom to tell in private; else it is told in public, or not at all.',
    remediation: 'Add SECURITY.md at the top, in .github/ or in docs/, with a private way to report and what follows.',
    criteria: () => ({
      pass: 'A SECURITY.md that is not empty is at the head of the default branch, at the top, in .github/ or in docs/.',
      fail: 'There is no such file, or it is empty or not a regular file.',
    }),
    examples: {
      pass: {
        inputs: {
          repositories: [exampleRepository()],
          files: [exampleFile({ path: 'SECURITY.md', purpose: 'security-policy' })],
        },
      },
      fail: { inputs: { repositories: [exampleRepository()], files: [exampleFile()] } },
      'not-applicable': {
        inputs: { repositories: [exampleRepository({ head: null, firstParentCommits: 0 })], files: [] },
      },
    },
    evaluate: (datasets) => filePresent(datasets, 'security-policy', 'SECURITY.md'),
  },
)
