import type { KeyObject } from 'node:crypto'
import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { objectKey, runFolder } from '../model/common.ts'
import { IndexLine } from '../model/index-line.ts'
import type { Plan } from '../model/plan.ts'
import type { Statement } from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { checkContent } from './check-content.ts'
import { checkIndex, type Incomplete, type IndexSummary } from './check-index.ts'
import { type Envelope, readEnvelope, signedBytes } from './dsse.ts'
import { keyId, parsePublicKey, verifySignature } from './keys.ts'
import {
  type FileLine,
  INDEX,
  MANIFEST,
  manifestText,
  parsePlan,
  parseStatement,
  PLAN,
  readSmall,
  RUN_FILES,
  type RunFile,
  runKey,
  SEAL,
  sha256,
} from './layout.ts'
import { readFile } from './read-file.ts'
import { type Failure, printable, type Report, VERIFY_REASONS } from './reasons.ts'
import { makeStatement } from './statement.ts'

export interface VerifyInput {
  store: Store
  run: number
  /** The key that is trusted, from outside the bundle. Without one nothing is authentic, and everything else is checked. */
  publicKeyPem?: string
}

/** What `verify` found. `intact`, `authentic` and `complete` are separate levels; only all three together give exit status 0. */
export interface Verification {
  run: number
  /** Every byte is as it was sealed, and everything that is written down agrees. */
  intact: boolean
  /** The given key signed the statement. */
  authentic: boolean
  /** Everything that was planned was read whole. Only `true` if the run is intact. */
  complete: boolean
  /** Every reason to reject, at most 1,000. */
  failures: readonly Failure[]
  /** How many failures are not listed. */
  omitted: number
  /** What did not end `complete`, with its reason. */
  incomplete: readonly Incomplete[]
  /** What the seal says, if it can be read. To be believed only if `authentic`. */
  statement?: Statement
  /** SHA-256 of the statement, for comparing with a value that was sent out when the run was sealed. */
  statementSha256?: string
  checked: { files: number; bytes: number }
}

/** Exit status of `affiant verify`: 0 everything holds, 3 authentic but incomplete, 4 not intact, 5 signer not trusted. 4 beats 5. */
export function verifyExitCode(verification: Pick<Verification, 'intact' | 'authentic' | 'complete'>): 0 | 3 | 4 | 5 {
  if (!verification.intact) return 4
  if (!verification.authentic) return 5
  return verification.complete ? 0 : 3
}

const MAX_FAILURES = 1000

interface Found {
  store: Store
  run: number
  report: Report
}

/**
 * Verifies a sealed run: from the signature over the statement, by way of manifest, index and plan, to every byte and
 * line of every object. Streams, in memory that grows with the number of files only. Takes the key from its caller, never
 * from the bundle. Whatever is in the store gives failures, never an exception.
 * @throws BundleError `key-invalid` if the given key is not one
 */
export async function verifyRun({ store, run, publicKeyPem }: VerifyInput): Promise<Verification> {
  const trusted = publicKeyPem === undefined ? undefined : parsePublicKey(publicKeyPem)
  const failures: Failure[] = []
  let count = 0
  let intact = true
  const report: Report = (code, detail, file) => {
    count += 1
    if (VERIFY_REASONS[code].exit === 4) intact = false
    if (failures.length < MAX_FAILURES) failures.push({ code, ...(file !== undefined && { file }), detail })
  }
  const found: Found = { store, run, report }
  const checked = { files: 0, bytes: 0 }

  const names = await listFolder(found)
  if (names.length === 0) {
    report('run-missing', `there is nothing in ${runFolder(run)}`)
    return { run, intact, authentic: false, complete: false, failures, omitted: 0, incomplete: [], checked }
  }
  const signed = await readSeal(found, names)
  const authentic = signed !== undefined && checkSigner(signed, trusted, report)
  const plan = await readPlan(found)
  const manifest = await readRunFile(found, MANIFEST)
  const index = await readIndex(found, plan?.value)

  compareWithStatement(found, { statement: signed?.statement, plan, manifest, index })
  const listed = manifest && compareManifest(manifest, { plan, index, report, sealed: signed?.statement })
  for (const file of filesOf(index?.summary, listed)) {
    checked.bytes += await checkFile(found, file)
    checked.files += 1
  }
  return {
    run,
    intact,
    authentic,
    complete: intact && index?.summary.status === 'complete',
    failures,
    omitted: count - failures.length,
    incomplete: index?.summary.incomplete ?? [],
    ...(signed?.statement && { statement: signed.statement }),
    ...(signed && { statementSha256: sha256(signed.envelope.payload) }),
    checked,
  }
}

async function listFolder({ store, run, report }: Found): Promise<string[]> {
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
async function readRunFile({ store, run, report }: Found, file: RunFile): Promise<Uint8Array | undefined> {
  try {
    return await readSmall(store, runKey(run, file))
  } catch (error) {
    if (isMissing(error)) report('file-missing', `it is not in ${runFolder(run)}`, file)
    else report('unreadable', messageOf(error), file)
    return undefined
  }
}

interface Signed {
  envelope: Envelope
  statement: Statement | undefined
}

async function readSeal(found: Found, names: readonly string[]): Promise<Signed | undefined> {
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

function checkSigner({ envelope, statement }: Signed, trusted: KeyObject | undefined, report: Report): boolean {
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

interface PlanRead {
  bytes: Uint8Array
  value: Plan | undefined
}

async function readPlan(found: Found): Promise<PlanRead | undefined> {
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

interface IndexRead {
  sha256: string
  summary: IndexSummary
  /** Every line could be read, so the summary is that of the whole index. */
  whole: boolean
}

async function readIndex({ store, run, report }: Found, plan: Plan | undefined): Promise<IndexRead | undefined> {
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

function changed(digest: string | undefined, sealed: string): boolean {
  return digest !== undefined && digest !== sealed
}

function differs(a: unknown, b: unknown): boolean {
  return canonicalize(a) !== canonicalize(b)
}

interface Parts {
  statement: Statement | undefined
  plan: PlanRead | undefined
  manifest: Uint8Array | undefined
  index: IndexRead | undefined
}

/** Each part against what was signed of it, and then everything else the statement says against plan and index. */
function compareWithStatement({ run, report }: Found, { statement, plan, manifest, index }: Parts): void {
  if (!statement) return
  const { predicate, subject } = statement
  if (predicate.run.number !== run) report('run-mismatch', `it is the seal of run ${predicate.run.number}`, SEAL)
  if (predicate.run.sealedAt < predicate.run.openedAt)
    report('statement-invalid', 'the run was sealed before it was opened', SEAL)
  const digests = {
    plan: plan && sha256(plan.bytes),
    manifest: manifest && sha256(manifest),
    index: index?.sha256,
  }
  if (changed(digests.plan, predicate.plan.sha256))
    report('plan-changed', 'its digest is not the one that was sealed', PLAN)
  if (changed(digests.manifest, subject[0].digest.sha256))
    report('manifest-changed', 'its digest is not the one that was sealed', MANIFEST)
  if (changed(digests.index, subject[1].digest.sha256))
    report('index-changed', 'its digest is not the one that was sealed', INDEX)
  if (!plan?.value || !index?.whole) return

  const expected = makeStatement({
    keyId: predicate.keyid,
    plan: plan.value,
    digests: { plan: predicate.plan.sha256, manifest: subject[0].digest.sha256, index: subject[1].digest.sha256 },
    summary: index.summary,
    sealedAt: predicate.run.sealedAt,
  }).predicate
  for (const part of ['items', 'outcomes', 'results', 'subjects'] as const) {
    if (differs(predicate[part], expected[part]))
      report('counts-wrong', `the statement's ${part} are not those of the index`, SEAL)
  }
  for (const part of ['agent', 'config', 'mappings', 'run'] as const) {
    if (differs(predicate[part], expected[part]))
      report('statement-invalid', `the statement's ${part} is not that of plan and index`, SEAL)
  }
}

interface ManifestParts {
  plan: PlanRead | undefined
  index: IndexRead | undefined
  sealed: Statement | undefined
  report: Report
}

const MANIFEST_LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/

/**
 * What the manifest lists, by path. It is compared with plan and index where none of them was already found changed;
 * otherwise every difference would be reported twice.
 */
function compareManifest(bytes: Uint8Array, { plan, index, sealed, report }: ManifestParts): Map<string, string> {
  const text = Buffer.from(bytes).toString('latin1')
  const listed = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, digest, path] = MANIFEST_LINE.exec(line) ?? []
    if (digest !== undefined && path !== undefined) listed.set(path, digest)
  }
  const trusted = sealed === undefined || sealed.subject[0].digest.sha256 === sha256(bytes)
  if (!trusted || !plan || !index?.whole) return listed
  if (
    sealed &&
    (sealed.subject[1].digest.sha256 !== index.sha256 || sealed.predicate.plan.sha256 !== sha256(plan.bytes))
  )
    return listed

  const expected = new Map([...index.summary.files].map(([path, line]) => [path, line.sha256]))
  expected.set(PLAN, sha256(plan.bytes)).set(INDEX, index.sha256)
  if (manifestText(expected) === text) return listed
  const paths = new Set([...expected.keys(), ...listed.keys()])
  const different = [...paths].filter((path) => expected.get(path) !== listed.get(path))
  for (const path of different)
    report(
      'manifest-index-mismatch',
      `manifest: ${listed.get(path) ?? 'not listed'}; index: ${expected.get(path) ?? 'not listed'}`,
      path,
    )
  if (different.length === 0)
    report('manifest-index-mismatch', 'the manifest is not written as affiant writes it', MANIFEST)
  return listed
}

/** A file of the run: as the index describes it or, where the index could not be read, as the manifest lists it. */
type ListedFile = FileLine | { kind: 'listed'; path: string; sha256: string }

function* filesOf(
  summary: IndexSummary | undefined,
  listed: ReadonlyMap<string, string> | undefined,
): Iterable<ListedFile> {
  if (summary) yield* summary.files.values()
  for (const [path, digest] of listed ?? []) {
    if (path !== PLAN && path !== INDEX && !summary?.files.has(path)) yield { kind: 'listed', path, sha256: digest }
  }
}

/** Reads one object to its end. Gives its size in bytes. */
async function checkFile({ store, report }: Found, file: ListedFile): Promise<number> {
  const key = objectKey(file.sha256)
  // What the lines are is only of interest if they are the ones that were sealed.
  const problems: Parameters<Report>[] = []
  const content = file.kind === 'listed' ? undefined : checkContent(file, (...problem) => problems.push(problem))
  try {
    const read = await readFile(store, key, (line, number) => content?.add(line, number))
    if (read.sha256 !== file.sha256) {
      report('object-changed', `${key} has the digest ${read.sha256}`, file.path)
      return read.size
    }
    if (file.kind === 'listed') return read.size
    if (read.size !== file.size)
      report('size-wrong', `${key} has ${read.size} bytes, and the index says ${file.size}`, file.path)
    if (read.problem === undefined) content?.finish(read.count)
    else report('content-invalid', read.problem, file.path)
    for (const problem of problems) report(...problem)
    return read.size
  } catch (error) {
    if (isMissing(error)) report('object-missing', `${key} is not in the store`, file.path)
    else report('unreadable', messageOf(error), file.path)
    return 0
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'missing'
}

/** @throws what is not a StoreError: a fault of the program, which must not look like one of the bundle */
function messageOf(error: unknown): string {
  if (error instanceof StoreError || error instanceof RangeError) return printable(error.message)
  throw error
}
