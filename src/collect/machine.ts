import type { Machine, MachineIdentity } from '../sdk/context.ts'
import { DeniedError } from '../sdk/errors.ts'

/** Where nothing may be lent: a bench, a demo. */
export const lendsNothing: Machine = async (identity) => {
  throw new DeniedError(`this machine lends no ${identity} credentials here; give them as secrets of the source`)
}

/** The machine's credentials, for a collector whose manifest asks for them. */
export function lendOnly(machine: Machine, allowed: readonly MachineIdentity[]): Machine {
  return async (identity, options) => {
    if (allowed.includes(identity)) return machine(identity, options)
    throw new DeniedError(
      `the collector asked for ${identity} credentials of this machine, which its manifest does not list`,
    )
  }
}
