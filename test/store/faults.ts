import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreError } from '../../src/model/store.ts'
import type { Owner } from '../../src/store/fs.ts'
import type { StoreFs } from '../../src/store/publish.ts'

export const OWNER: Owner = { pid: process.pid, host: 'test-host', startedAt: new Date('2026-10-01T05:00:00.000Z') }

export async function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(join(tmpdir(), 'affiant-test-'))
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}

/** The real file system, with one function that fails. */
export function failing(
  name: 'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'lstat',
  code: string,
): StoreFs {
  return { ...fs, [name]: () => Promise.reject(systemError(code)) }
}

/** The real file system, with a disk that takes only so many bytes in a file, or whose sync fails. */
export function failingFiles(name: 'write' | 'sync', code: string, after = 0): StoreFs {
  return {
    ...fs,
    open: async (...args: Parameters<typeof fs.open>) => {
      const file = await fs.open(...args)
      let calls = 0
      const real = file[name].bind(file)
      const fault = (...rest: never[]) =>
        calls++ < after ? Reflect.apply(real, file, rest) : Promise.reject(systemError(code))
      return Object.assign(file, { [name]: fault })
    },
  }
}

/** The code of the store error a promise is rejected with. */
export async function storeCode(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of items) found.push(one)
  return found
}

export async function exists(path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}
