import fs from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFsStore } from '../../src/store/fs.ts'
import type { StoreFs } from '../../src/store/publish.ts'
import { all, exists, failing, failingFiles, OWNER, storeCode, temporaryFolder } from './faults.ts'

let parent: string
let root: string
beforeEach(async () => {
  parent = await temporaryFolder()
  root = join(parent, 'store')
})
afterEach(() => fs.rm(parent, { recursive: true, force: true }))

const bytes = Buffer.from('evidence')
const storeOver = (over: StoreFs = fs) => createFsStore(over, root, OWNER)
const staged = async () => ((await exists(join(root, '.staging'))) ? fs.readdir(join(root, '.staging')) : [])
const mode = async (path: string) => (await fs.stat(join(root, path))).mode & 0o777

/** With and without hard links the store behaves the same. */
describe.each([
  ['link', fs],
  ['rename, where links are not permitted', failing('link', 'EPERM')],
  ['rename, where links are not supported', failing('link', 'ENOTSUP')],
])('a local store that publishes by %s', (_, over) => {
  it('stores once, and never overwrites', async () => {
    const store = storeOver(over)
    expect(await store.putIfAbsent('runs/1/plan.json', bytes)).toBe(true)
    expect(await store.putIfAbsent('runs/1/plan.json', Buffer.from('other'))).toBe(false)
    expect(Buffer.concat(await all(store.get('runs/1/plan.json'))).toString()).toBe('evidence')
    expect(await store.stat('runs/1/plan.json')).toEqual({ size: bytes.length })
    expect(await staged()).toEqual([])
  })

  it('gives one of many writers the name', async () => {
    const stores = Array.from({ length: 8 }, (__, index) => createFsStore(over, root, { ...OWNER, pid: 1000 + index }))
    const won = await Promise.all(
      stores.map((store, index) => store.putIfAbsent('a/b', Buffer.from(`writer ${index}`))),
    )
    const winner = won.indexOf(true)
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await fs.readFile(join(root, 'a/b'), 'utf8')).toBe(`writer ${winner}`)
    expect(await staged()).toEqual([])
  })

  it('takes a staged file of any size', async () => {
    const store = storeOver(over)
    const file = await store.stage()
    const block = Buffer.alloc(300_000, 'x')
    for (let times = 0; times < 3; times++) await file.write(block)
    expect(Buffer.concat(await all(file.read()))).toHaveLength(900_000)
    expect(await file.putIfAbsent('big')).toBe(true)
    expect(await store.stat('big')).toEqual({ size: 900_000 })
    const again = await store.stage()
    await again.write(bytes)
    expect(await again.putIfAbsent('big')).toBe(false)
    expect(await staged()).toEqual([])
  })
})

describe('a local store', () => {
  it('leaves read-only files in folders that are the owner’s only', async () => {
    await storeOver().putIfAbsent('a/b/c', bytes)
    expect(await mode('a/b/c')).toBe(0o444)
    for (const folder of ['', 'a', 'a/b', '.staging']) expect(await mode(folder)).toBe(0o700)
    const file = await storeOver().stage()
    expect(await mode(join('.staging', (await staged())[0]!))).toBe(0o600)
    await file.discard()
  })

  it('lists keys in the order of the whole key, and not its own files', async () => {
    const keys = ['a/b', 'a-b', 'a.b', 'a/b-c/d', 'a/b.c', 'z']
    const store = storeOver()
    for (const key of keys) await store.putIfAbsent(key, bytes)
    await fs.writeFile(join(root, '.lock'), '')
    await fs.writeFile(join(root, 'a/.foreign'), '')
    expect(await all(store.list(''))).toEqual([...keys, 'a/.foreign'].sort())
    expect(await all(store.list('a/b'))).toEqual(['a/b', 'a/b-c/d', 'a/b.c'].sort())
    expect(await all(store.list('a/b-c/'))).toEqual(['a/b-c/d'])
    expect(await all(store.list('nothing/'))).toEqual([])
    expect(await all(createFsStore(fs, join(parent, 'absent'), OWNER).list(''))).toEqual([])
  })

  it('knows that something is missing', async () => {
    expect(await storeOver().stat('a/b')).toBeUndefined()
    expect(await storeCode(all(storeOver().get('a/b')))).toBe('missing')
  })

  it('refuses every key that could leave the root or reach its own files', async () => {
    const store = storeOver()
    for (const key of [
      '',
      '..',
      '../x',
      'a/../../x',
      '/x',
      'a//b',
      'a/',
      './a',
      'a\\b',
      'a b',
      'é',
      '.lock',
      '.staging/x',
      'a\0b',
      'x'.repeat(256),
    ]) {
      expect([key, await storeCode(store.putIfAbsent(key, bytes))]).toEqual([key, 'io'])
      expect(await storeCode(all(store.get(key)))).toBe('io')
      expect(await storeCode(store.stat(key))).toBe('io')
    }
    expect(await exists(root)).toBe(false)
  })

  it('never writes outside the root, whatever the key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '-', '\0') }), async (key) => {
        expect(['no error', 'io']).toContain(await storeCode(storeOver().putIfAbsent(key, bytes)))
        expect(await fs.readdir(parent)).toEqual((await exists(root)) ? ['store'] : [])
      }),
    )
  })

  it('neither follows a link nor waits for a pipe in the place of evidence', async () => {
    await storeOver().putIfAbsent('real', bytes)
    await fs.symlink(join(root, 'real'), join(root, 'linked'))
    execFileSync('/usr/bin/env', ['mkfifo', join(root, 'pipe')])
    await fs.mkdir(join(root, 'folder'))
    expect(await storeCode(all(storeOver().get('linked')))).toBe('io')
    expect(await storeCode(all(storeOver().get('pipe')))).toBe('damaged')
    expect(await storeCode(all(storeOver().get('folder')))).toBe('damaged')
  })
})

describe('a disk that fails', () => {
  it.each<[string, string, StoreFs]>([
    ['full', 'while writing', failingFiles('write', 'ENOSPC')],
    ['full', 'over quota', failingFiles('write', 'EDQUOT')],
    ['full', 'over the file size', failingFiles('write', 'EFBIG')],
    ['full', 'while syncing', failingFiles('sync', 'ENOSPC')],
    ['full', 'while making the folder', failing('mkdir', 'ENOSPC')],
    ['full', 'while linking', failing('link', 'ENOSPC')],
    ['not-writable', 'for want of a right', failing('open', 'EACCES')],
    ['not-writable', 'on a read-only file system', failing('mkdir', 'EROFS')],
    ['not-writable', 'while linking', failing('link', 'EACCES')],
    ['io', 'for any other reason', failingFiles('sync', 'EIO')],
  ])('is reported as %s %s, and leaves nothing under the name', async (code, _, over) => {
    const storing = storeOver(over).putIfAbsent('a/b', bytes)
    expect(await storeCode(storing)).toBe(code)
    expect(await exists(join(root, 'a/b'))).toBe(false)
    expect(await staged()).toEqual([])
    const error: unknown = await storing.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ hint: expect.stringMatching(/\w/), message: expect.stringContaining(root) })
  })

  it('keeps what was stored before', async () => {
    await storeOver().putIfAbsent('a/b', bytes)
    expect(await storeCode(storeOver(failingFiles('write', 'ENOSPC')).putIfAbsent('a/c', bytes))).toBe('full')
    expect(await fs.readFile(join(root, 'a/b'), 'utf8')).toBe('evidence')
  })

  it('says that a file may not be read, not that the store is not writable', async () => {
    await storeOver().putIfAbsent('a/b', bytes)
    expect(await storeCode(all(storeOver(failing('open', 'EACCES')).get('a/b')))).toBe('io')
  })

  it('writes on where the disk takes a part of the bytes', async () => {
    const part: StoreFs = {
      ...fs,
      open: async (...args: Parameters<typeof fs.open>) => {
        const file = await fs.open(...args)
        const write = file.write.bind(file)
        const some = (from: Uint8Array, offset: number, length: number, position: number) =>
          write(from, offset, Math.min(length, 3), position)
        return Object.assign(file, { write: some })
      },
    }
    await storeOver(part).putIfAbsent('a/b', bytes)
    expect(await fs.readFile(join(root, 'a/b'), 'utf8')).toBe('evidence')
  })
})
