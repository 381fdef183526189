import { UserError } from '../model/user-error.ts'
import type { Environment } from './environment.ts'

/** Exit statuses of `affiant`. `run` gives 0, 1, 2 or 3, `verify` 0, 1, 3, 4 or 5, `replay` 0, 1, 2 or 4, `export` and `diff` 0, 1 or 4, `doctor` 0, 1 or 3, `population` and `sample` 0, 1, 3 or 4, `report` and `show` 0, 1 or 4, every other command 0 or 1. */
export const EXIT = {
  ok: 0,
  /** The command line, the config or the machine prevented it; nothing was concluded. */
  usage: 1,
  failed: 2,
  /** Beats 2. */
  incomplete: 3,
  integrity: 4,
  signer: 5,
  /** Ctrl-C was pressed twice: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const

/** Ctrl-C was pressed while files were written, which are gone. */
export function stopped(next: string): UserError {
  return new UserError('stopped; nothing is left of what was written', next, { exitCode: EXIT.interrupted })
}

/**
 * While files are written, Ctrl-C makes the signal abort, so that whoever writes takes them away again. Before that and after it
 * Ctrl-C ends the program at once, as it should where there is nothing to take away.
 */
export function untilStopped(
  { onInterrupt }: Pick<Environment, 'onInterrupt'>,
  reason = stopped('Run the command again.'),
): Disposable & { signal: AbortSignal } {
  const stop = new AbortController()
  const listening = onInterrupt(() => stop.abort(reason))
  return { signal: stop.signal, [Symbol.dispose]: () => listening[Symbol.dispose]() }
}

/** The table below `affiant --help`. */
export const EXIT_HELP = `
Exit status:
  0  all collected, nothing failed; or the command did what was asked
  1  wrong use, wrong config, or something of this machine prevented it
  2  run: a check failed; replay: results differ, for a stated reason
  3  run, verify: evidence is incomplete or a result unknown (beats 2);
     doctor: something cannot be read;
     population, sample: it is not complete
  4  verify: the evidence is not what was sealed; replay, diff, export,
     population, sample, report, show: a file is damaged;
     replay: results do not follow from the records
  5  verify: not sealed with a key that you trust
`
