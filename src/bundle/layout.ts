import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { runFolder } from '../model/common.ts'
import type { IndexLine } from '../model/index-line.ts'
import { Plan } from '../model/plan.ts'
import { LedgerStatement } from '../model/statement.ts'
import type { Store } from '../model/store.ts'
import { withoutLineFeed } from './dsse.ts'

export const PLAN = 'plan.json'
export const INDEX = 'index.jsonl'
export const MANIFEST = 'manifest-sha256.txt'

/** The files that stand in a run's folder. Everything else of a run is an object or an entry of the ledger. */
export const RUN_FILES = [PLAN, INDEX, MANIFEST] as const
export type RunFile = (typeof RUN_FILES)[number]

export function runKey(run: number, file: RunFile): string {
  return `${runFolder(run)}/${file}`
}

/** The folder of the bundle in which files of each kind of index line stand. */
export const FOLDERS = {
  records: 'records/',
  carried: 'carried/',
  receipts: 'receipts/',
  results: 'results/',
  controls: 'controls/',
} as const

/** An index line that names a file. */
export type FileLine = Extract<IndexLine, { kind: keyof typeof FOLDERS }>

export function isFileLine<Line extends { kind: IndexLine['kind'] | 'withheld' }>(
  line: Line,
): line is Extract<Line, { kind: keyof typeof FOLDERS }> {
  return line.kind in FOLDERS
}

/** The bytes of `plan.json`: canonical JSON and a line feed. */
export function planBytes(plan: Plan): Uint8Array {
  return Buffer.from(`${canonicalize(plan)}\n`)
}

/** @throws NotCanonicalError, z.ZodError or TypeError if it is not what {@link planBytes} writes */
export function parsePlan(bytes: Uint8Array): Plan {
  return Plan.parse(parseCanonical(withoutLineFeed(bytes)))
}

/** The statement is signed without a line feed. @throws NotCanonicalError or z.ZodError */
export function parseStatement(payload: Uint8Array): LedgerStatement {
  return LedgerStatement.parse(parseCanonical(payload))
}

/** What `sha256sum -c` reads: `<sha256>  <path>`, in UTF-16 code-unit order of the path. */
export function manifestText(digests: ReadonlyMap<string, string>): string {
  const paths = [...digests.keys()].sort()
  return paths.map((path) => `${digests.get(path)}  ${path}\n`).join('')
}

/** Plans, manifests and envelopes are small. What is larger than this is not ours, and must not fill the memory. */
const MAX_SMALL_FILE_BYTES = 64 * 1024 * 1024

/** @throws StoreError as `get` does; RangeError if it is larger than `most` bytes */
export async function readSmall(
  store: Pick<Store, 'get'>,
  key: string,
  most = MAX_SMALL_FILE_BYTES,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of store.get(key)) {
    size += chunk.length
    if (size > most) throw new RangeError(`${key} is larger than ${most} bytes`)
    // A copy: an export gives the next chunk in the same place.
    chunks.push(new Uint8Array(chunk))
  }
  return Buffer.concat(chunks)
}
