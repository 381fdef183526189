import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector } from 'affiant/sdk'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'

const root = join(import.meta.dirname, '../..')

/** The real collectors, found as `scripts/generate.ts` finds them. */
async function realCollectors(): Promise<Collector[]> {
  const found: Collector[] = []
  for (const { name } of (await readdir(join(root, 'collectors'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )) {
    const manifest = join(root, 'collectors', name, 'index.ts')
    if (
      !(await access(manifest).then(
        () => true,
        () => false,
      ))
    )
      continue
    const module: { collector: Collector } = await import(manifest)
    found.push(module.collector)
  }
  return found
}

const collectors = await realCollectors()
const text = await readFile(join(root, 'config.example.yaml'), 'utf8')

/** The example with the signing key in KMS, which stands in it as a comment. */
const [, commented = ''] = /^(# signing:\n(?:# .*\n)+)/m.exec(text) ?? []
const withKms = text.replace(/^signing:\n(?: .*\n)+/m, '').replace(commented, commented.replaceAll(/^# /gm, ''))
const variants = [text, withKms]

type Mapping = Record<string, unknown>
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const propertiesOf = (schema: unknown): Mapping =>
  isMapping(schema) && isMapping(schema['properties']) ? schema['properties'] : {}

/** One of the two forms of a reference to a secret; that both are shown is tested apart. */
const isReference = (schema: unknown): boolean => ['env', 'file'].includes(Object.keys(propertiesOf(schema)).join(' '))

/** An object without keys, and a check without params: there is nothing to show. */
function isBare(schema: unknown): boolean {
  if (!isMapping(schema) || !isMapping(schema['properties'])) return false
  const { disabled: _, ...options } = schema['properties']
  return Object.values(options).every(isBare)
}

/** Keys a JSON Schema names and none of the values has. `values` are all the places of the example it describes. */
function missingKeys(schema: unknown, values: readonly unknown[], path: string): string[] {
  if (!isMapping(schema)) return []
  const missing: string[] = []
  for (const branch of [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]) {
    missing.push(...missingKeys(branch, values, path))
  }
  for (const condition of listOf(schema['allOf']).filter(isMapping)) {
    const wanted = JSON.stringify(condition['if'])
    const meant = values.filter(
      (value) => isMapping(value) && wanted.includes(`{"const":"${String(value['collector'])}"}`),
    )
    missing.push(...missingKeys(condition['then'], meant, `${path}<${meant.length}>`))
  }
  if (schema['items'] !== undefined) missing.push(...missingKeys(schema['items'], values.flatMap(listOf), `${path}[]`))
  for (const [key, inner] of Object.entries(propertiesOf(schema))) {
    const inside = values.filter(isMapping).filter((value) => Object.hasOwn(value, key))
    if (isReference(schema) || isBare(inner)) continue
    if (inside.length === 0) missing.push(`${path}.${key}`)
    const next = inside.map((value) => value[key])
    if (inside.length > 0) missing.push(...missingKeys(inner, next, `${path}.${key}`))
  }
  return missing
}

describe('config.example.yaml', () => {
  test.each([
    ['with a key in a file', text],
    ['with a key in KMS', withKms],
  ])('is valid, without a warning: %s', (_, variant) => {
    const result = loadConfig({
      text: variant,
      path: 'config.example.yaml',
      collectors: (id) => collectors.find((collector) => collector.id === id),
      knownCollectorIds: collectors.map(({ id }) => id),
    })
    expect(formatProblems(result.problems, 'config.example.yaml')).toBe('')
    expect(result.ok).toBe(true)
  })

  test('shows every option of the file, of every collector and of every check that has params', () => {
    const schema: unknown = JSON.parse(configJsonSchema(collectors))
    const missing = missingKeys(
      schema,
      variants.map((variant) => parse(variant)),
      '',
    )
    // A check is turned off in one place; that each could be goes without saying.
    expect(missing.filter((path) => !/^\.checks\..*\.disabled$/.test(path))).toEqual([])
    for (const form of ['{ env: ', '{ file: ', 'disabled: ']) expect(text).toContain(form)
  })

  test('explains every option: where a key comes first, a comment stands right above it', () => {
    const lines = variants.flatMap((variant) => variant.split('\n'))
    const seen = new Set<string>()
    const bare = lines.filter((line, index) => {
      const key = /^ *(?:- )?(\w+):/.exec(line)?.[1]
      if (key === undefined || seen.has(key)) return false
      seen.add(key)
      return !/^ *#/.test(lines[index - 1] ?? '')
    })
    // Each of these is explained with the key above it.
    const explainedAbove = ['path', 'key', 'days', 'exclude', 'params', 'type', 'reason', 'login', 'until', 'maximum']
    expect(bare.map((line) => /(\w+):/.exec(line)?.[1]).filter((key) => !explainedAbove.includes(key ?? ''))).toEqual(
      [],
    )
  })
})
