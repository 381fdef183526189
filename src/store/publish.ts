import { createHash } from 'node:crypto'
import type * as FsPromises from 'node:fs/promises'
import { posix } from 'node:path'
import { StoreError } from '../model/store.ts'
import { errnoOf } from './errors.ts'

/** The parts of `node:fs/promises` a local store uses. Tests wrap them to make a disk fail. */
export type StoreFs = Pick<
  typeof FsPromises,
  'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'lstat' | 'utimes' | 'constants'
>

/** Folder of a local store for files on their way in. */
export const STAGING = '.staging'
/** In the staging folder: `claim-<sha256 of path>`, the right to rename onto that path. Only where there are no hard links. */
export const CLAIM_PREFIX = 'claim-'

/** Creates a folder and its parents, owner-only, durably. */
export async function makeFolder(fs: StoreFs, folder: string): Promise<void> {
  const first = await fs.mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = posix.dirname(made))
    await syncFolder(fs, posix.dirname(made))
}

const CANNOT_SYNC_FOLDERS = new Set(['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'ENOTSUP', 'EBADF'])

/** Makes new names in a folder survive a power cut, where the file system can. */
async function syncFolder(fs: StoreFs, folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.has(errnoOf(error) ?? '')) throw error
  }
}

const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])

/**
 * Gives a finished, synced file its name, if nobody has taken it: `link`, which fails when the name is there. The staged
 * name is gone afterwards. `false`: the name was taken and is untouched.
 */
export async function publish(fs: StoreFs, staged: string, target: string, staging: string): Promise<boolean> {
  let published: boolean
  try {
    await fs.link(staged, target)
    published = true
  } catch (error) {
    const errno = errnoOf(error) ?? ''
    if (errno === 'EEXIST') published = false
    else if (NO_HARD_LINKS.has(errno)) return publishByRename(fs, staged, target, staging)
    else throw error
  }
  if (published) await syncFolder(fs, posix.dirname(target))
  await fs.unlink(staged)
  return published
}

const CLAIM_TRIES = 500

/**
 * For file systems without hard links (exFAT, some network and container mounts). `rename` is atomic but overwrites, so
 * the right to rename onto a name is taken first, by creating a claim file exclusively.
 */
async function publishByRename(fs: StoreFs, staged: string, target: string, staging: string): Promise<boolean> {
  const claim = posix.join(staging, CLAIM_PREFIX + createHash('sha256').update(target).digest('hex'))
  for (let tries = 0; !(await createEmpty(fs, claim)); tries++) {
    if (await exists(fs, target)) {
      await fs.unlink(staged)
      return false
    }
    if (tries < CLAIM_TRIES) continue
    throw new StoreError('locked', `another process is writing ${target}`, {
      path: target,
      hint: `If no other affiant is running, remove ${claim} and run again.`,
    })
  }
  try {
    const free = !(await exists(fs, target))
    if (free) {
      await fs.rename(staged, target)
      await syncFolder(fs, posix.dirname(target))
    } else {
      await fs.unlink(staged)
    }
    return free
  } finally {
    await fs.unlink(claim)
  }
}

async function createEmpty(fs: StoreFs, path: string): Promise<boolean> {
  try {
    const handle = await fs.open(path, 'wx', 0o600)
    await handle.close()
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function exists(fs: StoreFs, path: string): Promise<boolean> {
  try {
    await fs.lstat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
