import type * as FsPromises from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BundlePath } from '../model/common.ts'
import type { ReportFile } from '../model/report-source.ts'
import { UserError } from '../model/user-error.ts'
import { errnoOf } from '../store/errors.ts'

/** The parts of `node:fs/promises` that writing a report uses. */
export type ReportFs = Pick<typeof FsPromises, 'access' | 'lstat' | 'mkdir' | 'open' | 'rename' | 'rm'>

const MARKER = '.affiant-report'
const MARKER_TEXT =
  'Written by "affiant report", which replaces this folder, and all that is in it, when it is told to write it again.\n'
/** Characters that are gathered before they are written. */
const PIECE = 256 * 1024

export interface WrittenReport {
  files: number
  bytes: number
}

/**
 * Writes a report for its owner's eyes only. The folder has its name only when it is whole; a report that has the name is
 * replaced then, and anything else is left alone.
 * @param id tells the temporary folder from that of another process
 * @throws UserError if the name is taken by something else or the folder above cannot be written to; the signal's reason;
 *   what the files throw
 */
export async function writeReport(
  fs: ReportFs,
  path: string,
  files: AsyncIterable<ReportFile>,
  { id, signal }: { id: string | number; signal?: AbortSignal | undefined },
): Promise<WrittenReport> {
  const aside = (ending: string) => join(dirname(path), `.${basename(path)}.${id}.${ending}`)
  const [made, old] = [aside('part'), aside('old')]
  await hasReport(fs, path)
  const written = { files: 0, bytes: 0 }
  const encode = encoder()
  try {
    await explained(path, async () => {
      await fs.mkdir(dirname(made), { recursive: true, mode: 0o700 })
      await fs.mkdir(made, { mode: 0o700 })
    })
    for await (const file of files) {
      signal?.throwIfAborted()
      written.bytes += await writeFile(fs, path, join(made, BundlePath.parse(file.path)), file.content(), encode)
      written.files += 1
    }
    await writeFile(fs, path, join(made, MARKER), [MARKER_TEXT], encode)
    await takeName(fs, path, { made, old })
  } catch (error) {
    // Why it could not be written counts, not that there is nothing to take away.
    await fs.rm(made, { recursive: true, force: true }).catch(() => {})
    throw error
  }
  await explained(old, () => fs.rm(old, { recursive: true, force: true }))
  return written
}

interface Aside {
  made: string
  /** Where the report that has the name goes. */
  old: string
}

const TRIES = 10
/** Of renaming folders: another process gave or took the name meanwhile. */
const CONTESTED = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST'])

/** Gives the report its name. Of several that are written at once, the last one keeps it. @throws UserError */
async function takeName(fs: ReportFs, path: string, aside: Aside): Promise<void> {
  for (let tries = 1; ; tries++) {
    const isThere = await hasReport(fs, path)
    try {
      await (isThere ? exchange(fs, path, aside) : fs.rename(aside.made, path))
      return
    } catch (cause) {
      if (tries < TRIES && CONTESTED.has(errnoOf(cause) ?? '')) continue
      throw cannotWrite(path, cause)
    }
  }
}

async function exchange(fs: ReportFs, path: string, { made, old }: Aside): Promise<void> {
  await fs.rename(path, old)
  try {
    await fs.rename(made, path)
  } catch (error) {
    await fs.rename(old, path).catch(async (cause: unknown) => {
      // Another process was quicker: its report has the name, and the one before is not needed.
      if (!CONTESTED.has(errnoOf(cause) ?? '')) throw cause
      await fs.rm(old, { recursive: true, force: true })
    })
    throw error
  }
}

/** Whether a report is there, which may be replaced. @throws UserError for anything else */
async function hasReport(fs: ReportFs, path: string): Promise<boolean> {
  const there = await fs.lstat(path).catch(() => undefined)
  if (there === undefined) return false
  const isReport =
    there.isDirectory() &&
    (await fs.access(join(path, MARKER)).then(
      () => true,
      () => false,
    ))
  if (isReport) return true
  throw new UserError(
    `${path} exists already and is no report`,
    'Only a report is replaced: choose another name with --output, or move it away.',
  )
}

/** Bytes written. Pieces are small, often a row each, so they are gathered. */
async function writeFile(
  fs: ReportFs,
  folder: string,
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
  encode: (text: string) => Buffer,
): Promise<number> {
  await explained(folder, () => fs.mkdir(dirname(path), { recursive: true, mode: 0o700 }))
  const file = await explained(folder, () => fs.open(path, 'wx', 0o600))
  let bytes = 0
  let waiting = ''
  const flush = async () => {
    const content = encode(waiting)
    waiting = ''
    bytes += content.length
    await explained(folder, () => file.writeFile(content))
  }
  try {
    for await (const piece of pieces) {
      waiting += piece
      if (waiting.length >= PIECE) await flush()
    }
    if (waiting !== '') await flush()
  } finally {
    await file.close()
  }
  return bytes
}

/**
 * Gives text as UTF-8, each time in the same memory: hundreds of megabytes of new buffers would lie about until they are
 * collected. What it gave is to be written before it is asked again.
 */
function encoder(): (text: string) => Buffer {
  let memory = Buffer.alloc(0)
  return (text) => {
    if (memory.length < text.length * 3) memory = Buffer.allocUnsafeSlow(text.length * 3)
    return memory.subarray(0, memory.write(text))
  }
}

async function explained<Value>(path: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

function cannotWrite(path: string, cause: unknown): UserError {
  const hint = 'Check the folder, its permissions and the space left.'
  return new UserError(`cannot write ${path} (${errnoOf(cause)})`, hint, { cause })
}
