import { createHash } from 'node:crypto'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import type { CommandReceipt } from '../model/receipt.ts'
import type { Collector } from '../sdk/collector.ts'
import type { Clock, Command, CommandOptions } from '../sdk/context.ts'
import {
  AbortedError,
  asReadError,
  InvalidError,
  ReadError,
  TimeoutError,
  TruncatedError,
  UnavailableError,
} from '../sdk/errors.ts'
import { GIT_ENVIRONMENT, gitCall, gitFailure } from './command-git.ts'
import { type Separator, splitter } from './command-items.ts'

/** What the command seam is made of. */
export interface CommandSeam {
  /** That of `node:child_process`. */
  spawn: (program: string, args: readonly string[], options: SpawnOptions) => ChildProcess
  /** The collector's manifest: programs and their subcommands. */
  allowed: Collector['commands']
  /** Folder that a relative `cwd` starts from; must exist. */
  folder?: string
  clock: Clock
  /** The signal of the plan item at hand; asked when a command starts. */
  signal: () => AbortSignal
  /** Called once for each command that was started, when it has ended. */
  onReceipt(receipt: CommandReceipt): void
  /** The process's environment, of which only PATH, HOME and GNUPGHOME are passed on. */
  env: Readonly<Record<string, string | undefined>>
  /** The longest item that is accepted, in bytes. */
  maxItemBytes?: number
}

const MAX_ITEM_BYTES = 16 * 1024 * 1024
/** A program that is asked to end has this long before it is killed, in milliseconds. */
const GRACE = 2_000
/** As much of standard error as is needed to tell what went wrong. */
const STDERR_BYTES = 16 * 1024

/**
 * The way out to programs on this machine: read-only, without a shell, with a reduced environment, receipted. `git` is
 * the only program whose arguments it can judge, so it is the only one it runs.
 *
 * The returned command raises `InvalidError` (refused arguments, non-zero status, an item beyond the cap),
 * `UnavailableError` (program missing), `DeniedError` (repository not readable), `TruncatedError` (killed from outside),
 * `TimeoutError` and `AbortedError` (the signal). A consumer that stops early ends the program; its receipt then has
 * the failure `aborted`, and the digest covers what was read.
 */
export function createCommand(seam: CommandSeam): Command {
  return (program, args, options = {}) => run(seam, program, args, options)
}

async function* run(
  seam: CommandSeam,
  program: string,
  args: readonly string[],
  options: CommandOptions,
): AsyncGenerator<string, void, undefined> {
  if (program !== 'git' || seam.allowed?.git === undefined)
    throw new InvalidError(`refused to run ${program}: it is not a program of the collector's allow-list`)
  const call = gitCall(args, seam.allowed.git, options.cwd)
  const signal = seam.signal()
  if (signal.aborted) throw stopReason(signal)

  const at = seam.clock.now().toISOString()
  const hash = createHash('sha256')
  let bytes = 0
  let failure: ReadError | undefined
  let finished = false
  const running = start(seam, program, call.args)
  const stop = () => void running.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const split = splitter(separatorOf(options), seam.maxItemBytes ?? MAX_ITEM_BYTES)
    for await (const chunk of running.output()) {
      hash.update(chunk)
      bytes += chunk.length
      yield* split.push(chunk)
    }
    const ending = await running.ended
    failure = signal.aborted ? stopReason(signal) : endingFailure(program, call.subcommand, ending)
    finished = true
    if (failure) throw failure
    yield* split.end()
  } catch (thrown) {
    failure ??= signal.aborted ? stopReason(signal) : asReadError(thrown)
    throw failure
  } finally {
    signal.removeEventListener('abort', stop)
    if (!finished) await running.stop()
    const { status } = await running.ended
    const reason = failure?.reason ?? (finished ? undefined : 'aborted')
    seam.onReceipt({
      kind: 'command',
      at,
      attempt: 1,
      ...(reason && { failure: reason }),
      program,
      args: [...call.shown],
      ...(status !== null && { exitStatus: status }),
      bodySha256: hash.digest('hex'),
      bodyBytes: bytes,
    })
  }
}

interface Ending {
  status: number | null
  signal: string | null
  stderr: string
  error?: Error
}

interface Running {
  /** Standard output as it comes; the program waits while nobody reads. Ends quietly when the program is stopped. */
  output(): AsyncIterable<Buffer>
  ended: Promise<Ending>
  /** Asks the program to end, kills it if it does not, and waits until it is gone. */
  stop(): Promise<void>
}

function start(seam: CommandSeam, program: string, args: readonly string[]): Running {
  let child: ChildProcess
  try {
    child = seam.spawn(program, args, {
      shell: false,
      ...(seam.folder !== undefined && { cwd: seam.folder }),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(seam.env),
    })
  } catch (cause) {
    throw new UnavailableError(`${program} could not be started`, { cause })
  }
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new UnavailableError(`${program} could not be started`)

  let said = ''
  stderr.on('data', (chunk: Buffer) => {
    if (said.length < STDERR_BYTES) said += chunk.toString('utf8')
  })
  let stopping: Promise<void> | undefined
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => resolve({ status: null, signal: null, stderr: said, error }))
    child.once('close', (status, signal) => resolve({ status, signal, stderr: said }))
    // A grandchild may keep the pipes open after the program itself was stopped: then nothing is waited for.
    child.once('exit', () => stopping && closePipes())
  })
  const closePipes = () => {
    stdout.destroy()
    stderr.destroy()
  }

  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) closePipes()
    child.kill('SIGTERM')
    const kill = seam.clock.after(GRACE, () => child.kill('SIGKILL'))
    await ended
    kill[Symbol.dispose]()
  }
  return {
    async *output() {
      try {
        const chunks: AsyncIterable<Buffer> = stdout
        yield* chunks
      } catch (error) {
        // Reading fails when the program was stopped or never started; `ended` says which.
        const ending = await ended
        if (!stopping && !ending.error) throw error
      }
    },
    ended,
    stop: () => (stopping ??= stop()),
  }
}

function endingFailure(program: string, subcommand: string, ending: Ending): ReadError | undefined {
  if (ending.error) {
    const missing = 'code' in ending.error && ending.error.code === 'ENOENT'
    const text = missing ? `${program} is not installed, or not on the PATH` : `${program} could not be started`
    return new UnavailableError(text, { cause: ending.error })
  }
  if (ending.signal !== null) return new TruncatedError(`${program} was ended from outside (${ending.signal})`)
  if (ending.status !== 0) return gitFailure(subcommand, ending.status ?? -1, ending.stderr)
  return undefined
}

function stopReason(signal: AbortSignal): ReadError {
  const reason: unknown = signal.reason
  if (reason instanceof ReadError) return reason
  if (reason instanceof Error && reason.name === 'TimeoutError')
    return new TimeoutError('the deadline passed before the command ended', { cause: reason })
  return new AbortedError('the run was stopped before the command ended', { cause: reason })
}

function environment(env: CommandSeam['env']): Record<string, string> {
  // Relative entries of PATH would make the folder that is read a place programs are taken from.
  const path = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter((entry) => entry.startsWith('/'))
  const homes = ['HOME', 'GNUPGHOME'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return { ...GIT_ENVIRONMENT, ...Object.fromEntries(homes), PATH: path.join(':') }
}

function separatorOf(options: CommandOptions): Separator {
  return options.separator ?? '\n'
}
