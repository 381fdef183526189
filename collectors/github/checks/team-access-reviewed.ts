import { checkAll, daysSince, fail, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'
import { teamRepositories } from '../streams/team-repositories.ts'
import { teams } from '../streams/teams.ts'

const team = { slug: 'payments', name: 'Payments', id: 7, privacy: 'closed', parent: null }
const right = { team: 'payments', repository: 'acme/payments-api', role: 'write', admin: false }
const inputs = { teams: [team], rights: [right] }

export const teamAccessReviewed = checkAll(
  { teams, rights: teamRepositories },
  {
    id: 'github.team-access-reviewed',
    revision: 1,
    title: 'The rights of teams on repositories are listed in full and were reviewed lately',
    severity: 'medium',
    rationale:
      'Rights pile up as people and projects change. The complete list is in this bundle; a person has to look at it.',
    remediation:
      'Go through the records of github.team-repositories with the owners of the repositories, remove what is not needed, and declare the day of the review.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      reviewedOn: z.iso.date().optional().describe('Day of the last review of team rights (UTC).'),
      maxAgeDays: z.int().min(1).default(90).describe('Most days since the review.'),
    }),
    criteria: ({ maxAgeDays }) => ({
      pass: `All teams and their rights could be listed, and they were reviewed at most ${plural(maxAgeDays, 'day')} before the run.`,
      fail: `The last review is more than ${plural(maxAgeDays, 'day')} old.`,
    }),
    examples: {
      pass: { inputs, params: { reviewedOn: '2026-01-02', maxAgeDays: 1_000_000 } },
      fail: { inputs, params: { reviewedOn: '2001-01-02' } },
      'not-applicable': { inputs },
    },
    async *evaluate(datasets, { params, at }) {
      let teamCount = 0
      for await (const _ of datasets.teams.items()) teamCount += 1
      let rights = 0
      for await (const _ of datasets.rights.items()) rights += 1
      const population = `${plural(rights, 'right')} of ${plural(teamCount, 'team')}`
      yield { subject: 'team-access', name: 'All team rights', ...judge(params, at, population) }
    },
  },
)

function judge(
  { reviewedOn, maxAgeDays }: { reviewedOn?: string | undefined; maxAgeDays: number },
  at: Date,
  population: string,
): Verdict {
  if (reviewedOn === undefined) {
    return notApplicable(
      'undeclared',
      `listed: ${population}; declare the day of their review as checks.github.team-access-reviewed.params.reviewedOn`,
    )
  }
  const days = daysSince(reviewedOn, at)
  if (days < 0) return fail(`${population}: the declared review day ${reviewedOn} lies after this run`)
  const detail = `${population}, reviewed on ${reviewedOn}, ${plural(days, 'day')} before this run`
  return days <= maxAgeDays ? pass(detail) : fail(`${detail}; at most ${plural(maxAgeDays, 'is', 'are')} accepted`)
}
