import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../model/user-error.ts'
import { errnoOf } from '../store/errors.ts'
import { asideId } from './aside.ts'
import { openExportTarget } from './export-file.ts'
import { assertOutsideStore } from './outside-store.ts'

/** @throws UserError if the file cannot be read */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError(`cannot read ${path} (${errnoOf(cause)})`, 'Check the path and its permissions.', { cause })
  }
}

export async function exists(path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Writes a file that does not exist yet, with the folders above it. `private`: for the owner's eyes only (0600).
 * @throws UserError if it exists or cannot be written
 */
export async function writeNewFile(path: string, content: string, options: { private?: boolean } = {}): Promise<void> {
  try {
    await fs.mkdir(dirname(path), { recursive: true, ...(options.private && { mode: 0o700 }) })
    await fs.writeFile(path, content, { flag: 'wx', mode: options.private ? 0o600 : 0o644 })
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') {
      throw new UserError(
        `${path} exists already`,
        'Nothing is ever overwritten: choose another folder, or move it away.',
        { cause },
      )
    }
    throw new UserError(
      `cannot write ${path} (${errnoOf(cause)})`,
      'Check that the folder is writable and has space left.',
      { cause },
    )
  }
}

/**
 * Writes a file that does not exist yet, as its content comes, for its owner's eyes only; it has its name only when it is whole.
 * @throws UserError if it exists or cannot be written; the signal's reason; what the content throws
 */
export async function writeNewStream(
  path: string,
  content: AsyncIterable<string>,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  await assertOutsideStore(path)
  const target = await openExportTarget(fs, path, asideId())
  try {
    for await (const piece of content) {
      signal?.throwIfAborted()
      await target.write(Buffer.from(piece))
    }
    return await target.publish()
  } catch (error) {
    await target.discard()
    throw error
  }
}
