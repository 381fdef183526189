import { given } from '../given.ts'
import { list } from '../paging.ts'
import type { Place } from '../session.ts'

/** How long CloudTrail keeps its event history. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const DAYS_KEPT = 90

interface Question {
  AttributeKey: 'EventSource' | 'ResourceName' | 'Username'
  AttributeValue: string
  StartTime: Date
  EndTime?: Date
}

/** Pages of CloudTrail's event history of the place, or of another region of its account. */
export function pastEvents(
  place: Place,
  { AttributeKey, AttributeValue, ...within }: Question,
  options: { region?: string } = {},
) {
  return list(
    (NextToken) =>
      place.call(
        'cloudtrail',
        'LookupEvents',
        { LookupAttributes: [{ AttributeKey, AttributeValue }], ...within, MaxResults: 50, NextToken },
        options,
      ),
    (answer) => ({ items: given(answer.Events, 'Events'), next: answer.NextToken }),
  )
}
