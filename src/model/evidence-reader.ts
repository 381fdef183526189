import type { Store } from './store.ts'

/**
 * What a verifier reads: a store, or an export that looks like one. Keys of the ledger and of the folders of runs are the
 * same in both; only the files of a run stand elsewhere.
 */
export interface EvidenceReader extends Pick<Store, 'get' | 'list' | 'stat'> {
  /** With an export, a chunk that `get` gave is overwritten when the next one is asked for. */
  kind: 'store' | 'export'
  /** Key under which a file of a run stands: by digest in a store, by path in an export. */
  fileKey(run: number, file: { path: string; sha256: string }): string
  /** SHA-256 of what `get` gave, once it was read to its end: of readers that compute it anyway, so that nobody does it again. */
  digestOf?(key: string): string
}

/** A file that can be read in any place: a file on a disk, or one that was dropped on a web page. */
export interface RandomAccessFile {
  /** Bytes. */
  size: number
  /**
   * Exactly `length` bytes; rejects if there are not that many.
   * @param into may be used for them, so that reading a large file does not fill the memory; at least `length` long
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>
}
