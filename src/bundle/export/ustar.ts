/*
 * The one form of a tar archive that exports have: POSIX.1-1988 ustar, regular files only, everything that tells of the
 * machine or the time left out. There is one header for a path and a size, so a reader makes it again and compares.
 */

export const BLOCK = 512
/** Two blocks of zeros end an archive; nothing follows them. */
export const END = new Uint8Array(2 * BLOCK)

const NAME_BYTES = 100
const PREFIX_BYTES = 155
/** Eleven octal digits. */
const MAX_SIZE = 8 ** 11 - 1
const ASCII = /^[\x21-\x7e]+$/

/** Zeros that fill the last block of a file. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

/**
 * The header of a file.
 * @throws RangeError if the path cannot stand in one (it is split at the first slash that leaves a name of at most 100 bytes
 *   and a prefix of at most 155), or the file has 8 GiB or more
 */
export function ustarHeader(path: string, size: number): Uint8Array {
  const split = splitPath(path)
  if (split === undefined) throw new RangeError(`the path is too long for a tar archive: ${path}`)
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_SIZE)
    throw new RangeError(`a file of ${size} bytes is too large for a tar archive: ${path}`)
  const header = Buffer.alloc(BLOCK)
  header.write(split.name, 0, 'latin1')
  header.write('0000644\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136, 'latin1')
  header.write('        ', 148, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write('0000000\0', 329, 'latin1')
  header.write('0000000\0', 337, 'latin1')
  header.write(split.prefix, 345, 'latin1')
  let sum = 0
  for (const byte of header) sum += byte
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

function splitPath(path: string): { name: string; prefix: string } | undefined {
  if (!ASCII.test(path)) return undefined
  if (path.length <= NAME_BYTES) return { name: path, prefix: '' }
  const slash = path.indexOf('/', path.length - NAME_BYTES - 1)
  const fits = slash > 0 && slash <= PREFIX_BYTES && slash < path.length - 1
  return fits ? { name: path.slice(slash + 1), prefix: path.slice(0, slash) } : undefined
}

/** What the header of a file says, or which of its fields is not as {@link ustarHeader} writes it. */
export type HeaderRead = { path: string; size: number } | { wrong: 'type' | 'path' | 'form'; detail: string }

const TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '5': 'a folder',
  '6': 'a pipe',
  L: 'a long name of GNU tar',
  K: 'a long link of GNU tar',
  S: 'a sparse file of GNU tar',
  x: 'a pax header',
  g: 'a global pax header',
}

/** Accepts exactly the headers that {@link ustarHeader} writes. Never throws. */
export function readUstarHeader(block: Uint8Array): HeaderRead {
  const header = Buffer.from(block.buffer, block.byteOffset, block.length)
  const type = header.toString('latin1', 156, 157)
  if (type !== '0') {
    const what = TYPES[type] ?? 'of an unknown type'
    return { wrong: 'type', detail: `an entry is no regular file but ${what}` }
  }
  const name = field(header, 0, NAME_BYTES)
  const prefix = field(header, 345, PREFIX_BYTES)
  const path = prefix === '' ? name : `${prefix}/${name}`
  const digits = header.toString('latin1', 124, 135)
  if (!/^[0-7]{11}$/.test(digits))
    return { wrong: 'form', detail: 'the size in a header is not written in octal digits' }
  const size = Number.parseInt(digits, 8)
  if (splitPath(path) === undefined) return { wrong: 'path', detail: `no export has a file named "${path}"` }
  if (!header.equals(ustarHeader(path, size)))
    return { wrong: 'form', detail: `the header of ${path} is not the one that affiant writes for it` }
  return { path, size }
}

/** The text up to the first zero byte. */
function field(header: Buffer, at: number, bytes: number): string {
  const end = header.indexOf(0, at)
  return header.toString('latin1', at, end < 0 ? at + bytes : Math.min(end, at + bytes))
}
