import { UserError } from '../model/user-error.ts'
import type { Look } from '../report/look.ts'
import { command } from './shell.ts'
import type { Environment, Output, Runtime } from './environment.ts'

export interface ConfigOption {
  config?: string
}

export interface StoreOption extends ConfigOption {
  /** Folder of the store; wins over the config. */
  store?: string
}

export interface JsonOption {
  json?: true
}

const DEFAULT_CONFIG = 'affiant.yaml'

export function configPath({ config }: ConfigOption): string {
  return config ?? DEFAULT_CONFIG
}

export function lookOf({ columns, color }: Output, options: StoreOption = {}): Look {
  return { columns, color, options: again(options) }
}

/** The options with which the next command finds the same store; none where the defaults do. */
function again({ config, store }: StoreOption): string {
  if (store !== undefined) return command('--store', store)
  return config === undefined || config === DEFAULT_CONFIG ? '' : command('--config', config)
}

/**
 * The store that was named, or that of the config.
 * @throws UserError
 */
export async function storePath(options: StoreOption, runtime: Runtime): Promise<string> {
  if (options.store !== undefined) return options.store
  return (await runtime.loadConfigFile(configPath(options))).config.store.path
}

/** @throws UserError if there is nothing at the path */
export async function assertThere(path: string, runtime: Runtime): Promise<void> {
  if (await runtime.exists(path)) return
  throw new UserError(`there is no store at ${path}`, 'Check the path of the folder, or --store.')
}

/** Prints the pieces as they come; a slow reader slows the source of them. */
export async function print({ stdout }: Pick<Environment, 'stdout'>, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) await stdout.write(piece)
}
