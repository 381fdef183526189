import { checkEach, fail, listedInConfig, pass, z } from 'affiant/sdk'
import { type RepositoryRecord, repositories } from '../streams/repositories.ts'

const example = (visibility: 'public' | 'private'): RepositoryRecord => ({
  repository: 'acme/website',
  nodeId: 'R_example',
  private: visibility === 'private',
  visibility,
  archived: false,
  fork: false,
  defaultBranch: 'main',
  pushedOn: '2026-01-02',
  securityAndAnalysis: null,
})

export const publicRepositoriesApproved = checkEach(repositories, {
  id: 'github.public-repositories-approved',
  revision: 1,
  title: 'Only approved repositories are public',
  severity: 'medium',
  rationale: 'A repository that is public by mistake leaks code, and what people once committed to it.',
  remediation:
    'Repository settings, "Danger Zone", "Change repository visibility": make it private; or approve it by name in config.',
  params: z.strictObject({
    approved: z
      .array(z.string())
      .default([])
      .describe('Names of repositories that may be public, with or without the organisation.'),
  }),
  criteria: ({ approved }) => ({
    pass: 'The repository is not public, or is approved by name.',
    fail: `The repository is public and not approved (${listedInConfig(approved)}).`,
  }),
  examples: {
    pass: { record: example('public'), params: { approved: ['website'] } },
    fail: { record: example('public') },
  },
  evaluate({ repository, private: hidden, visibility }, { params }) {
    if (hidden && visibility !== 'public') return pass(`${repository} is ${visibility ?? 'private'}`)
    const names = new Set(params.approved.map((name) => name.toLowerCase()))
    const full = repository.toLowerCase()
    const approved = names.has(full) || names.has(full.slice(full.indexOf('/') + 1))
    return approved
      ? pass(`${repository} is public, as approved`)
      : fail(`${repository} is public and not on the approved list`)
  },
})
