import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { z } from 'zod'
import { canonicalize } from '../model/canonical.ts'
import { Instant } from '../model/common.ts'
import type { Clock } from '../sdk/context.ts'
import { DAY_MS } from '../sdk/days.ts'
import { StoreError } from '../model/store.ts'
import { type Owner, ownerTag } from './fs.ts'
import { CLAIM_PREFIX, makeFolder, publish, STAGING, type StoreFs } from './publish.ts'
import { asStoreError, errnoOf } from './errors.ts'

/** What stands in `<root>/.lock`. */
const LockInfo = z.strictObject({ pid: z.int().positive(), host: z.string(), startedAt: Instant })
type LockInfo = z.output<typeof LockInfo>

export interface LockOptions {
  owner: Owner
  clock: Clock
  /** Whether a process of this host is running: `process.kill(pid, 0)` worked or said EPERM. */
  isAlive: (pid: number) => boolean
}

export interface StoreLock extends AsyncDisposable {
  /** The dead process whose lock was taken over, if there was one. Tell the user: its run stays unsealed. */
  takenOver?: LockInfo
  /** Idempotent. */
  release(): Promise<void>
}

/** A holder touches its lock this often … */
const RENEW_MS = 60_000
/** … so one of another host that was not touched for this long belongs to nobody: a container that is gone. */
const LEASE_MS = 10 * RENEW_MS

/**
 * Takes the store for one run at a time, and removes what dead processes left in the staging area. The lock of a dead
 * process of this host is taken over at once, that of a process of another host ten minutes after its last sign of life.
 * Should that process only have slept, nothing is lost: no verb of the store overwrites.
 * @throws StoreError `locked` (names holder and since when), `not-writable`, `full`, `io`
 */
export async function lockStore(fs: StoreFs, root: string, options: LockOptions): Promise<StoreLock> {
  const base = posix.resolve(root)
  const { owner, clock } = options
  const startedAt = clock.now().toISOString()
  const mine = canonicalize({ pid: owner.pid, host: owner.host, startedAt } satisfies LockInfo)
  try {
    await makeFolder(fs, posix.join(base, STAGING))
    const takenOver = await acquire(fs, base, mine, options)
    await cleanStaging(fs, posix.join(base, STAGING), options)
    const renewal = renew(fs, posix.join(base, '.lock'), clock)
    const release = () => {
      renewal[Symbol.dispose]()
      return releaseLock(fs, base, mine)
    }
    return { release, [Symbol.asyncDispose]: release, ...(takenOver && { takenOver }) }
  } catch (error) {
    throw asStoreError(error, 'lock', base)
  }
}

/** Touches the lock every minute until disposed of. A touch that fails is left: the next one may work. */
function renew(fs: StoreFs, path: string, clock: Clock): Disposable {
  let timer: Disposable
  const arm = () => {
    timer = clock.after(RENEW_MS, () => {
      const now = clock.now()
      void fs.utimes(path, now, now).catch(() => undefined)
      arm()
    })
  }
  arm()
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
}

const TRIES = 20

async function acquire(fs: StoreFs, base: string, mine: string, options: LockOptions): Promise<LockInfo | undefined> {
  const path = posix.join(base, '.lock')
  const staging = posix.join(base, STAGING)
  for (let tries = 0; tries < TRIES; tries++) {
    const staged = await writeNew(fs, posix.join(staging, `${ownerTag(options.owner)}lock-${tries}`), mine)
    if (await publish(fs, staged, path, staging)) return undefined
    const found = await readText(fs, path)
    if (found === undefined) continue
    const holder = parseInfo(found)
    if (holder === undefined || !(await isDead(fs, path, holder, options))) throw locked(path, holder)
    if (await takeOver(fs, base, mine, found, options)) return holder
  }
  throw locked(path, undefined)
}

/** On this host: no such process, or our own number from before we were started. On another: a lease that ran out. */
async function isDead(fs: StoreFs, path: string, holder: LockInfo, options: LockOptions): Promise<boolean> {
  const { owner, isAlive, clock } = options
  if (holder.host !== owner.host) return clock.now().getTime() - (await fs.lstat(path)).mtimeMs > LEASE_MS
  if (holder.pid === owner.pid) return Date.parse(holder.startedAt) < owner.startedAt.getTime()
  return !isAlive(holder.pid)
}

/**
 * Replaces the lock of a dead process. The right to do so is a claim file named after that very lock, created
 * exclusively, so of two processes that both saw the dead lock one replaces it and the other sees the new one.
 */
async function takeOver(fs: StoreFs, base: string, mine: string, dead: string, options: LockOptions): Promise<boolean> {
  const path = posix.join(base, '.lock')
  const staging = posix.join(base, STAGING)
  const claim = posix.join(staging, `${CLAIM_PREFIX}lock-${createHash('sha256').update(dead).digest('hex')}`)
  const tag = ownerTag(options.owner)
  if (!(await publish(fs, await writeNew(fs, posix.join(staging, `${tag}claim`), mine), claim, staging))) {
    throw new StoreError('locked', `another process is taking over the lock ${path}`, {
      path,
      hint: `If no other affiant is running, remove ${claim} and run again.`,
    })
  }
  try {
    if ((await readText(fs, path)) !== dead) return false
    await fs.rename(await writeNew(fs, posix.join(staging, `${tag}takeover`), mine), path)
    return true
  } finally {
    await fs.unlink(claim)
  }
}

function locked(path: string, holder: LockInfo | undefined): StoreError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${holder.startedAt}`
    : 'a process that cannot be read'
  return new StoreError('locked', `another run is using the store: ${who}`, {
    path,
    hint: `Wait for it to end, or stop it. If you are sure that it is not running any more, remove ${path} and run again.`,
  })
}

async function releaseLock(fs: StoreFs, base: string, mine: string): Promise<void> {
  const path = posix.join(base, '.lock')
  try {
    if ((await readText(fs, path)) === mine) await fs.unlink(path)
  } catch (error) {
    throw asStoreError(error, 'release the lock', path)
  }
}

async function writeNew(fs: StoreFs, path: string, text: string): Promise<string> {
  const file = await fs.open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  return path
}

async function readText(fs: StoreFs, path: string): Promise<string | undefined> {
  try {
    const file = await fs.open(path, 'r')
    try {
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function parseInfo(text: string): LockInfo | undefined {
  try {
    return LockInfo.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * Called with the lock held, so nobody else is writing a run. Kept: our own files, those of living processes of this
 * host, and files of other hosts that were written to within a day.
 */
async function cleanStaging(fs: StoreFs, staging: string, options: LockOptions): Promise<void> {
  for (const name of await fs.readdir(staging)) {
    const path = posix.join(staging, name)
    if (await isLeftover(fs, name, path, options)) await fs.unlink(path)
  }
}

async function isLeftover(fs: StoreFs, name: string, path: string, options: LockOptions): Promise<boolean> {
  const { owner, clock, isAlive } = options
  if (name.startsWith(CLAIM_PREFIX)) return true
  const own = ownerTag(owner)
  if (name.startsWith(own)) return false
  const [host, pid] = name.split('.')
  if (host === own.split('.')[0]) return Number(pid) === owner.pid || !isAlive(Number(pid))
  return clock.now().getTime() - (await fs.lstat(path)).mtimeMs > DAY_MS
}
