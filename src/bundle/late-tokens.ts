import type { EvidenceReader } from '../model/evidence-reader.ts'
import { sha256 } from './crypto.ts'
import { readSmall } from './layout.ts'
import type { Report } from './reasons.ts'
import { MAX_TOKEN_BYTES } from './timestamp.ts'
import { isMissing, messageOf } from './verify-parts.ts'

/*
 * Tokens that came when their entry was written already. They stand beside the ledger, each under the digest of its bytes,
 * and no entry names them: one that is taken away is not missed, and what the others show holds without it.
 */

export const LATE_TOKENS = 'timestamps/'
const KEY = /^timestamps\/(\d{9})\/([0-9a-f]{64})\.tst$/
/** Authorities of an entry, and some to spare. */
const MAX_TOKENS = 20

/** Key of a token in the store: `timestamps/000000042/<sha256>.tst`. */
export function lateTokenKey(index: number, token: Uint8Array): string {
  return `${LATE_TOKENS}${String(index).padStart(9, '0')}/${sha256(token)}.tst`
}

/** Index of the entry that a token belongs to, by its key. */
export function lateTokenIndex(key: string): number | undefined {
  const [, digits] = KEY.exec(key) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Keys of tokens by the index of their entry. What is no token by its name, or one too many, is reported. */
export async function listLateTokens(
  reader: Pick<EvidenceReader, 'list'>,
  report: Report,
): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>()
  try {
    for await (const key of reader.list(LATE_TOKENS)) {
      const index = lateTokenIndex(key)
      const keys = index === undefined ? undefined : (found.get(index) ?? [])
      if (index === undefined || keys === undefined) report('file-added', 'it is no timestamp of a ledger entry', key)
      else if (keys.length === MAX_TOKENS) report('file-added', `the entry has more than ${MAX_TOKENS} of them`, key)
      else found.set(index, [...keys, key])
    }
  } catch (error) {
    report('unreadable', messageOf(error), LATE_TOKENS.slice(0, -1))
  }
  return found
}

/** The tokens under these keys; what cannot be read, or has other bytes than its name says, is reported and left out. */
export async function readLateTokens(
  reader: Pick<EvidenceReader, 'get' | 'stat'>,
  keys: readonly string[],
  report: Report,
): Promise<Uint8Array[]> {
  const tokens: Uint8Array[] = []
  for (const key of keys) {
    try {
      const { size } = (await reader.stat(key)) ?? { size: 0 }
      const token = size > MAX_TOKEN_BYTES ? undefined : await readSmall(reader, key)
      if (token === undefined) report('timestamp-refused', `it has ${size} bytes, more than any token`, key)
      else if (key.endsWith(`/${sha256(token)}.tst`)) tokens.push(token)
      else report('timestamp-refused', 'its bytes are not those that it is named after', key)
    } catch (error) {
      if (isMissing(error)) report('file-missing', 'it is not there', key)
      else report('unreadable', messageOf(error), key)
    }
  }
  return tokens
}
