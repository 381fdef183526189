import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choosePopulation, readPopulations } from '../../src/bundle/populations.ts'
import { hexOf, inclusionPath, leafHash, lineTree, rootOf } from '../../src/bundle/merkle.ts'
import { pickPlaces, readRows, seedOf } from '../../src/bundle/sample/derive.ts'
import { itemFolder } from '../../src/bundle/sample/item-folder.ts'
import { leafTree } from '../../src/bundle/sample/leaf-tree.ts'
import { takeSample } from '../../src/bundle/sample/take-sample.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import { MAX_PICKS, SAMPLE_PRESETS, SampleText, sampleSize } from '../../src/model/sample.ts'
import { readHead } from '../../src/bundle/ledger.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { AGENT } from '../export/support.ts'
import { outcome, sealedRun, signer, storeIn, temporaryFolder } from './fixture.ts'

const PARTS = { population: 'ab'.repeat(32), engagement: 'E1', control: 'A.8.32', asked: '25' }

describe('the seed', () => {
  it('is the SHA-256 of five lines', () => {
    // printf 'affiant-sample/1\n%s\nE1\nA.8.32\n25\n' abab… | sha256sum
    expect(seedOf(PARTS)).toBe('edb781f504bb596db50122fce24e1d49cd769866f8be809d750504d5b6f5889d')
  })

  it('is another one if anything that it is made of is', () => {
    const others = [
      { population: 'ac'.repeat(32) },
      { engagement: 'E2' },
      { control: 'A.8.31' },
      { asked: '26' },
      { engagement: 'E1\nA.8.32', control: '' },
    ].map((change) => seedOf({ ...PARTS, ...change }))
    expect(new Set([seedOf(PARTS), ...others.slice(0, 4)]).size).toBe(5)
    // Words have no line feed, so that no two questions have one text.
    expect(SampleText.safeParse('E1\nA.8.32').success).toBe(false)
    expect(SampleText.safeParse(' E1').success).toBe(false)
  })
})

describe('picks', () => {
  it('are one of each block, and blocks are as equal as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), fc.string(), (a, b, seed) => {
        const [size, count] = [Math.min(a, b), Math.max(a, b)]
        const places = pickPlaces(seed, size, count)
        expect(places).toHaveLength(size)
        for (const [block, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(Math.floor((block * count) / size))
          expect(place).toBeLessThan(Math.floor(((block + 1) * count) / size))
        }
      }),
    )
  })

  it('are about as often each row of a block', () => {
    const hits = [0, 0, 0, 0]
    for (let round = 0; round < 400; round++) hits[pickPlaces(`${round}`, 1, 4)[0] ?? 0]! += 1
    for (const count of hits) expect(count).toBeGreaterThan(60)
  })

  it('are made of the rows in the order of their times, then of their lines; those without a time come first', () => {
    const rows = readRows('merged.at')
    const times = ['2026-09-02T00:00:00Z', null, '2026-09-01T00:00:00.5Z', '2026-09-01T00:00:00Z', null]
    for (const at of times) rows.add(JSON.stringify({ merged: { at } }))
    rows.add(JSON.stringify({ merged: { at: '2026-09-01T00:00:00Z' } }))
    expect(rows.draw('any', 6)).toEqual([2, 5, 4, 6, 3, 1])
    expect(() => rows.add('{"merged":{}}')).toThrow(TypeError)
  })

  it('of records that have no time are made of them as they stand in the file', () => {
    const rows = readRows(undefined)
    for (let id = 0; id < 2000; id++) rows.add(`{"id":${id}}`)
    expect(rows.count()).toBe(2000)
    expect(rows.draw('any', 2000)).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1))
  })
})

describe('the size', () => {
  it.each([
    ['assurancelab', [1, 4, 5, 6, 50, 51, 52, 60, 250, 251, 9000], [1, 4, 5, 5, 5, 6, 6, 6, 25, 25, 25]],
    ['chiaro', [1, 8, 10, 11, 50, 51, 250, 251], [1, 8, 10, 8, 8, 15, 15, 25]],
    ['kirkpatrickprice', [1, 2, 3, 4, 30, 31, 100, 299, 301, 5000], [1, 2, 3, 3, 3, 4, 10, 30, 30, 30]],
    ['all', [1, 7, 9000], [1, 7, 9000]],
    ['25', [1, 24, 25, 26], [1, 24, 25, 25]],
  ])('%s', (asked, counts, sizes) => {
    expect(counts.map((count) => sampleSize(asked, count))).toEqual(sizes)
  })

  it('of a preset that nobody knows is none', () => {
    expect(sampleSize('ours', 100)).toBeUndefined()
    expect(SAMPLE_PRESETS.map(({ id }) => id)).toEqual(['assurancelab', 'chiaro', 'kirkpatrickprice'])
  })
})

it('a tree over all leaves gives the paths that the definition gives', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), (count) => {
      const leaves = Array.from({ length: count }, (_, index) => leafHash(`${index}`))
      const tree = leafTree(Buffer.from(leaves.join(''), 'latin1'))
      expect(hexOf(tree.root())).toBe(rootOf(leaves))
      for (const [index, leaf] of leaves.entries()) {
        expect(tree.leaf(index)).toBe(leaf)
        expect(tree.path(index)).toEqual(inclusionPath(leaves, index))
      }
    }),
  )
})

it('the name of a folder is safe on any system, whatever the key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5000 }), (key, number) => {
      expect(itemFolder({ number, line: 7, key }, 5000)).toMatch(
        /^\d{4}_[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9_])?$/,
      )
    }),
  )
  expect(itemFolder({ number: 7, line: 12, key: 'acme/api#12' }, 25)).toBe('007_acme-api-12')
  expect(itemFolder({ number: 7, line: 12, key: '../..' }, 25)).toBe('007_line-12')
})

describe('taking a sample is refused, and nothing is recorded, of', () => {
  const failing = (entries: IndexEntry[]) =>
    entries.map(
      (entry): IndexEntry =>
        entry.kind === 'outcome' && entry.stream === 'github.repositories'
          ? { ...entry, outcome: outcome(3, { status: 'partial', reason: 'premature' }) }
          : entry,
    )
  it.each([
    ['a population that is premature', 'github.repositories', '2', failing, 'population-incomplete', 'is premature'],
    ['one that was not read', 'github.members', '2', undefined, 'population-incomplete', 'not complete (denied)'],
    ['one without rows', 'git.files', '2', undefined, 'sample-refused', 'has no rows'],
    ['a preset that nobody knows', 'github.repositories', 'ours', undefined, 'sample-refused', 'no preset "ours"'],
  ] as const)('%s', async (_, stream, asked, change, code, why) => {
    const folder = await temporaryFolder()
    const store = storeIn(folder)
    await sealedRun(store, { failed: true, ...(change && { change }) })
    const population = choosePopulation(await readPopulations(storeReader(store), 1), 1, { stream })
    const written: string[] = []
    const job = { population, engagement: 'E1', control: 'A.8.32', asked, sampledAt: new Date('2026-10-02T09:00:00Z') }
    const sink = { write: async (path: string) => void written.push(path) }
    const refused = takeSample({ store, signer, agent: AGENT }, job, sink)
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(why) })
    expect(written).toEqual([])
    expect((await readHead(store))?.index).toBe(2)
    await fs.rm(folder, { recursive: true })
  })

  it('anything, while an entry of the ledger is missing', async () => {
    const folder = await temporaryFolder()
    const store = storeIn(folder)
    for (let run = 0; run < 2; run++) await sealedRun(store)
    const stream = 'github.repositories'
    const population = choosePopulation(await readPopulations(storeReader(store), 1), 1, { stream })
    const gap = 'ledger/000000003.sigstore.json'
    await fs.rm(join(folder, gap))
    const job = {
      population,
      engagement: 'E1',
      control: 'A.8.32',
      asked: '2',
      sampledAt: new Date('2026-10-02T09:00:00Z'),
    }
    const refused = takeSample({ store, signer, agent: AGENT }, job, { write: async () => {} })
    await expect(refused).rejects.toMatchObject({ code: 'ledger-invalid' })
    expect(await store.stat(gap)).toBeUndefined()
    await fs.rm(folder, { recursive: true })
  })

  it('more items than an entry of the ledger can list, but for a census, of which it lists none', async () => {
    const folder = await temporaryFolder()
    const store = storeIn(folder)
    const writer = await createEvidence(store, lineTree).create({ tree: true })
    for (let id = 0; id <= MAX_PICKS; id++) await writer.write(`{"id":${id}}`)
    const file = await writer.store()
    await sealedRun(store, {
      change: (entries) =>
        entries.map((entry): IndexEntry => {
          if (!('planItem' in entry) || !entry.planItem.includes('/github.members/')) return entry
          if (entry.kind === 'outcome') return { ...entry, outcome: outcome(MAX_PICKS + 1) }
          return entry.kind === 'records' ? { ...entry, ...file } : entry
        }),
    })
    const stream = 'github.members'
    const population = choosePopulation(await readPopulations(storeReader(store), 1), 1, { stream })
    const written: string[] = []
    const sink = {
      async write(path: string, chunks: AsyncIterable<string> | Iterable<string>) {
        written.push(path)
        for await (const chunk of chunks) expect(chunk).not.toBe('')
      },
    }
    const job = { population, engagement: 'E1', control: 'A.8.32', sampledAt: new Date('2026-10-02T09:00:00Z') }
    const take = (asked: string) => takeSample({ store, signer, agent: AGENT }, { ...job, asked }, sink)
    await expect(take(String(MAX_PICKS + 1))).rejects.toMatchObject({ code: 'sample-refused' })
    expect(await take('all')).toMatchObject({ size: MAX_PICKS + 1, picks: [] })
    expect(written).toEqual(['population.jsonl'])
    expect(await take(String(MAX_PICKS))).toMatchObject({ size: MAX_PICKS })
    expect((await readHead(store))?.index).toBe(4)
    await fs.rm(folder, { recursive: true })
  })
})
