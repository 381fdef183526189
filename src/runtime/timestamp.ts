import { randomBytes } from 'node:crypto'
import { type StampedLedger, stampLedger } from '../bundle/late-tokens-add.ts'
import { createTimestamper, stampWithAll, type Timestamper } from '../bundle/timestamp-client.ts'
import { readRoots, RootsError } from '../bundle/tsa-roots.ts'
import type { Config } from '../config/config.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock } from '../sdk/context.ts'
import { systemClock } from './clock.ts'
import { readTextFile } from './files.ts'

export interface StampOptions {
  clock: Clock
  /** Told of an authority that gave no token. */
  onWarning?: ((message: string) => void) | undefined
}

/**
 * Asks the authorities of the config for tokens over a signature; `undefined` if there are none. An authority that gives
 * no token stops nothing: it is warned of, and the entry stands without.
 * @throws UserError if a file of roots cannot be read or used
 */
export async function openStamp(
  authorities: Config['timestamps'],
  { clock, onWarning }: StampOptions,
): Promise<((signature: Uint8Array) => Promise<Uint8Array[]>) | undefined> {
  if (authorities.length === 0) return undefined
  const timestampers = new Map<string, Timestamper>()
  for (const { url, rootsFile, timeoutMs } of authorities) {
    const roots = rootsFile === undefined ? undefined : await readRootsFile(rootsFile)
    timestampers.set(url, createTimestamper({ url, fetch, randomBytes, clock, timeoutMs, roots }))
  }
  return async (signature) => {
    const stamps = await stampWithAll(timestampers, signature)
    return stamps.flatMap((stamp) => {
      if ('token' in stamp) return stamp.token
      onWarning?.(`no timestamp from ${stamp.authority}: ${stamp.error.message}. ${stamp.error.hint}`)
      return []
    })
  }
}

export interface LateStampOptions extends Omit<StampOptions, 'clock'> {
  /** Called for each entry that got a token. */
  onStamped?: (index: number) => void
  /** Tests set the clock. */
  clock?: Clock
}

/**
 * Asks the authorities of the config for tokens over the ledger entries that have none, and stores them beside the ledger.
 * @throws UserError if the config names no authority, or a file of roots cannot be used; BundleError; StoreError
 */
export async function stampStore(
  store: Store,
  authorities: Config['timestamps'],
  { clock = systemClock, onWarning, onStamped }: LateStampOptions = {},
): Promise<StampedLedger> {
  const stamp = await openStamp(authorities, { clock, onWarning })
  if (stamp === undefined) {
    throw new UserError(
      'the config names no timestamp authority',
      'Add one under timestamps.authorities, as config.example.yaml shows.',
    )
  }
  return stampLedger({ store, stamp, ...(onStamped && { onStamped }) })
}

/** @throws UserError */
export async function readRootsFile(path: string): Promise<ReturnType<typeof readRoots>> {
  const pem = await readTextFile(path)
  try {
    return readRoots(pem)
  } catch (cause) {
    if (cause instanceof RootsError) throw new UserError(`${path}: ${cause.message}`, cause.hint, { cause })
    throw cause
  }
}
