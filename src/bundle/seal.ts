import { createHmac } from 'node:crypto'
import { canonicalize } from '../model/canonical.ts'
import { objectKey, runFolder } from '../model/common.ts'
import { type IndexEntry, IndexLine } from '../model/index-line.ts'
import { Plan } from '../model/plan.ts'
import { RUN_OPENED, RUN_SEALED, type Statement, STATEMENT_TYPE } from '../model/statement.ts'
import type { StagedFile, StagingStore, Store } from '../model/store.ts'
import { checkIndex, type IndexSummary } from './check-index.ts'
import { hashStream, sha256 } from './crypto.ts'
import { BundleError } from './errors.ts'
import type { Signer } from './keys.ts'
import {
  INDEX,
  isFileLine,
  MANIFEST,
  manifestText,
  PLAN,
  planBytes as bytesOfPlan,
  readSmall,
  runKey,
} from './layout.ts'
import type { LedgerEntry } from './ledger.ts'
import { appendEntry, ensureGenesis, type LedgerWriter } from './ledger-append.ts'
import type { Failure } from './reasons.ts'
import { agentOf, makeStatement } from './statement.ts'

export interface OpenedRun {
  number: number
  plan: Plan
  /** The bytes of `plan.json` as stored. */
  planBytes: Uint8Array
}

/** Where runs are opened and sealed, and by whom. */
export interface Seals extends Pick<LedgerWriter, 'stamp'> {
  store: Store
  signer: Signer
}

/**
 * Opens a run: signs its plan into the ledger, whose entry gives the run its number, and then stores the plan. To be done
 * before the first request. Makes the ledger if there is none. Of several processes that try at once each gets a number of
 * its own.
 * @throws BundleError as `appendEntry`; StoreError; z.ZodError if `makePlan` gives something that is not a plan
 */
export async function openRun({ store, signer, stamp }: Seals, makePlan: (number: number) => Plan): Promise<OpenedRun> {
  const first = Plan.parse(makePlan(1))
  const agent = agentOf(first)
  const writer = { store, signer, agent, ...(stamp && { stamp }) }
  await ensureGenesis(writer, new Date(first.run.openedAt))
  /** One for each place that was tried; the last one got it. */
  const tried: OpenedRun[] = []
  await appendEntry(writer, (place) => {
    const number = place.index
    const plan = Plan.parse(makePlan(number))
    if (plan.run.number !== number) throw new TypeError(`the plan must have the run number ${number}`)
    const planBytes = bytesOfPlan(plan)
    tried.push({ number, plan, planBytes })
    const { job, trigger, openedAt } = plan.run
    return {
      _type: STATEMENT_TYPE,
      subject: [{ name: PLAN, digest: { sha256: sha256(planBytes) } }],
      predicateType: RUN_OPENED,
      predicate: {
        keyid: signer.keyId,
        agent,
        ledger: place.position({ opens: number }),
        run: { number, job, trigger, openedAt },
        config: plan.config,
      },
    }
  })
  const run = tried.at(-1)
  if (run === undefined) throw new TypeError('a run was opened')
  if (await store.putIfAbsent(runKey(run.number, PLAN), run.planBytes)) return run
  throw new BundleError(
    'invalid',
    `the folder of run ${run.number} has a plan already, and the ledger did not`,
    'Files of the ledger were removed, or files were put into the store. Restore it from a backup, or choose a new one in store.path.',
  )
}

export interface SealInput extends OpenedRun, Seals {
  store: StagingStore
  /** Secret from which the salts of the index are derived, the same for all runs of an installation. */
  saltKey: Uint8Array
  /** In plan order. Their objects are in the store already. */
  entries: AsyncIterable<IndexEntry> | Iterable<IndexEntry>
  sealedAt: Date
  /** When the next run of the job is due, if it has a schedule. */
  expectedBy?: Date | undefined
}

export interface Sealed {
  number: number
  /** Folder of the run in the store. */
  folder: string
  keyId: string
  statement: Statement
  /** SHA-256 of the signed statement. It is the head of the ledger: send it out with `headIndex`, and nothing up to here can be replaced later. */
  statementSha256: string
  /** Index of the ledger entry that seals the run. */
  headIndex: number
  summary: IndexSummary
}

/**
 * Seals an open run: numbers and salts the index, writes index and manifest, and last of all the ledger entry. Nothing gets
 * a name in the store before the index was found to agree with plan and objects.
 * @throws BundleError `index-refused`, `already-sealed`, `invalid`, and as `appendEntry`; StoreError
 */
export async function sealRun(input: SealInput): Promise<Sealed> {
  const { store, signer, stamp, number, plan, planBytes } = input
  await assertOpen(input)
  const staged = await store.stage()
  let index: { sha256: string; summary: IndexSummary }
  try {
    index = await writeIndex(staged, input)
  } catch (error) {
    await staged.discard()
    throw error
  }
  const manifest = Buffer.from(manifestText(digestsOf(index, planBytes)))
  const written =
    (await staged.putIfAbsent(runKey(number, INDEX))) && (await store.putIfAbsent(runKey(number, MANIFEST), manifest))
  if (!written) throw alreadySealed(number)
  const { statement, entry } = await appendSeal(
    { store, signer, agent: agentOf(plan), ...(stamp && { stamp }) },
    input,
    { plan: sha256(planBytes), index: index.sha256, manifest: sha256(manifest) },
    index.summary,
  )
  return {
    number,
    folder: runFolder(number),
    keyId: signer.keyId,
    statement,
    statementSha256: entry.sha256,
    headIndex: entry.index,
    summary: index.summary,
  }
}

async function appendSeal(
  writer: LedgerWriter,
  { number, plan, sealedAt, expectedBy }: SealInput,
  digests: { plan: string; index: string; manifest: string },
  summary: IndexSummary,
): Promise<{ statement: Statement; entry: LedgerEntry }> {
  const entry = await appendEntry(writer, (place) => {
    if (!place.open.includes(number)) throw alreadySealed(number)
    const ledger = place.position({ ends: number })
    return makeStatement({
      keyId: writer.signer.keyId,
      ledger,
      plan,
      digests,
      summary,
      sealedAt: sealedAt.toISOString(),
      expectedBy: expectedBy?.toISOString(),
    })
  })
  const { statement } = entry
  if (statement.predicateType !== RUN_SEALED) throw new TypeError('a seal was appended')
  return { statement, entry }
}

async function assertOpen({ store, number, plan, planBytes }: SealInput): Promise<void> {
  if (await store.stat(runKey(number, INDEX))) throw alreadySealed(number)
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
    `run ${number} has an index already, or was ended by another process`,
    'Another process may be using the store. Run again.',
  )
}

const BUFFER_CHARACTERS = 256 * 1024

async function writeIndex(
  staged: StagedFile,
  { store, plan, planBytes, saltKey, entries }: SealInput,
): Promise<{ sha256: string; summary: IndexSummary }> {
  const hash = hashStream()
  const problems: Failure[] = []
  const check = checkIndex(plan, (code, detail, file) =>
    problems.push({ code, detail, ...(file !== undefined && { file }) }),
  )
  const salts = saltsOf(saltKey, sha256(planBytes))
  let seq = 0
  let text = ''
  const flush = async () => {
    const bytes = Buffer.from(text)
    text = ''
    hash.update(bytes)
    await staged.write(bytes)
  }
  for await (const entry of entries) {
    const line = IndexLine.parse({ ...entry, seq, salt: salts(seq) })
    if (isFileLine(line) && (await store.stat(objectKey(line.sha256)))?.size !== line.size) {
      problems.push({
        code: 'object-missing',
        file: line.path,
        detail: 'the object is not in the store, or has another size',
      })
    }
    const written = canonicalize(line)
    check.add(line, written)
    text += `${written}\n`
    seq += 1
    if (text.length > BUFFER_CHARACTERS) await flush()
  }
  await flush()
  const summary = check.finish()
  if (problems.length > 0) throw refused(problems)
  return { sha256: hash.hex(), summary }
}

/**
 * The salt of a line: 128 bits of HMAC-SHA-256 over the digest of the plan, which no two runs share, and the number of the
 * line. Derived and not drawn, so that the same input gives the same bytes; nobody without the key can compute or confirm it.
 */
function saltsOf(key: Uint8Array, planSha256: string): (seq: number) => string {
  return (seq) => createHmac('sha256', key).update(`index-salt\0${planSha256}\0${seq}`).digest('hex').slice(0, 32)
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
