import type { ReportFile } from '../../model/report-source.ts'
import { hashStream } from '../crypto.ts'
import { BundleError } from '../errors.ts'
import { DATA, isName, REPORT } from './bag-names.ts'
import type { ExportFile } from './export-files.ts'

/**
 * The files of a report in the order in which they stand in an export, with the size and the digest that they have now.
 * Holds what is known of each file, and of no more than one its text.
 * @throws BundleError `export-refused` for a file that no export has
 */
export async function reportFiles(files: AsyncIterable<ReportFile>): Promise<ExportFile[]> {
  const found: ExportFile[] = []
  const folded = new Set<string>()
  for await (const { path, content } of files) {
    const key = REPORT + path
    if (!isName(DATA + key)) throw refused(`its report would have the file ${path}, and no export has one of that name`)
    // As readers of archives refuse it, and as some file systems could not hold both.
    if (folded.has(key.toLowerCase())) throw refused(`its report would have the file ${path} twice`)
    folded.add(key.toLowerCase())
    found.push({ key, from: key, content: () => encoded(content()), ...(await measured(content())) })
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Digests of the files of a report, by their keys in an export. */
export async function reportDigests(files: AsyncIterable<ReportFile>): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for await (const { path, content } of files) digests.set(REPORT + path, (await measured(content())).sha256)
  return digests
}

async function measured(content: AsyncIterable<string>): Promise<{ size: number; sha256: string }> {
  const hash = hashStream()
  let size = 0
  for await (const bytes of encoded(content)) {
    hash.update(bytes)
    size += bytes.length
  }
  return { size, sha256: hash.hex() }
}

async function* encoded(content: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const text of content) yield Buffer.from(text)
}

function refused(why: string): BundleError {
  return new BundleError(
    'export-refused',
    `nothing was exported: ${why}`,
    'Leave the report out with --no-report, and tell us: this should not happen.',
  )
}

/** A file of the report came out otherwise when it was made again. */
export function unsteady(key: string, cause: unknown): BundleError {
  return new BundleError(
    'export-refused',
    `nothing was exported: ${key} was made twice, and the second time it was another one`,
    'Leave the report out with --no-report, and tell us: this should not happen.',
    cause,
  )
}
