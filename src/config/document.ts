import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Document, ErrorCode, Pair, YAMLMap } from 'yaml'
import { type Finding, type Position, type Problem, sortProblems, toProblem } from './problem.ts'

/** A YAML text with the place of everything in it. */
export interface ConfigDocument {
  /** Plain data; `undefined` if the text is not YAML at all. */
  value: unknown
  /** What is wrong with the YAML itself. */
  problems: Problem[]
  /** Where the key or the value at this path stands; where there is none, the nearest parent that exists. */
  locate(path: readonly PropertyKey[], at?: 'key'): Position
}

/** Own words: the library's messages may quote the text, and the text may hold a secret by mistake. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'this alias (*name) is not allowed here or has no anchor (&name) before it',
  BAD_DQ_ESCAPE: 'a backslash in a double-quoted text starts an unknown escape; use single quotes or write \\\\',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'a text may not start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a nested mapping cannot stand on this line; put texts with ": " in quotes or start a new line',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]',
  MISSING_CHAR: 'a character is missing here: a quote, bracket, comma, colon or the space after it',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, followed by ": "',
  MULTIPLE_DOCS: 'the file holds more than one YAML document; remove the "---" between them',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'this tag (!name) is unknown, or its value does not fit it',
  UNEXPECTED_TOKEN: 'this cannot stand here; check indentation, quotes and brackets of this line and the one before',
}

/** Reads YAML 1.2. Never throws: whatever is wrong is a problem. */
export function readDocument(text: string): ConfigDocument {
  const positionOf = positions(text)
  try {
    const doc = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: 'error' })
    const problems = [...doc.errors, ...doc.warnings].map(({ code, pos: [offset] }) =>
      code === 'DUPLICATE_KEY'
        ? toProblem(duplicateKey(doc, offset, positionOf), positionOf(offset))
        : syntaxProblem(code, positionOf(offset)),
    )
    problems.push(...danglingAliases(doc).map((offset) => syntaxProblem('BAD_ALIAS', positionOf(offset))))
    const usable = problems.every(({ code }) => code === 'duplicate-key')
    return {
      value: usable ? plain(doc) : undefined,
      problems: usable ? problems : firstOfEachLine(problems),
      locate: (path, at) => positionOf(offsetOf(doc, path, at)),
    }
  } catch {
    // Nesting too deep for the stack, or aliases that multiply: nothing a person writes by hand.
    return broken('the file is nested too deeply or uses too many aliases')
  }
}

function syntaxProblem(code: ErrorCode, position: Position): Problem {
  return toProblem({ code: 'syntax', path: [], message: SENTENCES[code] ?? 'this is not valid YAML' }, position)
}

/**
 * Place of an offset. Counted here: the library's `LineCounter` loses lines inside an unfinished quoted text (yaml 2.9),
 * which is just where a place is needed.
 */
function positions(text: string): (offset: number) => Position {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    const inside = Math.min(Math.max(offset, 0), text.length)
    const line = starts.findLastIndex((start) => start <= inside)
    return { line: line + 1, column: inside - (starts[line] ?? 0) + 1 }
  }
}

/** One mistake often makes the parser stumble several times over the same line. */
function firstOfEachLine(problems: readonly Problem[]): Problem[] {
  const sorted = sortProblems(problems)
  return sorted.filter(({ line }, index) => sorted.findIndex((other) => other.line === line) === index)
}

function broken(message: string): ConfigDocument {
  const position = { line: 1, column: 1 }
  return {
    value: undefined,
    problems: [toProblem({ code: 'syntax', path: [], message }, position)],
    locate: () => position,
  }
}

/** The last pair with that key, as the last one is the one whose value counts. */
function pairOf(map: YAMLMap, key: PropertyKey): Pair | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

function offsetOf(doc: Document, path: readonly PropertyKey[], at?: 'key'): number {
  let node: unknown = doc.contents
  let anchor = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(doc)
    if (isMap(node)) {
      const pair = pairOf(node, step)
      if (pair === undefined) return anchor
      anchor = startOf(pair.key) ?? anchor
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      const start = startOf(node)
      if (start === undefined) return anchor
      anchor = start
    } else return anchor
    const isEnd = index === path.length - 1
    const isEmpty = node === null || (isScalar(node) && node.value === null)
    if (isEnd && at !== 'key' && !isEmpty && !isMap(node)) return startOf(node) ?? anchor
  }
  return anchor
}

function duplicateKey(doc: Document, offset: number, positionOf: (offset: number) => Position): Finding {
  let key = ''
  let first: number | undefined
  visit(doc, {
    Map(_, map) {
      const second = map.items.find((pair) => startOf(pair.key) === offset)
      if (!second || !isScalar(second.key)) return undefined
      key = String(second.key.value)
      first = startOf(map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.key)
      return visit.BREAK
    },
  })
  const where = first === undefined ? '' : `; it is already on line ${positionOf(first).line}`
  return { code: 'duplicate-key', path: key ? [key] : [], message: `this key is given twice${where}` }
}

/** Aliases of anchors that do not exist; the parser leaves them for later. */
function danglingAliases(doc: Document): number[] {
  const found: number[] = []
  visit(doc, {
    Alias(_, alias) {
      if (alias.resolve(doc) === undefined) found.push(startOf(alias) ?? 0)
    },
  })
  return found
}

/** Plain data. Throws if aliases form a cycle or multiply. */
function plain(doc: Document): unknown {
  const value: unknown = doc.toJS({ maxAliasCount: 100 })
  JSON.stringify(value)
  return value
}
