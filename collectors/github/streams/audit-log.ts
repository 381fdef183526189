import {
  daysBefore,
  defineStream,
  DeniedError,
  InvalidError,
  quoted,
  type Reader,
  TruncatedError,
  UnlicensedError,
  z,
} from 'affiant/sdk'
import { told } from '../answers.ts'
import type { ListPage } from '../client.ts'
import { WITH_AUDIT_LOG } from '../kinds.ts'
import { pagesOf } from '../listing.ts'
import { auditLog as permission } from '../security/permissions.ts'
import type { Organization, Session } from '../session.ts'

/** How long GitHub keeps events other than those of Git. https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/reviewing-the-audit-log-for-your-organization */
const RETENTION_DAYS = 180
/** What GitHub lets go of while a run begins is not called a gap. */
const SLACK_MS = 3_600_000
const FULL_PAGE = 100

export const AuditEventRecord = z.strictObject({
  id: z.string(),
  /** To the millisecond, UTC. */
  at: z.iso.datetime(),
  /** `org.add_member`, `protected_branch.policy_override`, … */
  action: z.string(),
  /** Who did it; a person, or `null` where GitHub itself did or an app. */
  actor: z.string().nullable(),
  /** Whom it was done to. */
  user: z.string().nullable(),
  repository: z.string().nullable(),
  team: z.string().nullable(),
})
export type AuditEventRecord = z.output<typeof AuditEventRecord>

/** Addresses, countries, devices and fingerprints of tokens are not listed, so they are not written. */
const EventAnswer = z
  .object({
    _document_id: z.string(),
    // Milliseconds. https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
    '@timestamp': z.int(),
    action: z.string(),
    actor: told(z.string()),
    user: told(z.string()),
    repo: told(z.string()),
    team: told(z.string()),
  })
  .transform(({ _document_id: id, ...event }) => ({ ...event, id }))
type EventAnswer = z.output<typeof EventAnswer>

/** A letter-perfect end: the newest event of the same question has to be among those that were read. */
async function* eventsOf(at: Organization): AsyncIterable<ListPage<EventAnswer>> {
  const { client, organization: org, period } = at
  const day = (time: Date) => time.toISOString().slice(0, 10)
  const params = { org, include: 'web', phrase: `created:${day(period.from)}..${day(period.to)}` }
  const options = {
    permission: permission.name,
    byCursor: true,
    explain: ({ status, message }: { status: number; message: string }) => {
      if (/enterprise/i.test(message) && (status === 403 || status === 404)) {
        return new UnlicensedError(`${org}: the audit log is part of GitHub Enterprise`, { status })
      }
      return status === 404
        ? new DeniedError(
            `${org}: GitHub hides the audit log (404), or the plan has none; grant ${permission.name} to an app, or read:audit_log to an owner's token`,
            { status, permission: permission.name },
          )
        : undefined
    },
  } as const
  const seen = new Set<string>()
  for await (const page of client.pages('/orgs/{org}/audit-log', { ...params, order: 'asc' }, EventAnswer, options)) {
    for (const { id } of page.items) {
      if (seen.has(id)) throw new InvalidError(`${org}: GitHub sent an event of the audit log twice`)
      seen.add(id)
    }
    if (page.last && page.items.length === FULL_PAGE) {
      const newest = { ...params, order: 'desc', per_page: 1 }
      const [last] = await client.get('/orgs/{org}/audit-log', newest, z.array(EventAnswer), options)
      if (last !== undefined && !seen.has(last.id) && last['@timestamp'] <= at.now.getTime()) {
        throw new TruncatedError(`${org}: the audit log goes on after the page GitHub called the last`)
      }
    }
    yield page
  }
}

/** GitHub answers a question about what it no longer has with nothing, as if nothing had happened. */
async function noteForgotten({ period, now, organization }: Organization, reader: Reader): Promise<void> {
  const kept = daysBefore(now, RETENTION_DAYS)
  if (period.from.getTime() + SLACK_MS >= kept.getTime()) return
  await reader.observe(`${organization}: events before ${kept.toISOString()}`, async () => {
    throw new TruncatedError(
      `GitHub keeps the audit log for ${RETENTION_DAYS} days: events from ${period.from.toISOString()} to ${kept.toISOString()} are gone; run more often`,
    )
  })
}

export const auditLog = defineStream({
  id: 'github.audit-log',
  version: 1,
  title: 'Audit log of the organisation in the period, without Git events',
  record: AuditEventRecord,
  key: ({ at, id }) => `${at}-${id}`,
  occurredAt: 'at',
  label: ({ action, at }) => `${action} at ${at}`,
  permissions: [permission],
  redact: { actor: 'pseudonym', user: 'pseudonym' },
  appliesTo: WITH_AUDIT_LOG,
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/audit-log?include=web&order=asc&per_page=100`)} -f phrase="created:$FROM..$TO" -X GET`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteForgotten(at, reader)
    const [from, to] = [at.period.from.toISOString(), at.period.to.toISOString()]
    yield* pagesOf(eventsOf(at), (events) =>
      events
        .map(
          (event): AuditEventRecord => ({
            id: event.id,
            at: new Date(event['@timestamp']).toISOString(),
            action: event.action,
            actor: event.actor,
            user: event.user,
            repository: event.repo,
            team: event.team,
          }),
        )
        // Asked for by whole days; the bounds may lie within one.
        .filter((event) => event.at >= from && event.at < to),
    )
  },
})
