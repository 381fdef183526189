import {
  daysBefore,
  defineStream,
  InvalidError,
  type Page,
  type Reader,
  type Scope,
  TruncatedError,
  z,
} from 'affiant/sdk'
import type { ListPage } from './client.ts'
import { LogEventAnswer, LogEventRecord, logEventOf, logEventRedactions } from './log-event.ts'
import { LIMITS } from './paging.ts'
import { logs as permission } from './permissions.ts'
import type { Session } from './session.ts'

/** How long Okta keeps events. https://developer.okta.com/docs/reference/system-log-query/ */
const RETENTION_DAYS = 90
/**
 * A run that asks for as long as Okta keeps events begins to read a little after its period ended. What Okta lets go of in
 * that time is not called a gap.
 */
const BEGINNING = 3_600_000
/** The default period is as long as that and ends when the run begins; until the source is open a moment has passed. */
const SLACK_MS = 3_600_000

/** Which events a population is made of. A name that ends with a full stop stands for all that begin with it. */
export type EventTypes = readonly [string, ...string[]]

/** The events in Okta's filter language. */
export function filterOf(types: EventTypes): string {
  return types.map((type) => `eventType ${type.endsWith('.') ? 'sw' : 'eq'} "${type}"`).join(' or ')
}

/**
 * A population of the System Log: every event of these types in the run's period, which is half-open, from the first to
 * the last. Either it is whole, or the outcome says what is missing.
 */
export function logPopulation<const Id extends `okta.${string}`>(population: {
  id: Id
  title: string
  types: EventTypes
}) {
  const { id, title, types } = population
  const filter = filterOf(types)
  return defineStream({
    id,
    version: 1,
    title,
    record: LogEventRecord,
    key: (record) => `${record.published}-${record.uuid}`,
    occurredAt: 'published',
    label: (record) => `${record.eventType} at ${record.published}`,
    permissions: [permission],
    redact: logEventRedactions,
    limit: 'logs',
    reproduce: () =>
      `curl -G -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/logs" -d since=$FROM -d until=$TO -d limit=1000 --data-urlencode 'filter=${filter}'`,
    async *collect(session: Session, scope: Scope, reader: Reader): AsyncIterable<Page> {
      const bounds = boundsOf(session)
      await noteForgotten(bounds, scope, reader)
      yield* eventsIn(session, bounds, filter, types)
    },
  })
}

export interface Bounds {
  from: Date
  /** The end of the period; for one that has not ended, the beginning of the run. */
  to: Date
  /** From here on Okta still has what happened. */
  kept: Date
}

function boundsOf({ period, now }: Session): Bounds {
  return {
    from: period.from,
    to: period.to < now ? period.to : now,
    kept: new Date(daysBefore(now, RETENTION_DAYS).getTime() - BEGINNING),
  }
}

/** Okta answers a question about what it no longer has with nothing, as if nothing had happened. */
async function noteForgotten({ from, kept }: Bounds, scope: Scope, reader: Reader): Promise<void> {
  if (from.getTime() + SLACK_MS >= kept.getTime()) return
  await reader.observe(`${scope.id}: events before ${kept.toISOString()}`, async () => {
    throw new TruncatedError(
      `Okta keeps events for ${RETENTION_DAYS} days: those from ${from.toISOString()} to ${kept.toISOString()} are gone; run at least every ${RETENTION_DAYS} days`,
    )
  })
}

/** Every event of these types in that time, each checked to be one that was asked for. */
export async function* eventsIn(
  session: Session,
  { from, to }: Bounds,
  filter: string,
  types: EventTypes,
): AsyncIterable<Page & { records: readonly LogEventRecord[] }> {
  // A period that has not begun holds nothing, and Okta refuses to be asked for it.
  if (from >= to) {
    yield { records: [], number: 1, last: true }
    return
  }
  const { client } = session
  const query = {
    since: from.toISOString(),
    until: to.toISOString(),
    filter,
    sortOrder: 'ASCENDING',
    limit: LIMITS.logs,
  }
  const options = { permission: permission.name }
  const seen = new Set<string>()
  let number = 0
  for await (const page of client.pages('/api/v1/logs', query, LogEventAnswer, options)) {
    number += 1
    const events = page.records.map(logEventOf)
    assertAskedFor(events, types, from, to)
    const fresh = events.filter(({ uuid }) => !seen.has(uuid))
    // A page may begin with the end of the one before; one with nothing new was sent twice.
    if (events.length > 0 && fresh.length === 0) throw new InvalidError('Okta sent a page of the System Log twice')
    const records = new Map(fresh.map((event) => [event.uuid, event]))
    for (const uuid of records.keys()) seen.add(uuid)
    if (page.last) await assertNothingAfter(session, page, { ...query, limit: LIMITS.logs }, seen)
    yield {
      // The end of the period belongs to the next one.
      records: [...records.values()].filter(({ published }) => published < to.toISOString()),
      number,
      cursor: page.cursor,
      last: page.last,
    }
  }
}

/** @throws InvalidError for an event of another kind or time: what answered then does not filter, and may leave out as well */
function assertAskedFor(events: readonly LogEventRecord[], types: EventTypes, from: Date, to: Date): void {
  const isOf = (eventType: string) =>
    types.some((type) => (type.endsWith('.') ? eventType.startsWith(type) : eventType === type))
  for (const { eventType, published } of events) {
    if (!isOf(eventType))
      throw new InvalidError('Okta sent an event of the System Log of a type that was not asked for')
    if (published < from.toISOString() || published > to.toISOString()) {
      throw new InvalidError('Okta sent an event of the System Log from outside of the period that was asked for')
    }
  }
}

/**
 * A full page without a link to the next is the end, or the link was lost on the way: asking from its last event on tells
 * which.
 * @throws TruncatedError
 */
async function assertNothingAfter(
  { client }: Session,
  { records }: ListPage<LogEventAnswer>,
  query: Readonly<Record<string, string | number>>,
  seen: ReadonlySet<string>,
): Promise<void> {
  if (records.length < LIMITS.logs) return
  const since = new Date(records.at(-1)?.published ?? 0).toISOString()
  const rest = await client.get('/api/v1/logs', { ...query, since }, z.array(LogEventAnswer), {
    permission: permission.name,
  })
  if (rest.some(({ uuid }) => !seen.has(uuid))) {
    throw new TruncatedError('the System Log goes on after the page Okta called the last')
  }
}
