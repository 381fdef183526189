import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LinesError, MAX_LINE_BYTES, splitLines } from '../../src/model/lines.ts'

async function read(...chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of splitLines(from(chunks))) lines.push(...batch)
  return lines
}

async function* from(chunks: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* chunks
}

const code = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: unknown) => (error instanceof LinesError ? error.code : String(error)),
  )

it('gives back any lines, however the bytes are cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(await read(...chunks)).toEqual(lines)
    }),
  )
})

it('refuses what is not made of lines', async () => {
  expect(await code(read(Buffer.from('a\nb')))).toBe('unterminated')
  expect(await code(read(Buffer.from([0xff, 10])))).toBe('encoding')
  expect(await code(read(Buffer.from([0xe2, 0x82]), Buffer.from([10])))).toBe('encoding')
})

it('keeps a byte-order mark, and is not fooled by a carriage return', async () => {
  expect(await read(Buffer.from('\u{feff}a\r\n\n'))).toEqual(['\u{feff}a\r', ''])
})

it('stops at a line without an end before it fills the memory', async () => {
  let given = 0
  const endless = {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        given += 1
        yield new Uint8Array(1024 * 1024).fill(97)
      }
    },
  }
  const reading = (async () => {
    for await (const _ of splitLines(endless));
  })()
  expect(await code(reading)).toBe('too-long')
  expect(given).toBeLessThanOrEqual(MAX_LINE_BYTES / (1024 * 1024) + 1)
})
