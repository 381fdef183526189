import { UserError } from '../model/user-error.ts'

export interface Explained {
  /** A code without data. */
  code: string
  problem: string
  hint?: string
}

/** What may be said of an error in a log: those that carry a hint were written for people, of others only the kind is named. */
export function explain(error: unknown): Explained {
  const code = codeOf(error)
  if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') {
    return { code, problem: error.message, hint: error.hint }
  }
  return { code, problem: 'this was not foreseen; please report it' }
}

function codeOf(error: unknown): string {
  if (error instanceof UserError) return 'config-or-secrets'
  if (error instanceof Error && 'hint' in error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
