import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeNewStream } from '../../src/runtime/files.ts'
import { temporaryFolder } from '../support/pipeline.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => fs.rm(folder, { recursive: true }))

async function* pieces(between: () => void = () => {}): AsyncIterable<string> {
  yield 'a\n'
  between()
  yield 'b\n'
}

test('stopped half way, nothing is left of the file', async () => {
  const stop = new AbortController()
  const half = pieces(() => stop.abort(new Error('stopped')))
  await expect(writeNewStream(join(folder, 'x.json'), half, stop.signal)).rejects.toThrow('stopped')
  expect(await fs.readdir(folder)).toEqual([])
})

test('what a killed process with the same number left is not in the way', async () => {
  // In a container every process of ours has the same.
  await fs.writeFile(join(folder, `.x.json.${process.pid}.part`), 'half')
  await writeNewStream(join(folder, 'x.json'), pieces())
  expect(await fs.readFile(join(folder, 'x.json'), 'utf8')).toBe('a\nb\n')
})
