import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { leafHash, lineTree, rootOf } from '../../src/bundle/merkle.ts'
import { readByteLines, readFile } from '../../src/bundle/read-file.ts'

const text = fc
  .array(fc.oneof(fc.constantFrom('\n', 'a', '{"id":1}\n', '', 'é東\n'), fc.string({ maxLength: 12 })), {
    maxLength: 30,
  })
  .map((parts) => Buffer.from(parts.join('').toWellFormed()))

/** The bytes in pieces of this size; each piece is overwritten when the next one is asked for. */
const storeOf = (bytes: Buffer, size: number) => ({
  async *get() {
    for (let at = 0; at < bytes.length; at += size) {
      const piece = Buffer.from(bytes.subarray(at, at + size))
      yield piece
    }
  },
})

it('reading lines as bytes finds what reading them as text finds, wherever they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (bytes, size) => {
      const lines: string[] = []
      const asText = await readFile(storeOf(bytes, size), 'key', (line) => void lines.push(line))
      const tree = lineTree()
      const asBytes = await readByteLines(storeOf(bytes, size), 'key', tree.add)
      expect(asBytes).toEqual(asText)
      expect(tree.rootHash()).toBe(rootOf(lines.map(leafHash)))
      expect(await readByteLines(storeOf(bytes, size), 'key')).toEqual(asText)
    }),
  )
})

it('does not change the bytes it was given', async () => {
  const bytes = Buffer.from('a\nb\n')
  await readByteLines(
    {
      get: async function* () {
        yield bytes
      },
    },
    'key',
    lineTree().add,
  )
  expect(bytes.toString()).toBe('a\nb\n')
})
