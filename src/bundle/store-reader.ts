import { objectKey } from '../model/common.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Store } from '../model/store.ts'

/** A store as a verifier reads it. */
export function storeReader(store: Pick<Store, 'get' | 'list' | 'stat'>): EvidenceReader {
  return {
    kind: 'store',
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    stat: (key) => store.stat(key),
    fileKey: (_run, { sha256 }) => objectKey(sha256),
  }
}
