import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { didYouMean } from '../model/did-you-mean.ts'

/** A file as text; `path` is what a person calls it. */
export interface TextFile {
  path: string
  text: string
}

/** Something wrong in a file. `line` and `column` count from 1. */
export interface MappingProblem {
  path: string
  line: number
  column: number
  /** What is wrong and what to do, one sentence without full stop. */
  message: string
}

type KeyPath = readonly PropertyKey[]

/** A parsed file that can say where in its text a value stands. */
export interface YamlFile<Value> {
  path: string
  value: Value
  /** A problem at the value under `keys`, or at the nearest parent that exists. */
  problem(keys: KeyPath, message: string): MappingProblem
}

/** Parses YAML 1.2 and validates it: the file, or every problem of it. Never throws. */
export function readYaml<Value>(
  file: TextFile,
  schema: z.ZodType<Value>,
): { file: YamlFile<Value> } | { problems: MappingProblem[] } {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, message: string): MappingProblem => {
    const { line, col } = lines.linePos(offset)
    return { path: file.path, line: Math.max(line, 1), column: Math.max(col, 1), message }
  }
  const problem = (keys: KeyPath, message: string) => at(offsetOf(document, keys), message)
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) return { problems: faults.map((fault) => at(fault.pos[0], yamlMessage(fault))) }

  let value: unknown
  try {
    value = document.toJS()
  } catch {
    return { problems: [at(0, 'not readable as YAML: aliases (*name) refer to nothing or expand without end')] }
  }
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return { file: { path: file.path, value: parsed.data, problem } }
  return { problems: parsed.error.issues.flatMap((issue) => describe(issue, schema, problem)) }
}

function yamlMessage(fault: { code: string; message: string }): string {
  if (fault.code === 'DUPLICATE_KEY') return 'this key was already given; keep one of the two'
  if (fault.code === 'MULTIPLE_DOCS') return 'a file holds one YAML document; remove what follows "---"'
  return `not valid YAML: ${fault.message.split('\n')[0]}`
}

/** Where the value under `keys` begins; for an unknown key, where the key itself begins. */
function offsetOf(document: Document, keys: KeyPath): number {
  for (let length = keys.length; length > 0; length--) {
    const path = keys.slice(0, length)
    const node: unknown = document.getIn(path, true)
    if (isNode(node) && node.range) return keyOffset(document, path) ?? node.range[0]
  }
  return contentOffset(document.contents)
}

function contentOffset(node: Node | null): number {
  return node?.range?.[0] ?? 0
}

function keyOffset(document: Document, path: KeyPath): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
    : undefined
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined
}

type Issue = z.core.$ZodIssue

function describe(
  issue: Issue,
  schema: z.ZodType,
  problem: (keys: KeyPath, message: string) => MappingProblem,
): MappingProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map((key) => problem([...issue.path, key], `unknown key "${key}"${didYouMean(key, known)}`))
  }
  const name = issue.path.at(-1)
  const what = typeof name === 'string' ? `"${name}"` : 'this'
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return [problem(issue.path, `${what} is missing`)]
    return [problem(issue.path, `${what} must be ${typeName(issue.expected)}, found ${found(issue.input)}`)]
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String)
    const hint = typeof issue.input === 'string' ? didYouMean(issue.input, values) : ''
    if (issue.input === undefined) return [problem(issue.path, `${what} is missing; give one of ${values.join(', ')}`)]
    return [problem(issue.path, `${what} must be one of ${values.join(', ')}${hint}`)]
  }
  if (issue.code === 'too_small') return [problem(issue.path, `${what} must not be empty`)]
  if (issue.code === 'invalid_format') return [problem(issue.path, `${what} is not of the form expected here`)]
  return [problem(issue.path, issue.message)]
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    string: 'text',
    array: 'a list',
    object: 'a set of keys',
    record: 'a set of keys',
  }
  return names[expected] ?? `a ${expected}`
}

function found(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a set of keys'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/** The keys the schema knows at that path, for "did you mean". */
function keysAt(schema: z.ZodType, path: KeyPath): string[] {
  let current: unknown = unwrap(schema)
  for (const step of path) {
    if (current instanceof z.ZodArray) current = unwrap(current.element)
    else if (current instanceof z.ZodObject) current = unwrap(current.shape[String(step)])
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : []
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema
}
