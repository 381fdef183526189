import { wholeListOf } from '../lists.ts'
import type { Place } from '../session.ts'

/** Id of the detector of a region, which has one at most; `undefined`: GuardDuty was never turned on there. */
export async function detectorIn(place: Place): Promise<string | undefined> {
  const [id] = await wholeListOf('DetectorIds', async (NextToken) => {
    const answer = await place.call('guardduty', 'ListDetectors', { MaxResults: 50, NextToken })
    return { items: answer.DetectorIds, next: answer.NextToken }
  })
  return id
}
