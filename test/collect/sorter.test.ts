import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortLines } from '../../src/collect/sorter.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'

const line = (key: string, padding = '') => JSON.stringify({ key, padding })
const keyOf = (text: string): string => JSON.parse(text).key

async function sorted(keys: readonly string[], padding = '') {
  const evidence = memoryEvidence()
  const lines = sortLines(evidence, keyOf)
  for (const key of keys) await lines.add(key, line(key, padding))
  const { object, duplicates } = await lines.finish()
  return {
    keys: (evidence.objects.get(object.sha256) ?? []).map(keyOf),
    duplicates,
    sha256: object.sha256,
    open: evidence.open,
  }
}

describe('sortLines', () => {
  it('writes the same bytes for any order of arrival and counts keys that came twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 })), fc.infiniteStream(fc.nat()), async (keys, random) => {
        const expected = [...new Set(keys)].sort()
        const inOrder = await sorted([...keys].sort())
        const shuffled = await sorted(
          keys
            .map((key) => ({ key, place: random.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ key }) => key),
        )
        expect(shuffled.keys).toEqual(expected)
        expect(shuffled.duplicates).toBe(keys.length - expected.length)
        expect(shuffled.sha256).toBe(inOrder.sha256)
        expect(shuffled.open).toBe(0)
      }),
    )
  })

  it('merges runs written aside when the lines do not fit into memory', async () => {
    const padding = 'x'.repeat(100_000)
    const keys = Array.from({ length: 400 }, (_, i) => String((i * 7919) % 400).padStart(3, '0'))
    const result = await sorted([...keys, '007'], padding)
    expect(result.keys).toEqual([...keys].sort())
    expect(result.duplicates).toBe(1)
    expect(result.open).toBe(0)
  })

  it('keeps equal keys when told to', async () => {
    const evidence = memoryEvidence()
    const lines = sortLines(evidence, keyOf, { allowEqual: true })
    for (const key of ['b', 'a', 'b', 'b']) await lines.add(key, line(key))
    const { object, duplicates } = await lines.finish()
    expect([object.count, duplicates]).toEqual([4, 0])
  })
})
