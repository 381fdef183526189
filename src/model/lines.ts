/** The longest line that is written or read, in bytes. It bounds what a hostile file can make a reader hold. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024

/** Thrown by {@link splitLines}: `encoding` bad UTF-8, `unterminated` no line feed at the end, `too-long` a line over the limit. */
export class LinesError extends Error {
  override readonly name = 'LinesError'
  readonly code: 'encoding' | 'unterminated' | 'too-long'

  constructor(code: 'encoding' | 'unterminated' | 'too-long', message: string) {
    super(message)
    this.code = code
  }
}

const LINE_FEED = 10

/**
 * The lines of a UTF-8 file in batches, without line feeds; one batch for each chunk that ends a line. Every line must
 * end with a line feed, the last one too. A carriage return is part of the line.
 * @throws LinesError
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let open: Uint8Array[] = []
  let openBytes = 0
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED)
    if (openBytes + (end < 0 ? chunk.length : 0) > MAX_LINE_BYTES) {
      throw new LinesError('too-long', `a line is longer than ${MAX_LINE_BYTES} bytes`)
    }
    if (end < 0) {
      open.push(new Uint8Array(chunk))
      openBytes += chunk.length
      continue
    }
    const whole = openBytes === 0 ? chunk.subarray(0, end) : join(open, openBytes, chunk.subarray(0, end))
    // A copy: whoever reads may put the next chunk in the same place.
    open = end + 1 < chunk.length ? [new Uint8Array(chunk.subarray(end + 1))] : []
    openBytes = chunk.length - end - 1
    yield decodeLines(decoder, whole)
  }
  if (openBytes > 0) throw new LinesError('unterminated', 'the last line does not end with a line feed')
}

function decodeLines(decoder: { decode(bytes: Uint8Array): string }, bytes: Uint8Array): string[] {
  try {
    return decoder.decode(bytes).split('\n')
  } catch {
    throw new LinesError('encoding', 'not UTF-8')
  }
}

function join(parts: readonly Uint8Array[], bytes: number, last: Uint8Array): Uint8Array {
  const joined = new Uint8Array(bytes + last.length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  joined.set(last, at)
  return joined
}
