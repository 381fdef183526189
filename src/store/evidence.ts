import { createHash } from 'node:crypto'
import { objectKey } from '../model/common.ts'
import { MAX_LINE_BYTES, splitLines } from '../model/lines.ts'
import type { Evidence, LineTree, ObjectWriter, StoredObject } from '../model/staging.ts'
import { StoreError, type StagedFile, type StagingStore } from '../model/store.ts'

const FIRST_BUFFER_BYTES = 4 * 1024
const BUFFER_BYTES = 256 * 1024
const LINE_FEED = 10

/**
 * Evidence in a store: objects under their digest. A writer holds at most two buffers of 256 KiB however long the file
 * gets; a file smaller than that never touches the staging area before it is stored.
 * Writers raise StoreError (`full`, `not-writable`, `io`), RangeError for a line over 16 MiB and TypeError for a line
 * with a line feed in it; reading raises StoreError `missing` and `damaged`.
 * @param newTree makes the tree of a file whose writer asks for one; without it no file has one
 */
export function createEvidence(store: StagingStore, newTree?: () => LineTree): Evidence {
  const repeated = new Set<string>()
  return {
    create: ({ tree = false } = {}) => Promise.resolve(createWriter(store, repeated, tree ? newTree?.() : undefined)),
    lines: (sha256) => splitLines(readObject(store, sha256)),
  }
}

/** The bytes of an object, compared with its name when the end is reached. */
async function* readObject(store: StagingStore, sha256: string): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of store.get(objectKey(sha256))) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') !== sha256) throw damagedObject(sha256)
}

/** The buffer starts with a byte that is not written: there, or in the place of the line feed before it, a line gets its zero. */
const START = 1

/** @param repeated objects that came again in this run and were read then: the empty one comes thousands of times */
function createWriter(store: StagingStore, repeated: Set<string>, tree: LineTree | undefined): ObjectWriter {
  const hash = createHash('sha256')
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES)
  let used = START
  let spare: Buffer<ArrayBuffer> | undefined
  let spilled = false
  let staged: StagedFile | undefined
  let count = 0
  let size = 0
  let ended = false
  let flushing: Promise<void> = Promise.resolve()

  function write(line: string): void | Promise<void> {
    if (ended) throw new TypeError('the writer has ended')
    if (line.includes('\n')) throw new TypeError('a line must not contain a line feed')
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    const most = line.length * 3 + 1
    const flushed = used + most > buffer.length ? makeRoom(line, most) : undefined
    const start = used
    used += buffer.write(line, used)
    if (tree !== undefined) growTree(tree, buffer, start, used)
    buffer[used++] = LINE_FEED
    count += 1
    return flushed
  }

  function makeRoom(line: string, most: number): Promise<void> | undefined {
    if (most + START > BUFFER_BYTES && Buffer.byteLength(line) > MAX_LINE_BYTES) {
      throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`)
    }
    if (used + most <= BUFFER_BYTES) {
      const bigger = Buffer.allocUnsafeSlow(Math.min(BUFFER_BYTES, Math.max(used + most, buffer.length * 2)))
      buffer.copy(bigger, 0, 0, used)
      buffer = bigger
      return undefined
    }
    return flush(most)
  }

  /** Hands the full buffer to the file and goes on with another one of at least `room` bytes. */
  function flush(room: number): Promise<void> {
    const full = buffer
    const bytes = full.subarray(START, used)
    size += bytes.length
    used = START
    spilled = true
    const needed = START + room
    buffer =
      spare !== undefined && spare.length >= needed ? spare : Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, needed))
    spare = undefined
    flushing = flushing.then(async () => {
      hash.update(bytes)
      staged ??= await store.stage()
      await staged.write(bytes)
      if (full.length === BUFFER_BYTES) spare = full
      return undefined
    })
    // The error stays in the chain and reaches whoever awaits; this only keeps it from counting as unhandled.
    flushing.catch(() => {})
    return flushing
  }

  async function end(): Promise<void> {
    if (ended) throw new TypeError('the writer has ended')
    ended = true
    await flushing
  }

  async function storeObject(): Promise<StoredObject> {
    if (spilled && used > START) void flush(0)
    try {
      await end()
    } catch (error) {
      await staged?.discard()
      throw error
    }
    const rest = buffer.subarray(START, used)
    hash.update(rest)
    size += rest.length
    const treeOfLines = tree && { count, rootHash: tree.rootHash() }
    const object = { sha256: hash.digest('hex'), size, count, ...(treeOfLines && { lines: treeOfLines }) }
    const key = objectKey(object.sha256)
    if (staged !== undefined || !repeated.has(key)) {
      const isNew = staged === undefined ? await store.putIfAbsent(key, rest) : await staged.putIfAbsent(key)
      if (!isNew) {
        await assertUndamaged(store, object.sha256)
        repeated.add(key)
      }
    }
    buffer = Buffer.alloc(0)
    return object
  }

  async function discard(): Promise<void> {
    if (ended) return
    // The file is dropped whether or not the last write to it worked.
    await end().catch(() => {})
    await staged?.discard()
  }

  async function* lines(): AsyncIterable<readonly string[]> {
    if (ended) throw new TypeError('the writer has ended')
    if (!spilled) {
      const copy = Uint8Array.prototype.slice.call(buffer, START, used)
      yield* splitLines(only(copy))
      return
    }
    await flush(0)
    if (staged !== undefined) yield* splitLines(staged.read())
  }

  return { write, store: storeObject, discard, lines }
}

/** The byte before a line is not part of it and is needed as the prefix of a leaf, for a moment: no line is copied. */
function growTree(tree: LineTree, buffer: Buffer, start: number, end: number): void {
  const before = buffer[start - 1] as number
  buffer[start - 1] = 0
  tree.add(buffer.subarray(start - 1, end))
  buffer[start - 1] = before
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

/** An object that was there before becomes part of this run, so it must still be what its name says. */
async function assertUndamaged(store: StagingStore, sha256: string): Promise<void> {
  for await (const _ of readObject(store, sha256));
}

function damagedObject(sha256: string): StoreError {
  const path = objectKey(sha256)
  return new StoreError('damaged', `${path} was changed after it was stored`, {
    path,
    hint: 'Restore it from a backup, or move it away so that this run can store it again. affiant verify shows which runs it is part of.',
  })
}
