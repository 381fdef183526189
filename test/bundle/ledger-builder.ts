import { sha256 } from '../../src/bundle/crypto.ts'
import { signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { createFileSigner, generateKeyPair, type KeyAlgorithm, type Signer } from '../../src/bundle/keys.ts'
import { type LedgerEntry, openAfter, originOf, parseEntry, previousOf, rangeAfter } from '../../src/bundle/ledger.ts'
import { compactRange } from '../../src/bundle/merkle.ts'
import { parsePublicKey } from '../../src/bundle/public-key.ts'
import { collectFailures } from '../../src/bundle/reasons.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys, type TrustGiven } from '../../src/bundle/trust.ts'
import { verifyLedger } from '../../src/bundle/verify-ledger.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { ledgerKey } from '../../src/model/common.ts'
import type { EvidenceReader } from '../../src/model/evidence-reader.ts'
import {
  KEY_ADDED,
  KEY_REVOKED,
  type KeyRole,
  LEDGER_GENESIS,
  type LedgerKey,
  type LedgerPosition,
  LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
  STATEMENT_TYPE,
} from '../../src/model/statement.ts'
import { type Store, StoreError } from '../../src/model/store.ts'

/*
 * Ledgers made by hand, entry by entry, with any signer, any time and any lie: what an agent would refuse to write, and what
 * a verifier must refuse to believe.
 */

export const DIGEST = 'ab'.repeat(32)
const AGENT = { id: 'acme-prod', version: '0.1.0', build: { sha256: DIGEST } }
const START = Date.parse('2026-10-01T06:00:00.000Z')

/** Minutes after the start of every ledger here. */
export function at(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString()
}

export function newSigner(algorithm: KeyAlgorithm = 'p256'): Signer {
  return createFileSigner(generateKeyPair(algorithm).privatePem)
}

export function keyOf(signer: Signer, role: KeyRole, validity: Pick<LedgerKey, 'notBefore' | 'notAfter'> = {}) {
  const spki = Buffer.from(parsePublicKey(signer.publicKeyPem).spki).toString('base64')
  return { keyid: signer.keyId, role, spki, ...validity }
}

/** What of a statement is its own: kind, subject and predicate. */
type Part = Record<'predicateType' | 'subject' | 'predicate', unknown>

const file = (name: string, digest = DIGEST) => ({ name, digest: { sha256: digest } })
const ZERO = { complete: 0, partial: 0, failed: 0 }

export const part = {
  genesis: (root: Signer, keys: readonly LedgerKey[], createdAt = at(0)): Part => ({
    predicateType: LEDGER_GENESIS,
    subject: [file('root-key.spki', root.keyId)],
    predicate: { createdAt, keys },
  }),
  opened: (number: number, openedAt: string, job = 'daily'): Part => ({
    predicateType: RUN_OPENED,
    subject: [file('plan.json')],
    predicate: { run: { number, job, trigger: 'schedule', openedAt }, config: { sha256: DIGEST } },
  }),
  sealed: (number: number, openedAt: string, sealedAt: string, expectedBy?: string): Part => ({
    predicateType: RUN_SEALED,
    subject: [file('manifest-sha256.txt'), file('index.jsonl')],
    predicate: {
      run: { number, openedAt, sealedAt, status: 'complete' },
      plan: { sha256: DIGEST },
      config: { sha256: DIGEST },
      mappings: [],
      items: { hash: 'rfc6962-sha256', count: 0, rootHash: DIGEST, totalBytes: 0 },
      outcomes: ZERO,
      results: { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 },
      subjects: { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 },
      ...(expectedBy !== undefined && { next: { expectedBy } }),
    },
  }),
  aborted: (number: number, openedAt: string, abortedAt: string): Part => ({
    predicateType: RUN_ABORTED,
    subject: [file('plan.json')],
    predicate: { run: { number, openedAt, abortedAt, reason: 'process-ended' } },
  }),
  added: (key: LedgerKey, addedAt: string): Part => ({
    predicateType: KEY_ADDED,
    subject: [file('key.spki', key.keyid)],
    predicate: { addedAt, key },
  }),
  revoked: (
    signer: Signer,
    role: KeyRole,
    revokedAt: string,
    why: { reason: 'superseded' | 'retired' | 'compromised'; since?: string } = { reason: 'superseded' },
  ): Part => ({
    predicateType: KEY_REVOKED,
    subject: [file('key.spki', signer.keyId)],
    predicate: { revokedAt, key: { keyid: signer.keyId, role }, ...why },
  }),
}

export interface AddOptions {
  /** Tokens over the signature. */
  stamp?: (signature: Uint8Array) => Promise<Uint8Array[]>
  /** Changes the statement before it is signed. */
  change?: (statement: LedgerStatement) => void
}

export interface Ledger {
  store: Store
  files: Map<string, Uint8Array>
  reader: EvidenceReader
  head(): LedgerEntry | undefined
  /** Signs and appends an entry. */
  add(by: Signer, part: Part, options?: AddOptions): Promise<LedgerEntry>
  /** Opens a run and seals it five minutes later. Gives its number. */
  run(by: Signer, minutes: number, options?: AddOptions & { job?: string; expectedBy?: string }): Promise<number>
}

export function newLedger(): Ledger {
  const files = new Map<string, Uint8Array>()
  const store = memoryStore(files)
  let head: LedgerEntry | undefined
  const add: Ledger['add'] = async (by, { predicateType, subject, predicate }, { stamp, change } = {}) => {
    const draft = {
      _type: STATEMENT_TYPE,
      subject,
      predicateType,
      predicate: { keyid: by.keyId, agent: AGENT, ledger: positionAfter(head), ...(predicate as object) },
    } as unknown as LedgerStatement
    draft.predicate.ledger.open = openAfter(head?.statement.predicate.ledger.open ?? [], draft)
    change?.(draft)
    const payload = Buffer.from(canonicalize(LedgerStatement.parse(draft)))
    const signature = await by.sign(signedBytes(payload))
    const index = head === undefined ? 0 : head.index + 1
    const bytes = writeEnvelope(payload, signature, { keyId: draft.predicate.keyid }, await stamp?.(signature))
    files.set(ledgerKey(index), bytes)
    head = parseEntry(index, bytes)
    return head
  }
  return {
    store,
    files,
    reader: storeReader(store),
    head: () => head,
    add,
    async run(by, minutes, { job, expectedBy, ...options } = {}) {
      const { index } = await add(by, part.opened((head?.index ?? -1) + 1, at(minutes), job), options)
      await add(by, part.sealed(index, at(minutes), at(minutes + 5), expectedBy), options)
      return index
    },
  }
}

function positionAfter(head: LedgerEntry | undefined): LedgerPosition {
  const tree = head === undefined ? compactRange() : rangeAfter(head)
  return {
    origin: originOf(AGENT.id),
    index: tree.size(),
    ...(head && { previous: previousOf(head) }),
    tree: { size: tree.size(), rootHash: tree.rootHash(), range: tree.hashes() },
    open: [],
  }
}

export function memoryStore(files: Map<string, Uint8Array>): Store {
  return {
    putIfAbsent: async (key, bytes) => !files.has(key) && Boolean(files.set(key, bytes)),
    async *get(key) {
      const bytes = files.get(key)
      if (bytes === undefined) throw new StoreError('missing', key, { path: key, hint: '' })
      yield bytes
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((key) => key.startsWith(prefix)).sort()
    },
    stat: async (key) => {
      const bytes = files.get(key)
      return bytes && { size: bytes.length }
    },
  }
}

export function trusting(...signers: readonly Signer[]) {
  return trustKeys(signers.map(({ publicKeyPem }) => publicKeyPem))
}

/** What verifying found: the facts, and `code file` of every failure in the order in which they were found. */
export async function judge(reader: EvidenceReader, trust: TrustGiven) {
  const found = collectFailures()
  const facts = await verifyLedger(reader, trust, found.report)
  const failures = found.failures.map(({ code, file: where }) => `${code} ${short(where)}`)
  return { ...facts, failures, details: found.failures, chained: found.holds('chained'), intact: found.holds('intact') }
}

function short(where = '-'): string {
  return where.replace(/^ledger\/0{0,8}(\d+)\.sigstore\.json$/, '$1')
}

/** The digest of a statement, as heads are sent out. */
export function digestOf({ envelope }: LedgerEntry): string {
  return sha256(envelope.payload)
}
