import fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownerTag } from '../../src/store/fs.ts'
import { lockStore, type LockOptions } from '../../src/store/lock.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { exists, failing, OWNER, storeCode, temporaryFolder } from './faults.ts'

let root: string
beforeEach(async () => {
  root = await temporaryFolder()
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

const NOW = new Date('2026-10-01T06:00:00.000Z')
const DEAD = 99_999
const options = (change: Partial<LockOptions> = {}): LockOptions => ({
  owner: OWNER,
  clock: manualClock(NOW.toISOString()),
  isAlive: (pid) => pid !== DEAD,
  ...change,
})
const of = (pid: number, host = OWNER.host) => options({ owner: { ...OWNER, pid, host } })
const lockFile = () => join(root, '.lock')

describe('lockStore', () => {
  it('lets one run in at a time, and names the one that is there', async () => {
    const lock = await lockStore(fs, root, of(41))
    expect(lock.takenOver).toBeUndefined()
    const second = lockStore(fs, root, of(42))
    expect(await storeCode(second)).toBe('locked')
    await expect(second).rejects.toThrow('process 41 on test-host since 2026-10-01T06:00:00.000Z')
    await expect(second).rejects.toMatchObject({ hint: expect.stringContaining(lockFile()) })
    await lock.release()
    await lock.release()
    await (await lockStore(fs, root, of(42))).release()
    expect(await exists(lockFile())).toBe(false)
  })

  it('is released at the end of a scope', async () => {
    {
      await using _ = await lockStore(fs, root, options())
      expect(await exists(lockFile())).toBe(true)
    }
    expect(await exists(lockFile())).toBe(false)
  })

  it('is not shared within a process', async () => {
    await lockStore(fs, root, options())
    expect(await storeCode(lockStore(fs, root, options()))).toBe('locked')
  })

  it('takes over from a dead process of this host, and says so', async () => {
    await lockStore(fs, root, of(DEAD))
    const lock = await lockStore(fs, root, of(42))
    expect(lock.takenOver).toEqual({ pid: DEAD, host: 'test-host', startedAt: NOW.toISOString() })
    expect(await storeCode(lockStore(fs, root, of(43)))).toBe('locked')
    expect(await fs.readdir(join(root, '.staging'))).toEqual([])
  })

  it('takes over from an earlier process with our own number', async () => {
    await lockStore(
      fs,
      root,
      options({ owner: { ...OWNER, startedAt: new Date(0) }, clock: manualClock('1970-01-01T00:00:01.000Z') }),
    )
    expect((await lockStore(fs, root, options())).takenOver?.startedAt).toBe('1970-01-01T00:00:01.000Z')
  })

  it('leaves the lock of another host alone until ten minutes after its last sign of life', async () => {
    await lockStore(fs, root, of(DEAD, 'pod-a'))
    await fs.utimes(lockFile(), NOW, NOW)
    const at = (minutes: number) =>
      options({ ...of(1, 'pod-b'), clock: manualClock(new Date(NOW.getTime() + minutes * 60_000).toISOString()) })
    expect(await storeCode(lockStore(fs, root, at(9)))).toBe('locked')
    const lock = await lockStore(fs, root, at(11))
    expect(lock.takenOver).toMatchObject({ pid: DEAD, host: 'pod-a' })
  })

  it('gives a sign of life every minute until it is released', async () => {
    const clock = manualClock(NOW.toISOString())
    const lock = await lockStore(fs, root, options({ clock }))
    const touched = async () => (await fs.stat(lockFile())).mtime.toISOString()
    for (const minute of [1, 2]) {
      await clock.advance(60_000)
      await expect.poll(touched).toBe(new Date(NOW.getTime() + minute * 60_000).toISOString())
    }
    await lock.release()
    await clock.advance(600_000)
    expect(await exists(lockFile())).toBe(false)
  })

  it('does not guess about a lock that cannot be read', async () => {
    await fs.writeFile(lockFile(), '')
    expect(await storeCode(lockStore(fs, root, options()))).toBe('locked')
  })

  it('is taken over by one of many', async () => {
    await lockStore(fs, root, of(DEAD))
    const tried = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => lockStore(fs, root, of(100 + index))),
    )
    expect(tried.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(tried.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual(
      Array.from({ length: 9 }, () => expect.objectContaining({ code: 'locked' })),
    )
  })

  it('does not remove the lock of somebody else', async () => {
    const lock = await lockStore(fs, root, of(41))
    await fs.rm(lockFile())
    await lockStore(fs, root, of(42))
    await lock.release()
    expect(await fs.readFile(lockFile(), 'utf8')).toContain('"pid":42')
  })

  it.each([
    ['not-writable', 'mkdir', 'EACCES'],
    ['not-writable', 'mkdir', 'EROFS'],
    ['full', 'link', 'ENOSPC'],
  ] as const)('reports %s', async (code, name, errno) => {
    expect(await storeCode(lockStore(failing(name, errno), root, options()))).toBe(code)
  })

  it('works without hard links', async () => {
    const over = failing('link', 'ENOTSUP')
    const lock = await lockStore(over, root, of(41))
    expect(await storeCode(lockStore(over, root, of(42)))).toBe('locked')
    await lock.release()
    await lockStore(over, root, of(DEAD))
    expect((await lockStore(over, root, of(42))).takenOver?.pid).toBe(DEAD)
  })
})

async function leave(owner: LockOptions['owner'], written = NOW): Promise<string> {
  const path = join(root, '.staging', `${ownerTag(owner)}0`)
  await fs.mkdir(join(root, '.staging'), { recursive: true })
  await fs.writeFile(path, 'half a record')
  await fs.utimes(path, written, written)
  return path
}

describe('what dead processes left in the staging area', () => {
  it('is removed, and what living ones write is kept', async () => {
    const yesterday = new Date(NOW.getTime() - 25 * 60 * 60 * 1000)
    const gone = [
      await leave({ ...OWNER, pid: DEAD }),
      await leave({ ...OWNER, startedAt: new Date(0) }),
      await leave({ ...OWNER, host: 'other.example.com' }, yesterday),
    ]
    const kept = [await leave(OWNER), await leave({ ...OWNER, pid: 41 }), await leave({ ...OWNER, host: 'other-host' })]
    await lockStore(fs, root, options())
    expect(await Promise.all(gone.map(exists))).toEqual([false, false, false])
    expect(await Promise.all(kept.map(exists))).toEqual([true, true, true])
  })
})
