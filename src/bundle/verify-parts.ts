import { parseCanonical } from '../model/canonical.ts'
import { ledgerKey, runFolder } from '../model/common.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import { IndexLine, WithheldLine } from '../model/index-line.ts'
import type { Plan } from '../model/plan.ts'
import type { LedgerStatement } from '../model/statement.ts'
import { StoreError } from '../model/store.ts'
import { checkIndex, type IndexSummary } from './check-index.ts'
import { sha256 } from './crypto.ts'
import { readEnvelope } from './dsse.ts'
import { INDEX, parsePlan, parseStatement, PLAN, readSmall, type RunFile, runKey } from './layout.ts'
import { readFile } from './read-file.ts'
import { printable, type Report } from './reasons.ts'

/** What each step of verifying the files of a run needs. */
export interface Found {
  reader: EvidenceReader
  run: number
  /** Takes the paths of files as they stand in the folder of the run. */
  report: Report
}

/** Reports of files of a run, so that they name it. */
export function reportOf(run: number, report: Report): Report {
  return (code, detail, file) => report(code, detail, file === undefined ? runFolder(run) : `${runFolder(run)}/${file}`)
}

/** The names in the folder of the run; `undefined` if they could not be listed. */
export async function listFolder({ reader, run, report }: Found): Promise<string[] | undefined> {
  const folder = `${runFolder(run)}/`
  const names: string[] = []
  try {
    for await (const key of reader.list(folder)) names.push(key.slice(folder.length))
    return names
  } catch (error) {
    report('unreadable', messageOf(error))
    return undefined
  }
}

/** The bytes of a small file of the run, or a failure. */
export async function readRunFile({ reader, run, report }: Found, file: RunFile): Promise<Uint8Array | undefined> {
  try {
    return await readSmall(reader, runKey(run, file))
  } catch (error) {
    if (isMissing(error)) report('file-missing', `it is not in ${runFolder(run)}`, file)
    else report('unreadable', messageOf(error), file)
    return undefined
  }
}

type OfRun<Type> = Extract<LedgerStatement, { predicateType: Type }>

/**
 * The statement of an entry that was verified with the ledger. Read once more, as a ledger may be larger than memory; the
 * digest shows that it is the same. `undefined`: it is not, which is reported.
 */
export async function readVerified<Type extends LedgerStatement['predicateType']>(
  reader: EvidenceReader,
  entry: { index: number; sha256: string },
  type: Type,
  report: Report,
): Promise<OfRun<Type> | undefined> {
  const file = ledgerKey(entry.index)
  try {
    const { payload } = readEnvelope(await readSmall(reader, file))
    if (sha256(payload) === entry.sha256) {
      const statement = parseStatement(payload)
      if (isOf(statement, type)) return statement
    }
  } catch (error) {
    if (error instanceof StoreError) {
      report('unreadable', messageOf(error), file)
      return undefined
    }
  }
  report('unreadable', 'it was changed while it was verified', file)
  return undefined
}

function isOf<Type extends LedgerStatement['predicateType']>(
  statement: LedgerStatement,
  type: Type,
): statement is Extract<LedgerStatement, { predicateType: Type }> {
  return statement.predicateType === type
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

export async function readIndex(found: Found, plan: Plan | undefined): Promise<IndexRead | undefined> {
  const { reader, run, report } = found
  const check = checkIndex(plan, report)
  let whole = true
  const bad = (detail: string) => {
    whole = false
    report('index-invalid', detail, INDEX)
  }
  try {
    const read = await readFile(reader, runKey(run, INDEX), (text, number) => {
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

function parseIndexLine(text: string): IndexLine | WithheldLine | undefined {
  try {
    const value = parseCanonical(text)
    const line = IndexLine.safeParse(value)
    return line.success ? line.data : WithheldLine.parse(value)
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
