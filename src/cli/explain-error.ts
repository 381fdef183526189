import { printable } from '../report/printable.ts'

export interface Explained {
  text: string
  exitCode: number
}

/**
 * What a person is told of an error. Errors that carry a `hint` (UserError, StoreError, BundleError) were foreseen: the
 * message and the hint. Any other is ours: one line, and the stack only when debugging. `withheld`: it may come from a
 * plug-in's own code, outside of everything that masks, so its message is not shown.
 */
export function explainError(
  error: unknown,
  { debug, withheld = false }: { debug: boolean; withheld?: boolean },
): Explained {
  if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') {
    const exitCode = 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1
    return { text: lines([error.message, error.hint, ...(debug ? [error.stack ?? ''] : [])]), exitCode }
  }
  if (withheld) return { text: lines(withoutMessage(error, debug)), exitCode: 1 }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const next = debug
    ? error instanceof Error && error.stack !== undefined
      ? error.stack
      : ''
    : 'This was not foreseen. Run again with --log-level debug to see where, and please report it.'
  return { text: lines([`affiant failed: ${what.replaceAll(/\s+/g, ' ')}`, next]), exitCode: 1 }
}

/** Names and places only, as a message can quote anything. */
function withoutMessage(error: unknown, debug: boolean): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return [
    'affiant failed: an error outside of any read, whose message is withheld as it could quote a secret',
    ...(debug ? frames : ['Run again with --log-level debug to see where, and please report it.']),
  ]
}

function lines(parts: readonly string[]): string {
  const all = parts.filter((part) => part !== '').flatMap((part) => part.split('\n'))
  return `${all.map(printable).join('\n')}\n`
}
