import { defineStream, quoted, z } from 'affiant/sdk'
import {
  AlertFields,
  alertKey,
  alertRecords,
  By,
  ByAnswer,
  byRedactions,
  listAlerts,
  MaybeTime,
} from '../security/alerts.ts'
import { told } from '../answers.ts'
import { everyRepository } from '../permissions.ts'
import { dependabotAlerts as permission } from '../security/permissions.ts'
import type { Session } from '../session.ts'

const Severity = z.enum(['low', 'medium', 'high', 'critical'])

/** An alert about a dependency with a known weakness. */
export const DependabotAlertRecord = z.strictObject({
  repository: z.string(),
  number: z.int(),
  /** `open`, `fixed`, `dismissed` by somebody, `auto_dismissed` by a rule. */
  state: z.enum(['open', 'fixed', 'dismissed', 'auto_dismissed']),
  severity: Severity,
  advisory: z.string(),
  cve: z.string().nullable(),
  ecosystem: z.string(),
  package: z.string(),
  manifest: z.string().nullable(),
  /** `runtime` or `development`. */
  scope: z.string().nullable(),
  createdAt: z.iso.datetime(),
  fixedAt: z.iso.datetime().nullable(),
  /** When it was dismissed, by somebody or by a rule. */
  dismissedAt: z.iso.datetime().nullable(),
  dismissedReason: z.string().nullable(),
  by: By,
  /** Whether a comment was left; its text is not written. */
  commented: z.boolean(),
})
export type DependabotAlertRecord = z.output<typeof DependabotAlertRecord>

/** https://docs.github.com/en/rest/dependabot/alerts */
const AlertAnswer = AlertFields.extend({
  state: z.enum(['open', 'fixed', 'dismissed', 'auto_dismissed']),
  dependency: z.object({ manifest_path: told(z.string()), scope: told(z.string()) }),
  security_advisory: z.object({ ghsa_id: z.string(), cve_id: told(z.string()) }),
  security_vulnerability: z.object({
    package: z.object({ ecosystem: z.string(), name: z.string() }),
    severity: Severity,
  }),
  fixed_at: MaybeTime,
  dismissed_at: MaybeTime,
  auto_dismissed_at: MaybeTime,
  dismissed_reason: told(z.string()),
  dismissed_by: ByAnswer,
  dismissed_comment: told(z.string()),
})

export const dependabotAlerts = defineStream({
  id: 'github.dependabot-alerts',
  version: 1,
  title: 'Alerts about vulnerable dependencies: the open ones, and those closed since the period began',
  record: DependabotAlertRecord,
  key: (record) => alertKey(record),
  permissions: [permission, everyRepository],
  redact: byRedactions,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/dependabot/alerts`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const list = listAlerts(at, reader, { kind: 'dependabot', item: AlertAnswer, permission: permission.name })
    yield* alertRecords(
      at,
      list,
      ({ fixed_at, dismissed_at, auto_dismissed_at }) => fixed_at ?? dismissed_at ?? auto_dismissed_at,
      (alert): DependabotAlertRecord => ({
        repository: alert.repository.full_name,
        number: alert.number,
        state: alert.state,
        severity: alert.security_vulnerability.severity,
        advisory: alert.security_advisory.ghsa_id,
        cve: alert.security_advisory.cve_id,
        ecosystem: alert.security_vulnerability.package.ecosystem,
        package: alert.security_vulnerability.package.name,
        manifest: alert.dependency.manifest_path,
        scope: alert.dependency.scope,
        createdAt: alert.created_at,
        fixedAt: alert.fixed_at,
        dismissedAt: alert.dismissed_at ?? alert.auto_dismissed_at,
        dismissedReason: alert.dismissed_reason,
        by: alert.dismissed_by,
        commented: (alert.dismissed_comment ?? '').trim() !== '',
      }),
    )
  },
})
