import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

/** Paths from the repository's root, with `/`, of all files below the folders, in order; missing folders have none. */
export async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }).catch(() => [])
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(ROOT.length + 1)
            .split(sep)
            .join('/'),
        )
    }),
  )
  return lists.flat().toSorted()
}

/** Texts of the files, by path. */
export async function textsOf(paths: readonly string[]): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const)),
  )
}
