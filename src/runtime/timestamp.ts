import { randomBytes } from 'node:crypto'
import { createTimestamper, type Timestamper } from '../bundle/timestamp-client.ts'
import { readRoots, RootsError } from '../bundle/tsa-roots.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock } from '../sdk/context.ts'
import { systemClock } from './clock.ts'
import { readTextFile } from './files.ts'

export interface AuthoritySetting {
  url: string
  /** PEM file with the roots of the authority. */
  rootsFile?: string | undefined
  timeoutMs?: number | undefined
}

/**
 * A client of a timestamp authority on the network, with this machine's clock and randomness.
 * @throws UserError if the file of roots cannot be read or used
 */
export async function openTimestamper(
  { url, rootsFile, timeoutMs }: AuthoritySetting,
  { signal, clock = systemClock }: { signal?: AbortSignal | undefined; clock?: Clock } = {},
): Promise<Timestamper> {
  const roots = rootsFile === undefined ? undefined : await readRootsFile(rootsFile)
  return createTimestamper({ url, fetch, randomBytes, clock, signal, timeoutMs, roots })
}

async function readRootsFile(path: string): Promise<ReturnType<typeof readRoots>> {
  const pem = await readTextFile(path)
  try {
    return readRoots(pem)
  } catch (cause) {
    if (cause instanceof RootsError) throw new UserError(`${path}: ${cause.message}`, cause.hint, { cause })
    throw cause
  }
}
