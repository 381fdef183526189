import { join, relative } from 'node:path'
import { formatMappingProblems, loadMapping } from '../evaluate/mapping.ts'
import type { LoadedMapping } from '../model/control.ts'
import { UserError } from '../model/user-error.ts'
import type { LoadedCollector } from './collectors.ts'
import { readTextFile } from './files.ts'
import { packageRoot } from './package.ts'

/**
 * The built-in mapping, extended by the files of the config. `collectors`: all built-in ones and the plug-ins in use.
 * @throws UserError with every problem of the files
 */
export async function loadMappings(
  collectors: readonly LoadedCollector[],
  extensions: readonly string[] = [],
): Promise<LoadedMapping> {
  const folder = join(packageRoot, 'mappings', 'iso27001-2022')
  const read = async (path: string) => ({ path: relative('', path), text: await readTextFile(path) })
  const result = loadMapping(
    {
      catalog: await read(join(folder, 'catalog.yaml')),
      map: await read(join(folder, 'map.yaml')),
      extensions: await Promise.all(extensions.map(read)),
    },
    {
      checks: collectors.flatMap(({ collector }) => collector.checks.map(({ id }) => id)),
      streams: collectors.flatMap(({ collector }) => collector.streams.map(({ id }) => id)),
    },
  )
  if (result.ok) return result.loaded
  throw new UserError(formatMappingProblems(result.problems), 'Correct the mapping file and try again.')
}
