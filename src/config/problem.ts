import { showPath } from './show.ts'

export type ProblemCode =
  | 'syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'invalid-value'
  | 'duplicate-id'
  | 'unknown-collector'
  | 'unknown-source'
  | 'unknown-check'
  | 'unknown-limit'
  | 'limit-raised'
  | 'unknown-stream'
  | 'unknown-secret'
  | 'missing-secret'
  | 'secret-in-clear'
  | 'secret-unset'
  | 'secret-unreadable'
  | 'secret-empty'
  | 'secret-invalid'
  | 'secret-exposed'
  | 'no-effect'

/** Where something stands in the config file: counted from 1, columns in UTF-16 code units. */
export interface Position {
  line: number
  column: number
}

/** One thing that is wrong with the config. An `error` prevents a run, a `warning` does not. */
export interface Problem extends Position {
  code: ProblemCode
  severity: 'error' | 'warning'
  /** `sources[0].config.organization`; empty for the file as a whole. */
  path: string
  /** One line for a person: what is wrong and what to do. Holds no secret. */
  message: string
  /** What would have been right. */
  expected?: string
  /** What stands there, where it may be shown. */
  found?: string
  /** The valid key or value that was probably meant. */
  nearest?: string
}

/** A problem before its place in the text is known. */
export interface Finding {
  code: ProblemCode
  severity?: 'warning'
  path: readonly PropertyKey[]
  /** Whether it is the key at `path` that is wrong, or its value (default). What does not exist is placed at its parent. */
  at?: 'key'
  message: string
  expected?: string
  found?: string
  nearest?: string | undefined
}

export function toProblem(finding: Finding, position: Position): Problem {
  const { code, severity = 'error', path, message, expected, found, nearest } = finding
  return {
    code,
    severity,
    ...position,
    path: showPath(path),
    message: message.replace(/\s+/g, ' '),
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(nearest !== undefined && { nearest }),
  }
}

/** In the order of the text, each said once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(problems.map((one) => [`${one.line}:${one.column} ${one.path} ${one.message}`, one]))
  return [...distinct.values()].toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/**
 * One line for each problem, for a terminal:
 * `affiant.yaml:12:5  sources[0].config.organisation  unknown key; did you mean "organization"?`
 */
export function formatProblems(problems: readonly Problem[], path: string): string {
  const lines = problems.map(({ line, column, severity, path: where, message }) =>
    [`${path}:${line}:${column}`, where, severity === 'warning' ? `warning: ${message}` : message]
      .filter((part) => part !== '')
      .join('  '),
  )
  return lines.join('\n')
}
