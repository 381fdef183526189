import { checkAll, daysSince, fail, pass, plural, type Result, unknown, type Verdict, z } from 'affiant/sdk'
import { coverage } from '../logging/covering-trails.ts'
import { recordersExample } from '../examples/config.ts'
import { alarmExample, alarmTopicExample, metricFilterExample, trailExample } from '../examples/logging.ts'
import { type Json, type Matches, readFilterPattern } from '../logging/filter-pattern.ts'
import { alarmTopics } from '../streams/alarm-topics.ts'
import { alarms } from '../streams/alarms.ts'
import { configRecorders } from '../streams/config-recorders.ts'
import { metricFilters } from '../streams/metric-filters.ts'
import { type TrailRecord, trails } from '../streams/trails.ts'
import { named } from '../texts.ts'
import { EVERYDAY_EVENT, WATCHED_EVENT_IDS, WATCHED_EVENTS, type WatchedEvent } from '../logging/watched-events.ts'

const Elsewhere = z.strictObject({
  events: z.array(z.enum(WATCHED_EVENT_IDS)).min(1).describe('Which kinds of event.'),
  by: z
    .string()
    .min(1)
    .describe('What tells of them: a rule of EventBridge, a rule of the SIEM; printed in the results.'),
  testedOn: z.iso.date().describe('Day on which it was last seen to work (UTC).'),
})

const inputs = {
  trails: [trailExample()],
  filters: [metricFilterExample()],
  alarms: [alarmExample()],
  topics: [alarmTopicExample()],
  regions: [recordersExample()],
}
const onlyRoot = { events: ['root-usage'] }

/** Left to its default, nothing is concluded from part of the data: filter, alarm or subscription may be in what was not read. */
export const securityEventsAlerted = checkAll(
  { trails, filters: metricFilters, alarms, topics: alarmTopics, regions: configRecorders },
  {
    id: 'aws.security-events-alerted',
    revision: 1,
    title: 'Somebody is told of each kind of call that changes security',
    severity: 'medium',
    rationale: 'A log that nobody reads helps afterwards only. These calls are rare enough to look at each.',
    remediation:
      'CloudWatch, "Log groups", the group of the trail, "Metric filters", "Create metric filter"; an alarm on its metric; a topic with a confirmed subscription. If a SIEM does it, declare it as checks.aws.security-events-alerted.params.elsewhere.',
    params: z.strictObject({
      events: z
        .array(z.enum(WATCHED_EVENT_IDS))
        .min(1)
        .default([...WATCHED_EVENT_IDS])
        .describe('Kinds of event that count, after section 5 of CIS AWS Foundations.'),
      elsewhere: z.array(Elsewhere).default([]).describe('What tells of them in another way.'),
      maxDays: z.int().min(1).default(365).describe('Most days since the other way was last tested.'),
    }),
    criteria: ({ maxDays }) => ({
      pass: `Of each such call a metric filter on the log group of a trail of all regions takes notice, an alarm with actions watches its metric, and a subscription to its topic is confirmed; or another way is declared that was tested at most ${plural(maxDays, 'day')} before the run.`,
      fail: 'A call of the kind is counted by no filter, or the filter has no alarm, or nobody confirmed to receive it.',
    }),
    examples: {
      pass: { inputs, params: onlyRoot },
      fail: { inputs: { ...inputs, filters: [] }, params: onlyRoot },
      unknown: {
        inputs: {
          ...inputs,
          topics: [alarmTopicExample({ subscriptions: { state: 'unknown', reason: 'denied' } })],
        },
        params: onlyRoot,
      },
    },
    async *evaluate(datasets, { params, at }): AsyncGenerator<Result> {
      const topics = new Map<string, Heard>()
      for await (const { record } of datasets.topics.items()) {
        const { subscriptions: found } = record
        const heard = found.state === 'observed' ? found.value.some(({ confirmed }) => confirmed) : false
        topics.set(record.topic, found.state === 'unknown' ? 'unread' : heard ? 'yes' : 'no')
      }
      const metrics = new Map<string, Heard>()
      for await (const { record } of datasets.alarms.items()) {
        if (record.metric === null) continue
        const key = `${record.account}/${record.region}/${record.metric}`
        const heard = record.actionsEnabled ? best(record.actions.map((action) => topics.get(action))) : 'no'
        metrics.set(key, best([metrics.get(key), heard]))
      }
      const filters: Filter[] = []
      for await (const { record } of datasets.filters.items()) {
        const { account, region, group, name, pattern } = record
        const matches = readFilterPattern(pattern)
        if (matches === undefined || matches(EVERYDAY_EVENT)) continue
        const heard = best(record.metrics.map((metric) => metrics.get(`${account}/${region}/${metric}`)))
        filters.push({ group: `${account}/${region}/${group}`, name, matches, heard })
      }
      for (const { account, trails: seen } of await coverage(datasets.trails.items(), datasets.regions.items())) {
        for (const watched of WATCHED_EVENTS) {
          if (!params.events.includes(watched.id)) continue
          const other = params.elsewhere.find(({ events }) => events.includes(watched.id))
          const verdict = other === undefined ? judge(watched, seen, filters) : declared(other, params.maxDays, at)
          yield { subject: `${account}:${watched.id}`, name: `${watched.title} in ${account}`, ...verdict }
        }
      }
    },
  },
)

/** Whether anybody hears of it; nothing: there is no such thing. */
type Heard = 'yes' | 'no' | 'unread'

interface Filter {
  group: string
  name: string
  matches: Matches
  heard: Heard | undefined
}

function best(all: readonly (Heard | undefined)[]): Heard {
  return all.includes('yes') ? 'yes' : all.includes('unread') ? 'unread' : 'no'
}

function judge({ events }: WatchedEvent, seen: readonly TrailRecord[], filters: readonly Filter[]): Verdict {
  const wide = seen.filter(({ multiRegion }) => multiRegion)
  const groups = new Set(wide.filter(({ own }) => own?.logging).map(({ logGroup }) => groupOf(logGroup)))
  const within = filters.filter(({ group }) => groups.has(group))
  const counted = (event: Json) => within.filter(({ matches }) => matches(event))
  const open = events.filter((event) => !counted(event).some(({ heard }) => heard === 'yes'))
  if (open.length === 0) {
    const names = new Set(
      events.flatMap((event) =>
        counted(event)
          .filter(({ heard }) => heard === 'yes')
          .map(({ name }) => name),
      ),
    )
    return pass(
      `by ${[...names]
        .sort()
        .map((name) => `filter "${name}"`)
        .join(', ')}`,
    )
  }
  const dark = wide.find(({ own }) => own === null)
  if (dark !== undefined) {
    return unknown(
      'unavailable',
      `trail "${dark.name}" belongs to ${dark.owner}/${dark.homeRegion}, which was not read`,
    )
  }
  if (open.every((event) => counted(event).some(({ heard }) => heard === 'unread'))) {
    return unknown('denied', 'whether anybody receives the alarm could not be read')
  }
  if (groups.size === 0) return fail('no trail of all regions is on')
  if (![...groups].some((group) => group !== undefined)) return fail('no trail of all regions writes to a log group')
  const unseen = open.filter((event) => counted(event).length === 0)
  if (unseen.length === 0) return fail('it is counted, but no alarm with a confirmed subscription tells of it')
  return fail(`no metric filter counts ${named(unseen.map(labelOf))}`)
}

function labelOf(event: Json): string {
  const { eventName, errorCode } = event as { eventName?: string; errorCode?: string }
  return errorCode ?? eventName ?? 'the event'
}

/** `arn:aws:logs:eu-central-1:111122223333:log-group:cloudtrail:*` as `111122223333/eu-central-1/cloudtrail`. */
function groupOf(arn: string | null): string | undefined {
  const [, , , region, account, , group] = arn?.split(':') ?? []
  return group === undefined ? undefined : `${account}/${region}/${group}`
}

function declared({ by, testedOn }: z.output<typeof Elsewhere>, maxDays: number, at: Date): Verdict {
  const days = daysSince(testedOn, at)
  if (days < 0) return fail(`the declared test of ${by} lies after this run`)
  const detail = `${by}, as declared; last tested ${plural(days, 'day')} before this run`
  return days <= maxDays ? pass(detail) : fail(detail)
}
