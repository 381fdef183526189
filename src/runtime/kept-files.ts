import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptFiles } from '../model/kept-files.ts'
import { errnoOf } from '../store/errors.ts'

/** Below the root of a store, beside its lock: hidden from whoever reads evidence. */
const FOLDER = '.kept'

/** Files of one source in the folder of a store, for the owner's eyes only. Only the holder of the store's lock may use them. */
export function keptFilesIn(store: string, source: string): KeptFiles {
  const folder = join(store, FOLDER, source)
  const path = (name: string) => join(folder, name)
  let isThere = false
  let writes = 0
  return {
    async list() {
      try {
        const names = await fs.readdir(folder)
        return await Promise.all(names.map(async (name) => ({ name, size: (await fs.stat(path(name))).size })))
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return []
        throw error
      }
    },
    async read(name) {
      try {
        return await fs.readFile(path(name))
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async write(name, bytes) {
      if (!isThere) await fs.mkdir(folder, { recursive: true, mode: 0o700 })
      isThere = true
      // The same question may be asked twice at once: each answer has a file of its own until it is whole.
      const aside = path(`${name}.${writes++}.new`)
      await fs.writeFile(aside, bytes, { mode: 0o600 })
      await fs.rename(aside, path(name))
    },
    rename: (from, to) => fs.rename(path(from), path(to)),
    remove: (name) => fs.rm(path(name), { force: true }),
  }
}
