import { daysSince, fail, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'

/** Params of checks about a population that a person has to look through. */
export const reviewParams = {
  reviewedOn: z.iso.date().optional().describe('Day of the last review (UTC).'),
  maxAgeDays: z.int().min(1).default(90).describe('Most days since the review.'),
}

/** @param population what is listed, in words (`12 groups with 340 members`) */
export function judgeReview(
  check: string,
  { reviewedOn, maxAgeDays }: { reviewedOn?: string | undefined; maxAgeDays: number },
  at: Date,
  population: string,
): Verdict {
  if (reviewedOn === undefined) {
    return notApplicable(
      'undeclared',
      `listed: ${population}; declare the day of their review as checks.${check}.params.reviewedOn`,
    )
  }
  const days = daysSince(reviewedOn, at)
  if (days < 0) return fail(`${population}: the declared review day ${reviewedOn} lies after this run`)
  const detail = `${population}, reviewed on ${reviewedOn}, ${plural(days, 'day')} before this run`
  return days <= maxAgeDays ? pass(detail) : fail(`${detail}; at most ${plural(maxAgeDays, 'is', 'are')} accepted`)
}
