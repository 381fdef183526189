import { canonicalize } from '../model/canonical.ts'
import { ledgerKey } from '../model/common.ts'
import {
  LEDGER_GENESIS,
  type LedgerKey,
  LedgerStatement,
  type LedgerPosition,
  RUN_ABORTED,
  RUN_OPENED,
  STATEMENT_TYPE,
  type Statement,
} from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { hashStream } from './crypto.ts'
import { signedBytes, writeEnvelope } from './dsse.ts'
import { BundleError } from './errors.ts'
import type { Signer } from './keys.ts'
import { INDEX, MANIFEST, runKey } from './layout.ts'
import {
  assertNoGap,
  type LedgerEntry,
  originOf,
  parseEntry,
  previousOf,
  rangeAfter,
  readEntry,
  readHead,
} from './ledger.ts'
import { compactRange } from './merkle.ts'
import { parsePublicKey, verifySignature } from './public-key.ts'

export type Agent = Statement['predicate']['agent']

/** Who appends, and where. */
export interface LedgerWriter {
  store: Store
  signer: Signer
  agent: Agent
  /** RFC 3161 tokens over a signature. Does not throw: an authority that does not answer gives no token. */
  stamp?: (signature: Uint8Array) => Promise<readonly Uint8Array[]>
}

/** The place after the head. */
export interface NextPlace {
  index: number
  /** Runs that are open. */
  open: readonly number[]
  /** The position of a statement that opens or ends a run, or neither. */
  position(change?: { opens: number } | { ends: number }): LedgerPosition
}

const RACES = 1000

/**
 * Appends one entry. Of several processes that append at once each gets a place of its own: taking it is `putIfAbsent`, and
 * who loses reads the head again, makes its statement anew and signs again.
 * @param make the statement for a place; may throw to give up
 * @throws BundleError `ledger-invalid`, `ledger-foreign`, `ledger-busy`, `signature-refused`; StoreError; what `make` throws
 */
export async function appendEntry(
  writer: LedgerWriter,
  make: (place: NextPlace) => LedgerStatement | Promise<LedgerStatement>,
): Promise<LedgerEntry> {
  for (let race = 0; race < RACES; race++) {
    const head = await readHead(writer.store)
    if (head === undefined) throw noLedger()
    await assertOurs(head, writer)
    const place = placeAfter(head, writer)
    const statement = LedgerStatement.parse(await make(place))
    const entry = await put(writer, place.index, statement)
    if (entry !== undefined) return entry
  }
  throw new BundleError(
    'ledger-busy',
    'other processes took every place in the ledger that was tried',
    'Run again when fewer of them are writing to this store.',
  )
}

function noLedger(): BundleError {
  return new BundleError(
    'ledger-invalid',
    `the store has no ledger: ${ledgerKey(0)} is missing`,
    'Restore the store from a backup.',
  )
}

function placeAfter(head: LedgerEntry | undefined, { agent }: LedgerWriter): NextPlace {
  const tree = head === undefined ? compactRange() : rangeAfter(head)
  const open = head?.statement.predicate.ledger.open ?? []
  const base = {
    origin: head?.statement.predicate.ledger.origin ?? originOf(agent.id),
    index: tree.size(),
    ...(head && { previous: previousOf(head) }),
    tree: { size: tree.size(), rootHash: tree.rootHash(), range: tree.hashes() },
  }
  return {
    index: base.index,
    open,
    position(change) {
      const others = change && 'ends' in change ? open.filter((number) => number !== change.ends) : [...open]
      const now = change && 'opens' in change ? [...others, change.opens] : others
      return { ...base, open: now }
    },
  }
}

/** What is signed next stands on the head, so it must be sound: in its place, of this ledger, and signed if it is by this key. */
async function assertOurs({ statement, envelope, index }: LedgerEntry, { signer, agent }: LedgerWriter): Promise<void> {
  const { ledger, keyid } = statement.predicate
  if (ledger.origin !== originOf(agent.id)) {
    throw new BundleError(
      'ledger-foreign',
      `the store has the ledger ${ledger.origin}, and this installation is ${agent.id}`,
      'A ledger belongs to one installation: correct "installation", or choose another store in store.path.',
    )
  }
  const sound =
    ledger.index === index &&
    ledger.tree.size === index &&
    compactRange(index, ledger.tree.range).rootHash() === ledger.tree.rootHash &&
    (keyid !== signer.keyId ||
      (await verifySignature(parsePublicKey(signer.publicKeyPem), signedBytes(envelope.payload), envelope.signature)))
  if (sound) return
  throw new BundleError(
    'ledger-invalid',
    `the ledger cannot be continued: ${ledgerKey(index)} was changed`,
    'affiant ledger verify says more. Restore the store from a backup, or choose a new one in store.path.',
  )
}

/** `undefined`: another process was faster. */
async function put(writer: LedgerWriter, index: number, statement: LedgerStatement): Promise<LedgerEntry | undefined> {
  const { store, signer, stamp } = writer
  const payload = Buffer.from(canonicalize(statement))
  const signature = await signChecked(signer, payload)
  const bytes = writeEnvelope(payload, signature, signer, await stamp?.(signature))
  return (await store.putIfAbsent(ledgerKey(index), bytes)) ? parseEntry(index, bytes) : undefined
}

/** A key service may answer with anything. What its own key does not verify is not written. */
async function signChecked(signer: Signer, payload: Uint8Array): Promise<Uint8Array> {
  const bytes = signedBytes(payload)
  const signature = await signer.sign(bytes)
  const publicKey = parsePublicKey(signer.publicKeyPem)
  if (publicKey.id === signer.keyId && (await verifySignature(publicKey, bytes, signature))) return signature
  throw new BundleError(
    'signature-refused',
    'nothing was signed, because the signer gave a signature that its own public key does not verify',
    'Check that the signing key and its public key belong together.',
  )
}

/**
 * Makes entry 0, if there is none, with one key in both roles. Installations that keep a root key apart have a ledger before
 * their first run; see {@link writeGenesis}.
 */
export async function ensureGenesis(writer: LedgerWriter, at: Date): Promise<void> {
  if ((await writer.store.stat(ledgerKey(0))) !== undefined) return
  const keyid = writer.signer.keyId
  const spki = Buffer.from(parsePublicKey(writer.signer.publicKeyPem).spki).toString('base64')
  await writeGenesis(
    writer,
    [
      { keyid, role: 'root', spki },
      { keyid, role: 'collector', spki },
    ],
    at,
  )
}

/**
 * Makes entry 0.
 * @param writer its signer is the root key
 * @param keys who may sign what comes after it; the signer is among them, as root
 * @returns `undefined`, and nothing was written, if there is an entry 0
 * @throws BundleError `signature-refused`; StoreError
 */
export async function writeGenesis(
  writer: LedgerWriter,
  keys: readonly LedgerKey[],
  at: Date,
): Promise<LedgerEntry | undefined> {
  const { keyId } = writer.signer
  return put(
    writer,
    0,
    LedgerStatement.parse({
      _type: STATEMENT_TYPE,
      subject: [{ name: 'root-key.spki', digest: { sha256: keyId } }],
      predicateType: LEDGER_GENESIS,
      predicate: {
        keyid: keyId,
        agent: writer.agent,
        ledger: placeAfter(undefined, writer).position(),
        createdAt: at.toISOString(),
        keys,
      },
    }),
  )
}

/**
 * Ends every open run with `run-aborted`: to be called with the store to oneself, when whoever opened them is gone. Nothing
 * that they wrote is touched.
 * @returns the numbers of the runs
 * @throws BundleError as {@link appendEntry}, and `ledger-invalid` if entries are missing; StoreError
 */
export async function abortOpenRuns(writer: LedgerWriter, at: Date): Promise<number[]> {
  const { store, signer, agent } = writer
  await assertNoGap(store)
  const head = await readHead(store)
  const aborted: number[] = []
  for (const number of head?.statement.predicate.ledger.open ?? []) {
    const { statement: opening } = await readEntry(store, number)
    if (opening.predicateType !== RUN_OPENED) throw notOpening(number)
    const found = await filesOf(store, number)
    try {
      await appendEntry(writer, (place) => {
        if (!place.open.includes(number)) throw new EndedError()
        return {
          _type: STATEMENT_TYPE,
          subject: [opening.subject[0], ...found],
          predicateType: RUN_ABORTED,
          predicate: {
            keyid: signer.keyId,
            agent,
            ledger: place.position({ ends: number }),
            run: {
              number,
              openedAt: opening.predicate.run.openedAt,
              abortedAt: at.toISOString(),
              reason: 'process-ended',
            },
          },
        }
      })
      aborted.push(number)
    } catch (error) {
      if (!(error instanceof EndedError)) throw error
    }
  }
  return aborted
}

/** Another process ended the run meanwhile. */
class EndedError extends Error {
  override readonly name = 'EndedError'
}

function notOpening(number: number): BundleError {
  return new BundleError(
    'ledger-invalid',
    `the ledger says that run ${number} is open, and ${ledgerKey(number)} does not open it`,
    'affiant ledger verify says more.',
  )
}

/** The files of a run besides its plan, by digest, as far as it came. */
async function filesOf(
  store: Store,
  run: number,
): Promise<{ name: typeof INDEX | typeof MANIFEST; digest: { sha256: string } }[]> {
  const found = []
  for (const name of [INDEX, MANIFEST] as const) {
    try {
      const hash = hashStream()
      for await (const chunk of store.get(runKey(run, name))) hash.update(chunk)
      found.push({ name, digest: { sha256: hash.hex() } })
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'missing')) throw error
    }
  }
  return found
}
