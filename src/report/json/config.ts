import { z } from 'zod'
import { Count, Id, Sha256 } from '../../model/common.ts'
import { THEMES } from '../../model/control.ts'
import { SEVERITIES } from '../../sdk/check.ts'

/** `affiant validate` */
export const ValidateJson = z.strictObject({
  schema: z.literal('affiant.validate/1'),
  config: z.string(),
  valid: z.boolean(),
  secretsChecked: z.boolean(),
  problems: z.array(
    z.strictObject({
      severity: z.enum(['error', 'warning']),
      code: z.string(),
      line: z.int(),
      column: z.int(),
      path: z.string(),
      message: z.string(),
      expected: z.string().optional(),
      found: z.string().optional(),
      nearest: z.string().optional(),
    }),
  ),
})
export type ValidateJson = z.output<typeof ValidateJson>

/** `affiant init` */
export const InitJson = z.strictObject({
  schema: z.literal('affiant.init/1'),
  installation: Id,
  written: z.array(z.string()),
  /** Of the collector key. */
  keyId: Sha256,
  rootKeyId: Sha256,
  origin: z.string(),
  genesis: Sha256,
  policyFile: z.string(),
  gitignore: z.array(z.string()),
})
export type InitJson = z.output<typeof InitJson>

/** `affiant controls` */
export const ControlsJson = z.strictObject({
  schema: z.literal('affiant.controls/1'),
  mapping: z.string(),
  all: Count,
  controls: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      theme: z.enum(THEMES),
      attributes: z.record(z.string(), z.array(z.string())),
      coverage: z.enum(['automated', 'partly', 'manual']),
      checks: z.array(z.string()),
      streams: z.array(z.string()),
      manual: z.strictObject({ reason: z.string(), owner: z.string(), cadence: z.string() }).optional(),
    }),
  ),
})
export type ControlsJson = z.output<typeof ControlsJson>

/** `affiant collectors [ID]` */
export const CollectorsJson = z.strictObject({
  schema: z.literal('affiant.collectors/1'),
  collectors: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      docs: z.string(),
      secrets: z.array(z.strictObject({ name: z.string(), what: z.string() })),
      limits: z.array(
        z.strictObject({ id: z.string(), perMinute: z.number(), concurrency: z.number(), share: z.number() }),
      ),
      streams: z.array(
        z.strictObject({
          id: z.string(),
          version: Count,
          title: z.string(),
          permissions: z.array(z.strictObject({ name: z.string(), why: z.string(), url: z.string() })),
        }),
      ),
      checks: z.array(
        z.strictObject({ id: z.string(), revision: Count, title: z.string(), severity: z.enum(SEVERITIES) }),
      ),
    }),
  ),
})
export type CollectorsJson = z.output<typeof CollectorsJson>
