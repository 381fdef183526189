import { BundlePath } from '../model/common.ts'
import { StoreError, type StoreErrorCode } from '../model/store.ts'

/** @throws StoreError `io` if the key is not one (see `Store` in model/store.ts); nothing was touched. */
export function assertKey(key: string): void {
  if (BundlePath.safeParse(key).success && !key.startsWith('.')) return
  throw new StoreError('io', `${JSON.stringify(key)} is not a key of the store`, {
    path: key,
    hint: 'Keys are ASCII path segments of letters, digits, ".", "_" and "-".',
  })
}

/** The `code` of a system error (`ENOENT`), if it is one. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}

const CODES: Readonly<Record<string, StoreErrorCode>> = {
  EACCES: 'not-writable',
  EPERM: 'not-writable',
  EROFS: 'not-writable',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  ENOENT: 'missing',
}

const HINTS: Readonly<Record<StoreErrorCode, string>> = {
  'not-writable': 'Give the user that runs affiant the right to this folder, or choose another one in store.path.',
  full: 'Free space on this file system or raise the quota, then run again. What was stored before is kept.',
  missing: 'It may have been removed, or the path of the store may be wrong.',
  locked: 'Wait for the other run to end.',
  damaged: 'Restore it from a backup. affiant never overwrites evidence.',
  io: 'Check the disk, the mount and the path, then run again.',
}

/** The {@link StoreError} for a system error; one that is a `StoreError` already is returned as it is. */
export function asStoreError(thrown: unknown, doing: string, path: string): StoreError {
  if (thrown instanceof StoreError) return thrown
  const errno = errnoOf(thrown)
  const mapped = CODES[errno ?? ''] ?? 'io'
  // A file that may not be read is a refused read, not a problem of writing.
  const reading = mapped === 'not-writable' && doing.startsWith('read')
  const code = reading ? 'io' : mapped
  return new StoreError(code, `cannot ${doing} ${path}${errno ? ` (${errno})` : ''}`, {
    path,
    hint: reading ? 'Give the user that runs affiant the right to read it.' : HINTS[code],
    cause: thrown,
  })
}
