import { ledgerKey } from '../model/common.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Plan } from '../model/plan.ts'
import { RUN_ABORTED, RUN_OPENED, RUN_SEALED } from '../model/statement.ts'
import type { RunFacts } from '../model/verification.ts'
import { checkContent, type Content, occurredAtOf, readContent } from './check-content.ts'
import type { Incomplete, IndexSummary } from './check-index.ts'
import { type FileLine, INDEX, MANIFEST, PLAN, RUN_FILES, type RunFile, runKey } from './layout.ts'
import { readByteLines } from './read-file.ts'
import { printable, type Report } from './reasons.ts'
import { verifySample } from './sample/verify-sample.ts'
import {
  compareManifest,
  compareWithAbort,
  compareWithOpening,
  compareWithStatement,
  isRedacted,
} from './verify-compare.ts'
import {
  type Found,
  isMissing,
  listFolder,
  messageOf,
  readIndex,
  readPlan,
  readRunFile,
  readVerified,
  reportOf,
} from './verify-parts.ts'

export interface RunFilesInput {
  reader: EvidenceReader
  /** What the ledger says of the run. */
  run: RunFacts
  report: Report
  /** Records are parsed too: see `readContent`. */
  deep: boolean
  /** What was read of objects of other runs, so that evidence that did not change is read once. */
  known: Map<string, Content>
  /** Of the files of the run, reads only those. Default: all of them. */
  only?: (file: FileLine) => boolean
}

/** What was found in the files of a run, besides failures. */
export interface RunFiles {
  /** Sources and plan items that were not read whole. */
  incomplete: readonly Incomplete[]
  /** Lines of the index that are withheld, by reason. */
  withheld: ReadonlyMap<string, number>
  /** Emulated sources, as the plan says. */
  demoSources: readonly string[]
  checked: { files: number; bytes: number }
}

/** Objects whose content is remembered: some 300 bytes each. */
const MAX_KNOWN = 50_000

/**
 * Verifies the files of a run against what the ledger, which was verified before, says of it: manifest, index and plan, and by
 * way of them every byte and line of every file. Streams, in memory that grows with the number of files only. Whatever is
 * there gives failures, never an exception.
 */
export async function verifyRunFiles(input: RunFilesInput): Promise<RunFiles> {
  const { reader, run, report: problem } = input
  const report = reportOf(run.number, problem)
  const found: Found = { reader, run: run.number, report }
  const names = await listFolder(found)
  const { opening, end } = run
  const opened =
    opening && (await readVerified(reader, { index: run.number, sha256: opening.sha256 }, RUN_OPENED, problem))
  if (end?.kind === 'sealed') {
    const statement = await readVerified(reader, end, RUN_SEALED, problem)
    const plan = await readPlan(found)
    compareWithOpening(opened, plan, { report, problem })
    const demoSources = (plan?.value?.sources ?? []).flatMap(({ id, demo }) => (demo === true ? [id] : []))
    const index = await readIndex(found, plan?.value)
    const redacted = isRedacted(index)
    if (redacted && reader.kind === 'store') report('withheld-invalid', 'lines are withheld in a store', INDEX)
    if (redacted && names?.includes(MANIFEST) === true)
      report('withheld-invalid', 'it names what is withheld', MANIFEST)
    const manifest = redacted ? undefined : await readRunFile(found, MANIFEST)
    const parts = { plan, manifest, index }
    if (statement)
      compareWithStatement(statement, parts, {
        report,
        problem: (code, detail) => problem(code, detail, ledgerKey(end.index)),
      })
    const listed = manifest && compareManifest(manifest, { plan, index, sealed: statement, report })
    reportAdded(found, names ?? [], index?.summary)
    const checked = { files: 0, bytes: 0 }
    for (const file of filesOf(index?.summary, listed)) {
      if (input.only !== undefined && (file.kind === 'listed' || !input.only(file))) continue
      checked.bytes += await checkFile(input, report, { file, plan: plan?.value })
      checked.files += 1
    }
    if (index && input.only === undefined)
      for (const sample of run.samples ?? [])
        await verifySample({
          reader,
          run: run.number,
          plan: plan?.value,
          index: index.summary,
          sample,
          report: problem,
        })
    return {
      incomplete: index?.summary.incomplete ?? [],
      withheld: index?.summary.withheld ?? new Map<string, number>(),
      demoSources,
      checked,
    }
  }
  // What an unfinished run left is only compared with what was signed of it.
  reportAdded(found, names ?? [], undefined)
  const plan = names?.includes(PLAN) === true ? await readPlan(found) : undefined
  compareWithOpening(opened, plan, { report, problem })
  if (end?.kind === 'aborted') {
    const aborted = await readVerified(reader, end, RUN_ABORTED, problem)
    if (aborted) compareWithAbort(aborted, await digestsOf(found, names ?? []), report)
  }
  return { incomplete: [], withheld: new Map<string, number>(), demoSources: [], checked: { files: 0, bytes: 0 } }
}

/** In a store only the three files stand in the folder of a run; in an export those of its index too. */
function reportAdded({ reader, report }: Found, names: readonly string[], summary: IndexSummary | undefined): void {
  // Without an index nothing says which files belong to an export, and its absence was reported.
  if (reader.kind === 'export' && summary === undefined) return
  for (const name of names) {
    if (RUN_FILES.some((file) => file === name)) continue
    if (reader.kind === 'store' || !summary?.files.has(name))
      report('file-added', 'it does not belong to the run', printable(name))
  }
}

async function digestsOf(
  { reader, run, report }: Found,
  names: readonly string[],
): Promise<Partial<Record<RunFile, string>>> {
  const digests: Partial<Record<RunFile, string>> = {}
  for (const file of RUN_FILES) {
    if (!names.includes(file)) continue
    try {
      digests[file] = (await readByteLines(reader, runKey(run, file))).sha256
    } catch (error) {
      report('unreadable', messageOf(error), file)
    }
  }
  return digests
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

/** Reads one file to its end. Gives its size in bytes. */
async function checkFile(
  { reader, run, deep, known }: RunFilesInput,
  report: Report,
  { file, plan }: { file: ListedFile; plan: Plan | undefined },
): Promise<number> {
  const key = reader.fileKey(run.number, file)
  try {
    if (file.kind === 'listed') {
      const read = await readByteLines(reader, key)
      if (read.sha256 !== file.sha256) report('object-changed', `it has the digest ${read.sha256}`, file.path)
      return read.size
    }
    const tree = file.kind === 'records' && file.lines !== undefined
    const occurredAt = occurredAtOf(plan, file)
    const name = `${file.kind} ${String(tree)} ${occurredAt ?? ''} ${key}`
    const content = known.get(name) ?? (await readContent(reader, key, { kind: file.kind, tree, deep, occurredAt }))
    // In an export each file stands by itself.
    if (reader.kind === 'store' && known.size < MAX_KNOWN) known.set(name, content)
    checkContent(file, content, report, plan?.run.period)
    return content.size
  } catch (error) {
    if (isMissing(error)) report('object-missing', `${printable(key)} is not there`, file.path)
    else report('unreadable', messageOf(error), file.path)
    return 0
  }
}
