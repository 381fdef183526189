import { parseSync, Visitor } from 'oxc-parser'
import { type GlobalUse, globalUses, nodesOf } from './scope.ts'

/** One `import`, `export … from`, `import()` or `import('…')` type. */
export interface Import {
  specifier: string
  line: number
  /** Leaves no code behind. */
  typeOnly: boolean
  /** Evaluated only when the line is reached. */
  dynamic: boolean
  /** Imported names; a namespace or a whole re-export is `*`. */
  names: readonly string[]
  /** What a namespace or default import is called in the file. */
  namespace?: string
}

export interface ParsedFile {
  path: string
  imports: readonly Import[]
  /** Lines of `import(…)` whose argument is not a plain string. */
  computedImports: readonly number[]
  globals: readonly (GlobalUse & { line: number })[]
  /** `namespace.member` uses of namespace and default imports. */
  members: readonly { namespace: string; member: string; line: number }[]
}

/** Reads one TypeScript file. @throws Error if it does not parse */
export function parseFile(path: string, code: string): ParsedFile {
  const parsed = parseSync(path, code)
  if (parsed.errors[0]) throw new Error(`${path}: ${parsed.errors[0].message}`)
  const lineOf = (offset: number): number => code.slice(0, offset).split('\n').length

  const imports: Import[] = []
  const computedImports: number[] = []
  for (const statement of parsed.module.staticImports) {
    const whole = statement.entries.find((entry) => entry.importName.name === null)
    imports.push({
      specifier: statement.moduleRequest.value,
      line: lineOf(statement.start),
      typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
      dynamic: false,
      names: statement.entries.map((entry) => entry.importName.name ?? '*'),
      ...(whole && { namespace: whole.localName.value }),
    })
  }
  for (const statement of parsed.module.staticExports) {
    const from = statement.entries.filter((entry) => entry.moduleRequest)
    if (!from[0]?.moduleRequest) continue
    imports.push({
      specifier: from[0].moduleRequest.value,
      line: lineOf(statement.start),
      typeOnly: from.every((entry) => entry.isType),
      dynamic: false,
      names: from.map((entry) => entry.importName.name ?? '*'),
    })
  }
  const members: { namespace: string; member: string; line: number }[] = []
  const namespaces = new Set(imports.map((entry) => entry.namespace))
  const loaded = (source: object, line: number, typeOnly: boolean): void => {
    const specifier = 'value' in source ? source.value : undefined
    if (typeof specifier !== 'string') computedImports.push(line)
    else imports.push({ specifier, line, typeOnly, dynamic: !typeOnly, names: ['*'] })
  }
  new Visitor({
    ImportExpression: (node) => loaded(node.source, lineOf(node.start), false),
    TSImportType: (node) => loaded(node.source, lineOf(node.start), true),
    MemberExpression: (node) => {
      if (node.object.type !== 'Identifier' || !namespaces.has(node.object.name)) return
      if (node.property.type !== 'Identifier') return
      members.push({ namespace: node.object.name, member: node.property.name, line: lineOf(node.start) })
    },
  }).visit(parsed.program)

  const globals = nodesOf(parsed.program)
    .flatMap(globalUses)
    .map((use) => ({ ...use, line: lineOf(use.node.start) }))
  return { path, imports, computedImports, globals, members }
}
