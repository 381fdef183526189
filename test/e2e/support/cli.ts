import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')
const MAIN = join(root, 'src', 'cli', 'main.ts')

export interface Ended {
  /** Absent if a signal ended it. */
  exitCode: number | undefined
  signal: NodeJS.Signals | undefined
  stdout: string
  stderr: string
}

export interface CliOptions {
  cwd: string
  env?: Readonly<Record<string, string>>
  /** Largest file it may write, in blocks of 1024 bytes. */
  fileSizeLimit?: number
}

export interface Running {
  child: ChildProcess
  /** Resolves when stderr holds the text. @throws Error if the program ends before */
  said(text: string | RegExp): Promise<void>
  ended: Promise<Ended>
}

/** Starts `affiant` as a user does: a process of its own, with no more environment than it needs. */
export function startAffiant(args: readonly string[], { cwd, env = {}, fileSizeLimit }: CliOptions): Running {
  const command = [process.execPath, '--conditions=source', MAIN, ...args]
  const [program = '', ...rest] =
    fileSizeLimit === undefined
      ? command
      : ['bash', '-c', `trap '' XFSZ; ulimit -f ${fileSizeLimit}; exec "$@"`, 'bash', ...command]
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, stdout, stderr }),
    )
  })
  const said = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.search(text) < 0) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then(() => reject(new Error(`ended before it said ${text}: ${stderr}`)))
    })
  return { child, said, ended }
}

export function affiant(args: readonly string[], options: CliOptions): Promise<Ended> {
  return startAffiant(args, options).ended
}

/** A program run for its effect. @throws Error with what it said, if it fails */
export async function sh(program: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (out += chunk))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${out}`)
  return out
}
