import { createHash } from 'node:crypto'
import { canonicalize } from '../model/canonical.ts'
import { objectKey, runFolder } from '../model/common.ts'
import { type IndexEntry, IndexLine } from '../model/index-line.ts'
import { Plan } from '../model/plan.ts'
import { Statement } from '../model/statement.ts'
import type { StagedFile, StagingStore, Store } from '../model/store.ts'
import { checkIndex, type IndexSummary } from './check-index.ts'
import { signedBytes, writeEnvelope } from './dsse.ts'
import { BundleError } from './errors.ts'
import { parsePublicKey, type Signer, verifySignature } from './keys.ts'
import {
  INDEX,
  isFileLine,
  MANIFEST,
  manifestText,
  PLAN,
  planBytes as bytesOfPlan,
  readSmall,
  runKey,
  SEAL,
  sha256,
} from './layout.ts'
import { nextRunNumber } from './read.ts'
import type { Failure } from './reasons.ts'
import { makeStatement } from './statement.ts'

export interface OpenedRun {
  number: number
  plan: Plan
  /** The bytes of `plan.json` as stored. */
  planBytes: Uint8Array
}

const RACES = 1000

/**
 * Takes the next run number by storing the plan under it. Of several processes that try at once each gets a number of
 * its own. A run that is opened and never sealed stays, and keeps its number.
 * @throws StoreError; z.ZodError if `makePlan` gives something that is not a plan
 */
export async function openRun(store: Store, makePlan: (number: number) => Plan): Promise<OpenedRun> {
  for (let race = 0; race < RACES; race++) {
    const number = await nextRunNumber(store)
    const plan = Plan.parse(makePlan(number))
    if (plan.run.number !== number) throw new TypeError(`the plan must have the run number ${number}`)
    const planBytes = bytesOfPlan(plan)
    if (await store.putIfAbsent(runKey(number, PLAN), planBytes)) return { number, plan, planBytes }
  }
  throw new BundleError(
    'already-sealed',
    'other processes took every run number that was tried',
    'Run again when fewer of them are starting.',
  )
}

export interface SealInput extends OpenedRun {
  store: StagingStore
  signer: Signer
  /** In plan order. Their objects are in the store already. */
  entries: AsyncIterable<IndexEntry> | Iterable<IndexEntry>
  sealedAt: Date
}

export interface Sealed {
  number: number
  /** Folder of the run in the store. */
  folder: string
  keyId: string
  statement: Statement
  /** SHA-256 of the signed statement: what to send out so that the run cannot be replaced later. */
  statementSha256: string
  summary: IndexSummary
}

/**
 * Seals an open run: numbers the index, writes index and manifest, and last of all the signed statement. Nothing gets a
 * name in the store before the index was found to agree with plan and objects and the signature was verified.
 * @throws BundleError `index-refused`, `signature-refused`, `key-invalid`, `already-sealed`, `invalid`; StoreError
 */
export async function sealRun(input: SealInput): Promise<Sealed> {
  const { store, signer, number, plan, planBytes } = input
  await assertOpen(input)
  const staged = await store.stage()
  let index: { sha256: string; summary: IndexSummary }
  let manifest: Uint8Array
  let statement: Statement
  let payload: Uint8Array
  let seal: Uint8Array
  try {
    index = await writeIndex(staged, input)
    manifest = Buffer.from(manifestText(digestsOf(index, planBytes)))
    statement = Statement.parse(
      makeStatement({
        keyId: signer.keyId,
        plan,
        digests: { plan: sha256(planBytes), index: index.sha256, manifest: sha256(manifest) },
        summary: index.summary,
        sealedAt: input.sealedAt.toISOString(),
      }),
    )
    payload = Buffer.from(canonicalize(statement))
    seal = writeEnvelope(payload, await signChecked(signer, payload), signer)
  } catch (error) {
    await staged.discard()
    throw error
  }
  const written =
    (await staged.putIfAbsent(runKey(number, INDEX))) &&
    (await store.putIfAbsent(runKey(number, MANIFEST), manifest)) &&
    (await store.putIfAbsent(runKey(number, SEAL), seal))
  if (!written) throw alreadySealed(number)
  return {
    number,
    folder: runFolder(number),
    keyId: signer.keyId,
    statement,
    statementSha256: sha256(payload),
    summary: index.summary,
  }
}

async function assertOpen({ store, number, plan, planBytes }: SealInput): Promise<void> {
  if ((await store.stat(runKey(number, SEAL))) ?? (await store.stat(runKey(number, INDEX)))) throw alreadySealed(number)
  const stored = await readSmall(store, runKey(number, PLAN))
  if (
    !Buffer.from(planBytes).equals(stored) ||
    !Buffer.from(planBytes).equals(bytesOfPlan(plan)) ||
    plan.run.number !== number
  ) {
    throw new BundleError(
      'invalid',
      `the plan of run ${number} was changed since it was opened`,
      'Run again; this run stays unsealed.',
    )
  }
}

function alreadySealed(number: number): BundleError {
  return new BundleError(
    'already-sealed',
    `run ${number} has an index already`,
    'Another process may be using the store. Run again.',
  )
}

const BUFFER_CHARACTERS = 256 * 1024

async function writeIndex(
  staged: StagedFile,
  { store, plan, entries }: SealInput,
): Promise<{ sha256: string; summary: IndexSummary }> {
  const hash = createHash('sha256')
  const problems: Failure[] = []
  const check = checkIndex(plan, (code, detail, file) =>
    problems.push({ code, detail, ...(file !== undefined && { file }) }),
  )
  let seq = 0
  let text = ''
  const flush = async () => {
    const bytes = Buffer.from(text)
    text = ''
    hash.update(bytes)
    await staged.write(bytes)
  }
  for await (const entry of entries) {
    const line = IndexLine.parse({ ...entry, seq })
    if (isFileLine(line) && (await store.stat(objectKey(line.sha256)))?.size !== line.size) {
      problems.push({
        code: 'object-missing',
        file: line.path,
        detail: 'the object is not in the store, or has another size',
      })
    }
    check.add(line)
    text += `${canonicalize(line)}\n`
    seq += 1
    if (text.length > BUFFER_CHARACTERS) await flush()
  }
  await flush()
  const summary = check.finish()
  if (problems.length > 0) throw refused(problems)
  return { sha256: hash.digest('hex'), summary }
}

function refused(problems: readonly Failure[]): BundleError {
  const first = problems.slice(0, 5).map(({ code, file, detail }) => `${code}${file ? ` (${file})` : ''}: ${detail}`)
  const more = problems.length > first.length ? `; and ${problems.length - first.length} more` : ''
  return new BundleError(
    'index-refused',
    `the run was not sealed, because its index does not add up: ${first.join('; ')}${more}`,
    'This is a fault of affiant or of a collector. What was collected is kept in the store; please report it.',
  )
}

function digestsOf(index: { sha256: string; summary: IndexSummary }, planBytes: Uint8Array): Map<string, string> {
  const digests = new Map([
    [PLAN, sha256(planBytes)],
    [INDEX, index.sha256],
  ])
  for (const [path, line] of index.summary.files) digests.set(path, line.sha256)
  return digests
}

/** A key service may answer with anything. What its own key does not verify is not written. */
async function signChecked(signer: Signer, payload: Uint8Array): Promise<Uint8Array> {
  const bytes = signedBytes(payload)
  const signature = await signer.sign(bytes)
  const publicKey = parsePublicKey(signer.publicKeyPem)
  if (
    sha256(publicKey.export({ type: 'spki', format: 'der' })) === signer.keyId &&
    verifySignature(publicKey, bytes, signature)
  )
    return signature
  throw new BundleError(
    'signature-refused',
    'the run was not sealed, because the signer gave a signature that its own public key does not verify',
    'Check that the signing key and its public key belong together.',
  )
}
