import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK, readUstarHeader, ustarHeader } from '../../src/bundle/export/ustar.ts'
import { ArchiveRefused, readArchive } from '../../src/bundle/export/read-archive.ts'
import { BUFFER_BYTES, ContentChanged, writeArchive } from '../../src/bundle/export/write-archive.ts'
import { Limits } from '../../src/model/trust-policy.ts'
import { archiveOf, BASE, entriesOf, fileOf, memorySink } from './support.ts'

const LIMITS = Limits.parse({})
const segment = fc.stringMatching(/^[a-z0-9_-]{1,40}$/)
const path = fc
  .array(segment, { minLength: 1, maxLength: 8 })
  .map((parts) => `data/runs/000000001/records/${parts.join('/')}.jsonl`)
  .filter((name) => name.length < 150)
const files = fc.uniqueArray(fc.record({ name: path, content: fc.uint8Array({ maxLength: 2000 }) }), {
  selector: ({ name }) => name,
  maxLength: 12,
  minLength: 1,
})

describe('archive', () => {
  it('reads back what was written', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const sorted = given.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        const sink = memorySink()
        const archive = writeArchive(sink, BASE)
        for (const { name, content } of sorted) await archive.file({ name, size: content.length }, [content])
        await archive.end()
        const bytes = sink.bytes()
        const read = await readArchive(fileOf(bytes), LIMITS)
        expect(read.base).toBe(BASE)
        expect([...read.places.keys()]).toEqual(sorted.map(({ name }) => name))
        for (const { name, content } of sorted) {
          const { offset, size } = read.places.get(name) ?? { offset: 0, size: -1 }
          expect(Buffer.from(bytes.subarray(offset, offset + size)).equals(content)).toBe(true)
        }
        return true
      }),
      { numRuns: 50 },
    )
  })

  it('accepts no header but the one that is written for that path and size', () => {
    const change = fc.array(fc.tuple(fc.nat(BLOCK - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(path, fc.nat(10_000_000), change, fc.boolean(), (name, size, changes, repair) => {
        const header = Buffer.from(ustarHeader(`${BASE}/${name}`, size))
        for (const [at, byte] of changes) header[at] = byte
        if (repair) {
          header.write('        ', 148, 'latin1')
          const sum = header.reduce((total, byte) => total + byte, 0)
          header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
        }
        const read = readUstarHeader(header)
        return 'wrong' in read || header.equals(ustarHeader(read.path, read.size))
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts no archive but the one that is written for the files that it finds', async () => {
    const names = ['bagit.txt', 'data/ledger/000000000.json', 'data/runs/000000001/plan.json', 'verify.sh']
    const whole = archiveOf(names.map((name, i) => ({ name, content: Buffer.alloc(i * 300, 'x') })))
    const contents = new Set<number>()
    const { places } = await readArchive(fileOf(whole), LIMITS)
    for (const { offset, size } of places.values()) for (let i = 0; i < size; i++) contents.add(offset + i)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        fc.pre(!contents.has(at))
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ flip
        try {
          await readArchive(fileOf(bytes), LIMITS)
        } catch (error) {
          return error instanceof ArchiveRefused
        }
        // Accepted: then it is what the writer writes for other names.
        return archiveOf(entriesOf(bytes)).equals(bytes)
      }),
      { numRuns: 1500 },
    )
  })

  it('holds no more than one buffer, however much is written', async () => {
    let held = 0
    let most = 0
    const archive = writeArchive(
      {
        async write(bytes) {
          held -= bytes.length
        },
      },
      BASE,
    )
    const chunk = new Uint8Array(64 * 1024)
    async function* content(size: number) {
      for (let left = size; left > 0; left -= chunk.length) {
        held += Math.min(left, chunk.length)
        most = Math.max(most, held)
        yield chunk.subarray(0, Math.min(left, chunk.length))
      }
    }
    const sizes = [64 * 1024 * 1024, 3, 8 * 1024 * 1024 + 7]
    for (const [i, size] of sizes.entries())
      await archive.file({ name: `data/runs/000000001/records/${i}.jsonl`, size }, content(size))
    await archive.end()
    expect(most).toBeLessThanOrEqual(BUFFER_BYTES + chunk.length)
    // Headers, zeros and end were written too.
    expect(held).toBe(-(3 * BLOCK + 509 + 505 + 2 * BLOCK))
  })

  it.each([
    ['too short', 5, [Buffer.from('abcd')]],
    ['too long', 3, [Buffer.from('abcd')]],
  ])('stops at content that is %s', async (_, size, content) => {
    const archive = writeArchive(memorySink(), BASE)
    await expect(archive.file({ name: 'verify.sh', size }, content)).rejects.toThrow(ContentChanged)
  })

  it('does not write names that do not ascend, or that no export has', async () => {
    const archive = writeArchive(memorySink(), BASE)
    await archive.file({ name: 'verify.sh', size: 0 }, [])
    await expect(archive.file({ name: 'bagit.txt', size: 0 }, [])).rejects.toThrow(RangeError)
    await expect(archive.file({ name: 'zzz', size: 0 }, [])).rejects.toThrow(RangeError)
  })

  it('splits a long path where ustar can hold it, and refuses one that it cannot', () => {
    const long = `${BASE}/data/runs/000000001/records/${'a'.repeat(60)}/${'b'.repeat(60)}.jsonl`
    const read = readUstarHeader(ustarHeader(long, 7))
    expect(read).toEqual({ path: long, size: 7 })
    expect(() => ustarHeader(`${BASE}/data/${'c'.repeat(101)}`, 1)).toThrow(RangeError)
    expect(() => ustarHeader('bagit.txt', 8 ** 11)).toThrow(RangeError)
  })
})
