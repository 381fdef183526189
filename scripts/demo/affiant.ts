import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Affiant {
  /** Runs the program with its output going where ours goes. The exit status; 130 if a signal ended it. */
  show(args: readonly string[]): Promise<number>
  /** Runs the program with `--json` and nothing shown; what it printed. */
  ask(args: readonly string[]): Promise<unknown>
  /** Hands a signal on to the program that is running. */
  interrupt(signal: NodeJS.Signals): void
}

/** The command line of this checkout, started as a user's shell would start it. */
export function affiantOf(root: string, env: NodeJS.ProcessEnv): Affiant {
  const program = ['--conditions=source', join(root, 'src', 'cli', 'main.ts')]
  let running: ChildProcess | undefined

  const ended = (child: ChildProcess) =>
    new Promise<number>((resolve, reject) => {
      running = child
      child.once('error', reject)
      child.once('close', (status) => {
        running = undefined
        resolve(status ?? 130)
      })
    })

  return {
    show: (args) => ended(spawn(process.execPath, [...program, ...args], { env, stdio: 'inherit' })),
    async ask(args) {
      const child = spawn(process.execPath, [...program, ...args, '--json'], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [printed] = await Promise.all([text(child.stdout), ended(child)])
      return printed === '' ? undefined : JSON.parse(printed)
    },
    interrupt: (signal) => void running?.kill(signal),
  }
}
