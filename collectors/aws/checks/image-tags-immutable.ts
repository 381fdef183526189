import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { fits } from '../patterns.ts'
import { ecrRepositories } from '../streams/ecr-repositories.ts'

export const imageTagsImmutable = checkEach(ecrRepositories, {
  id: 'aws.image-tags-immutable',
  revision: 1,
  title: 'Tags of container images cannot be moved',
  severity: 'low',
  rationale: 'Where a tag can be moved, what runs tomorrow under a name is not what was reviewed today.',
  remediation: 'ECR console, the repository named, "Edit": set "Image tag mutability" to "Immutable".',
  params: z.strictObject({
    release: z.array(z.string()).default(['*']).describe('Names of repositories of releases; * stands for any part.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ release }) => ({
    pass: `Tags are immutable in repositories whose name fits ${release.join(' or ')}.`,
    fail: 'Tags can be moved.',
  }),
  examples: {
    pass: { record: repository('IMMUTABLE') },
    fail: { record: repository('MUTABLE') },
    'not-applicable': { record: repository('MUTABLE'), params: { release: ['release/*'] } },
  },
  evaluate({ name, tagMutability }, { params }) {
    if (!params.release.some((pattern) => fits(name, pattern)))
      return notApplicable('not-release', 'not a repository of releases')
    return tagMutability.startsWith('IMMUTABLE') ? pass(`tags are ${tagMutability}`) : fail(`tags are ${tagMutability}`)
  },
})

function repository(tagMutability: string) {
  return {
    arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/web',
    name: 'web',
    created: '2025-01-10T09:00:00.000Z',
    scanOnPush: true,
    tagMutability,
  }
}
