import { ledgerKey, objectKey, runFolder } from '../model/common.ts'
import { RUN_SEALED, type Statement } from '../model/statement.ts'
import type { Store } from '../model/store.ts'
import { checkContent } from './check-content.ts'
import type { Incomplete, IndexSummary } from './check-index.ts'
import { parsePublicKey } from './keys.ts'
import { type FileLine, INDEX, MANIFEST, PLAN, sha256 } from './layout.ts'
import { readFile } from './read-file.ts'
import { collectFailures, type Failure, type Report } from './reasons.ts'
import { type TimedLevel, timeOf } from './timed.ts'
import type { TsaCertificate } from './tsa-certificate.ts'
import { compareManifest, compareWithOpening, compareWithStatement } from './verify-compare.ts'
import {
  checkSigner,
  type Found,
  isMissing,
  listFolder,
  messageOf,
  type ReadEntry,
  readEntries,
  readIndex,
  readPlan,
  readRunFile,
} from './verify-parts.ts'

export interface VerifyInput {
  store: Store
  run: number
  /** The key that is trusted, from outside the bundle. Without one nothing is authentic, and everything else is checked. */
  publicKeyPem?: string
  /** Roots of timestamp authorities that are trusted, from outside the bundle. Without, timestamps are not judged. */
  tsaRoots?: readonly TsaCertificate[]
  /** Of the files of the run, reads only those; `intact` then says nothing of the others. Default: all of them. */
  only?: (file: FileLine) => boolean
}

/** What `verify` found. `intact`, `authentic` and `complete` are separate levels; only all three together give exit status 0. */
export interface Verification {
  run: number
  /** Every byte is as it was sealed, and everything that is written down agrees. */
  intact: boolean
  /** The given key signed opening and seal. */
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
  /** What timestamps say of when the run was sealed. A level of its own: without any, exit status 0 is possible. */
  timed: TimedLevel & { tokens: number }
  /** Index of the ledger entry that seals the run. */
  sealIndex?: number
  checked: { files: number; bytes: number }
}

/** Exit status of `affiant verify`: 0 everything holds, 3 authentic but incomplete, 4 not intact, 5 signer not trusted. 4 beats 5. */
export function verifyExitCode(verification: Pick<Verification, 'intact' | 'authentic' | 'complete'>): 0 | 3 | 4 | 5 {
  if (!verification.intact) return 4
  if (!verification.authentic) return 5
  return verification.complete ? 0 : 3
}

/**
 * Verifies a sealed run: from its opening and its seal in the ledger and the entries between them, by way of manifest, index and plan, to every byte and
 * line of every object. Streams, in memory that grows with the number of files only. Takes the key from its caller, never
 * from the bundle. Whatever is in the store gives failures, never an exception.
 * @throws BundleError `key-invalid` if the given key is not one
 */
export async function verifyRun({ store, run, publicKeyPem, tsaRoots, only }: VerifyInput): Promise<Verification> {
  const trusted = publicKeyPem === undefined ? undefined : parsePublicKey(publicKeyPem)
  const { report, failures, omitted, isIntact } = collectFailures()
  const found: Found = { store, run, report }
  const checked = { files: 0, bytes: 0 }

  const names = await listFolder(found)
  const { opening, seal, isThere } = await readEntries(found)
  if (names.length === 0 && !isThere) {
    report('run-missing', `there is nothing in ${runFolder(run)}, and the ledger has no run ${run}`)
    return {
      run,
      intact: false,
      authentic: false,
      complete: false,
      timed: { level: 'no', tokens: 0 },
      failures,
      omitted: 0,
      incomplete: [],
      checked,
    }
  }
  if (!isThere) report('opening-missing', `it does not open run ${run}`, ledgerKey(run))
  const signedOpening = opening && checkSigner(opening, trusted, report, ledgerKey(opening.index))
  // Without a key it is said once that nobody vouches for the run.
  const sealed = seal && (trusted || !opening) ? checkSigner(seal, trusted, report, ledgerKey(seal.index)) : false
  const authentic = signedOpening === true && sealed
  judgeTime(opening, tsaRoots, report)
  const timed = judgeTime(seal, tsaRoots, report)
  const plan = await readPlan(found)
  const manifest = await readRunFile(found, MANIFEST)
  const index = await readIndex(found, plan?.value)

  const statement = seal?.statement?.predicateType === RUN_SEALED ? seal.statement : undefined
  compareWithOpening(found, opening, plan)
  compareWithStatement(found, { statement, file: seal ? ledgerKey(seal.index) : INDEX, plan, manifest, index })
  const listed = manifest && compareManifest(manifest, { plan, index, report, sealed: statement })
  for (const file of filesOf(index?.summary, listed)) {
    if (only !== undefined && (file.kind === 'listed' || !only(file))) continue
    checked.bytes += await checkFile(found, file)
    checked.files += 1
  }
  return {
    run,
    intact: isIntact(),
    authentic,
    complete: isIntact() && index?.summary.status === 'complete',
    timed,
    failures,
    omitted: omitted(),
    incomplete: index?.summary.incomplete ?? [],
    ...(statement && { statement }),
    ...(seal && { statementSha256: sha256(seal.envelope.payload), sealIndex: seal.index }),
    checked,
  }
}

/** Tokens of authorities that nobody pinned are not judged, late ones are a matter of level; all other flaws are failures. */
function judgeTime(
  entry: ReadEntry | undefined,
  roots: readonly TsaCertificate[] | undefined,
  report: Report,
): Verification['timed'] {
  const { statement, envelope, index = 0 } = entry ?? {}
  if (statement === undefined || envelope === undefined) return { level: 'no', tokens: 0 }
  const { verdicts, ...level } = timeOf({ statement, envelope }, roots)
  for (const verdict of verdicts) {
    if (verdict.ok || verdict.reason === 'timestamp-late' || verdict.reason === 'timestamp-root') continue
    report('timestamp-refused', `${verdict.reason}: ${verdict.detail}`, ledgerKey(index))
  }
  return { ...level, tokens: envelope.timestamps.length }
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
