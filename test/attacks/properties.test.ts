import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ArchiveRefused, readArchive } from '../../src/bundle/export/read-archive.ts'
import { BLOCK } from '../../src/bundle/export/ustar.ts'
import { writeArchive } from '../../src/bundle/export/write-archive.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { Limits } from '../../src/model/trust-policy.ts'
import { entriesOf, fileOf, memorySink, withFile } from '../export/support.ts'
import { type Bench, createBench } from './bench.ts'

const LIMITS = Limits.parse({})

let bench: Bench

beforeAll(async () => {
  bench = await createBench()
}, 60_000)
afterAll(() => bench?.[Symbol.asyncDispose]())

// test/export/attacks.test.ts shows the same of a plain export and of a redacted one.
describe('an export with timestamps, rotated keys and lines withheld', () => {
  it('is rejected for any single byte changed in any of its files, and the file is named', async () => {
    const { rich, richTrust } = bench
    const files = entriesOf(rich).filter(({ content }) => content.length > 0)
    const change = fc.tuple(fc.constantFrom(...files), fc.nat(), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([{ name, content }, position, mask]) => {
        const changed = Buffer.from(content)
        const at = position % changed.length
        changed[at] = (changed[at] ?? 0) ^ mask
        const found = await verifyExport(fileOf(withFile(rich, name, changed)), { trust: richTrust })
        expect({ name, exit: found.exitCode }).toEqual({ name, exit: 4 })
        expect(found.failures.map(({ file }) => file)).toContain(name)
      }),
      { numRuns: 150 },
    )
  })

  it('is rejected for every file that is taken out, and the file is named', async () => {
    const { rich, richTrust } = bench
    for (const { name } of entriesOf(rich)) {
      const found = await verifyExport(fileOf(withFile(rich, name, undefined)), { trust: richTrust })
      expect({ name, exit: found.exitCode }).toEqual({ name, exit: 4 })
      expect(found.failures.map(({ file }) => file)).toContain(name)
    }
  })
})

describe('the reader of archives', () => {
  /** Blocks of the archive taken out, doubled, moved or emptied. */
  const surgery = fc.array(
    fc.record({ kind: fc.constantFrom('cut', 'double', 'move', 'zero'), from: fc.nat(), to: fc.nat() }),
    { minLength: 1, maxLength: 3 },
  )

  it('accepts nothing that the writer does not write: what was accepted, written again, has the same bytes', async () => {
    const original = bench.whole
    let acceptances = 0
    await fc.assert(
      fc.asyncProperty(surgery, async (steps) => {
        const bytes = steps.reduce(operate, original)
        const again = await rewritten(bytes)
        if (again === undefined) return
        acceptances += 1
        expect(again.equals(bytes)).toBe(true)
      }),
      // Whole files taken out at their borders are accepted here; the verifier misses them.
      { numRuns: 1500, examples: [[[]]] },
    )
    expect(acceptances).toBeGreaterThan(0)
  })
})

function operate(bytes: Buffer, { kind, from, to }: { kind: string; from: number; to: number }): Buffer {
  const blocks = bytes.length / BLOCK
  if (blocks < 1) return bytes
  const at = (from % blocks) * BLOCK
  const block = bytes.subarray(at, at + BLOCK)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + BLOCK)]
  if (kind === 'cut') return Buffer.concat([before, after])
  if (kind === 'double') return Buffer.concat([before, block, block, after])
  if (kind === 'zero') return Buffer.concat([before, Buffer.alloc(BLOCK), after])
  const rest = Buffer.concat([before, after])
  const place = (to % blocks) * BLOCK
  return Buffer.concat([rest.subarray(0, place), block, rest.subarray(place)])
}

/** `undefined`: it is refused. */
async function rewritten(bytes: Buffer): Promise<Buffer | undefined> {
  try {
    const { base, places } = await readArchive(fileOf(bytes), LIMITS)
    const sink = memorySink()
    const archive = writeArchive(sink, base)
    for (const [name, { offset, size }] of places)
      await archive.file({ name, size }, [bytes.subarray(offset, offset + size)])
    await archive.end()
    return sink.bytes()
  } catch (error) {
    if (error instanceof ArchiveRefused) return undefined
    throw error
  }
}
