import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { objectKey } from '../../src/model/common.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { all, exists, failingFiles, OWNER, storeCode, temporaryFolder } from './faults.ts'

let root: string
beforeEach(async () => {
  root = await temporaryFolder()
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

const evidenceIn = () => createEvidence(createFsStore(fs, root, OWNER))
const staged = async () => ((await exists(join(root, '.staging'))) ? fs.readdir(join(root, '.staging')) : [])
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
/** Some 1.4 MB: several buffers. */
const MANY = Array.from({ length: 20_000 }, (_, index) => `{"id":${index},"name":"${'é'.repeat(25)}"}`)

async function written(lines: readonly string[]) {
  const writer = await evidenceIn().create()
  for (const line of lines) await writer.write(line)
  return writer
}

describe('a writer', () => {
  it.each([
    ['nothing', []],
    ['a few lines', ['{}', '', '{"a":"€"}']],
    ['more than a buffer', MANY],
    ['a line longer than a buffer', ['a', 'é'.repeat(400_000), 'b']],
  ])('stores %s under its digest, with lines and bytes counted', async (_, lines) => {
    const writer = await written(lines)
    expect((await all(writer.lines())).flat()).toEqual(lines)
    const object = await writer.store()
    const expected = Buffer.from(text(lines))
    expect(object).toEqual({
      sha256: createHash('sha256').update(expected).digest('hex'),
      size: expected.length,
      count: lines.length,
    })
    expect(expected.equals(await fs.readFile(join(root, objectKey(object.sha256))))).toBe(true)
    expect((await all(evidenceIn().lines(object.sha256))).flat()).toEqual(lines)
    expect(await staged()).toEqual([])
  })

  it('gives back any lines', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\n'))
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const object = await (await written(lines)).store()
        expect((await all(evidenceIn().lines(object.sha256))).flat()).toEqual(lines)
      }),
      { numRuns: 50 },
    )
  })

  it('goes on after it was read', async () => {
    const writer = await written(MANY)
    expect((await all(writer.lines())).flat()).toHaveLength(MANY.length)
    await writer.write('last')
    expect((await all(writer.lines())).flat().at(-1)).toBe('last')
    expect((await writer.store()).sha256).toBe(
      createHash('sha256')
        .update(text([...MANY, 'last']))
        .digest('hex'),
    )
  })

  it('loses nothing if nobody waits for a write', async () => {
    const writer = await evidenceIn().create()
    for (const line of MANY) void writer.write(line)
    expect((await writer.store()).sha256).toBe(createHash('sha256').update(text(MANY)).digest('hex'))
  })

  it('waits only when a buffer is full', async () => {
    const writer = await evidenceIn().create()
    let waits = 0
    for (const line of MANY) {
      const full = writer.write(line)
      if (full) waits += 1
      await full
    }
    expect(waits).toBeGreaterThan(2)
    expect(waits).toBeLessThan(10)
    await writer.discard()
  })

  it('leaves nothing when it is discarded', async () => {
    const writer = await written(MANY)
    expect(await staged()).toHaveLength(1)
    await writer.discard()
    expect(await staged()).toEqual([])
    expect(await exists(join(root, 'objects'))).toBe(false)
  })

  it('ends once', async () => {
    const writer = await written(['{}'])
    await writer.store()
    await expect(writer.store()).rejects.toThrow('ended')
    expect(() => writer.write('{}')).toThrow('ended')
    await expect(all(writer.lines())).rejects.toThrow('ended')
  })

  it('refuses what would not be one line', async () => {
    const writer = await evidenceIn().create()
    expect(() => writer.write('a\nb')).toThrow('line feed')
    expect(() => writer.write('x'.repeat(17 * 1024 * 1024))).toThrow('longer than')
  })

  it('stores the same content once', async () => {
    const one = await (await written(MANY)).store()
    const path = join(root, objectKey(one.sha256))
    const { ino } = await fs.stat(path)
    expect(await (await written(MANY)).store()).toEqual(one)
    expect((await fs.stat(path)).ino).toBe(ino)
    expect(await staged()).toEqual([])
  })

  it.each([
    ['small', ['{}']],
    ['large', MANY],
  ])('does not build on a damaged %s object', async (_, lines) => {
    const { sha256 } = await (await written(lines)).store()
    const path = join(root, objectKey(sha256))
    await fs.chmod(path, 0o600)
    await fs.appendFile(path, 'x\n')
    expect(await storeCode((await written(lines)).store())).toBe('damaged')
    expect(await storeCode(all(evidenceIn().lines(sha256)))).toBe('damaged')
    expect(await staged()).toEqual([])
  })

  it.each([
    ['at once', 0],
    ['later', 2],
  ])('says that the disk is full %s, and leaves nothing', async (_, after) => {
    const writer = await createEvidence(createFsStore(failingFiles('write', 'ENOSPC', after), root, OWNER)).create()
    const writing = (async () => {
      for (const line of MANY) await writer.write(line)
    })()
    expect(await storeCode(writing)).toBe('full')
    expect(await storeCode(writer.store())).toBe('full')
    expect(await staged()).toEqual([])
    expect(await exists(join(root, 'objects'))).toBe(false)
  })
})

it('says that an object is missing', async () => {
  expect(await storeCode(all(evidenceIn().lines('a'.repeat(64))))).toBe('missing')
})
