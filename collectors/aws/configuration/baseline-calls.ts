import { daysBefore, TruncatedError, z } from 'affiant/sdk'
import { DAYS_KEPT, pastEvents } from '../logging/past-events.ts'
import type { Place } from '../session.ts'

const MINUTE = 60_000

/** A call that wrote something, as CloudTrail has it. */
export const BaselineCall = z.strictObject({
  /** Of the event, to look it up in CloudTrail. */
  id: z.string(),
  time: z.string(),
  source: z.string().nullable(),
  name: z.string(),
  /** `AssumedRole`, `IAMUser`, `Root`, `AWSService`, … */
  actorType: z.string().nullable(),
  /** ARN of the role of a session. */
  role: z.string().nullable(),
  /** Name of the session or user. */
  person: z.string().nullable(),
  /** The AWS service that acted, or on whose behalf. */
  service: z.string().nullable(),
})
export type BaselineCall = z.output<typeof BaselineCall>

/** Of the whole event only who acted is read. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
const Event = z.object({
  userIdentity: z
    .object({
      type: z.string().optional(),
      invokedBy: z.string().optional(),
      sessionContext: z.object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() }).optional(),
    })
    .optional(),
})

export interface Lookup {
  /** Names the resource may have in CloudTrail: id, name, ARN. */
  names: readonly string[]
  /** When AWS Config saw the change, and when it saw the state before. */
  captured: Date
  previous: Date | undefined
  now: Date
  /** Region of the events, where it is not that of the place. */
  region?: string
}

/**
 * The calls that may have led to a change: those that wrote to the resource between the state before (at most a day
 * earlier) and the time AWS Config saw the change.
 * @throws TruncatedError for a time CloudTrail no longer has
 */
export async function callsBefore(
  place: Place,
  { names, captured, previous, now, region }: Lookup,
): Promise<BaselineCall[]> {
  const kept = daysBefore(now, DAYS_KEPT)
  const from = Math.max(daysBefore(captured, 1).getTime(), previous?.getTime() ?? 0)
  if (from < kept.getTime()) {
    throw new TruncatedError(
      `CloudTrail keeps its event history for ${DAYS_KEPT} days: who changed what before ${kept.toISOString()} is gone; run more often`,
    )
  }
  const StartTime = new Date(from)
  // Both write the time down in their own way, to the second.
  const EndTime = new Date(captured.getTime() + MINUTE)
  for (const AttributeValue of names) {
    const pages = await Array.fromAsync(
      pastEvents(
        place,
        { AttributeKey: 'ResourceName', AttributeValue, StartTime, EndTime },
        region === undefined ? {} : { region },
      ),
    )
    const events = pages.flatMap(({ items }) => items)
    const writes = events.filter(({ ReadOnly }) => ReadOnly !== 'true').map(callOf)
    if (writes.length > 0) return writes.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  }
  return []
}

interface TrailEvent {
  EventId?: string | undefined
  EventName?: string | undefined
  EventSource?: string | undefined
  EventTime?: Date | undefined
  Username?: string | undefined
  CloudTrailEvent?: string | undefined
}

function callOf(event: TrailEvent): BaselineCall {
  const identity = identityOf(event.CloudTrailEvent)
  const byService = identity?.type === 'AWSService'
  return {
    id: event.EventId ?? '',
    time: event.EventTime?.toISOString() ?? '',
    source: event.EventSource ?? null,
    name: event.EventName ?? '',
    actorType: identity?.type ?? null,
    role: identity?.sessionContext?.sessionIssuer?.arn ?? null,
    person: byService ? null : (event.Username ?? null),
    service: identity?.invokedBy ?? null,
  }
}

function identityOf(text: string | undefined): z.output<typeof Event>['userIdentity'] {
  try {
    const parsed = Event.safeParse(JSON.parse(text ?? '{}'))
    return parsed.success ? parsed.data.userIdentity : undefined
  } catch {
    return undefined
  }
}
