import { daysBefore, defineStream, InvalidError, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { supportEvents as permission } from '../organization/permissions.ts'
import { DAYS_KEPT, pastEvents } from '../logging/past-events.ts'
import { pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

export const SupportAccessRecord = z.strictObject({
  account: z.string(),
  /** Id of the event in CloudTrail. */
  id: z.string(),
  at: z.iso.datetime(),
  /**
   * AWS: `SupportPermitRequestCreated`, `RetrieveSupportPermit`, `StartSupportAction`, `CancelSupportPermitRequest`. The account's own
   * people: `CreateSupportPermit`, `DeleteSupportPermit`, `RejectSupportPermitRequest` and reads.
   */
  name: z.string(),
  /** Whether AWS Support did it. Who of the account did the others is in the trail; it is a person, and not written. */
  byAws: z.boolean(),
  /** The support case, as AWS shows it. */
  case: z.string().nullable(),
  /** `rds:ReadClusterData`: what Support asked for, or did. */
  actions: z.array(z.string()),
})
export type SupportAccessRecord = z.output<typeof SupportAccessRecord>

/** What the event itself says. */
const Event = z.looseObject({
  eventType: z.string(),
  serviceEventDetails: z
    .looseObject({
      supportCaseDisplayId: z.string().optional(),
      action: z.string().optional(),
      actions: z.array(z.string()).optional(),
    })
    .nullish(),
})

/** @throws InvalidError if it is not an event */
function readEvent(text: string): z.output<typeof Event> {
  let event: unknown
  try {
    event = JSON.parse(text)
  } catch {
    throw new InvalidError('cloudtrail:LookupEvents: an event is not JSON')
  }
  const read = Event.safeParse(event)
  if (!read.success) throw new InvalidError('cloudtrail:LookupEvents: an event is not what AWS documents')
  return read.data
}

/**
 * Access of AWS Support to contents, which an account permits case by case (since June 2026). Each region keeps its own events.
 * https://docs.aws.amazon.com/awssupport/latest/user/support-authorization-monitoring.html
 */
export const supportAccess = defineStream({
  id: 'aws.support-access',
  version: 1,
  title: 'Access of AWS Support to contents: asked for, permitted, used; as far back as CloudTrail remembers',
  record: SupportAccessRecord,
  key: (record) => record.id,
  label: (record) => `${record.name} at ${record.at}`,
  permissions: [permission],
  appliesTo: [REGION],
  reproduce: inRegion(
    'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=supportauthz.amazonaws.com',
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const events = pastEvents(place, {
      AttributeKey: 'EventSource',
      AttributeValue: 'supportauthz.amazonaws.com',
      StartTime: daysBefore(session.now, DAYS_KEPT),
    })
    yield* pagesOf(events, (items) =>
      items.map((item): SupportAccessRecord => {
        const { eventType, serviceEventDetails: details } = readEvent(given(item.CloudTrailEvent, 'CloudTrailEvent'))
        return {
          account: place.account,
          id: given(item.EventId, 'EventId'),
          at: given(item.EventTime, 'EventTime').toISOString(),
          name: given(item.EventName, 'EventName'),
          byAws: eventType === 'AwsServiceEvent',
          case: details?.supportCaseDisplayId ?? null,
          actions: [...(details?.actions ?? []), ...(details?.action === undefined ? [] : [details.action])].sort(),
        }
      }),
    )
  },
})
