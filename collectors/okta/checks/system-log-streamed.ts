import { about, checkAll, fail, pass, plural, type Verdict, z } from 'affiant/sdk'
import { organizationExample } from '../examples-organization.ts'
import { type LogStreamRecord, logStreams } from '../streams/log-streams.ts'
import { organization } from '../streams/organization.ts'

const HOUR = 3_600_000
const stream = (status: string): LogStreamRecord => ({
  id: '0oal1',
  name: 'To the archive',
  type: 'aws_eventbridge',
  status,
  created: '2025-01-02T03:04:05.000Z',
  lastUpdated: '2025-01-02T03:04:05.000Z',
})

const Pull = z.strictObject({
  by: z.string().min(1).describe('What pulls the System Log.'),
  lastReceipt: z.iso.datetime({ offset: true }).describe('When it last received events.'),
})

export const systemLogStreamed = checkAll(
  { organization, logStreams },
  {
    id: 'okta.system-log-streamed',
    revision: 1,
    title: 'The System Log is copied to a place of its own',
    severity: 'high',
    rationale:
      'Okta keeps events for 90 days, and whoever rules the organisation rules its log. A copy elsewhere outlives both.',
    remediation:
      '"Reports", "Log Streaming", "Add Log Stream" to AWS EventBridge or Splunk Cloud; or let your log system pull from the API and declare it as checks.okta.system-log-streamed.params.pulled.',
    params: z.strictObject({
      pulled: Pull.optional().describe('A log system that pulls events from the API instead.'),
      maxHours: z.int().min(1).default(24).describe('Most hours since it last received events.'),
    }),
    criteria: ({ maxHours }) => ({
      pass: `A log stream is active, or a declared log system received events at most ${plural(maxHours, 'hour')} before the run.`,
      fail: 'No log stream is active, and no log system is declared that received events lately.',
    }),
    examples: {
      pass: { inputs: { organization: [organizationExample()], logStreams: [stream('ACTIVE')] } },
      fail: { inputs: { organization: [organizationExample()], logStreams: [stream('INACTIVE')] } },
    },
    async *evaluate(datasets, { params, at }) {
      const active: string[] = []
      let others = 0
      for await (const { record } of datasets.logStreams.items()) {
        if (record.status === 'ACTIVE') active.push(`"${record.name}" (${record.type})`)
        else others += 1
      }
      for await (const item of datasets.organization.items()) {
        yield { ...about(item), ...judge(active, others, params, at) }
      }
    },
  },
)

function judge(
  active: readonly string[],
  others: number,
  { pulled, maxHours }: { pulled?: z.output<typeof Pull> | undefined; maxHours: number },
  at: Date,
): Verdict {
  if (active.length > 0) return pass(`the System Log goes to ${active.join(', ')}`)
  const none = others === 0 ? 'there is no log stream' : `no log stream is active (${others} listed)`
  if (pulled === undefined) return fail(none)
  const hours = (at.getTime() - Date.parse(pulled.lastReceipt)) / HOUR
  if (hours < 0) return fail(`${none}; the declared receipt of ${pulled.by} lies after this run`)
  const detail = `${pulled.by} received events ${plural(Math.floor(hours), 'hour')} before this run, as declared`
  return hours <= maxHours ? pass(`${none}; ${detail}`) : fail(`${none}; ${detail}`)
}
