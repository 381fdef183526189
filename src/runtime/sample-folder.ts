import { createHash } from 'node:crypto'
import type * as FsPromises from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SampleSink } from '../bundle/sample/take-sample.ts'
import { UserError } from '../model/user-error.ts'
import { errnoOf } from '../store/errors.ts'

/** The parts of `node:fs/promises` that writing a folder uses. */
export type FolderFs = Pick<typeof FsPromises, 'lstat' | 'mkdir' | 'open' | 'rename' | 'rm'>

/** A folder that is filled aside and gets its name when it is whole. Exactly one of `publish` and `discard` ends it. */
export interface FolderTarget extends SampleSink {
  /** `<sha256>  <path>` of every file so far, sorted by path: what `sha256sum -c` reads. */
  manifest(): string
  /** @throws UserError if the name was taken meanwhile */
  publish(): Promise<void>
  discard(): Promise<void>
}

/**
 * Begins a folder, for its owner's eyes only.
 * @param id tells the temporary folder from that of another process
 * @throws UserError if the name is taken or the folder above cannot be written to
 */
export async function openFolderTarget(fs: FolderFs, path: string, id: string | number): Promise<FolderTarget> {
  const temporary = join(dirname(path), `.${basename(path)}.${id}.part`)
  const explained = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    try {
      return await act()
    } catch (cause) {
      const errno = errnoOf(cause)
      if (errno === undefined) throw cause
      if (errno === 'ENOTEMPTY' || errno === 'EEXIST') throw taken(path)
      throw new UserError(`cannot write ${path} (${errno})`, 'Check the folder, its permissions and the space left.', {
        cause,
      })
    }
  }
  if (await isTaken(fs, path)) throw taken(path)
  await explained(() => fs.mkdir(temporary, { recursive: true, mode: 0o700 }))
  const digests = new Map<string, string>()
  return {
    async write(name, chunks) {
      const hash = createHash('sha256')
      await explained(async () => {
        const place = join(temporary, name)
        await fs.mkdir(dirname(place), { recursive: true, mode: 0o700 })
        const file = await fs.open(place, 'wx', 0o600)
        try {
          for await (const chunk of chunks) {
            hash.update(chunk)
            await file.writeFile(chunk)
          }
        } finally {
          await file.close()
        }
      })
      digests.set(name, hash.digest('hex'))
    },
    manifest: () =>
      [...digests.keys()]
        .sort()
        .map((name) => `${digests.get(name)}  ${name}\n`)
        .join(''),
    publish: () => explained(() => fs.rename(temporary, path)),
    discard: () => fs.rm(temporary, { recursive: true, force: true }),
  }
}

async function isTaken(fs: FolderFs, path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}

function taken(path: string): UserError {
  return new UserError(
    `${path} exists already`,
    'Nothing is ever overwritten: choose another name with --output, or move it away.',
  )
}
