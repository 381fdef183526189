import { NotFoundError, UnavailableError } from 'affiant/sdk'

/**
 * Reads something of what a list has just named. A 404 means that it was deleted since, if it is gone itself; of what is
 * still there it means that its part could not be read, and must not pass for nothing.
 *
 * @throws NotFoundError if it is gone
 * @throws UnavailableError if it is there
 */
export async function unlessGone<T>(read: () => Promise<T>, lookUp: () => Promise<unknown>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    await lookUp()
    throw new UnavailableError(`${error.message}, and what it belongs to is there`, { cause: error })
  }
}
