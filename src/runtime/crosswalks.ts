import { join, relative } from 'node:path'
import { loadCrosswalk } from '../evaluate/crosswalk.ts'
import { formatMappingProblems } from '../evaluate/mapping.ts'
import { readYaml } from '../evaluate/yaml-file.ts'
import { Catalog } from '../model/control.ts'
import { FRAMEWORKS, type LoadedCrosswalk } from '../model/crosswalk.ts'
import { suggest, nearest } from '../model/did-you-mean.ts'
import { UserError } from '../model/user-error.ts'
import { readTextFile } from './files.ts'
import { packageRoot } from './package.ts'

const HINT = 'Correct the crosswalk and try again; docs/frameworks.md describes the file.'

/**
 * The crosswalks with these names, each once: a framework that comes with affiant, or a file of the user (`./soc2.yaml`).
 * @throws UserError with every problem of a file
 */
export async function loadCrosswalks(names: readonly string[]): Promise<LoadedCrosswalk[]> {
  const all: LoadedCrosswalk[] = []
  const from = new Map<string, string>()
  for (const name of new Set(names)) {
    const loaded = await loadOne(name)
    const { id } = loaded.crosswalk
    const other = from.get(id) ?? (isFile(name) && isFramework(id) ? id : undefined)
    if (other !== undefined) throw new UserError(`${name}: the id "${id}" is that of ${other}`, 'Give it another id.')
    from.set(id, name)
    all.push(loaded)
  }
  return all
}

async function loadOne(name: string): Promise<LoadedCrosswalk> {
  if (!isFile(name) && !isFramework(name)) {
    const message = `there is no framework "${name}"${suggest(nearest(name, FRAMEWORKS), FRAMEWORKS)}`
    throw new UserError(message, 'A crosswalk of your own is named by its file, such as ./soc2.yaml.')
  }
  const mappings = join(packageRoot, 'mappings')
  const path = isFile(name) ? name : join(mappings, name, 'crosswalk.yaml')
  const catalog = readYaml(await read(join(mappings, 'iso27001-2022', 'catalog.yaml')), Catalog)
  if ('problems' in catalog) throw new UserError(formatMappingProblems(catalog.problems), 'Install affiant again.')
  const result = loadCrosswalk(await read(path), catalog.file.value)
  if (result.ok) return result.loaded
  throw new UserError(formatMappingProblems(result.problems), HINT)
}

async function read(path: string) {
  return { path: relative('', path), text: await readTextFile(path) }
}

function isFile(name: string): boolean {
  return /[/\\]|\.ya?ml$/i.test(name)
}

function isFramework(name: string): boolean {
  return (FRAMEWORKS as readonly string[]).includes(name)
}
