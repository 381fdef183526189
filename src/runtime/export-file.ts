import { createHash } from 'node:crypto'
import type * as FsPromises from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ExportSink } from '../bundle/export/write-archive.ts'
import { UserError } from '../model/user-error.ts'
import { errnoOf } from '../store/errors.ts'
import { publish, type StoreFs } from '../store/publish.ts'

/** The parts of `node:fs/promises` that writing an export uses. Tests wrap them to make a disk fail. */
export type ExportFs = StoreFs & Pick<typeof FsPromises, 'statfs'>

/** A file that is written aside and gets its name when it is whole. Exactly one of `publish` and `discard` ends it. */
export interface ExportTarget extends ExportSink {
  /** @throws UserError if there is less space left than that */
  assertSpace(bytes: number): Promise<void>
  /** Gives the file its name. @throws UserError if the name was taken meanwhile */
  publish(): Promise<{ bytes: number; sha256: string }>
  discard(): Promise<void>
}

/**
 * Begins to write a file, for its owner's eyes only, under a temporary name in its folder, which is made if need be.
 * @param id tells the temporary file from that of another process
 * @throws UserError if the name is taken or the folder cannot be written to
 */
export async function openExportTarget(fs: ExportFs, path: string, id: string | number): Promise<ExportTarget> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${id}.part`)
  if (await isTaken(fs, path)) throw taken(path)
  const file = await explained(path, async () => {
    await fs.mkdir(folder, { recursive: true })
    return fs.open(temporary, 'wx', 0o600)
  })
  let size = 0
  let hash = createHash('sha256')
  return {
    write: async (bytes) =>
      explained(path, async () => {
        for (let from = 0; from < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, from, bytes.length - from, size + from)
          from += bytesWritten
        }
        size += bytes.length
        hash.update(bytes)
      }),
    restart: async () =>
      explained(path, async () => {
        await file.truncate(0)
        size = 0
        hash = createHash('sha256')
      }),
    async assertSpace(bytes) {
      const { bavail, bsize } = await fs.statfs(folder)
      if (bavail * bsize < bytes) throw full(path, `it needs some ${mega(bytes)}, and ${mega(bavail * bsize)} are left`)
    },
    async publish() {
      const published = await explained(path, async () => {
        await file.sync()
        await file.close()
        return publish(fs, temporary, path, folder)
      })
      if (!published) throw taken(path)
      return { bytes: size, sha256: hash.digest('hex') }
    },
    async discard() {
      await file.close().catch(() => {})
      await fs.unlink(temporary).catch(() => {})
    },
  }
}

async function isTaken(fs: ExportFs, path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}

async function explained<Value>(path: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (cause) {
    const errno = errnoOf(cause)
    if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG') throw full(path, errno, cause)
    throw new UserError(
      `cannot write ${path}${errno === undefined ? '' : ` (${errno})`}`,
      'Check the folder and its permissions.',
      {
        cause,
      },
    )
  }
}

function taken(path: string): UserError {
  return new UserError(
    `${path} exists already`,
    'Nothing is ever overwritten: choose another name with -o, or move it away.',
  )
}

function full(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    `there is no space left for ${path} (${why})`,
    'Free space, or choose another folder with -o. Nothing is left of what was written.',
    cause === undefined ? {} : { cause },
  )
}

function mega(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
