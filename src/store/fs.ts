import { posix } from 'node:path'
import { StoreError, type StagedFile, type StagingStore } from '../model/store.ts'
import { makeFolder, publish, STAGING, type StoreFs } from './publish.ts'
import { asStoreError, assertKey, errnoOf } from './errors.ts'

const CHUNK_BYTES = 256 * 1024

/** The process that writes. Staged files carry it in their names, so what a dead process left can be told apart. */
export interface Owner {
  pid: number
  host: string
  /** Tells this process from an earlier one with the same number, as in a container that was started again. */
  startedAt: Date
}

/** Start of the names of an owner's staged files: `<host>.<pid>.<start, ms>.`; dots in the host become hyphens. */
export function ownerTag(owner: Owner): string {
  return `${owner.host.replaceAll(/[^A-Za-z0-9-]/g, '-')}.${owner.pid}.${owner.startedAt.getTime()}.`
}

/**
 * A store in a folder. A file is written aside in `<root>/.staging/`, synced, made read-only (0444) and then linked to
 * its name, so a name either does not exist or has its whole content, also after a power cut, and nothing is ever
 * overwritten. Folders are owner-only (0700). The root is created by the first write.
 */
export function createFsStore(fs: StoreFs, root: string, owner: Owner): StagingStore {
  const base = posix.resolve(root)
  const staging = posix.join(base, STAGING)
  const tag = ownerTag(owner)
  let staged = 0

  async function* get(key: string): AsyncIterable<Uint8Array> {
    assertKey(key)
    yield* readFile(fs, posix.join(base, key))
  }

  async function stage(): Promise<StagedFile> {
    const path = posix.join(staging, `${tag}${staged++}`)
    try {
      const file = await openNew(fs, path, staging)
      return stagedFile(fs, base, path, file)
    } catch (error) {
      throw asStoreError(error, 'write to the store', base)
    }
  }

  async function putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    assertKey(key)
    // Most evidence does not change between runs: do not write a file only to drop it.
    if ((await stat(key)) !== undefined) return false
    const file = await stage()
    try {
      await file.write(bytes)
    } catch (error) {
      await file.discard()
      throw error
    }
    return file.putIfAbsent(key)
  }

  async function stat(key: string): Promise<{ size: number } | undefined> {
    assertKey(key)
    const path = posix.join(base, key)
    try {
      return { size: (await fs.lstat(path)).size }
    } catch (error) {
      const errno = errnoOf(error)
      if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined
      throw asStoreError(error, 'read', path)
    }
  }

  async function* list(prefix: string): AsyncIterable<string> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    if (folder !== '') assertKey(folder.slice(0, -1))
    yield* walk(fs, base, folder, prefix)
  }

  return { putIfAbsent, get, list, stat, stage }
}

type FileHandle = Awaited<ReturnType<StoreFs['open']>>

async function openNew(fs: StoreFs, path: string, folder: string): Promise<FileHandle> {
  try {
    return await fs.open(path, 'wx+', 0o600)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    await makeFolder(fs, folder)
    return fs.open(path, 'wx+', 0o600)
  }
}

function stagedFile(fs: StoreFs, base: string, path: string, file: FileHandle): StagedFile {
  let size = 0

  async function write(bytes: Uint8Array): Promise<void> {
    try {
      for (let from = 0; from < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, from, bytes.length - from, size)
        from += bytesWritten
        size += bytesWritten
      }
    } catch (error) {
      throw asStoreError(error, 'write to the store', base)
    }
  }

  async function* read(): AsyncIterable<Uint8Array> {
    const end = size
    for (let at = 0; at < end; ) {
      const chunk = await readChunk(file, at, Math.min(CHUNK_BYTES, end - at), path)
      if (chunk.length === 0) throw damaged(path)
      at += chunk.length
      yield chunk
    }
  }

  async function putIfAbsent(key: string): Promise<boolean> {
    const target = posix.join(base, key)
    try {
      assertKey(key)
      await makeReadOnly(file)
      await file.sync()
      await file.close()
      await makeFolder(fs, posix.dirname(target))
      return await publish(fs, path, target, posix.dirname(path))
    } catch (error) {
      await discard()
      throw asStoreError(error, 'write', target)
    }
  }

  /** Never hides the error that led here: what cannot be removed now is cleaned up when the store is next locked. */
  async function discard(): Promise<void> {
    await file.close().catch(() => {})
    await fs.unlink(path).catch(() => {})
  }

  return { write, read, putIfAbsent, discard }
}

async function makeReadOnly(file: FileHandle): Promise<void> {
  try {
    await file.chmod(0o444)
  } catch (error) {
    // File systems without modes refuse; the guard against overwriting does not rest on the mode.
    if (!['EPERM', 'ENOTSUP', 'EINVAL', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error
  }
}

async function* readFile(fs: StoreFs, path: string): AsyncIterable<Uint8Array> {
  const { file, size } = await openForReading(fs, path)
  try {
    for (let at = 0; ; ) {
      // One byte more than is expected: a shorter answer is the end, and a small file takes one step and a small buffer.
      const length = Math.min(CHUNK_BYTES, Math.max(size - at, 0) + 1)
      const chunk = await readChunk(file, at, length, path)
      if (chunk.length > 0) yield chunk
      if (chunk.length < length) return
      at += chunk.length
    }
  } finally {
    await file.close()
  }
}

/** Opens regular files only: a link, pipe or device put in the place of evidence must neither be followed nor block. */
async function openForReading(fs: StoreFs, path: string): Promise<{ file: FileHandle; size: number }> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
  let file: FileHandle
  try {
    file = await fs.open(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0))
  } catch (error) {
    throw asStoreError(error, 'read', path)
  }
  const size = await file.stat().then(
    (stats) => (stats.isFile() ? stats.size : undefined),
    () => undefined,
  )
  if (size !== undefined) return { file, size }
  await file.close()
  throw damaged(path)
}

async function readChunk(file: FileHandle, position: number, length: number, path: string): Promise<Uint8Array> {
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw asStoreError(error, 'read', path)
  }
}

function damaged(path: string): StoreError {
  return new StoreError('damaged', `${path} is not the regular file that was stored`, {
    path,
    hint: 'Restore it from a backup. affiant never overwrites evidence.',
  })
}

/** Depth first; folders sort with their slash, so that keys come in the order of the whole key. Links are not followed. */
async function* walk(fs: StoreFs, base: string, folder: string, prefix: string): AsyncIterable<string> {
  const path = posix.join(base, folder)
  let entries: { key: string; folder: boolean }[]
  try {
    const found = await fs.readdir(path, { withFileTypes: true })
    entries = found.map((entry) => ({
      key: folder + entry.name + (entry.isDirectory() ? '/' : ''),
      folder: entry.isDirectory(),
    }))
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return
    throw asStoreError(error, 'read', path)
  }
  const own = (key: string) => folder === '' && key.startsWith('.')
  for (const entry of entries.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (own(entry.key)) continue
    if (!entry.key.startsWith(prefix) && !(entry.folder && prefix.startsWith(entry.key))) continue
    if (entry.folder) yield* walk(fs, base, entry.key, prefix)
    else yield entry.key
  }
}
