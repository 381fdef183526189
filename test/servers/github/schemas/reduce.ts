/**
 * Reduces GitHub's OpenAPI description to the answers that the emulated GitHub of this folder's parent gives, so that
 * tests can hold it to them without the description of 13 MB. Run by hand when a route is added:
 *
 *     node --conditions=source test/servers/github/schemas/reduce.ts api.github.com.json
 *
 * The argument is `generated/api.github.com.json` of npm `@octokit/openapi`. Kept are types, required fields, enumerations
 * and what may be null; an object that lists its fields takes no others.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ROUTES } from '../rest/index.ts'

const OUT = join(import.meta.dirname, 'rest.json')
const SOURCE = 'https://github.com/octokit/openapi/blob/main/generated/api.github.com.json'

const Response = z.looseObject({
  content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional(),
  $ref: z.string().optional(),
})
const Description = z.looseObject({
  info: z.looseObject({ version: z.string() }),
  paths: z.record(
    z.string(),
    z.looseObject({ get: z.looseObject({ responses: z.record(z.string(), Response) }).optional() }),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})
type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Paths alike but for the names of their parameters. */
export const anonymous = (path: string) => path.replaceAll(/\{[^}]+\}|[:*]\w+/g, '{}')

/** A definition as a part of an `allOf`, where the other parts have fields too. */
const OPEN = '.part'

/** The schema without what only people read; `found` hears of every definition that it refers to. */
function reduce(schema: unknown, found: (name: string) => void, open = false): unknown {
  if (!isObject(schema)) return schema
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    const name = `${reference.split('/').at(-1) ?? ''}${open ? OPEN : ''}`
    found(name)
    return { $ref: `#/definitions/${name}` }
  }
  const out: Json = {}
  const of = (value: unknown, isOpen = false) => reduce(value, found, isOpen)
  if (schema['type'] !== undefined)
    out['type'] = schema['nullable'] === true ? [schema['type'], 'null'] : schema['type']
  if (Array.isArray(schema['enum'])) {
    out['enum'] = schema['nullable'] === true ? [...new Set([...schema['enum'], null])] : schema['enum']
  }
  if (schema['items'] !== undefined) out['items'] = of(schema['items'])
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    const list = schema[name]
    if (!Array.isArray(list)) continue
    const parts = list.map((one) => of(one, name === 'allOf'))
    // `oneOf` of GitHub's description has branches that overlap.
    out[name === 'oneOf' ? 'anyOf' : name] =
      schema['nullable'] === true && name !== 'allOf' ? [...parts, { type: 'null' }] : parts
  }
  const { properties } = schema
  if (isObject(properties)) {
    out['properties'] = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, of(one)]))
    if (Array.isArray(schema['required'])) out['required'] = schema['required']
    if (schema['additionalProperties'] === undefined && !open) out['additionalProperties'] = false
  }
  if (isObject(schema['additionalProperties'])) out['additionalProperties'] = of(schema['additionalProperties'])
  return out
}

/** Every route with the schema of its 200, or null where it has no body. */
export function reduced(text: string): Json {
  const { info, paths, components } = Description.parse(JSON.parse(text))
  const byPath = new Map(Object.keys(paths).map((path) => [anonymous(path), path]))
  const definitions: Json = {}
  const waiting: string[] = []
  const found = (name: string) => {
    if (!(name in definitions)) waiting.push(name)
  }
  const routes: Json = {}
  const unknown: string[] = []
  for (const path of ROUTES.map((route) => anonymous(route.path)).toSorted()) {
    const responses = paths[byPath.get(path) ?? '']?.get?.responses
    if (!responses) unknown.push(path)
    else routes[path] = reduce(responses['200']?.content?.['application/json']?.schema ?? null, found)
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (!(name in definitions))
      definitions[name] = reduce(components.schemas[name.replace(OPEN, '')], found, name.endsWith(OPEN))
  }
  const sorted = Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { source: SOURCE, version: info.version, unknown, routes, definitions: sorted }
}

if (process.argv[1] === import.meta.filename) {
  const [, , path] = process.argv
  if (path === undefined) throw new Error('give the path of api.github.com.json')
  await writeFile(OUT, `${JSON.stringify(reduced(await readFile(path, 'utf8')))}\n`)
}
