/**
 * Writes what follows from the collectors' manifests: the registry, the tables of the READMEs, `docs/checks.md`, the
 * JSON Schemas of records in `docs/schemas/`, `config.schema.json`, and the style and script of the report as a module. With `--check` it writes nothing, lists what is out of date, and exits with 1.
 */
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { configJsonSchema } from '../src/config/json-schema.ts'
import { Mapping } from '../src/model/control.ts'
import type { Collector } from '../src/sdk/index.ts'
import { checksDocument } from './generate/check-docs.ts'
import { recordSchemaPath, recordSchemaText } from './generate/record-schema.ts'
import { readmeText } from './generate/readme.ts'
import { registryText } from './generate/registry.ts'
import { REPORT_ASSETS_PATH, reportAssetsText } from './generate/report-assets.ts'

const root = join(import.meta.dirname, '..')
const MAP = 'mappings/iso27001-2022/map.yaml'

/** The file's text, or `undefined` if there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined)
}

async function collectorIds(): Promise<string[]> {
  const folders = await readdir(join(root, 'collectors'), { withFileTypes: true })
  const ids = await Promise.all(
    folders
      .filter((folder) => folder.isDirectory())
      .map(async ({ name }) =>
        access(join(root, 'collectors', name, 'index.ts')).then(
          () => [name],
          () => [],
        ),
      ),
  )
  return ids.flat().toSorted()
}

async function loadCollector(id: string): Promise<Collector> {
  const { collector }: { collector: Collector } = await import(`../collectors/${id}/index.ts`)
  if (collector.id !== id)
    throw new Error(`collectors/${id}/index.ts: the id is "${collector.id}", not the folder's name`)
  return collector
}

/** Controls by check, from the built-in mapping, in the order of the map. */
async function controlsByCheck(): Promise<(check: string) => string[]> {
  const text = await textOf(MAP)
  if (text === undefined) throw new Error(`${MAP} is missing: the controls of each check are read from it`)
  const links = Mapping.parse(parse(text)).controls.flatMap(({ control, evidence = [] }) =>
    evidence.map(({ check }) => ({ check, control })),
  )
  return (check) => links.filter((link) => link.check === check).map(({ control }) => control)
}

async function readmeOf(collector: Collector, controlsOf: (check: string) => string[]): Promise<string> {
  const readme = await textOf(`collectors/${collector.id}/README.md`)
  if (readme === undefined) throw new Error('is missing; write how to connect the source')
  return readmeText(readme, collector, controlsOf)
}

interface GeneratedFile {
  path: string
  make: () => string | Promise<string>
}

/** The registry needs only the folders, so it is written even while a collector does not load. */
async function registry(): Promise<GeneratedFile> {
  const ids = await collectorIds()
  return { path: 'collectors/index.ts', make: () => registryText(ids) }
}

async function others(): Promise<GeneratedFile[]> {
  const collectors = await Promise.all((await collectorIds()).map(loadCollector))
  const controlsOf = await controlsByCheck()
  return [
    ...collectors.map((collector) => ({
      path: `collectors/${collector.id}/README.md`,
      make: () => readmeOf(collector, controlsOf),
    })),
    ...collectors.flatMap(({ streams }) =>
      streams.map((stream) => ({ path: recordSchemaPath(stream), make: () => recordSchemaText(stream) })),
    ),
    { path: 'docs/checks.md', make: () => checksDocument(collectors, controlsOf) },
    { path: 'config.schema.json', make: () => configJsonSchema(collectors) },
    { path: REPORT_ASSETS_PATH, make: () => reportAssetsText(root) },
  ]
}

/** Brings a file up to date, or only says that it is not. Answers what is wrong, if anything. */
async function refresh({ path, make }: GeneratedFile, check: boolean): Promise<string | undefined> {
  try {
    const [text, now] = await Promise.all([make(), textOf(path)])
    if (text === now) return undefined
    if (check) return `${path} is ${now === undefined ? 'missing' : 'out of date'}; run: npm run generate`
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    console.log(`wrote ${path}`)
    return undefined
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function main(check: boolean): Promise<number> {
  const first = await refresh(await registry(), check)
  const files = await others()
  const problems = [first, ...(await Promise.all(files.map((file) => refresh(file, check))))].filter(
    (problem) => problem !== undefined,
  )
  for (const problem of problems) console.error(problem)
  return problems.length > 0 ? 1 : 0
}

try {
  process.exitCode = await main(process.argv.includes('--check'))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
