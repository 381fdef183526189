/**
 * What went wrong with a store.
 *
 * | code | meaning |
 * |---|---|
 * | `not-writable` | no right to write there, or the file system is read-only |
 * | `full` | no space, quota or file size left |
 * | `missing` | nothing is stored under that key |
 * | `locked` | another run is using the store |
 * | `damaged` | what is stored is not what its name promises |
 * | `io` | anything else the operating system reported |
 */
export type StoreErrorCode = 'not-writable' | 'full' | 'missing' | 'locked' | 'damaged' | 'io'

export interface StoreErrorOptions {
  /** Where: a path or a key. */
  path: string
  /** What to do next. */
  hint: string
  cause?: unknown
}

/** A store could not do what was asked. The message names the path; the hint says what to do next. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  readonly path: string
  readonly hint: string

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.path = options.path
    this.hint = options.hint
  }
}

/**
 * The store port: four verbs, none of which overwrites or deletes. A key is a relative path of ASCII segments
 * `[A-Za-z0-9._-]`, at most 255 characters, whose first segment does not start with a dot. All verbs raise
 * {@link StoreError}.
 */
export interface Store {
  /** Stores the bytes durably under a key nobody has taken yet. `false`: the key was there already and is untouched. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  /** The stored bytes in chunks. Throws `StoreError` `missing`, on the first step, if there are none. */
  get(key: string): AsyncIterable<Uint8Array>
  /**
   * The keys that start with `prefix` (`''` for all), in UTF-16 code-unit order. Foreign names somebody put there are
   * listed as they are, also those that are no valid keys.
   */
  list(prefix: string): AsyncIterable<string>
  /** Size in bytes, or `undefined` if nothing is stored there. */
  stat(key: string): Promise<{ size: number } | undefined>
}

/** A file on its way into a store. Exactly one of `putIfAbsent` and `discard` ends it. */
export interface StagedFile {
  /** Appends. One call at a time. */
  write(bytes: Uint8Array): Promise<void>
  /** What was written so far, in chunks. */
  read(): AsyncIterable<Uint8Array>
  /** Publishes the file durably under a key; `false`, and the file is dropped, if the key was there already. */
  putIfAbsent(key: string): Promise<boolean>
  discard(): Promise<void>
}

/** A store that takes files of any size without holding them in memory. */
export interface StagingStore extends Store {
  stage(): Promise<StagedFile>
}
