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
import { codeScanningAlerts as permission } from '../security/permissions.ts'
import type { Session } from '../session.ts'

/** An alert of code scanning, of whichever tool. */
export const CodeScanningAlertRecord = z.strictObject({
  repository: z.string(),
  number: z.int(),
  /** `null`: GitHub does not say, as of an alert whose analysis is gone. */
  state: z.enum(['open', 'fixed', 'dismissed']).nullable(),
  rule: z.string().nullable(),
  tool: z.string().nullable(),
  /** `null` for rules that are not about security. */
  securitySeverity: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
  createdAt: z.iso.datetime(),
  fixedAt: z.iso.datetime().nullable(),
  dismissedAt: z.iso.datetime().nullable(),
  dismissedReason: z.string().nullable(),
  by: By,
  /** Whether a comment was left; its text is not written. */
  commented: z.boolean(),
})
export type CodeScanningAlertRecord = z.output<typeof CodeScanningAlertRecord>

/** https://docs.github.com/en/rest/code-scanning/code-scanning */
const AlertAnswer = AlertFields.extend({
  state: z.enum(['open', 'fixed', 'dismissed']).nullable(),
  rule: z.object({
    id: told(z.string()),
    security_severity_level: told(z.enum(['low', 'medium', 'high', 'critical'])),
  }),
  tool: z.object({ name: told(z.string()) }),
  fixed_at: MaybeTime,
  dismissed_at: MaybeTime,
  dismissed_reason: told(z.string()),
  dismissed_by: ByAnswer,
  dismissed_comment: told(z.string()),
})

export const codeScanningAlerts = defineStream({
  id: 'github.code-scanning-alerts',
  version: 1,
  title: 'Alerts of code scanning: the open ones, and those closed since the period began',
  record: CodeScanningAlertRecord,
  key: (record) => alertKey(record),
  permissions: [permission, everyRepository],
  redact: byRedactions,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/code-scanning/alerts`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const list = listAlerts(at, reader, { kind: 'code-scanning', item: AlertAnswer, permission: permission.name })
    yield* alertRecords(
      at,
      list,
      ({ fixed_at, dismissed_at }) => fixed_at ?? dismissed_at,
      (alert): CodeScanningAlertRecord => ({
        repository: alert.repository.full_name,
        number: alert.number,
        state: alert.state,
        rule: alert.rule.id,
        tool: alert.tool.name,
        securitySeverity: alert.rule.security_severity_level,
        createdAt: alert.created_at,
        fixedAt: alert.fixed_at,
        dismissedAt: alert.dismissed_at,
        dismissedReason: alert.dismissed_reason,
        by: alert.dismissed_by,
        commented: (alert.dismissed_comment ?? '').trim() !== '',
      }),
    )
  },
})
