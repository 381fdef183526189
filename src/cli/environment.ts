import type * as RuntimeModule from '../runtime.ts'
import type { Problem } from '../config/problem.ts'
import type { Log } from '../sdk/context.ts'

/** One of the two output streams of the program. */
export interface Output {
  /** Resolves when the text was taken: await it, so that a slow reader slows us down. */
  write(text: string): Promise<void>
  isTty: boolean
  /** Width of the terminal; 80 where it is not one. */
  columns: number
  /** Whether to colour: a terminal, and the environment does not ask for none (`NO_COLOR`). */
  color: boolean
}

/** What `validate` needs of a config file besides `loadConfigFile`: every problem as data. */
export interface CheckedConfig {
  problems: readonly Problem[]
  installation?: string
  sources?: readonly { id: string; collector: string; demo: boolean }[]
}

/** What commands use of the composition root. */
export interface Runtime
  extends Pick<
    typeof RuntimeModule,
    | 'agentVersion'
    | 'buildDigest'
    | 'builtInCollectors'
    | 'loadConfigFile'
    | 'loadCrosswalks'
    | 'loadMappings'
    | 'openStore'
    | 'runJob'
    | 'examineSources'
    | 'exportEvidence'
    | 'initKeys'
    | 'kindOf'
    | 'openConfigSigner'
    | 'openEvidenceFile'
    | 'openPassphrase'
    | 'pemBlocks'
    | 'preferSmallMemory'
    | 'readPrivateFile'
    | 'revokeLedgerKey'
    | 'rotateKeys'
    | 'sampleEvidence'
    | 'readRootsFile'
    | 'remakeExportReport'
    | 'serveLoopback'
    | 'stampStore'
    | 'standaloneVerifiers'
    | 'systemClock'
    | 'writeNewStream'
    | 'writeReportFolder'
  > {
  /** Checks a config file, and with `secrets` also what it refers to. @throws UserError if it cannot be read */
  checkConfigFile(path: string, options: { secrets: boolean }): Promise<CheckedConfig>
  /** @throws UserError if the file cannot be read */
  readTextFile(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  /**
   * Writes a file that does not exist yet, with the folders above it. `private`: for the owner's eyes only (0600).
   * @throws UserError if it exists or cannot be written
   */
  writeNewFile(path: string, content: string, options?: { private?: boolean }): Promise<void>
  randomBytes(size: number): Uint8Array
  /** Absolute path of `config.schema.json`. */
  configSchemaPath: string
  /** A logger on stderr. */
  createLog(level: string): Promise<Log>
}

/** Everything a command may touch. `main.ts` makes it of the process; tests make their own. */
export interface Environment {
  /** Loads the composition root when a command needs it: `--help` does not pay for it. */
  runtime(): Promise<Runtime>
  stdout: Output
  stderr: Output
  /** stderr as a stream to draw progress on; absent where it is no terminal. */
  screen?: NodeJS.WriteStream
  env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the current folder. */
  cwd: string
  /** Calls `act` for each Ctrl-C or SIGTERM until it is disposed of; meanwhile they do not end the program. */
  onInterrupt(act: () => void): Disposable
  /** Ends the program at once. */
  leave(exitCode: number): void
}
