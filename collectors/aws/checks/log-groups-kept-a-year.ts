import { checkEach, fail, pass, plural, z } from 'affiant/sdk'
import { logGroupExample } from '../examples/logging.ts'
import { logGroups } from '../streams/log-groups.ts'

const Lower = z.strictObject({
  prefix: z.string().min(1).describe('Beginning of the names of the log groups.'),
  days: z.int().min(1).describe('Fewest days that are enough for them.'),
  reason: z.string().min(1).describe('Why; it stands in the results.'),
})

export const logGroupsKeptAYear = checkEach(logGroups, {
  id: 'aws.log-groups-kept-a-year',
  revision: 1,
  title: 'Log groups are kept for a year',
  severity: 'medium',
  rationale: 'Intrusions are often found after months. What was deleted by then cannot be looked into.',
  remediation: 'CloudWatch, "Log groups", the group, "Edit retention setting"; or declare why fewer days are enough.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    minDays: z.int().min(1).default(365).describe('Fewest days entries are kept.'),
    lower: z.array(Lower).default([]).describe('Log groups that need not be kept so long.'),
  }),
  criteria: ({ minDays, lower }) => ({
    pass: `Entries are kept for at least ${plural(minDays, 'day')}, or never deleted${lower.length === 0 ? '' : `; for ${plural(lower.length, 'declared beginning')} of names fewer days are enough`}.`,
    fail: 'Entries are deleted sooner.',
  }),
  examples: {
    pass: { record: logGroupExample({ retentionDays: null }) },
    fail: { record: logGroupExample({ retentionDays: 30 }) },
  },
  evaluate({ name, retentionDays }, { params: { minDays, lower } }) {
    if (retentionDays === null) return pass('entries are never deleted')
    // The longest beginning says the most about a group.
    const [declared] = lower
      .filter(({ prefix }) => name.startsWith(prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)
    const enough = declared?.days ?? minDays
    const detail = `entries are kept for ${plural(retentionDays, 'day')}, ${plural(enough, 'is', 'are')} expected${declared === undefined ? '' : ` (${declared.reason})`}`
    return retentionDays >= enough ? pass(detail) : fail(detail)
  },
})
