import type { KeyObject } from 'node:crypto'
import { parseCanonical } from '../model/canonical.ts'
import { runFolder } from '../model/common.ts'
import { IndexLine } from '../model/index-line.ts'
import type { Plan } from '../model/plan.ts'
import type { Statement } from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { checkIndex, type IndexSummary } from './check-index.ts'
import { type Envelope, readEnvelope, signedBytes } from './dsse.ts'
import { keyId, verifySignature } from './keys.ts'
import { INDEX, parsePlan, parseStatement, PLAN, readSmall, RUN_FILES, type RunFile, runKey, SEAL } from './layout.ts'
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

export interface Signed {
  envelope: Envelope
  statement: Statement | undefined
}

export async function readSeal(found: Found, names: readonly string[]): Promise<Signed | undefined> {
  const { report } = found
  if (!names.includes(SEAL)) {
    report('unsealed', 'the run was opened and never finished, or its seal was removed', SEAL)
    return undefined
  }
  const bytes = await readRunFile(found, SEAL)
  if (!bytes) return undefined
  let envelope: Envelope
  try {
    envelope = readEnvelope(bytes)
  } catch {
    report('envelope-invalid', 'it is not a Sigstore bundle as affiant writes it', SEAL)
    return undefined
  }
  let statement: Statement | undefined
  try {
    statement = parseStatement(envelope.payload)
    if (statement.predicate.keyid !== envelope.keyId)
      report('envelope-invalid', 'envelope and statement name different keys', SEAL)
  } catch {
    report('statement-invalid', 'the signed statement is not canonical JSON of the right shape', SEAL)
  }
  return { envelope, statement }
}

export function checkSigner({ envelope, statement }: Signed, trusted: KeyObject | undefined, report: Report): boolean {
  const claimed = statement?.predicate.keyid ?? envelope.keyId
  if (!trusted) {
    report('signer-unknown', `sealed with the key ${claimed}; give the public key to trust with --key`, SEAL)
    return false
  }
  // The signature is tried whatever the statement claims, so that a false claim of another key is not the milder failure.
  const verifies = verifySignature(trusted, signedBytes(envelope.payload), envelope.signature)
  if (claimed !== keyId(trusted)) {
    if (verifies) report('statement-invalid', `the statement names the key ${claimed}, and another one signed it`, SEAL)
    else report('signer-untrusted', `sealed with the key ${claimed}, and the given one is ${keyId(trusted)}`, SEAL)
    return false
  }
  if (!verifies) report('signature-invalid', `the signature does not verify with the given key ${claimed}`, SEAL)
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
      if (line) check.add(line)
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
