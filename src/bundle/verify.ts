import { ledgerKey, runFolder } from '../model/common.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { ExportedStatement } from '../model/statement.ts'
import type { LedgerFacts, RunFacts, RunVerification, Verification } from '../model/verification.ts'
import type { Content } from './check-content.ts'
import type { FileLine } from './layout.ts'
import { type Collected, collectFailures, type Report } from './reasons.ts'
import type { TrustGiven } from './trust.ts'
import { gatherIncomplete } from './verify-incomplete.ts'
import { exitCodeOf, levelsOf, timedOfRuns } from './verify-levels.ts'
import { verifyLedger } from './verify-ledger.ts'
import { messageOf } from './verify-parts.ts'
import { verifyRunFiles } from './verify-run.ts'

export interface VerifyInput {
  reader: EvidenceReader
  /** From outside the evidence. `undefined`: nobody is trusted, and everything else is checked. */
  trust: TrustGiven
  /** Numbers of the runs that are asked for; the ledger is verified whole in any case. Absent: all; empty: only the ledger. */
  runs?: readonly number[]
  /** What an export says of itself. */
  exported?: ExportedEvidence
  /** Records are parsed, each line: otherwise they are looked at as bytes. Default: no. */
  deep?: boolean
  /** Of the files of the runs, reads only those; `intact` then says nothing of the others. Default: all of them. */
  only?: (file: FileLine) => boolean
  /** Where failures are gathered, if others report too. */
  collected?: Collected
}

/** The part of `ExportFacts` that the verification needs; see `src/bundle/export/facts.ts`. */
export interface ExportedEvidence {
  entry?: { index: number; statement: ExportedStatement }
  /** Runs that have a folder in the export. */
  runs: readonly number[]
  /** Verifies what is left of the archive. Called last. */
  finish(): Promise<void>
}

/** Runs that are listed one by one. */
const MAX_RUNS = 1000

/**
 * Verifies evidence: the ledger from its first entry to its last, and by way of it the runs that are asked for, down to every
 * byte of their files. Streams, in memory that grows with the number of entries and of files only. Believes nothing but
 * `trust`. Whatever is in the evidence gives failures, never an exception.
 * @throws what reading throws besides `StoreError`, such as a fault of a disk
 */
export async function verifyEvidence(input: VerifyInput): Promise<Verification> {
  const { reader, trust, exported, deep = false, only, collected = collectFailures() } = input
  const { report } = collected
  const ledger = await verifyLedger(reader, trust, report)
  const asked = await askedFor(input, ledger, report)
  const incomplete = gatherIncomplete()
  const runs: RunVerification[] = []
  const checked = { files: 0, bytes: 0 }
  const demoSources = new Set<string>()
  const known = new Map<string, Content>()
  for (const run of asked.files) {
    const found = await verifyRunFiles({ reader, run, report, deep, known, ...(only && { only }) })
    incomplete.addFiles(run, found)
    checked.files += found.checked.files
    checked.bytes += found.checked.bytes
    for (const source of found.demoSources) demoSources.add(source)
    const withheld = [...found.withheld.values()].reduce((sum, count) => sum + count, 0)
    if (runs.length < MAX_RUNS) runs.push(runOf(run, found.incomplete.length, withheld))
  }
  for (const run of asked.only) incomplete.addSeal(run)
  for (const gap of ledger.gaps) if (asked.covers(gap.run)) incomplete.addGap(gap)
  if (exported?.entry && input.runs === undefined) checkWithheld(exported.entry, incomplete.withheld().count, report)
  await exported?.finish()

  const timed = input.runs?.length ? timedOfRuns(asked.files) : ledger.timed
  const levels = levelsOf({ collected, ledger, timed, incomplete: incomplete.count(), runs: input.runs })
  return {
    exitCode: exitCodeOf(levels, collected),
    levels,
    failures: collected.failures,
    omitted: collected.omitted(),
    ...(ledger.origin !== undefined && { origin: ledger.origin }),
    ...(ledger.head && { head: ledger.head }),
    keyIds: ledger.keyIds,
    entries: ledger.entries,
    runs,
    runCounts: countRuns(ledger.runs, asked.files.length),
    incomplete: incomplete.list(),
    incompleteOmitted: incomplete.count() - incomplete.list().length,
    withheld: incomplete.withheld(),
    checked,
    ...(exported?.entry && { export: exportOf(exported.entry.statement) }),
    demoSources: [...demoSources],
  }
}

interface Asked {
  /** Runs whose files are verified. */
  files: readonly RunFacts[]
  /** Runs of which only the ledger is looked at. */
  only: readonly RunFacts[]
  /** Whether a gap after this run is of interest. */
  covers(run: number): boolean
}

async function askedFor({ reader, runs, exported }: VerifyInput, ledger: LedgerFacts, report: Report): Promise<Asked> {
  if (runs?.length === 0) return { files: [], only: ledger.runs, covers: () => true }
  if (runs !== undefined) {
    const files = ledger.runs.filter(({ number }) => runs.includes(number))
    for (const number of runs) {
      if (!files.some((run) => run.number === number))
        report('run-missing', `the ledger has no run ${number}`, runFolder(number))
    }
    return { files, only: [], covers: () => false }
  }
  const folders = exported ? exported.runs : await foldersOf(reader, report)
  const scope = exported?.entry?.statement.predicate.scope
  const isInScope = ({ opening }: RunFacts) =>
    scope === undefined || (opening !== undefined && opening.openedAt >= scope.from && opening.openedAt < scope.to)
  const inScope = ledger.runs.filter(isInScope)
  // Without an end a run has no place in an export; in a store, what is left of it is compared with what was signed.
  const files = inScope.filter(({ end }) => !exported || end?.kind === 'sealed')
  const there = new Set(folders)
  const wanted = new Set(files.map(({ number }) => number))
  for (const number of folders) {
    if (wanted.has(number)) continue
    const why = exported ? 'it is no sealed run of the scope of the export' : `the ledger has no run ${number}`
    report('file-added', why, runFolder(number))
  }
  const covered = new Set(inScope.map(({ number }) => number))
  // Of runs that are not there at all one thing is said: not each of their files.
  const present = files.filter((run) => {
    if (there.has(run.number) || run.end?.kind !== 'sealed') return true
    report('run-missing', `entry ${run.end.index} seals it, and none of its files is there`, runFolder(run.number))
    return false
  })
  return {
    files: present,
    only: inScope.filter(({ end }) => exported !== undefined && end?.kind !== 'sealed'),
    covers: (run) => covered.has(run),
  }
}

const RUN_KEY = /^runs\/(\d{9})\//

async function foldersOf(reader: EvidenceReader, report: Report): Promise<number[]> {
  const folders = new Set<number>()
  try {
    for await (const key of reader.list('runs/')) {
      const number = Number(RUN_KEY.exec(key)?.[1] ?? 0)
      if (number > 0) folders.add(number)
      else report('file-added', 'it belongs to no run', key)
    }
  } catch (error) {
    report('unreadable', messageOf(error), 'runs')
  }
  return [...folders]
}

function runOf({ number, opening, end, timed }: RunFacts, incomplete: number, withheld: number): RunVerification {
  return {
    run: number,
    ...(opening && { job: opening.job }),
    status: end === undefined ? 'open' : end.kind === 'aborted' ? 'aborted' : (end.status ?? 'unknown'),
    ...(end?.kind === 'sealed' && { sealedAt: end.at }),
    incomplete,
    withheld,
    timed,
  }
}

function countRuns(runs: readonly RunFacts[], verified: number): Verification['runCounts'] {
  const count = (kind: 'sealed' | 'aborted' | undefined) => runs.filter(({ end }) => end?.kind === kind).length
  return { sealed: count('sealed'), aborted: count('aborted'), open: count(undefined), verified }
}

/** How many lines the `exported` entry says are withheld; of runs it is compared with the folders by `finish`. */
function checkWithheld(
  { index, statement }: NonNullable<ExportedEvidence['entry']>,
  withheld: number,
  report: Report,
): void {
  const signed = statement.predicate.withheld
  if (signed !== withheld)
    report('counts-wrong', `it says that ${signed} lines are withheld, and ${withheld} are`, ledgerKey(index))
}

function exportOf({ predicate }: ExportedStatement): NonNullable<Verification['export']> {
  const { recipient, exportedAt, scope } = predicate
  const { from, to, sources, controls } = scope
  return { recipient, exportedAt, from, to, ...(sources && { sources }), ...(controls && { controls }) }
}
