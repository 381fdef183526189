import { z } from 'zod'

/** Lower-case hex SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** UTC, milliseconds: `2026-10-01T06:00:00.000Z`. */
export const Instant = z.iso.datetime({ precision: 3 })

/** Ids of sources, jobs and installations: they become path segments. */
export const Id = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63 characters')

/** A bundle path: ASCII segments of `[A-Za-z0-9._-]`, none of them `.` or `..`, at most 255 characters. */
export const BundlePath = z
  .string()
  .max(255)
  .regex(/^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/)

export const Count = z.int().nonnegative()

/** Index of the ledger entry that opened the run, nine digits in paths: `runs/000000042`. Entry 0 opens none. */
export const RunNumber = z.int().min(1).max(999_999_999)

export function runFolder(run: number): string {
  return `runs/${String(run).padStart(9, '0')}`
}

/** Key of a ledger entry in the store: `ledger/000000042.sigstore.json`. */
export function ledgerKey(index: number): string {
  return `ledger/${String(index).padStart(9, '0')}.sigstore.json`
}

/** Key of a content-addressed object in the store. */
export function objectKey(sha256: string): string {
  return `objects/sha256/${sha256.slice(0, 2)}/${sha256}`
}
