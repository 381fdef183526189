import { BundleError } from '../bundle/errors.ts'
import { LinesError } from '../model/lines.ts'
import { StoreError } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { EXIT } from './exit-codes.ts'

/**
 * Runs `act`; what is wrong with stored evidence ends the program with status 4.
 * @throws UserError for a file that is missing, changed or not what affiant writes; anything else as it is
 */
export async function withIntegrity<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (cause) {
    const damaged =
      (cause instanceof StoreError && (cause.code === 'damaged' || cause.code === 'missing')) ||
      (cause instanceof BundleError && (cause.code === 'invalid' || cause.code === 'ledger-invalid'))
    if (damaged) throw new UserError(cause.message, cause.hint, { exitCode: EXIT.integrity, cause })
    if (!(cause instanceof LinesError)) throw cause
    throw new UserError(
      `a file of the run is not what affiant writes: ${cause.message}`,
      'affiant verify RUN says more.',
      {
        exitCode: EXIT.integrity,
        cause,
      },
    )
  }
}
