import { ledgerKey } from '../../model/common.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import { StoreError } from '../../model/store.ts'
import { REPORT } from './bag-names.ts'

/**
 * A finished export as its report was made of it: without the report, and without the `exported` entry, which did not exist then.
 * @param exported index of that entry
 */
export function withoutExport(reader: EvidenceReader, exported: number): EvidenceReader {
  const isHidden = (key: string) => key === ledgerKey(exported) || key.startsWith(REPORT)
  return {
    ...reader,
    async *get(key) {
      if (isHidden(key))
        throw new StoreError('missing', `${key} was not there yet`, { path: key, hint: 'It came with the export.' })
      yield* reader.get(key)
    },
    stat: async (key) => (isHidden(key) ? undefined : reader.stat(key)),
    async *list(prefix) {
      for await (const key of reader.list(prefix)) if (!isHidden(key)) yield key
    },
  }
}
