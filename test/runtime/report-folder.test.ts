import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ReportFile } from '../../src/model/report-source.ts'
import { type ReportFs, writeReport } from '../../src/runtime/report-folder.ts'
import { temporaryFolder } from '../support/pipeline.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => fs.rm(folder, { recursive: true }))

async function* files(...all: readonly (readonly [string, readonly string[]])[]): AsyncIterable<ReportFile> {
  for (const [path, pieces] of all)
    yield {
      path,
      async *content() {
        yield* pieces
      },
    }
}

const there = () => fs.readdir(folder)
const write = (all: AsyncIterable<ReportFile>, more: { fs?: ReportFs; signal?: AbortSignal; id?: number } = {}) =>
  writeReport(more.fs ?? fs, join(folder, 'report'), all, { id: more.id ?? 7, signal: more.signal })

test('files and bytes are counted, and are for the owner alone', async () => {
  const written = await write(files(['index.html', ['é', 'ü']], ['controls/A.5.1.html', []]))
  expect(written).toEqual({ files: 2, bytes: 4 })
  expect(await fs.readFile(join(folder, 'report', 'index.html'), 'utf8')).toBe('éü')
  expect((await fs.stat(join(folder, 'report'))).mode & 0o777).toBe(0o700)
  expect((await fs.stat(join(folder, 'report', 'index.html'))).mode & 0o777).toBe(0o600)
})

test('pieces of more than are gathered at once arrive whole and in order', async () => {
  const pieces = Array.from({ length: 2000 }, (_, at) => `${at}`.padEnd(500, '.'))
  await write(files(['index.html', pieces]))
  expect(await fs.readFile(join(folder, 'report', 'index.html'), 'utf8')).toBe(pieces.join(''))
})

test.each(['../out.html', '/etc/x', 'a/../../x', 'a b.html', ''])('no file leaves the folder: %j', async (path) => {
  await expect(write(files([path, ['x']]))).rejects.toThrow()
  expect(await there()).toEqual([])
})

test('what cannot be written is said in words, and nothing is left', async () => {
  const full: ReportFs = {
    ...fs,
    open: async () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
  }
  await expect(write(files(['index.html', ['x']]), { fs: full })).rejects.toThrow(/cannot write .*report \(ENOSPC\)/)
  expect(await there()).toEqual([])
})

test('stopped in between, the report that was there stays', async () => {
  await write(files(['index.html', ['old']]))
  const stop = new AbortController()
  async function* half(): AsyncIterable<ReportFile> {
    yield* files(['index.html', ['new']])
    stop.abort(new Error('stopped'))
    yield* files(['other.html', ['new']])
  }
  await expect(write(half(), { signal: stop.signal })).rejects.toThrow('stopped')
  expect(await there()).toEqual(['report'])
  expect(await fs.readFile(join(folder, 'report', 'index.html'), 'utf8')).toBe('old')
})

test('a link or a file of that name is never replaced', async () => {
  await fs.mkdir(join(folder, 'elsewhere'))
  await fs.writeFile(join(folder, 'elsewhere', '.affiant-report'), '')
  await fs.symlink(join(folder, 'elsewhere'), join(folder, 'report'))
  await expect(write(files(['index.html', ['x']]))).rejects.toThrow('is no report')
  expect((await there()).sort()).toEqual(['elsewhere', 'report'])
})

test('where the new one cannot take the name, the one before has it again', async () => {
  await write(files(['index.html', ['old']]))
  const stubborn: ReportFs = {
    ...fs,
    rename: async (from, to) =>
      String(from).endsWith('.part')
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EIO' }))
        : fs.rename(from, to),
  }
  await expect(write(files(['index.html', ['new']]), { fs: stubborn })).rejects.toThrow('EIO')
  expect(await there()).toEqual(['report'])
  expect(await fs.readFile(join(folder, 'report', 'index.html'), 'utf8')).toBe('old')
})

test('of two that are written at once, each ends well, and one of them is there whole', async () => {
  const both = [7, 8].map((id) =>
    writeReport(fs, join(folder, 'report'), files(['index.html', [String(id)]], ['a.html', [String(id)]]), { id }),
  )
  await Promise.all(both)
  expect(await there()).toEqual(['report'])
  const [index, a] = await Promise.all(
    ['index.html', 'a.html'].map((name) => fs.readFile(join(folder, 'report', name), 'utf8')),
  )
  expect(index).toBe(a)
})

test.each([false, true])(
  'another report that takes the name at the last moment is replaced (one was there: %s)',
  async (was) => {
    if (was) await write(files(['index.html', ['old']]))
    let meddled = false
    const contested: ReportFs = {
      ...fs,
      async rename(from, to) {
        if (String(from).endsWith('.part') && String(to).endsWith('report') && !meddled) {
          meddled = true
          await write(files(['index.html', ['other']], ['other.html', ['other']]), { id: 8 })
        }
        return fs.rename(from, to)
      },
    }
    await write(files(['index.html', ['new']]), { fs: contested })
    expect(meddled).toBe(true)
    expect(await there()).toEqual(['report'])
    expect((await fs.readdir(join(folder, 'report'))).sort()).toEqual(['.affiant-report', 'index.html'])
    expect(await fs.readFile(join(folder, 'report', 'index.html'), 'utf8')).toBe('new')
  },
)

test.each(['file/report', 'n'.repeat(300)])(
  'where no folder can be made, that is what is said: %.20s',
  async (name) => {
    await fs.writeFile(join(folder, 'file'), '')
    const refused = writeReport(fs, join(folder, name), files(['index.html', ['x']]), { id: 7 })
    await expect(refused).rejects.toThrow(/cannot write .* \((ENOTDIR|EEXIST|ENAMETOOLONG)\)/)
  },
)

test.skipIf(process.platform !== 'linux')(
  'a folder above that takes no folders is said, and does not hang',
  async () => {
    await expect(writeReport(fs, '/proc/report', files(['index.html', ['x']]), { id: 7 })).rejects.toThrow(
      'cannot write',
    )
  },
)
