import { about, checkAll, fail, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'
import { hasAuditLog } from '../kinds.ts'
import { organizationExample } from '../organization-example.ts'
import { type AuditEventRecord, auditLog } from '../streams/audit-log.ts'
import { organization } from '../streams/organization.ts'

const HOUR_MS = 3_600_000
const enterprise = organizationExample({ plan: 'enterprise' })
const event = (at: string): AuditEventRecord => ({
  id: 'AE_example',
  at,
  action: 'org.update_member',
  actor: 'person-a',
  user: null,
  repository: null,
  team: null,
})

const Copy = z.strictObject({
  by: z.string().min(1).describe('What receives the audit log.'),
  lastReceipt: z.iso.datetime({ offset: true }).describe('When it last received events.'),
})

export const auditLogKept = checkAll(
  { organization, events: auditLog },
  {
    id: 'github.audit-log-kept',
    revision: 1,
    title: 'The audit log is copied to a place of its own',
    severity: 'medium',
    rationale:
      'GitHub keeps the audit log for 180 days and its Git events for 7, and owners rule both. A copy outlives them.',
    remediation:
      'Enterprise, "Settings", "Audit log", "Log streaming"; declare the receiver as checks.github.audit-log-kept.params.copied. Or run affiant at least once a day: it exports the log without a gap.',
    params: z.strictObject({
      copied: Copy.optional().describe('A system that receives the audit log.'),
      maxHours: z.int().min(1).default(24).describe('Most hours since events were last received.'),
    }),
    criteria: ({ maxHours }) => ({
      pass: `This run exported the log of its period without a gap and up to an event at most ${plural(maxHours, 'hour')} before the run, or a declared system received events as lately.`,
      fail: `Neither did so in the last ${plural(maxHours, 'hour')}.`,
    }),
    examples: {
      pass: { inputs: { organization: [enterprise], events: [event('2999-12-31T00:00:00.000Z')] } },
      fail: { inputs: { organization: [enterprise], events: [event('2020-01-02T03:04:05.000Z')] } },
      'not-applicable': { inputs: { organization: [organizationExample({ plan: 'team' })], events: [] } },
    },
    async *evaluate(datasets, { params, at }) {
      const newest = new Map<string, string>()
      for await (const { scope, record } of datasets.events.items()) {
        if (record.at > (newest.get(scope) ?? '')) newest.set(scope, record.at)
      }
      for await (const item of datasets.organization.items()) {
        yield { ...about(item), ...judge(item.record.plan, newest.get(item.scope), params, at) }
      }
    },
  },
)

function judge(
  plan: string | null,
  newest: string | undefined,
  { copied, maxHours }: { copied?: z.output<typeof Copy> | undefined; maxHours: number },
  at: Date,
): Verdict {
  if (!hasAuditLog(plan)) {
    return notApplicable('not-in-plan', `the plan "${plan}" has no audit log to export, and no streaming`)
  }
  const hoursTo = (time: string) => Math.floor((at.getTime() - Date.parse(time)) / HOUR_MS)
  if (newest !== undefined && hoursTo(newest) < maxHours) {
    return pass(`exported without a gap up to an event ${plural(Math.max(0, hoursTo(newest)), 'hour')} before the run`)
  }
  const exported =
    newest === undefined
      ? 'this run exported no event'
      : `the last event exported is ${plural(hoursTo(newest), 'hour')} old`
  if (copied === undefined) return fail(`${exported}, and no system is declared that receives the log`)
  const hours = hoursTo(copied.lastReceipt)
  if (hours < 0) return fail(`the declared receipt of ${copied.by} lies after this run`)
  const detail = `${copied.by} received events ${plural(hours, 'hour')} before this run, as declared`
  return at.getTime() - Date.parse(copied.lastReceipt) <= maxHours * HOUR_MS ? pass(detail) : fail(detail)
}
