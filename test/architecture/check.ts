import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { type Import, type ParsedFile, parseFile } from './parse.ts'
import { type GlobalUse, nodesOf } from './scope.ts'
import {
  COLLECTOR_TEST_FILE,
  GLOBAL_MEMBERS,
  GLOBALS,
  LAYERS,
  type Layer,
  PURE_BUILTINS,
  RANDOM_IMPORTS,
  REACH,
  RUNTIME,
  VENDOR_SDK,
  VENDOR_SDK_FILE,
  VITEST_FILE,
} from './table.ts'

export interface Violation {
  rule: string
  file: string
  line: number
  detail: string
}

/** Every rule that {@link checkSources} can report. */
export const RULES: readonly string[] = [
  'file-without-layer',
  ...LAYERS.flatMap(({ name, builtins }) => [
    `${name}-layers`,
    `${name}-packages`,
    ...(builtins === 'any' ? [] : [`${name}-builtins`]),
  ]),
  'vendor-sdk-outside-client',
  'nock-outside-tests',
  'vitest-outside-contract',
  'computed-import',
  'random-import',
  ...new Set([...GLOBALS, ...GLOBAL_MEMBERS].map(({ rule }) => rule)),
  ...REACH.map(({ rule }) => rule),
]

/**
 * Checks a tree of TypeScript files against the tables.
 * @param sources path from the repository's root (with `/`) to text
 * @param dependencies names of the run-time dependencies in package.json
 */
export function checkSources(sources: ReadonlyMap<string, string>, dependencies: readonly string[]): Violation[] {
  const files = new Map([...sources].map(([path, code]) => [path, parseFile(path, code)]))
  return [...files.values()]
    .flatMap((file) => [...checkFile(file, dependencies), ...checkGlobals(file), ...checkReach(file, files)])
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}

function checkFile(file: ParsedFile, dependencies: readonly string[]): Violation[] {
  const layer = layerOf(file.path)
  if (layer === undefined) {
    return [
      { rule: 'file-without-layer', file: file.path, line: 1, detail: 'no row of the import table covers this file' },
    ]
  }
  const violations = file.imports.flatMap((entry) => {
    const rule = importRule(file.path, layer, entry, dependencies)
    return rule === undefined ? [] : [{ rule, file: file.path, line: entry.line, detail: `imports ${entry.specifier}` }]
  })
  // The composition root loads plug-ins by the name that config gives.
  const computed = layer.name === 'runtime' ? [] : file.computedImports
  return [
    ...violations,
    ...computed.map((line) => ({
      rule: 'computed-import',
      file: file.path,
      line,
      detail: 'import() of a computed name',
    })),
  ]
}

/** The rule this import breaks. */
function importRule(path: string, layer: Layer, entry: Import, dependencies: readonly string[]): string | undefined {
  const { specifier } = entry
  if (specifier.startsWith('.')) {
    return mayImportFile(path, layer, posix.join(posix.dirname(path), specifier)) ? undefined : `${layer.name}-layers`
  }
  if (isBuiltin(specifier)) return mayImportBuiltin(layer, entry) ? randomImport(path, entry) : `${layer.name}-builtins`
  if (specifier === 'nock') return 'nock-outside-tests'
  if (specifier === 'vitest') return path === VITEST_FILE ? undefined : 'vitest-outside-contract'
  if (VENDOR_SDK.test(specifier)) {
    return VENDOR_SDK_FILE.test(path) ? undefined : 'vendor-sdk-outside-client'
  }
  return mayImportPackage(path, layer, specifier, dependencies) ? undefined : `${layer.name}-packages`
}

function mayImportFile(path: string, layer: Layer, target: string): boolean {
  const other = layerOf(target)
  if (other === undefined) return false
  if (layer.name === 'collector') return target.startsWith(`${path.split('/').slice(0, 2).join('/')}/`)
  return other.name === layer.name || layer.layers.includes(other.name)
}

function mayImportPackage(path: string, layer: Layer, specifier: string, dependencies: readonly string[]): boolean {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (layer.packages !== 'libraries' && layer.packages.includes(specifier)) return true
  if (layer.packages === 'libraries') return dependencies.includes(name)
  if (COLLECTOR_TEST_FILE.test(path)) return specifier === 'affiant/testing'
  // A vendor without an SDK of its own family may need another library: it too stays in client.ts.
  return /^collectors\/[^/]+\/client\.ts$/.test(path) && name !== 'zod' && dependencies.includes(name)
}

function mayImportBuiltin(layer: Layer, entry: Import): boolean {
  if (layer.builtins === 'any') return true
  if (layer.builtins === 'never') return false
  return entry.typeOnly || (layer.builtins === 'pure' && PURE_BUILTINS.includes(withPrefix(entry.specifier)))
}

function randomImport(path: string, entry: Import): string | undefined {
  if (RUNTIME.test(path) || entry.typeOnly || withPrefix(entry.specifier) !== 'node:crypto') return undefined
  return entry.names.some((name) => RANDOM_IMPORTS.test(name)) ? 'random-import' : undefined
}

function checkGlobals(file: ParsedFile): Violation[] {
  const report = (rule: string, line: number, detail: string): Violation => ({ rule, file: file.path, line, detail })
  const names = file.globals.flatMap((use) => {
    const byName = GLOBALS.find(({ names: list, files }) => list.includes(use.name) && !files.test(file.path))
    if (byName) return [report(byName.rule, use.line, `uses the global ${use.name}`)]
    const byMember = GLOBAL_MEMBERS.find(({ object, files }) => object === use.name && !files.test(file.path))
    return byMember && !isHarmless(use, byMember.members)
      ? [report(byMember.rule, use.line, `uses ${use.name} for what it gives differently each time`)]
      : []
  })
  const crypto = file.imports.find((entry) => withPrefix(entry.specifier) === 'node:crypto' && entry.namespace)
  const random = file.members.filter(
    ({ namespace, member }) => namespace === crypto?.namespace && RANDOM_IMPORTS.test(member),
  )
  if (RUNTIME.test(file.path)) return names
  return [...names, ...random.map(({ line, member }) => report('random-import', line, `uses ${member} of node:crypto`))]
}

/**
 * Whether this use of `Date`, `Math`, `crypto` or `AbortSignal` gives the same every time: another member, `instanceof`,
 * or `new Date(…)` with an argument. Passing the object on (`const { now } = Date`) is not.
 */
function isHarmless({ name, node, parents }: GlobalUse, forbidden: RegExp): boolean {
  const parent = parents[0]
  if (parent === undefined) return false
  if (parent.type === 'MemberExpression' && parent['object'] === node) {
    return (
      parent['computed'] !== true &&
      !nodesOf(parent['property']).some((property) => forbidden.test(String(property['name'])))
    )
  }
  if (parent.type === 'BinaryExpression') return parent['operator'] === 'instanceof'
  return name === 'Date' && parent.type === 'NewExpression' && nodesOf(parent['arguments']).length > 0
}

function checkReach(file: ParsedFile, files: ReadonlyMap<string, ParsedFile>): Violation[] {
  return REACH.filter(({ from }) => from.test(file.path)).flatMap(({ rule, never, except, imports }) => {
    const seen = new Set([file.path])
    const found: Violation[] = []
    for (const path of seen) {
      if (except?.test(path) === true) continue
      for (const entry of files.get(path)?.imports ?? []) {
        if (imports !== 'all' && entry.typeOnly) continue
        if (imports === 'loading' && entry.dynamic) continue
        const target = targetOf(path, entry.specifier)
        if (never.test(target))
          found.push({ rule, file: file.path, line: 1, detail: `reaches ${target} through ${path}` })
        else seen.add(target)
      }
    }
    return found
  })
}

function targetOf(path: string, specifier: string): string {
  if (isBuiltin(specifier)) return withPrefix(specifier)
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : `npm:${specifier}`
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ files }) => files.test(path))
}

function withPrefix(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`
}
