import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareLines, firstOf, type LineChange } from '../../src/model/compare-lines.ts'

const identityOf = (line: string) => line.split('=')[0] ?? ''
const source = (lines: readonly string[], batch = 3) =>
  async function* () {
    for (let at = 0; at < lines.length; at += batch) yield lines.slice(at, at + batch)
  }

async function compare(from: readonly string[], to: readonly string[], count = Math.max(from.length, to.length)) {
  const { changes } = await compareLines({
    from: source(from),
    to: source(to, 2),
    count,
    identityOf,
    tally: () => {
      const all: LineChange[] = []
      return { changes: all, add: (change: LineChange) => void all.push(change) }
    },
  })
  return changes.map(({ from: before, to: after }) => `${before ?? ''}>${after ?? ''}`).sort()
}

const lines = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('1', '2')).map((parts) => parts.join('=')),
  { maxLength: 12 },
)
const sorted = fc
  .uniqueArray(fc.tuple(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1f600}'), minLength: 1 }), fc.nat(1)), {
    selector: ([key]) => key,
  })
  .map((pairs) => pairs.map((parts) => parts.join('=')).sort((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1)))

describe('comparing lines', () => {
  test('lines in order are merged: added, removed, changed', async () => {
    expect(await compare(['a=1', 'b=1', 'd=1'], ['b=2', 'c=1', 'd=1'])).toEqual(['>c=1', 'a=1>', 'b=1>b=2'])
  })

  test('lines out of order, and lines of one identity, are compared all the same', async () => {
    expect(await compare(['b=1', 'a=1', 'a=2'], ['a=2', 'c=1', 'b=1'])).toEqual(['>c=1', 'a=1>'])
  })

  test('a source is told to stop when merging ends early', async () => {
    let open = 0
    const counted = async function* () {
      open += 1
      try {
        yield ['b=1']
        yield ['a=1']
        yield ['c=1']
      } finally {
        open -= 1
      }
    }
    await compareLines({ from: counted, to: counted, count: 3, identityOf, tally: () => ({ add() {} }) })
    expect(open).toBe(0)
  })

  test('agrees with comparing by hand, in order or not', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, sorted, async (from, to) => {
        const before = new Map(from.map((line) => [identityOf(line), line]))
        const after = new Map(to.map((line) => [identityOf(line), line]))
        const expected = [...new Set([...before.keys(), ...after.keys()])]
          .filter((key) => before.get(key) !== after.get(key))
          .map((key) => `${before.get(key) ?? ''}>${after.get(key) ?? ''}`)
          .sort()
        expect(await compare(from, to)).toEqual(expected)
        expect(await compare(from.toReversed(), to)).toEqual(expected)
        // In several parts.
        expect(await compare(from.toReversed(), to, 250_000)).toEqual(expected)
      }),
    )
  })

  test('exchanged sides give the same, exchanged; a side and itself give nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, async (from, to) => {
        const mirrored = (await compare(to, from)).map((change) => change.split('>').toReversed().join('>')).sort()
        expect(await compare(from, to)).toEqual(mirrored)
        expect(await compare(from, from)).toEqual([])
      }),
    )
  })
})

test('the first of many are those that sorting all would give', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 400 }), fc.nat(20), (items, limit) => {
      const first = firstOf<string>(limit)
      for (const item of items) first.add(item, item)
      expect(first.list()).toEqual([...items].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, limit))
      expect(first.count).toBe(items.length)
    }),
  )
})
