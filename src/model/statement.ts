import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from './common.ts'
import { Trigger } from './plan.ts'
import { Counts, STATUSES } from './result.ts'
import { MAX_PICKS, SampleAsked, SampleText } from './sample.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
export const LEDGER_GENESIS = 'https://affiant.dev/attestation/ledger-genesis/v1'
export const RUN_OPENED = 'https://affiant.dev/attestation/run-opened/v1'
export const RUN_SEALED = 'https://affiant.dev/attestation/run-sealed/v1'
export const RUN_ABORTED = 'https://affiant.dev/attestation/run-aborted/v1'
export const KEY_ADDED = 'https://affiant.dev/attestation/key-added/v1'
export const KEY_REVOKED = 'https://affiant.dev/attestation/key-revoked/v1'
export const EXPORTED = 'https://affiant.dev/attestation/exported/v1'
export const SAMPLED = 'https://affiant.dev/attestation/sampled/v1'
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

const digest = z.strictObject({ sha256: Sha256 })
const tally = <const Keys extends readonly string[]>(keys: Keys) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, Count])) as Record<Keys[number], typeof Count>)

/** What every statement says of the entry before it and of all entries before it. */
const Previous = z.strictObject({
  /** Of the payload, of the raw signature, and of each timestamp token in its order in the entry. */
  statement: digest,
  signature: digest,
  timestamps: z.array(digest),
})

/** Where a statement stands in its ledger. */
export const LedgerPosition = z.strictObject({
  /** Names the ledger: `affiant.dev/<installation>`. */
  origin: z.string().max(200),
  index: Count,
  /** Absent in entry 0. */
  previous: Previous.optional(),
  /** RFC 6962 tree whose leaf i is the payload of entry i, over all entries before this one. */
  tree: z.strictObject({
    size: Count,
    rootHash: Sha256,
    /** Roots of the perfect subtrees from left to right: with them the next entry is appended without reading the others. */
    range: z.array(Sha256).max(53),
  }),
  /** Runs that are open after this entry, ascending. */
  open: z.array(RunNumber).max(100),
})
export type LedgerPosition = z.output<typeof LedgerPosition>

/** In every predicate. */
const signed = {
  /** SHA-256 of the signer's public key (SPKI DER). Authenticated, unlike the envelope's hint. */
  keyid: Sha256,
  agent: z.strictObject({ id: Id, version: z.string(), build: digest }),
  ledger: LedgerPosition,
}

function statement<
  const Type extends string,
  Subject extends z.ZodType,
  Predicate extends Readonly<Record<string, z.ZodType>>,
>(predicateType: Type, subject: Subject, predicate: Predicate) {
  return z.strictObject({
    _type: z.literal(STATEMENT_TYPE),
    subject,
    predicateType: z.literal(predicateType),
    predicate: z.strictObject({ ...signed, ...predicate }),
  })
}

const file = <const Name extends string>(name: Name) => z.strictObject({ name: z.literal(name), digest })

/** Root keys sign genesis, `key-added` and `key-revoked`; collector keys sign everything else. */
export const KEY_ROLES = ['root', 'collector'] as const
export type KeyRole = (typeof KEY_ROLES)[number]

/** A key that may sign entries, from the entry that names it on. A key with both roles is named twice. */
export const LedgerKey = z.strictObject({
  keyid: Sha256,
  role: z.enum(KEY_ROLES),
  /** SPKI DER in base64; its SHA-256 is `keyid`. So whoever pins the root key can verify what other keys signed. */
  spki: z.string().max(200),
  /** Entries made outside of these times, by trusted time or else by their own, are refused. */
  notBefore: Instant.optional(),
  notAfter: Instant.optional(),
})
export type LedgerKey = z.output<typeof LedgerKey>

/** Entry 0: who may sign what comes after it. Signed by a root key, which is the subject in its SPKI DER form. */
export const GenesisStatement = statement(LEDGER_GENESIS, z.tuple([file('root-key.spki')]), {
  createdAt: Instant,
  keys: z.array(LedgerKey).min(1).max(6),
})
export type GenesisStatement = z.output<typeof GenesisStatement>

/** Signed before the first request: a run that turns out badly cannot be made undone. */
export const RunOpenedStatement = statement(RUN_OPENED, z.tuple([file('plan.json')]), {
  run: z.strictObject({ number: RunNumber, job: Id, trigger: Trigger, openedAt: Instant }),
  config: digest,
})
export type RunOpenedStatement = z.output<typeof RunOpenedStatement>

/** The statement of a sealed run: names the manifest and the index by digest. */
export const Statement = statement(RUN_SEALED, z.tuple([file('manifest-sha256.txt'), file('index.jsonl')]), {
  run: z.strictObject({
    number: RunNumber,
    openedAt: Instant,
    sealedAt: Instant,
    status: z.enum(['complete', 'partial', 'failed']),
  }),
  plan: z.strictObject({ sha256: Sha256 }),
  config: digest,
  mappings: z.array(z.strictObject({ id: z.string(), sha256: Sha256 })),
  /** The index: RFC 6962 tree whose leaf i is line i without its line feed. */
  items: z.strictObject({
    hash: z.literal('rfc6962-sha256'),
    count: Count,
    rootHash: Sha256,
    totalBytes: Count,
  }),
  outcomes: tally(['complete', 'partial', 'failed']),
  results: tally(STATUSES),
  subjects: Counts,
  /** When the next run of the job is due, if it has a schedule. Silence after that is a finding. */
  next: z.strictObject({ expectedBy: Instant }).optional(),
})
export type Statement = z.output<typeof Statement>

/** Ends a run whose process died. The subjects are the files of the run that were there; the first is its plan, there or not. */
export const RunAbortedStatement = statement(
  RUN_ABORTED,
  z.tuple([file('plan.json')]).rest(z.strictObject({ name: z.enum(['index.jsonl', 'manifest-sha256.txt']), digest })),
  {
    run: z.strictObject({
      number: RunNumber,
      openedAt: Instant,
      abortedAt: Instant,
      reason: z.literal('process-ended'),
    }),
  },
)
export type RunAbortedStatement = z.output<typeof RunAbortedStatement>

/** Another key may sign from here on. Signed by a root key. */
export const KeyAddedStatement = statement(KEY_ADDED, z.tuple([file('key.spki')]), {
  addedAt: Instant,
  key: LedgerKey,
})
export type KeyAddedStatement = z.output<typeof KeyAddedStatement>

/**
 * A key may no longer sign from here on. Signed by a root key. What a compromised key signed before stands only where a
 * trusted timestamp shows that it is older than `since`.
 */
export const KeyRevokedStatement = statement(KEY_REVOKED, z.tuple([file('key.spki')]), {
  revokedAt: Instant,
  key: z.strictObject({ keyid: Sha256, role: z.enum(KEY_ROLES) }),
  reason: z.enum(['superseded', 'retired', 'compromised']),
  /** Only for `compromised`: the earliest time at which somebody else may have had the key. */
  since: Instant.optional(),
})
export type KeyRevokedStatement = z.output<typeof KeyRevokedStatement>

/** What an export says of itself. It is an entry of the ledger, and stands in the export beside what it signs. */
export const ExportedStatement = statement(
  EXPORTED,
  z.tuple([
    /** Names every file under `data/`. */
    file('manifest-sha256.txt'),
    file('bag-info.txt'),
    file('bagit.txt'),
    file('VERIFY.md'),
    file('verify.sh'),
    file('trust-hints.json'),
  ]),
  {
    exportedAt: Instant,
    recipient: z.string().min(1).max(200),
    /** Sealed runs that were opened in `[from, to)` are in the export, all of them. */
    scope: z.strictObject({
      from: Instant,
      to: Instant,
      /** Evidence of other sources and controls is withheld. Absent: no such restriction. */
      sources: z.array(Id).max(20).optional(),
      controls: z.array(z.string().max(20)).max(93).optional(),
    }),
    runs: Count,
    /** Index lines that are replaced by their leaf hashes, in all runs; the reasons stand in their places. */
    withheld: Count,
  },
)
export type ExportedStatement = z.output<typeof ExportedStatement>

/**
 * Which items of a population were picked. The seed follows from the population and from what was asked, and the picks from
 * the seed: docs/bundle-format.md says how. The subject is the file of records as it was sealed.
 */
export const SampledStatement = statement(SAMPLED, z.tuple([file('population.jsonl')]), {
  sampledAt: Instant,
  engagement: SampleText,
  /** Id of the control that the sample is for, such as `A.8.32`. */
  control: SampleText.max(20),
  /** The run that sealed the population. */
  run: RunNumber,
  population: z.strictObject({
    planItem: z.string(),
    /** Rows. */
    count: z.int().min(1),
    /** Path of the field by which rows are ordered; absent: as they stand in the file. */
    occurredAt: z.string().min(1).optional(),
  }),
  asked: SampleAsked,
  seed: Sha256,
  /** How many were picked. */
  size: z.int().min(1),
  /** In the order of the rows; absent if all were picked because `all` were asked for. */
  picks: z
    .array(z.strictObject({ line: z.int().min(1), leafHash: Sha256 }))
    .max(MAX_PICKS)
    .optional(),
})
export type SampledStatement = z.output<typeof SampledStatement>

/** Every statement that stands in a ledger. A new kind of entry is a new member. */
export const LedgerStatement = z.discriminatedUnion('predicateType', [
  GenesisStatement,
  RunOpenedStatement,
  Statement,
  RunAbortedStatement,
  KeyAddedStatement,
  KeyRevokedStatement,
  ExportedStatement,
  SampledStatement,
])
export type LedgerStatement = z.output<typeof LedgerStatement>
