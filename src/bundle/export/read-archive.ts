import type { RandomAccessFile } from '../../model/evidence-reader.ts'
import type { Limits } from '../../model/trust-policy.ts'
import { printable, type VerifyReason } from '../reasons.ts'
import { splitName } from './bag-names.ts'
import { BLOCK, END, paddingOf, readUstarHeader } from './ustar.ts'

/** Where a file of an archive stands in it. */
export interface Place {
  offset: number
  /** Bytes. */
  size: number
}

export interface Archive {
  /** The folder that all files stand in. */
  base: string
  /** By name, without the base folder, in ascending order. */
  places: ReadonlyMap<string, Place>
  /** Of the content of all files. */
  bytes: number
}

/** The archive is not one that affiant writes. Nothing after that place was looked at. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
  readonly code: VerifyReason
  /** The last name before the place, if there was one. */
  readonly file: string | undefined

  constructor(code: VerifyReason, detail: string, file?: string) {
    super(printable(detail))
    this.code = code
    this.file = file
  }
}

/** Read ahead, so that many small files do not take a read each. */
const WINDOW = 16 * 1024

/**
 * Finds the files of an archive by its headers, without reading their content. Holds one window of the file and the names.
 * Accepts exactly what `writeArchive` writes: one form of a header, ascending names of an export below one folder, zeros as
 * padding, two blocks of zeros and nothing after them.
 * @throws ArchiveRefused at the first thing that is otherwise; whatever reading the file throws
 */
export async function readArchive(file: RandomAccessFile, limits: Limits): Promise<Archive> {
  if (file.size > limits.maxTotalBytes)
    throw new ArchiveRefused(
      'archive-limit',
      `the file has ${file.size} bytes, more than limits.maxTotalBytes of the policy (${limits.maxTotalBytes})`,
    )
  const read = windowed(file, WINDOW, true)
  const places = new Map<string, Place>()
  const folded = new Set<string>()
  let base: string | undefined
  let last: string | undefined
  let bytes = 0
  let at = 0
  for (;;) {
    const header = await need(read, file, at, BLOCK, last)
    if (at === 0 && header[0] === 0x1f && header[1] === 0x8b)
      throw new ArchiveRefused('archive-invalid', 'the file is compressed with gzip, and no export is')
    if (header[0] === 0) break
    const { path, size } = understood(header, last)
    const split = splitName(path)
    if (split === undefined) throw new ArchiveRefused('archive-path', `no export has a file named "${path}"`, last)
    base ??= split.base
    if (split.base !== base)
      throw new ArchiveRefused(
        'archive-path',
        `${path} does not stand in the folder ${base} as the files before it`,
        last,
      )
    if (last !== undefined && split.name <= last)
      throw new ArchiveRefused('archive-order', `${split.name} comes after ${last}, and names must ascend`, last)
    const lower = split.name.toLowerCase()
    if (folded.has(lower))
      throw new ArchiveRefused('archive-order', `${split.name} differs from another name only in case`, last)
    if (places.size >= limits.maxFiles)
      throw new ArchiveRefused(
        'archive-limit',
        `more files than limits.maxFiles of the policy (${limits.maxFiles})`,
        last,
      )
    if (size > limits.maxFileBytes)
      throw new ArchiveRefused(
        'archive-limit',
        `${split.name} has ${size} bytes, more than limits.maxFileBytes of the policy (${limits.maxFileBytes})`,
        last,
      )
    folded.add(lower)
    last = split.name
    const offset = at + BLOCK
    places.set(last, { offset, size })
    bytes += size
    at = offset + size
    const padding = paddingOf(size)
    const zeros = await need(read, file, at, padding, last)
    if (!isZero(zeros)) throw new ArchiveRefused('archive-invalid', 'what fills its last block is not zeros', last)
    at += padding
  }
  const end = await need(read, file, at, END.length, last)
  if (!isZero(end)) throw new ArchiveRefused('archive-invalid', 'two blocks of zeros must end an archive', last)
  if (at + END.length !== file.size)
    throw new ArchiveRefused(
      'archive-trailing',
      `${file.size - at - END.length} bytes follow the end of the archive`,
      last,
    )
  if (base === undefined) throw new ArchiveRefused('archive-truncated', 'the archive is empty')
  return { base, places, bytes }
}

function understood(header: Uint8Array, last: string | undefined): { path: string; size: number } {
  const found = readUstarHeader(header)
  if (!('wrong' in found)) return found
  const code = { type: 'archive-type', path: 'archive-path', form: 'archive-invalid' } as const
  throw new ArchiveRefused(code[found.wrong], found.detail, last)
}

async function need(
  read: RandomAccessFile['read'],
  file: RandomAccessFile,
  at: number,
  length: number,
  last: string | undefined,
): Promise<Uint8Array> {
  if (at + length <= file.size) return read(at, length)
  throw new ArchiveRefused(
    'archive-truncated',
    `the file ends after ${file.size} bytes, in the middle of the archive`,
    last,
  )
}

/**
 * Reads through a window of the file, so that neighbouring small reads become one.
 * @param bytes of the window
 * @param reused what a read gave is overwritten by the next one, which must not begin before it was used
 */
export function windowed(file: RandomAccessFile, bytes: number, reused = false): RandomAccessFile['read'] {
  const into = reused ? new Uint8Array(bytes) : undefined
  let window = { start: 0, bytes: new Uint8Array(0) as Uint8Array }
  return async (at, length) => {
    let now = window
    if (at < now.start || at + length > now.start + now.bytes.length) {
      const most = Math.min(Math.max(bytes, length), file.size - at)
      now = { start: at, bytes: await file.read(at, most, most <= bytes ? into : undefined) }
      window = now
    }
    return now.bytes.subarray(at - now.start, at - now.start + length)
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
