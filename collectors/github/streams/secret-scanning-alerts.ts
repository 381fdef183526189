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
import { secretScanningAlerts as permission } from '../security/permissions.ts'
import type { Session } from '../session.ts'

/** An alert about a secret in the code. The secret itself is not asked for, and where it lies is not read. */
export const SecretScanningAlertRecord = z.strictObject({
  repository: z.string(),
  number: z.int(),
  /** GitHub's name of the kind: `aws_access_key_id`. */
  secretType: z.string(),
  state: z.enum(['open', 'resolved']),
  createdAt: z.iso.datetime(),
  resolvedAt: z.iso.datetime().nullable(),
  /** `revoked`, `false_positive`, `wont_fix`, `used_in_tests`, … */
  resolution: z.string().nullable(),
  by: By,
  /** `active`: the secret works still. `null`: not told. */
  validity: z.string().nullable(),
  publiclyLeaked: z.boolean().nullable(),
  pushProtectionBypassed: z.boolean().nullable(),
})
export type SecretScanningAlertRecord = z.output<typeof SecretScanningAlertRecord>

/** https://docs.github.com/en/rest/secret-scanning/secret-scanning. The field `secret` is not listed: it is not to be had. */
const AlertAnswer = AlertFields.extend({
  secret_type: z.string(),
  state: z.enum(['open', 'resolved']),
  resolved_at: MaybeTime,
  resolution: told(z.string()),
  resolved_by: ByAnswer,
  validity: told(z.string()),
  publicly_leaked: told(z.boolean()),
  push_protection_bypassed: told(z.boolean()),
})

export const secretScanningAlerts = defineStream({
  id: 'github.secret-scanning-alerts',
  version: 1,
  title: 'Alerts about secrets in code: the open ones, and those resolved since the period began',
  record: SecretScanningAlertRecord,
  key: (record) => alertKey(record),
  permissions: [permission, everyRepository],
  redact: byRedactions,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/secret-scanning/alerts?hide_secret=true`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const list = listAlerts(at, reader, {
      kind: 'secret-scanning',
      item: AlertAnswer,
      params: { hide_secret: 'true' },
      // An older server ignores the parameter.
      secret: true,
      permission: permission.name,
    })
    yield* alertRecords(
      at,
      list,
      ({ resolved_at }) => resolved_at,
      (alert): SecretScanningAlertRecord => ({
        repository: alert.repository.full_name,
        number: alert.number,
        secretType: alert.secret_type,
        state: alert.state,
        createdAt: alert.created_at,
        resolvedAt: alert.resolved_at,
        resolution: alert.resolution,
        by: alert.resolved_by,
        validity: alert.validity,
        publiclyLeaked: alert.publicly_leaked,
        pushProtectionBypassed: alert.push_protection_bypassed,
      }),
    )
  },
})
