/** A finished, content-addressed file: in the store, named by its digest. */
export interface StoredObject {
  sha256: string
  /** Bytes. */
  size: number
  /** Lines, each ended by a line feed. */
  count: number
  /** RFC 6962 tree over the lines, if it was asked for. */
  lines?: { count: number; rootHash: string }
}

/** Writes one file line by line, hashing on the way. Exactly one of `store` and `discard` ends it. */
export interface ObjectWriter {
  /** Appends lines (without line feeds). Resolves when the buffer may grow again: await it. */
  write(line: string): void | Promise<void>
  /** Puts the file into the store under its digest. */
  store(): Promise<StoredObject>
  discard(): Promise<void>
  /** What was written so far, in order, for merging sorted runs. Only before `store`. */
  lines(): AsyncIterable<readonly string[]>
}

export interface WriterOptions {
  /** Grow the Merkle tree over the lines, so that one of them can be shown without the others. */
  tree?: boolean
}

/** A Merkle tree that grows with a file. */
export interface LineTree {
  /** @param line its bytes without line feed, after a zero byte; only good until this returns */
  add(line: Uint8Array): void
  /** Lower-case hex. */
  rootHash(): string
}

/** Where a run writes evidence and reads it back: exactly the bytes that will be in the bundle. */
export interface Evidence {
  create(options?: WriterOptions): Promise<ObjectWriter>
  /** The lines of a stored object, in batches. */
  lines(sha256: string): AsyncIterable<readonly string[]>
}
