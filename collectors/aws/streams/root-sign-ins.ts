import { daysBefore, defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { rootEvents as permission } from '../identity/permissions.ts'
import { DAYS_KEPT, pastEvents } from '../logging/past-events.ts'
import { pagesOf } from '../paging.ts'
import { ACCOUNT, type Session } from '../session.ts'

export const RootSignInRecord = z.strictObject({
  account: z.string(),
  /** Id of the event in CloudTrail. */
  id: z.string(),
  /** `ConsoleLogin`, or what was done. */
  name: z.string(),
  /** Service of AWS: `signin.amazonaws.com`. */
  service: z.string().nullable(),
  at: z.iso.datetime(),
})
export type RootSignInRecord = z.output<typeof RootSignInRecord>

/**
 * Events of the root user in the region that global services write to: each sign-in to the console is there. What an access
 * key of the root user did elsewhere is not; the credential report tells when a key was last used.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export const rootSignIns = defineStream({
  id: 'aws.root-sign-ins',
  version: 1,
  title: 'What the root user did, as far back as CloudTrail remembers',
  record: RootSignInRecord,
  key: (record) => record.id,
  label: (record) => `${record.name} at ${record.at}`,
  permissions: [permission],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const events = pastEvents(place, {
      AttributeKey: 'Username',
      AttributeValue: 'root',
      StartTime: daysBefore(session.now, DAYS_KEPT),
    })
    yield* pagesOf(events, (items) =>
      items.map(
        (event): RootSignInRecord => ({
          account: place.account,
          id: given(event.EventId, 'EventId'),
          name: given(event.EventName, 'EventName'),
          service: event.EventSource ?? null,
          at: given(event.EventTime, 'EventTime').toISOString(),
        }),
      ),
    )
  },
})
