import { parseCanonical } from '../model/canonical.ts'
import { ledgerKey, runFolder } from '../model/common.ts'
import { IndexLine } from '../model/index-line.ts'
import type { Plan } from '../model/plan.ts'
import { type LedgerStatement, RUN_OPENED, RUN_SEALED } from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { checkChain } from './chain.ts'
import { checkIndex, type IndexSummary } from './check-index.ts'
import { sha256 } from './crypto.ts'
import { type Envelope, readEnvelope, signedBytes } from './dsse.ts'
import { INDEX, parsePlan, parseStatement, PLAN, readSmall, RUN_FILES, type RunFile, runKey } from './layout.ts'
import { type LedgerEntry, runOf } from './ledger.ts'
import { type PublicKey, verifySignature } from './public-key.ts'
import { readFile } from './read-file.ts'
import { printable, type Report } from './reasons.ts'

/** What each step of verifying needs. */
export interface Found {
  store: Store
  run: number
  report: Report
}

export async function listFolder({ store, run, report }: Found): Promise<string[]> {
  const folder = `${runFolder(run)}/`
  const names: string[] = []
  try {
    for await (const key of store.list(folder)) names.push(key.slice(folder.length))
  } catch (error) {
    report('unreadable', messageOf(error))
    return [...RUN_FILES]
  }
  for (const name of names) {
    if (!RUN_FILES.some((file) => file === name))
      report('file-added', `it does not belong to ${runFolder(run)}`, printable(name))
  }
  return names
}

/** The bytes of a small file of the run, or a failure. */
export async function readRunFile({ store, run, report }: Found, file: RunFile): Promise<Uint8Array | undefined> {
  try {
    return await readSmall(store, runKey(run, file))
  } catch (error) {
    if (isMissing(error)) report('file-missing', `it is not in ${runFolder(run)}`, file)
    else report('unreadable', messageOf(error), file)
    return undefined
  }
}

/** A ledger entry whose envelope could be read. */
export interface ReadEntry {
  index: number
  envelope: Envelope
  /** `undefined`: what is signed is no statement of ours, which was reported. */
  statement: LedgerStatement | undefined
}

/** The entry, or a failure. */
export function parseEntryOr(index: number, bytes: Uint8Array, report: Report): LedgerEntry | undefined {
  const { envelope, statement } = readSigned(index, bytes, report) ?? {}
  return envelope && statement && { index, envelope, statement, sha256: sha256(envelope.payload) }
}

function readSigned(index: number, bytes: Uint8Array, report: Report): ReadEntry | undefined {
  const file = ledgerKey(index)
  let envelope: Envelope
  try {
    envelope = readEnvelope(bytes)
  } catch {
    report('envelope-invalid', 'it is not a Sigstore bundle as affiant writes it', file)
    return undefined
  }
  try {
    const statement = parseStatement(envelope.payload)
    if (statement.predicate.keyid !== envelope.keyId)
      report('envelope-invalid', 'envelope and statement name different keys', file)
    return { index, envelope, statement }
  } catch {
    report('statement-invalid', 'the signed statement is not canonical JSON of the right shape', file)
    return { index, envelope, statement: undefined }
  }
}

/** The entry at an index; `missing` if it is not there, `undefined` if it was found bad. */
async function readEntryAt({ store, report }: Found, index: number): Promise<ReadEntry | 'missing' | undefined> {
  try {
    return readSigned(index, await readSmall(store, ledgerKey(index)), report)
  } catch (error) {
    if (isMissing(error)) return 'missing'
    report('unreadable', messageOf(error), ledgerKey(index))
    return undefined
  }
}

export interface RunEntries {
  opening: ReadEntry | undefined
  seal: ReadEntry | undefined
  /** There is an entry with the number of the run, and it opens a run or could not be read. */
  isThere: boolean
}

/** The entry that opens the run, the one that ends it, and the chain between them. */
export async function readEntries(found: Found): Promise<RunEntries> {
  const { run, report } = found
  const first = await readEntryAt(found, run)
  if (first === 'missing' || (first?.statement && first.statement.predicateType !== RUN_OPENED)) {
    return { opening: undefined, seal: undefined, isThere: false }
  }
  const chain = checkChain(report)
  if (first?.statement) chain.add(entryOf(first, first.statement))
  for (let index = run + 1; ; index++) {
    const entry = await readEntryAt(found, index)
    if (entry === 'missing') {
      report('unsealed', `the ledger has no entry ${index}, and none before it ends the run`, ledgerKey(index))
      return { opening: first, seal: undefined, isThere: true }
    }
    if (!entry?.statement) return { opening: first, seal: entry, isThere: true }
    if (first?.statement) chain.add(entryOf(entry, entry.statement))
    const { predicateType, predicate } = entry.statement
    const end = runOf(entry.statement)
    if (end?.opens === false && end.number === run) {
      if (predicateType === RUN_SEALED) return { opening: first, seal: entry, isThere: true }
      report('aborted', 'the run was never sealed; what it collected is kept', ledgerKey(index))
      return { opening: first, seal: undefined, isThere: true }
    }
    if (predicate.ledger.open.includes(run)) continue
    report('unsealed', `the run is not open after entry ${index}, and none up to there ends it`, ledgerKey(index))
    return { opening: first, seal: undefined, isThere: true }
  }
}

function entryOf({ index, envelope }: ReadEntry, statement: LedgerStatement): LedgerEntry {
  return { index, envelope, statement, sha256: sha256(envelope.payload) }
}

export async function checkSigner(
  { envelope, statement }: Pick<ReadEntry, 'envelope' | 'statement'>,
  trusted: PublicKey | undefined,
  report: Report,
  file: string,
): Promise<boolean> {
  const claimed = statement?.predicate.keyid ?? envelope.keyId
  if (!trusted) {
    report('signer-unknown', `signed with the key ${claimed}; give the public key to trust with --key`, file)
    return false
  }
  // The signature is tried whatever the statement claims, so that a false claim of another key is not the milder failure.
  const verifies = await verifySignature(trusted, signedBytes(envelope.payload), envelope.signature)
  if (claimed !== trusted.id) {
    if (verifies) report('statement-invalid', `the statement names the key ${claimed}, and another one signed it`, file)
    else report('signer-untrusted', `signed with the key ${claimed}, and the given one is ${trusted.id}`, file)
    return false
  }
  if (!verifies) report('signature-invalid', `the signature does not verify with the given key ${claimed}`, file)
  return verifies
}

export interface PlanRead {
  bytes: Uint8Array
  value: Plan | undefined
}

export async function readPlan(found: Found): Promise<PlanRead | undefined> {
  const bytes = await readRunFile(found, PLAN)
  if (!bytes) return undefined
  try {
    const value = parsePlan(bytes)
    if (value.run.number !== found.run) found.report('run-mismatch', `it is the plan of run ${value.run.number}`, PLAN)
    return { bytes, value }
  } catch {
    found.report('plan-invalid', 'it is not canonical JSON of the right shape', PLAN)
    return { bytes, value: undefined }
  }
}

export interface IndexRead {
  sha256: string
  summary: IndexSummary
  /** Every line could be read, so the summary is that of the whole index. */
  whole: boolean
}

export async function readIndex({ store, run, report }: Found, plan: Plan | undefined): Promise<IndexRead | undefined> {
  const check = checkIndex(plan, report)
  let whole = true
  const bad = (detail: string) => {
    whole = false
    report('index-invalid', detail, INDEX)
  }
  try {
    const read = await readFile(store, runKey(run, INDEX), (text, number) => {
      const line = parseIndexLine(text)
      if (line) check.add(line, text)
      else bad(`line ${number + 1} is not canonical JSON of the right shape`)
    })
    if (read.problem !== undefined) bad(read.problem)
    return { sha256: read.sha256, summary: check.finish(), whole }
  } catch (error) {
    if (isMissing(error)) report('file-missing', `it is not in ${runFolder(run)}`, INDEX)
    else report('unreadable', messageOf(error), INDEX)
    return undefined
  }
}

function parseIndexLine(text: string): IndexLine | undefined {
  try {
    return IndexLine.parse(parseCanonical(text))
  } catch {
    return undefined
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'missing'
}

/** @throws what is not a StoreError: a fault of the program, which must not look like one of the bundle */
export function messageOf(error: unknown): string {
  if (error instanceof StoreError || error instanceof RangeError) return printable(error.message)
  throw error
}
