import { InvalidError } from '../sdk/errors.ts'

/** What ends an item of a program's output. */
export type Separator = '\n' | '\0'

/** Cuts bytes into items. */
export interface Splitter {
  /** The items that are whole now. */
  push(chunk: Uint8Array): readonly string[]
  /** The rest after the final separator, if there is any. */
  end(): readonly string[]
}

/**
 * Cuts output into UTF-8 items, wherever the chunks happen to end; bytes that are not UTF-8 become U+FFFD. Neither
 * separator can occur inside a multi-byte character, so whole items are decoded at once.
 * @throws InvalidError for an item longer than `maxBytes`
 */
export function splitter(separator: Separator, maxBytes: number): Splitter {
  const byte = separator.charCodeAt(0)
  let rest: Buffer[] = []
  let restBytes = 0

  const take = () => {
    const bytes = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest)
    rest = []
    restBytes = 0
    return bytes
  }
  const checked = (length: number) => {
    if (length > maxBytes) throw new InvalidError(`the command printed an item longer than ${maxBytes} bytes`)
  }
  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const end = bytes.lastIndexOf(byte)
      if (end === -1) {
        checked(restBytes + bytes.length)
        rest.push(bytes)
        restBytes += bytes.length
        return []
      }
      rest.push(bytes.subarray(0, end))
      const whole = take()
      if (whole.length > maxBytes) {
        for (let from = 0; from <= whole.length; ) {
          const next = whole.indexOf(byte, from)
          const to = next === -1 ? whole.length : next
          checked(to - from)
          from = to + 1
        }
      }
      const tail = bytes.subarray(end + 1)
      checked(tail.length)
      if (tail.length > 0) rest.push(tail)
      restBytes = tail.length
      return whole.toString('utf8').split(separator)
    },
    end() {
      return restBytes === 0 ? [] : [take().toString('utf8')]
    },
  }
}
