import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from '../model/common.ts'
import { ControlLine, THEMES } from '../model/control.ts'
import { Gap } from '../model/outcome.ts'
import { Trigger } from '../model/plan.ts'
import { Replay } from '../model/replay.ts'
import { Counts, ResultLine, STATUSES, Status } from '../model/result.ts'
import { RunDiff } from '../model/run-diff.ts'
import { KEY_ROLES } from '../model/statement.ts'
import { SEVERITIES } from '../sdk/check.ts'
import { REASONS } from '../sdk/errors.ts'
import { DoctorJson } from './doctor.ts'
import { PermissionsJson } from './permissions.ts'

/**
 * What `--json` prints: one document on stdout, whose `schema` names command and version. The version is raised when a
 * key is removed or changes its meaning; a new key leaves it. Shapes are strict, so that tests notice every new key.
 */

const tally = <const Keys extends readonly string[]>(keys: Keys) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, Count])) as Record<Keys[number], typeof Count>)

const Outcomes = tally(['complete', 'partial', 'failed'])
const CheckTally = tally([...STATUSES, 'all'])
const ControlTally = tally(['pass', 'fail', 'unknown', 'not-applicable', 'no-evidence', 'manual', 'all'])
const RunStatus = z.enum(['complete', 'partial', 'failed', 'never-sealed'])

/** The verifiers for people without affiant that come with this build, to compare theirs with. */
const Verifiers = z.array(z.strictObject({ file: z.string(), sha256: Sha256 }))

/** `affiant export` */
export const ExportJson = z.strictObject({
  schema: z.literal('affiant.export/1'),
  /** Absolute path. */
  path: z.string(),
  /** Of the file. */
  bytes: Count,
  sha256: Sha256,
  recipient: z.string(),
  /** Runs that were opened in `[from, to)`. */
  from: Instant,
  to: Instant,
  runs: z.array(RunNumber),
  /** Files under `data/` in it, and bytes in them. */
  payload: z.strictObject({ files: Count, bytes: Count }),
  withheld: z.strictObject({
    count: Count,
    reasons: z.array(z.strictObject({ reason: z.string(), count: Count })),
  }),
  /** The entry of the export, which is the last one of the ledger now. */
  head: z.strictObject({ origin: z.string(), index: Count, statementSha256: Sha256 }),
  keyId: Sha256,
  /** Timestamps of that entry. */
  timestamps: Count,
  /** The command that verifies it. */
  verify: z.string(),
  verifiers: Verifiers,
})
export type ExportJson = z.output<typeof ExportJson>

/** Which run a document speaks of. */
const Run = z.strictObject({
  number: RunNumber,
  /** In the store. */
  folder: z.string(),
  installation: Id,
  job: Id,
  trigger: Trigger,
  openedAt: Instant,
  period: z.strictObject({ from: Instant, to: Instant }),
  status: RunStatus,
  /** When and with which key it was sealed. Believe it after `affiant verify`. */
  sealed: z.strictObject({ at: Instant, keyId: Sha256 }).optional(),
  sources: z.array(
    z.strictObject({
      id: Id,
      collector: z.string(),
      demo: z.boolean(),
      /** Who the source says it is. */
      identity: z.strictObject({ id: z.string(), name: z.string() }).optional(),
      /** Scopes that config leaves out, with the reason. */
      excluded: z.array(z.strictObject({ scope: z.string(), reason: z.string() })),
    }),
  ),
})

const CredentialsFound = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scopes: z.array(z.string()),
  rule: z.string(),
  field: z.string(),
  count: Count,
})

const CarriedOver = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scope: z.string(),
  records: Count,
  count: Count,
  oldest: Instant,
  fullAt: Instant,
})

const IncompleteEvidence = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string().optional(),
  scopes: z.array(z.string()),
  status: z.enum(['partial', 'failed']),
  reason: z.enum(REASONS),
  detail: z.string().optional(),
  permissions: z.array(z.string()),
  gaps: z.array(Gap),
  planItems: Count,
  whatToDo: z.string(),
})

/** A check on one source. */
const Check = z.strictObject({
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  revision: Count,
  title: z.string(),
  severity: z.enum(SEVERITIES),
  status: Status,
  reason: z.string().optional(),
  counts: Counts,
  remediation: z.string(),
  criteria: z.strictObject({ pass: z.string(), fail: z.string() }).optional(),
  params: z.record(z.string(), z.json()),
  disabled: z.string().optional(),
  controls: z.array(z.string()),
})

const summary = {
  run: Run,
  /** What `affiant run` ended with: 0, 2 or 3. */
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(3)]),
  planItems: Outcomes.optional(),
  incomplete: z.array(IncompleteEvidence),
  /** What looks like a credential in a field that is written: where, and how often. Never the value. */
  credentials: z.array(CredentialsFound),
  /** What was read by an earlier run: how many records, and since when. */
  carriedOver: z.array(CarriedOver),
  checkTally: CheckTally,
  checks: z.array(Check),
  themes: z.array(z.strictObject({ theme: z.enum(THEMES), tally: ControlTally })),
  controls: z.array(ControlLine.pick({ control: true, title: true, theme: true, status: true, counts: true })),
}

/** `affiant show [RUN]` */
export const ShowJson = z.strictObject({ schema: z.literal('affiant.show/1'), ...summary })

/** `affiant run` */
export const RunJson = z.strictObject({
  schema: z.literal('affiant.run/1'),
  ...summary,
  store: z.string(),
  /** Of the ledger entry that seals the run: the head to send out, with `headIndex`. */
  statementSha256: Sha256,
  headIndex: Count,
  /** The exact command that verifies the run. */
  verify: z.string(),
})

/** `affiant show --control` */
export const ShowControlJson = z.strictObject({
  schema: z.literal('affiant.show-control/1'),
  run: Run,
  control: ControlLine,
})

/** `affiant show --check`, `--failed` and `--unknown`: `results` is written as it is read, and stands last. */
export const ShowResultsJson = z.strictObject({
  schema: z.literal('affiant.show-results/1'),
  run: Run,
  incomplete: z.array(IncompleteEvidence),
  checks: z.array(Check),
  results: z.array(z.strictObject({ check: z.string(), source: Id, demo: z.boolean(), ...ResultLine.shape })),
})

/** `affiant list` */
export const ListJson = z.strictObject({
  schema: z.literal('affiant.list/1'),
  store: z.string(),
  runs: z.array(
    z.union([
      z.strictObject({
        number: RunNumber,
        openedAt: Instant,
        job: Id,
        trigger: Trigger,
        status: RunStatus,
        demo: z.boolean(),
        outcomes: Outcomes.optional(),
        results: tally(STATUSES).optional(),
      }),
      z.strictObject({ number: RunNumber, problem: z.string() }),
    ]),
  ),
})

const level = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.strictObject({ value: z.enum(values), detail: z.string() })

/** `affiant verify` and `affiant ledger verify` */
export const VerifyJson = z.strictObject({
  schema: z.literal('affiant.verify/1'),
  exitCode: z.union([z.literal(0), z.literal(3), z.literal(4), z.literal(5)]),
  /** `sha256`: of the program file, where the verifier is one file. */
  verifier: z.strictObject({ version: z.string(), sha256: Sha256.optional() }),
  verifiers: Verifiers,
  /** `name`: file name of an export, path of a store, number of a run. */
  target: z.strictObject({ kind: z.enum(['export', 'store', 'run', 'ledger']), name: z.string() }),
  levels: z.strictObject({
    intact: level(['yes', 'no']),
    authentic: level(['yes', 'no', 'unpinned']),
    chained: level(['yes', 'no']),
    timed: z.strictObject({
      value: z.enum(['yes', 'partly', 'late', 'no', 'not-judged']),
      detail: z.string(),
      tokens: Count,
      /** Entries that no good token covers. */
      without: Count,
      earliest: Instant.optional(),
      latest: Instant.optional(),
    }),
    complete: level(['yes', 'no']),
    anchored: level(['yes', 'no']),
  }),
  /** Name of the ledger. */
  origin: z.string().optional(),
  head: z.strictObject({ index: Count, statementSha256: Sha256 }).optional(),
  /** Keys that signed entries. */
  keyIds: z.array(Sha256),
  entries: Count,
  /** The first 1,000 of those whose files were looked at. */
  runs: z.array(
    z.strictObject({
      run: RunNumber,
      job: z.string().optional(),
      status: z.enum(['complete', 'partial', 'failed', 'aborted', 'open', 'unknown']),
      sealedAt: Instant.optional(),
      /** Plan items and sources that were not read whole. */
      incomplete: Count,
      /** Lines of the index. */
      withheld: Count,
      timed: z.enum(['yes', 'late', 'no', 'not-judged']),
    }),
  ),
  /** Of the whole ledger. `verified`: runs whose files were looked at. */
  runCounts: tally(['sealed', 'aborted', 'open', 'verified']),
  incomplete: z.array(
    z.strictObject({
      code: z.enum(['partial', 'failed', 'aborted', 'open', 'withheld', 'schedule-gap']),
      run: RunNumber,
      job: z.string().optional(),
      planItem: z.string().optional(),
      detail: z.string(),
    }),
  ),
  /** What is incomplete and not listed. */
  incompleteOmitted: Count,
  withheld: z.strictObject({
    count: Count,
    reasons: z.array(z.strictObject({ reason: z.string(), count: Count })),
  }),
  failures: z.array(
    z.strictObject({
      code: z.string(),
      file: z.string().optional(),
      detail: z.string(),
      /** The level that it breaks. */
      level: z.enum(['intact', 'authentic', 'chained', 'timed', 'anchored']),
      meaning: z.string(),
    }),
  ),
  /** Failures that are not listed. */
  omitted: Count,
  /** Files of runs, by their index, and the bytes in them. */
  checked: z.strictObject({ files: Count, bytes: Count }),
  export: z
    .strictObject({
      recipient: z.string(),
      exportedAt: Instant,
      from: Instant,
      to: Instant,
      sources: z.array(z.string()).optional(),
      controls: z.array(z.string()).optional(),
    })
    .optional(),
  /** Sources that are emulated systems. */
  demoSources: z.array(z.string()),
  notProved: z.string(),
})

/** `affiant replay` */
export const ReplayJson = z.strictObject({
  schema: z.literal('affiant.replay/1'),
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  ...Replay.shape,
})

/** `affiant replay EXPORT` */
export const ReplayExportJson = z.strictObject({
  schema: z.literal('affiant.replay-export/1'),
  /** The highest one of the runs. */
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  runs: z.array(z.strictObject(Replay.shape)),
})
export type ReplayExportJson = z.output<typeof ReplayExportJson>

/** `affiant diff` */
export const DiffJson = z.strictObject({
  schema: z.literal('affiant.diff/1'),
  /** Nothing differs but number and time. */
  same: z.boolean(),
  ...RunDiff.shape,
})

/** `affiant ledger` */
export const LedgerJson = z.strictObject({
  schema: z.literal('affiant.ledger/1'),
  entries: z.array(
    z.strictObject({
      index: Count,
      kind: z.enum([
        'ledger-genesis',
        'key-added',
        'key-revoked',
        'exported',
        'run-opened',
        'run-sealed',
        'run-aborted',
      ]),
      at: Instant,
      /** Of the run that is opened or ended. */
      run: RunNumber.optional(),
      status: z.enum(['complete', 'partial', 'failed']).optional(),
      statementSha256: Sha256,
      keyId: Sha256,
    }),
  ),
})

/** `affiant ledger head` */
export const LedgerHeadJson = z.strictObject({
  schema: z.literal('affiant.ledger-head/1'),
  origin: z.string(),
  index: Count,
  statementSha256: Sha256,
})

/** `affiant ledger stamp` */
export const LedgerStampJson = z.strictObject({
  schema: z.literal('affiant.ledger-stamp/1'),
  /** Entries of the ledger. */
  entries: Count,
  /** Indexes of those that got a timestamp. */
  stamped: z.array(Count),
  /** How many have none still. */
  missing: Count,
})

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

const LedgerHead = z.strictObject({ index: Count, sha256: Sha256 })

/** `affiant keys init` */
export const KeysInitJson = z.strictObject({
  schema: z.literal('affiant.keys-init/1'),
  origin: z.string(),
  /** SHA-256 of the statement of entry 0. */
  genesis: Sha256,
  rootKeyId: Sha256,
  collectorKeyId: Sha256,
  written: z.array(z.string()),
  policyFile: z.string(),
  rootFile: z.string(),
  rootEncrypted: z.boolean(),
})

/** `affiant keys list` */
export const KeysListJson = z.strictObject({
  schema: z.literal('affiant.keys-list/1'),
  origin: z.string(),
  genesis: Sha256,
  keys: z.array(
    z.strictObject({
      keyId: Sha256,
      role: z.enum(KEY_ROLES),
      /** Whether it may sign now. */
      active: z.boolean(),
      /** Whether it is the signer of the config. */
      signer: z.boolean(),
      added: z.strictObject({ entry: Count, at: Instant }),
      notBefore: Instant.optional(),
      notAfter: Instant.optional(),
      revoked: z
        .strictObject({
          entry: Count,
          at: Instant,
          reason: z.enum(['superseded', 'retired', 'compromised']),
          since: Instant.optional(),
        })
        .optional(),
    }),
  ),
  /** The signer of the config; absent with `--store`, or if it could not be opened. */
  signer: z.strictObject({ keyId: Sha256, known: z.boolean() }).optional(),
  /** Why the signer of the config could not be opened. */
  problem: z.string().optional(),
})

/** `affiant keys rotate` */
export const KeysRotateJson = z.strictObject({
  schema: z.literal('affiant.keys-rotate/1'),
  keyId: Sha256,
  /** Index of the entry that adds the key. */
  entry: Count,
  revoked: z.array(z.strictObject({ keyId: Sha256, entry: Count })),
  written: z.array(z.string()),
  /** To be named in the config. */
  keyFile: z.string().optional(),
  head: LedgerHead,
})

/** `affiant keys revoke` */
export const KeysRevokeJson = z.strictObject({
  schema: z.literal('affiant.keys-revoke/1'),
  keyId: Sha256,
  role: z.enum(KEY_ROLES),
  reason: z.enum(['superseded', 'retired', 'compromised']),
  entry: Count,
  head: LedgerHead,
  /** Whether a key is left that may sign runs. */
  collectorLeft: z.boolean(),
})

/** `affiant keys export` */
export const KeysExportJson = z.strictObject({
  schema: z.literal('affiant.keys-export/1'),
  origin: z.string(),
  genesis: Sha256,
  rootKeyIds: z.array(Sha256),
  head: LedgerHead.optional(),
  written: z.array(z.string()),
})

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

export type ShowJson = z.output<typeof ShowJson>
export type RunJson = z.output<typeof RunJson>
export type ShowControlJson = z.output<typeof ShowControlJson>
export type ShowResultsJson = z.output<typeof ShowResultsJson>
export type ListJson = z.output<typeof ListJson>
export type VerifyJson = z.output<typeof VerifyJson>
export type ReplayJson = z.output<typeof ReplayJson>
export type DiffJson = z.output<typeof DiffJson>
export type LedgerJson = z.output<typeof LedgerJson>
export type LedgerHeadJson = z.output<typeof LedgerHeadJson>
export type LedgerStampJson = z.output<typeof LedgerStampJson>
export type ValidateJson = z.output<typeof ValidateJson>
export type InitJson = z.output<typeof InitJson>
export type KeysInitJson = z.output<typeof KeysInitJson>
export type KeysListJson = z.output<typeof KeysListJson>
export type KeysRotateJson = z.output<typeof KeysRotateJson>
export type KeysRevokeJson = z.output<typeof KeysRevokeJson>
export type KeysExportJson = z.output<typeof KeysExportJson>
export type ControlsJson = z.output<typeof ControlsJson>
export type CollectorsJson = z.output<typeof CollectorsJson>

/** Every document, by its `schema`. */
export const JSON_DOCUMENTS = [
  RunJson,
  ListJson,
  ShowJson,
  ShowControlJson,
  ShowResultsJson,
  VerifyJson,
  ReplayJson,
  ReplayExportJson,
  DiffJson,
  LedgerJson,
  LedgerHeadJson,
  LedgerStampJson,
  ExportJson,
  ValidateJson,
  InitJson,
  KeysInitJson,
  KeysListJson,
  KeysRotateJson,
  KeysRevokeJson,
  KeysExportJson,
  ControlsJson,
  CollectorsJson,
  DoctorJson,
  PermissionsJson,
] as const
