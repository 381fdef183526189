import type { Secret } from './secret.ts'

/** The only clock. Tests set it by hand; collectors never call `Date.now()` or `setTimeout`. */
export interface Clock {
  now(): Date
  /** Resolves after that many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Calls `act` after that many milliseconds unless disposed before: for limits, not for waiting. */
  after(milliseconds: number, act: () => void): Disposable
}

/** A logger in pino's shape: data first, then a static message. Never pass a secret or a person's name. */
export interface Log {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** The period the run reports on: half-open `[from, to)`, UTC. */
export interface Period {
  from: Date
  to: Date
}

/** `fetch` under the rules of the HTTP seam: limited, retried, read-only, receipted. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface CommandOptions {
  /** Folder to run in. */
  cwd?: string
  /** What ends an item of output: a line feed (default) or NUL. */
  separator?: '\n' | '\0'
}

/**
 * Runs a read-only command of the manifest's allow-list, without a shell, and yields its output item by item as UTF-8
 * text. Throws `UnavailableError` if the program is missing, `InvalidError` if it ends with a non-zero status.
 */
export type Command = (program: string, args: readonly string[], options?: CommandOptions) => AsyncIterable<string>

/** A kind of identity that a machine has without a secret in config. */
export type MachineIdentity = 'aws'

/** Credentials that the machine lends: of the role of an instance, task or pod, of its environment or of shared files. */
export interface LentCredentials {
  id: string
  secret: Secret
  token?: Secret
  expiresAt?: Date
}

/**
 * Asks the machine for its credentials; only the manifest's `machine` are lent. Ask again when they expire.
 * Throws `DeniedError` if it has none.
 */
export type Machine = (identity: MachineIdentity, options?: { profile?: string }) => Promise<LentCredentials>

/** Everything a collector may touch. There is nothing global: no environment, no file system, no other network. */
export interface CollectContext<Config, SecretName extends string> {
  config: Config
  /** The declared secrets that the config gives; one that is not configured is `undefined`. */
  secrets: Readonly<Partial<Record<SecretName, Secret>>>
  fetch: Fetch
  command: Command
  machine: Machine
  clock: Clock
  log: Log
  /** Aborted when the run is stopped or the deadline passes. */
  signal: AbortSignal
  period: Period
}
