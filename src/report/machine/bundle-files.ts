import { ledgerKey } from '../../model/common.ts'
import type { RecordsLine, ResultsLine } from '../../model/index-line.ts'
import type { ReceiptsLine, RunEvidence } from '../../model/report-source.ts'

/**
 * A file of the bundle. `path` is relative to the folder of the bundle: `data/` of an export. A store keeps the files of the
 * index by digest; there the digest finds it.
 */
export interface BundleFile {
  path: string
  /** Absent for the entry of the ledger: its statement has one, the file has not. */
  sha256?: string
  /** Bytes. */
  size?: number
  kind: 'plan' | 'index' | 'manifest' | 'results' | 'records' | 'receipts' | 'seal'
  /** What it is, in words. */
  title: string
  mediaType: string
}

const LINES = 'application/jsonl'

/** The files of a sealed run that results rest on, in a fixed order. What is withheld is not among them. */
export function bundleFiles(run: RunEvidence): BundleFile[] {
  const { statement, seal, folder, withheld } = run
  if (statement === undefined || seal === undefined) return []
  const [manifest, index] = statement.subject
  const plan: BundleFile = {
    path: `${folder}/plan.json`,
    sha256: statement.predicate.plan.sha256,
    kind: 'plan',
    title: 'Plan of the run: what it undertook to read and judge',
    mediaType: 'application/json',
  }
  const whole: BundleFile[] = [
    {
      path: `${folder}/index.jsonl`,
      sha256: index.digest.sha256,
      kind: 'index',
      title: 'Index of the run: one line for each source, plan item and check',
      mediaType: LINES,
    },
    {
      path: `${folder}/manifest-sha256.txt`,
      sha256: manifest.digest.sha256,
      kind: 'manifest',
      title: 'Digests of all files of the run',
      mediaType: 'text/plain',
    },
  ]
  return [
    plan,
    // With lines withheld, neither file is the one whose digest was sealed.
    ...(withheld.length > 0 ? [] : whole),
    ...run.results.map((line) => resultsFile(run, line)),
    ...[...run.records.values()].map((line) => recordsFile(run, line)),
    ...[...run.receipts.values()].map((line) => receiptsFile(run, line)),
    {
      path: ledgerKey(seal.index),
      kind: 'seal',
      title: `Entry ${seal.index} of the ledger, which seals the run; SHA-256 of its statement: ${seal.sha256}`,
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    },
  ]
}

export function resultsFile({ folder }: RunEvidence, line: ResultsLine): BundleFile {
  const { check, source } = line.summary
  return fileOf(folder, line, 'results', `Results of ${check} on ${source}`)
}

export function recordsFile({ folder }: RunEvidence, line: RecordsLine): BundleFile {
  return fileOf(folder, line, 'records', `Records of ${line.planItem}`)
}

export function receiptsFile({ folder }: RunEvidence, line: ReceiptsLine): BundleFile {
  return fileOf(folder, line, 'receipts', `Requests behind ${line.planItem}`)
}

function fileOf(
  folder: string,
  { path, sha256, size }: { path: string; sha256: string; size: number },
  kind: BundleFile['kind'],
  title: string,
): BundleFile {
  return { path: `${folder}/${path}`, sha256, size, kind, title, mediaType: LINES }
}
