import { checkEach, fail, notApplicable, pass, unknown, unread, z } from 'affiant/sdk'
import { refusedRead, runnerGroup } from '../security/examples.ts'
import { runnerGroups } from '../streams/runner-groups.ts'

export const runnersNotPublic = checkEach(runnerGroups, {
  id: 'github.runners-not-public',
  revision: 1,
  title: 'Self-hosted runners are not lent to public repositories',
  severity: 'medium',
  rationale: 'Anyone can open a pull request on a public repository, and so run code on a runner that serves it.',
  remediation: 'Organisation, "Settings", "Actions", "Runner groups": clear "Allow public repositories" of the group.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    approved: z.array(z.string()).default([]).describe('Names of groups that may serve public repositories.'),
  }),
  criteria: ({ approved }) => ({
    pass: `The group does not serve public repositories${approved.length > 0 ? `, or is one of ${approved.join(', ')}` : ''}.`,
    fail: 'The group has runners and serves public repositories.',
  }),
  examples: {
    pass: { record: runnerGroup() },
    fail: { record: runnerGroup({ allowsPublicRepositories: true }) },
    'not-applicable': { record: runnerGroup({ runners: { state: 'observed', value: 0 } }) },
    unknown: { record: runnerGroup({ allowsPublicRepositories: true, runners: refusedRead }) },
  },
  evaluate({ name, allowsPublicRepositories, runners }, { params }) {
    if (runners.state === 'observed' && runners.value === 0) return notApplicable('no-runners', `${name} has no runner`)
    if (allowsPublicRepositories === null) return unknown('invalid', `GitHub did not say whom ${name} serves`)
    if (!allowsPublicRepositories) return pass(`${name} does not serve public repositories`)
    if (params.approved.includes(name)) return pass(`${name} serves public repositories, which is approved`)
    if (runners.state === 'unknown') return unread(runners, `how many runners ${name} has`)
    return fail(`${name} serves public repositories`)
  },
})
