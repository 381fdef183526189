import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'

const SCOPES = ['one', 'two', 'Three Four', 'five'].map((id) => ({ id }))

/** Four scopes whose pages arrive after pauses of their own, and whose records come in an order of their own. */
function collectorInOrder(seed: number) {
  let state = seed
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  return fakeCollector(async function* () {
    const ids = Array.from({ length: 20 }, (_, i) => `user-${i}`).sort(() => random() - 0.5)
    for (let number = 1; number <= 4; number++) {
      for (let pause = Math.floor(random() * 20); pause > 0; pause--)
        await new Promise((resolve) => setImmediate(resolve))
      const records = ids.splice(0, 5).map((id) => ({ id, mfa: id.endsWith('7') ? 'off' : 'on' }))
      yield { number, records, last: number === 4, total: 20 }
    }
  }, SCOPES)
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const files = names.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length), await readFile(path, 'latin1')] as const
  })
  return Object.fromEntries((await Promise.all(files)).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

describe('a run', () => {
  it('writes identical bytes for the same evidence, clock and key, in whatever order plan items finish', async () => {
    const all = []
    for (const [seed, concurrency] of [
      [1, 1],
      [2, 4],
      [3, 2],
      [4, 4],
    ] as const) {
      const folder = await temporaryFolder()
      const sealed = await runPipeline([collectorInOrder(seed)], { folder, concurrency })
      expect(sealed.statement.predicate.outcomes).toEqual({ complete: 4, partial: 0, failed: 0 })
      expect(sealed.statement.predicate.subjects).toMatchObject({ inScope: 80, failed: 8 })
      all.push(await filesOf(folder))
      await rm(folder, { recursive: true })
    }
    expect(Object.keys(all[0] ?? {}).length).toBeGreaterThan(6)
    for (const other of all) expect(other).toEqual(all[0])
  })

  it('stores evidence that did not change only once', async () => {
    const folder = await temporaryFolder()
    await runPipeline([collectorInOrder(1)], { folder })
    const before = Object.keys(await filesOf(folder)).filter((path) => path.startsWith('/objects/'))
    const second = await runPipeline([collectorInOrder(2)], { folder })
    const after = Object.keys(await filesOf(folder)).filter((path) => path.startsWith('/objects/'))
    expect(second.number).toBe(3)
    expect(after).toEqual(before)
    await rm(folder, { recursive: true })
  })
})
