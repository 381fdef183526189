import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { repositoryExample } from '../repository-example.ts'
import { days, daysFrom } from '../security/reading.ts'
import { repositories } from '../streams/repositories.ts'

export const inactiveRepositoriesArchived = checkEach(repositories, {
  id: 'github.inactive-repositories-archived',
  revision: 1,
  title: 'Repositories that nobody works on are archived',
  severity: 'low',
  rationale:
    'Nobody notices what happens in a repository that is no longer looked at, and its keys and apps go on working.',
  remediation: 'Repository, "Settings", "Archive this repository", or list it as exempt with the reason.',
  params: z.strictObject({
    maxDays: z.int().min(1).default(180).describe('Most days since the last push.'),
    exempt: z
      .array(z.strictObject({ repository: z.string().describe('`owner/name`.'), reason: z.string().min(1) }))
      .default([])
      .describe('Repositories that stay open, with the reason.'),
  }),
  criteria: ({ maxDays }) => ({
    pass: `Something was pushed at most ${days(maxDays)} before the run, or the repository is archived or exempt.`,
    fail: `Nothing was pushed in ${days(maxDays)}, and the repository is not archived.`,
  }),
  examples: {
    pass: { record: repositoryExample({ pushedOn: '2999-12-31' }) },
    fail: { record: repositoryExample({ pushedOn: '2020-01-02' }) },
    'not-applicable': {
      record: repositoryExample({ pushedOn: '2020-01-02' }),
      params: { exempt: [{ repository: 'acme/payments-api', reason: 'a template' }] },
    },
  },
  evaluate({ repository, archived, pushedOn }, { params, at }) {
    if (archived) return pass(`${repository} is archived`)
    const reason = params.exempt.find((one) => one.repository === repository)?.reason
    if (reason !== undefined) return notApplicable('exempt', `${repository}: ${reason}`)
    if (pushedOn === null) return fail(`nothing was ever pushed to ${repository}`)
    const age = daysFrom(pushedOn, at)
    const detail = `${repository}: the last push was ${days(age)} before the run`
    return age > params.maxDays ? fail(detail) : pass(detail)
  },
})
