/** One element of DER: identifier, length, content (ITU-T X.690). */
export interface DerNode {
  /** The identifier octet: class, constructed bit and number. */
  tag: number
  /** The element whole. A view of the input. */
  bytes: Uint8Array
  content: Uint8Array
  /** Empty for a primitive element. */
  children: readonly DerNode[]
}

/** The bytes are not one DER element, or not DER at all. */
export class NotDerError extends Error {
  override readonly name = 'NotDerError'
}

/** Tokens of real authorities nest about 14 deep. */
const MAX_DEPTH = 32

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const

/** Universal types that are always constructed; all others are always primitive in DER (X.690, 10.2). */
const CONSTRUCTED = new Set([0x08, 0x0b, 0x10, 0x11])

/**
 * Reads one element and nothing after it. Libraries read BER, of which there are many forms of the same value; here
 * lengths are definite and minimal, integers minimal, booleans 00 or FF, strings in one piece, and nothing is left over.
 * @throws NotDerError
 */
export function readDer(bytes: Uint8Array): DerNode {
  const node = readElement(bytes, 0, MAX_DEPTH)
  if (node.bytes.length !== bytes.length) throw new NotDerError('bytes after the end')
  return node
}

/** The child at that place. @throws NotDerError if there is none, or none with that tag */
export function childAt(node: DerNode, index: number, tag?: number): DerNode {
  const child = node.children[index]
  if (child === undefined || (tag !== undefined && child.tag !== tag)) throw new NotDerError('an element is missing')
  return child
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function readElement(bytes: Uint8Array, start: number, depth: number): DerNode {
  if (depth === 0) throw new NotDerError('nested too deep')
  const tag = byteAt(bytes, start)
  if ((tag & 0x1f) === 0x1f) throw new NotDerError('a tag number of several bytes')
  const { length, at } = readLength(bytes, start + 1)
  if (length > bytes.length - at) throw new NotDerError('an element longer than what holds it')
  const content = bytes.subarray(at, at + length)
  const constructed = (tag & 0x20) !== 0
  if (tag < 0x40 && constructed !== CONSTRUCTED.has(tag & 0x1f)) throw new NotDerError('a string in several pieces')
  if (!constructed) assertPrimitive(tag, content)
  return {
    tag,
    bytes: bytes.subarray(start, at + length),
    content,
    children: constructed ? readChildren(content, depth - 1) : [],
  }
}

function readChildren(content: Uint8Array, depth: number): DerNode[] {
  const children: DerNode[] = []
  for (let at = 0; at < content.length; ) {
    const child = readElement(content, at, depth)
    children.push(child)
    at += child.bytes.length
  }
  return children
}

function readLength(bytes: Uint8Array, start: number): { length: number; at: number } {
  const first = byteAt(bytes, start)
  if (first < 0x80) return { length: first, at: start + 1 }
  const count = first & 0x7f
  if (count === 0) throw new NotDerError('a length left open')
  if (count > 4) throw new NotDerError('a length out of range')
  let length = 0
  for (let index = 1; index <= count; index++) length = length * 256 + byteAt(bytes, start + index)
  if (length < 0x80 || length < 256 ** (count - 1)) throw new NotDerError('a length not in its shortest form')
  return { length, at: start + 1 + count }
}

function assertPrimitive(tag: number, content: Uint8Array): void {
  const [first, second = 0] = content
  if (tag === TAG.integer) {
    if (first === undefined) throw new NotDerError('an integer without bytes')
    const padded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
    if (padded) throw new NotDerError('an integer not in its shortest form')
  }
  if (tag === TAG.boolean && (content.length !== 1 || (first !== 0 && first !== 0xff))) {
    throw new NotDerError('a boolean that is neither 00 nor FF')
  }
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index]
  if (byte === undefined) throw new NotDerError('cut short')
  return byte
}
