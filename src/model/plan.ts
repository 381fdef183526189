import { z } from 'zod'
import { SEVERITIES } from '../sdk/check.ts'
import { Count, Id, Instant, RunNumber, Sha256 } from './common.ts'

/** What made the run start. */
export const Trigger = z.enum(['manual', 'schedule', 'catch-up'])
export type Trigger = z.output<typeof Trigger>

/** Five or six fields of cron, and the time zone (IANA) in which they are meant. */
export const Schedule = z.strictObject({ cron: z.string(), timeZone: z.string() })
export type Schedule = z.output<typeof Schedule>

/**
 * `plan.json`: what the run undertook to read and judge, fixed before the first request. Scopes are found by asking the
 * provider, so they stand in the index; every planned stream must have an outcome for each of them.
 */
export const Plan = z.strictObject({
  version: z.literal(1),
  run: z.strictObject({
    number: RunNumber,
    job: Id,
    trigger: Trigger,
    openedAt: Instant,
    period: z.strictObject({ from: Instant, to: Instant }),
    /** When the job is due, in the words of the config; absent if it has no schedule. With it every missed time can be named. */
    schedule: Schedule.optional(),
  }),
  agent: z.strictObject({
    installation: Id,
    version: z.string(),
    /** Digest over the agent's own program files, so that two builds of one version can be told apart. */
    build: z.strictObject({ sha256: Sha256 }),
  }),
  config: z.strictObject({ sha256: Sha256 }),
  sources: z.array(
    z.strictObject({
      id: Id,
      collector: z.string(),
      /** Package a plug-in collector comes from; absent for built-in ones. */
      plugin: z.strictObject({ name: z.string(), version: z.string() }).optional(),
      /** `true` marks emulated systems: everything shown of them is labelled demo data. */
      demo: z.literal(true).optional(),
      /** What config says the source must call itself; the run fails it on a difference. */
      expects: z.strictObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
      /** How a person finds a request by its id in the source's own log. */
      requestLog: z.string().optional(),
      streams: z.array(
        z.strictObject({
          id: z.string(),
          version: Count,
          permissions: z.array(z.string()),
          /** Kinds of scope it is read for; absent: every scope. */
          appliesTo: z.array(z.string()).min(1).optional(),
          /** Its records are all events of the period: path of the field that says when one happened. */
          occurredAt: z.string().min(1).optional(),
          /** What it holds, for people. */
          title: z.string().optional(),
          /** What is done with fields before they are written, by path; absent: nothing. */
          redact: z.record(z.string(), z.enum(['drop', 'pseudonym', 'mask'])).optional(),
        }),
      ),
    }),
  ),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      revision: Count,
      source: Id,
      severity: z.enum(SEVERITIES),
      title: z.string(),
      inputs: z.array(z.string()),
      params: z.record(z.string(), z.json()),
      criteria: z.strictObject({ pass: z.string(), fail: z.string() }),
      remediation: z.string(),
      /** Why config turned the check off; it is then `not-applicable: disabled`. */
      disabled: z.string().optional(),
    }),
  ),
  mappings: z.array(z.strictObject({ id: z.string(), sha256: Sha256 })),
})
export type Plan = z.output<typeof Plan>
export type PlannedCheck = Plan['checks'][number]
