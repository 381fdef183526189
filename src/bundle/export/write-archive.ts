import { hashStream } from '../crypto.ts'
import { isName } from './bag-names.ts'
import { END, paddingOf, ustarHeader } from './ustar.ts'

/** Where the bytes of an export go. */
export interface ExportSink {
  /** Appends. The bytes may be reused once it has resolved. */
  write(bytes: Uint8Array): Promise<void>
  /** Forgets what was written, to begin again. */
  restart(): Promise<void>
}

/** The content of a file does not have the size or the digest that was announced. */
export class ContentChanged extends Error {
  override readonly name = 'ContentChanged'
}

export interface WrittenFile {
  name: string
  /** What was announced. */
  size: number
  /** If given, the content must have this digest. */
  sha256?: string
}

export interface ArchiveWriter {
  /**
   * Appends a file; names must ascend.
   * @returns SHA-256 of its content
   * @throws ContentChanged; RangeError as `ustarHeader`; whatever reading or writing throws
   */
  file(file: WrittenFile, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string>
  end(): Promise<void>
}

/** Small writes are gathered up to that many bytes; nothing else is held. */
export const BUFFER_BYTES = 1024 * 1024

/** Writes the archives that `readArchive` accepts. @param base the folder that all files stand in */
export function writeArchive(sink: Pick<ExportSink, 'write'>, base: string): ArchiveWriter {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  let used = 0
  let last = ''

  async function flush(): Promise<void> {
    const full = buffer.subarray(0, used)
    used = 0
    if (full.length > 0) await sink.write(full)
  }

  async function write(bytes: Uint8Array): Promise<void> {
    if (used + bytes.length > BUFFER_BYTES) await flush()
    if (bytes.length > BUFFER_BYTES) return sink.write(bytes)
    buffer.set(bytes, used)
    used += bytes.length
  }

  return {
    async file({ name, size, sha256 }, content) {
      if (!isName(name) || name <= last) throw new RangeError(`no export has ${name} after ${last}`)
      last = name
      await write(ustarHeader(`${base}/${name}`, size))
      const hash = hashStream()
      let written = 0
      for await (const chunk of content) {
        written += chunk.length
        if (written > size) break
        hash.update(chunk)
        await write(chunk)
      }
      const digest = hash.hex()
      if (written !== size || (sha256 !== undefined && digest !== sha256))
        throw new ContentChanged(`${name} is not what was announced`)
      await write(new Uint8Array(paddingOf(size)))
      return digest
    },
    async end() {
      await write(END)
      await flush()
    },
  }
}
