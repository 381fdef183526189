import { z } from 'zod'
import { Id } from '../model/common.ts'
import { INTERVAL } from '../model/interval.ts'
import { DURATION } from './duration.ts'

/** Name of an environment variable, as POSIX shells accept it. */
export const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** An npm package name, with scope or without, or a path that starts with `./`, `../` or `/`. */
const PLUGIN = /^(?:(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*|\.{0,2}\/.+)$/

const Path = z.string().regex(/^[^\0\r\n]+$/, { error: 'expected a path' })

/** Where a secret comes from. The value itself never stands in the file. */
export const SecretReference = z
  .union([
    z.strictObject({
      env: z.string().regex(ENV_NAME).describe('Name of the environment variable that holds the value.'),
    }),
    z.strictObject({
      file: Path.describe('File that holds the value, readable by its owner only; relative to this file.'),
    }),
  ])
  .meta({ title: 'secret by reference' })

const Share = z.number().gt(0).max(1)

/** What config may say of one limit of a collector's manifest. */
const LimitSetting = z
  .strictObject({
    perMinute: z.int().min(1).optional().describe('Requests a minute per host.'),
    concurrency: z.int().min(1).optional().describe('Requests in flight per host.'),
    share: Share.optional().describe('Part of this limit that is used, above 0 and at most 1.'),
  })
  .describe('Lowers this limit, which cannot be raised, and sets the share of it that is used.')

const REASON = 'expected the reason in words; it is shown beside the check in every bundle'
const DURATIONS = 'expected a duration such as 30s, 10m or 2h'
const INTERVALS = 'expected an interval such as 12h or 7d'

const CheckSetting = z.strictObject({
  params: z.record(z.string(), z.unknown()).optional().describe('Thresholds and lists of this check.'),
  disabled: z
    .string({ error: REASON })
    .regex(/\S/, { error: REASON })
    .optional()
    .describe('Turns the check off. The text is the reason, shown in every bundle.'),
})

const Source = z.strictObject({
  id: Id.describe('Name of this source in plans, findings and bundles; do not change it later.'),
  collector: z.string().min(1).describe('Kind of system: id of a built-in or plug-in collector.'),
  config: z.record(z.string(), z.unknown()).optional().describe('Settings of the collector.'),
  secrets: z.record(z.string(), SecretReference).optional().describe('Credentials, by reference.'),
  limits: z.record(z.string(), LimitSetting).optional().describe("Lowers the collector's request limits."),
  share: Share.optional().describe(
    'Part of every limit that is used, above 0 and at most 1. Default: the collector’s.',
  ),
  concurrency: z.int().min(1).optional().describe('Requests in flight per host over all limits; only to be lowered.'),
  sweeps: z
    .record(z.string(), z.string({ error: INTERVALS }).regex(INTERVAL, { error: INTERVALS }))
    .optional()
    .describe('Longest time between full sweeps of a stream that is read in increments, such as 12h or 7d.'),
  demo: z.boolean().optional().describe('The system is emulated: everything read from it is labelled demo data.'),
})

const Job = z.strictObject({
  id: Id.describe('Name of this job.'),
  schedule: z
    .string()
    .optional()
    .describe('Cron expression: minute, hour, day of month, month, day of week. Without it the job is run by hand.'),
  timeZone: z.string().optional().describe('IANA time zone of the schedule, such as Europe/Zurich. Default: UTC.'),
  sources: z.array(z.string()).min(1).optional().describe('Ids of the sources it reads. Default: all of them.'),
})

const Authority = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('Where it takes RFC 3161 requests. Plain http is common: tokens are signed.'),
  roots: Path.optional().describe('PEM file with its root certificates: a token that does not lead to one is refused.'),
  timeout: z
    .string({ error: DURATIONS })
    .regex(DURATION, { error: DURATIONS })
    .optional()
    .describe('Longest wait for a token. Default: 10s.'),
})

const Signing = z
  .union([
    z.strictObject({
      key: SecretReference.describe('Private key, ECDSA P-256 or Ed25519, PKCS#8 PEM.'),
      passphrase: SecretReference.optional().describe('Opens the key, if it is encrypted.'),
    }),
    z.strictObject({
      kms: z
        .strictObject({
          keyId: z
            .string()
            .regex(/^[\w:/-]{1,2048}$/, { error: 'expected the id, the ARN or the alias (alias/NAME) of a key' })
            .describe('Id, ARN or alias (alias/NAME) of a key of the kind ECC_NIST_P256 for SIGN_VERIFY.'),
          region: z
            .string()
            .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: 'expected a region such as eu-central-2' })
            .describe('AWS region of the key.'),
          endpoint: z
            .url({ protocol: /^https?$/ })
            .optional()
            .describe('Where KMS takes requests, such as a VPC endpoint. Default: that of the region.'),
        })
        .describe('A key in AWS KMS.'),
    }),
  ])
  .describe('The key that signs bundles.')

/** `affiant.yaml` as it is written: the shape only. What depends on the collectors is checked in the `*-rules.ts` files. */
export const ConfigFile = z.strictObject({
  version: z.literal(1).describe('Version of this file format: 1.'),
  installation: Id.describe('Id of this installation; it is the agent id in bundles.'),
  store: z
    .strictObject({ path: Path.describe('Folder for the bundles; relative to this file.') })
    .describe('Where bundles are kept.'),
  signing: Signing,
  pseudonyms: z
    .strictObject({ key: SecretReference.describe('32 random bytes in base64.') })
    .describe('The key that turns people into tokens. Keep it: with another key every token changes.'),
  timestamps: z
    .strictObject({
      authorities: z
        .array(Authority)
        .min(1)
        .describe('Each of them is asked for a token over every entry of the ledger.'),
    })
    .optional()
    .describe('Proof of time by others. One that cannot be reached stops nothing: the entry has no token of it.'),
  period: z
    .strictObject({
      days: z.int().min(1).max(3660).optional().describe('Days that end when the run starts. Default: 90.'),
    })
    .optional()
    .describe('The evidence period of a run.'),
  deadline: z
    .string({ error: DURATIONS })
    .regex(DURATION, { error: DURATIONS })
    .optional()
    .describe('Longest time for one plan item, such as 30s, 10m or 2h. Default: 10m.'),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Plan items read at the same time. Default: 4; with AWS accounts 32.'),
  sources: z.array(Source).min(1).describe('The systems to read.'),
  jobs: z
    .array(Job)
    .min(1)
    .optional()
    .describe('What is read together, and when. Default: one job "default" with every source, run by hand.'),
  checks: z.record(z.string(), CheckSetting).optional().describe('Parameters of checks, and checks turned off.'),
  mappings: z
    .array(Path)
    .optional()
    .describe('Files that extend the built-in mapping to controls; relative to this file.'),
  plugins: z
    .array(z.string().regex(PLUGIN, { error: 'expected an npm package name or a path that starts with ./' }))
    .optional()
    .describe('Packages that provide further collectors.'),
})
export type ConfigFile = z.output<typeof ConfigFile>
