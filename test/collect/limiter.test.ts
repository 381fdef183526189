import { describe, expect, it } from 'vitest'
import { limitFor } from '../../src/collect/limit-paths.ts'
import { createLimiter } from '../../src/collect/limiter.ts'
import { manualClock } from '../../src/testing/clock.ts'

const url = new URL('https://api.example.com/users')
const never = new AbortController().signal
const patient = { signal: never, deadline: Number.POSITIVE_INFINITY }

describe('createLimiter', () => {
  it('never lets more than perMinute requests start in any 60 seconds', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 60, concurrency: 100 }], clock)
    const starts: number[] = []
    const work = Promise.all(
      Array.from({ length: 200 }, async () => {
        const release = await limiter.take(url, patient)
        starts.push(clock.now().getTime())
        release()
      }),
    )
    await clock.drive(work)
    const busiest = Math.max(
      ...starts.map((start) => starts.filter((other) => other >= start && other < start + 60_000).length),
    )
    expect(busiest).toBeLessThanOrEqual(60)
    expect(busiest).toBeGreaterThan(45)
  })

  it('keeps to the concurrency and serves those who wait in order', async () => {
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 2 }], manualClock())
    const first = await limiter.take(url, patient)
    await limiter.take(url, patient)
    const order: string[] = []
    const third = limiter.take(url, patient).then((release) => {
      order.push('third')
      release()
    })
    const fourth = limiter.take(url, patient).then(() => order.push('fourth'))
    expect(order).toEqual([])
    first()
    await Promise.all([third, fourth])
    expect(order).toEqual(['third', 'fourth'])
  })

  it('counts a released place once, however often it is given back', async () => {
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 1 }], manualClock())
    const release = await limiter.take(url, patient)
    release()
    release()
    await limiter.take(url, patient)
    const stop = new AbortController()
    const waiting = limiter.take(url, { ...patient, signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })

  it('lets go of thousands of buckets that rest, and of none that has something to say', async () => {
    const clock = manualClock()
    const limits = [{ id: 'api', perMinute: 60, concurrency: 1, adaptive: true }] as const
    const limiter = createLimiter(limits, clock)
    const ask = (budget: string) => limiter.take(url, patient, { operation: 'iam:ListUsers', budget })
    const busy = { operation: 'iam:ListUsers', budget: 'busy' }
    const release = await limiter.take(url, patient, busy)
    const paused = { operation: 'iam:ListUsers', budget: 'paused' }
    ;(await limiter.take(url, patient, paused))()
    limiter.pause(url, clock.now().getTime() + 600_000, paused)
    for (let account = 0; account < 3000; account++) (await ask(`account-${account}`))()
    await clock.advance(60_000)
    for (let account = 0; account < 3000; account++) (await ask(`other-${account}`))()
    let started = ''
    const second = limiter.take(url, patient, busy).then(() => (started += 'busy '))
    void limiter.take(url, patient, paused).then(() => (started += 'paused '))
    await clock.advance(1000)
    expect(started).toBe('')
    release()
    await second
    expect(started).toBe('busy ')
    await clock.advance(600_000)
    expect(started).toBe('busy paused ')
  })

  it('gives each limit and each host a bucket of its own', async () => {
    const clock = manualClock()
    const limiter = createLimiter(
      [
        { id: 'rest', perMinute: 6, concurrency: 1 },
        { id: 'apps', path: '/apps/**', perMinute: 6, concurrency: 1 },
      ],
      clock,
    )
    await limiter.take(url, patient)
    await limiter.take(new URL('https://api.example.com/apps/1'), patient)
    await limiter.take(new URL('https://other.example.com/users'), patient)
    expect(clock.slept).toEqual([])
  })

  it('uses its share of a limit and no more', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 120, concurrency: 100, share: 0.25 }], clock)
    const starts: number[] = []
    const work = Array.from({ length: 70 }, async () => {
      const release = await limiter.take(url, patient)
      starts.push(clock.now().getTime())
      release()
    })
    await clock.drive(Promise.all(work))
    const busiest = Math.max(
      ...starts.map((start) => starts.filter((other) => other >= start && other < start + 60_000).length),
    )
    expect(busiest).toBeLessThanOrEqual(30)
    expect(busiest).toBeGreaterThan(25)
  })

  it('keeps to the concurrency over all limits of a host, and gives places back', async () => {
    const limits = [
      { id: 'rest', perMinute: 6000, concurrency: 5 },
      { id: 'apps', path: '/apps', perMinute: 6000, concurrency: 5 },
    ]
    const limiter = createLimiter(limits, manualClock(), 2)
    const first = await limiter.take(url, patient)
    await limiter.take(new URL('https://api.example.com/apps'), patient)
    let isIn = false
    const third = limiter.take(new URL('https://api.example.com/apps'), patient).then(() => (isIn = true))
    await limiter.take(new URL('https://other.example.com/apps'), patient)
    expect(isIn).toBe(false)
    first()
    await third
    expect(isIn).toBe(true)
  })

  it('lets nobody who waits for a token hold a place of the host', async () => {
    const limits = [
      { id: 'rest', perMinute: 6, concurrency: 5 },
      { id: 'apps', path: '/apps', perMinute: 6000, concurrency: 5 },
    ]
    const clock = manualClock()
    const limiter = createLimiter(limits, clock, 1)
    const release = await limiter.take(url, patient)
    release()
    const slow = limiter.take(url, patient)
    await limiter.take(new URL('https://api.example.com/apps'), patient)
    expect(clock.slept).toHaveLength(1)
    slow.catch(() => undefined)
  })

  it('stops at its share of what the source says is left, until the reset', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10, share: 0.5 }], clock)
    const take = async (remaining: number) =>
      (await clock.drive(limiter.take(url, patient)))({ limit: 100, remaining, resetsInMs: 30_000 })
    await take(51)
    await take(50)
    expect(clock.slept).toEqual([])
    await take(99)
    expect(clock.slept).toEqual([31_000])
  })

  it('counts what is in flight as not yet counted by the source', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10 }], clock)
    await limiter.take(url, patient)
    const release = await limiter.take(url, patient)
    release({ limit: 100, remaining: 1, resetsInMs: 5_000 })
    await clock.drive(limiter.take(url, patient))
    expect(clock.slept).toEqual([6_000])
  })

  it('does not wait for a window that is over', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10 }], clock)
    const release = await limiter.take(url, patient)
    release({ limit: 100, remaining: 0, resetsInMs: 0 })
    await limiter.take(url, patient)
    expect(clock.slept).toEqual([])
  })

  it('asks once of a budget that others use too, before anybody else starts', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10, share: 0.5 }], clock)
    const release = await limiter.take(url, patient)
    const started: string[] = []
    const others = ['second', 'third'].map(async (name) => {
      await limiter.take(url, patient)
      started.push(`${name} after ${clock.slept.length} waits`)
    })
    await Promise.resolve()
    expect(started).toEqual([])
    release({ limit: 100, remaining: 5, resetsInMs: 30_000 })
    await clock.drive(Promise.all(others))
    expect(started).toEqual(['second after 2 waits', 'third after 2 waits'])
    expect(clock.slept).toEqual([31_000, 31_000])
  })

  it('lets no more start at once than the source said are left', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10, share: 1 }], clock)
    const release = await limiter.take(url, patient)
    const start = clock.now().getTime()
    const waits: number[] = []
    const others = Array.from({ length: 5 }, async () => {
      await limiter.take(url, patient)
      waits.push(clock.now().getTime() - start)
    })
    release({ limit: 100, remaining: 3, resetsInMs: 30_000 })
    await clock.drive(Promise.all(others))
    expect(waits.map((wait) => wait >= 31_000)).toEqual([false, false, false, true, true])
  })

  it('says throttled at once when the wait would pass the deadline', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'all', perMinute: 60, concurrency: 1 }], clock)
    limiter.pause(url, clock.now().getTime() + 600_000)
    await expect(limiter.take(url, { signal: never, deadline: clock.now().getTime() + 300_000 })).rejects.toMatchObject(
      { reason: 'throttled' },
    )
    expect(clock.slept).toEqual([])
  })
})

describe('limitFor', () => {
  const limits = [
    { id: 'rest' },
    { id: 'users', path: '/api/v1/users' },
    { id: 'user', path: '/api/v1/users/*' },
    { id: 'apps', path: '/api/v1/apps/**' },
    { id: 'grants', path: '/api/v1/apps/*/grants' },
  ]

  it.each([
    ['/api/v1/users', 'users'],
    ['/api/v1/users/', 'users'],
    ['/api/v1/users/u1', 'user'],
    ['/api/v1/users/u1/factors', 'rest'],
    ['/api/v1/apps', 'apps'],
    ['/api/v1/apps/a1', 'apps'],
    ['/api/v1/apps/a1/users', 'apps'],
    ['/api/v1/apps/a1/grants', 'grants'],
    ['/api/v1/appsettings', 'rest'],
    ['/', 'rest'],
  ])('%s falls under %s', (path, id) => {
    expect(limitFor(path, limits)?.id).toBe(id)
    expect(limitFor(path, limits.toReversed())?.id).toBe(id)
  })

  it('finds none where none covers the path', () => {
    expect(limitFor('/b', [{ id: 'a', path: '/a/**' }])).toBeUndefined()
  })
})

describe('a limit that adapts', () => {
  const limits = [{ id: 'api', perMinute: 60, concurrency: 100, adaptive: true as const }]
  const asking = (budget: string, operation = 'iam:ListUsers') => ({ operation, budget })

  /** How many requests may start in a minute from now on. */
  async function startedInAMinute(limiter: ReturnType<typeof createLimiter>, clock: ReturnType<typeof manualClock>) {
    const end = clock.now().getTime() + 60_000
    for (let started = 0; ; started++) {
      await clock.drive(limiter.take(url, patient, asking('a')).then((release) => release()))
      if (clock.now().getTime() > end) return started
    }
  }

  it('halves its rate when the source throttles, and gets it back with answers', async () => {
    const clock = manualClock()
    const limiter = createLimiter(limits, clock)
    await startedInAMinute(limiter, clock)
    const whole = await startedInAMinute(limiter, clock)
    limiter.answered(url, true, asking('a'))
    // What was in flight together counts once.
    limiter.answered(url, true, asking('a'))
    const half = await startedInAMinute(limiter, clock)
    expect(half / whole).toBeGreaterThan(0.4)
    expect(half / whole).toBeLessThan(0.65)
    for (let answer = 0; answer < 40; answer++) limiter.answered(url, false, asking('a'))
    expect(await startedInAMinute(limiter, clock)).toBeGreaterThanOrEqual(whole - 1)
  })

  it('has a bucket for each operation, and for each of what the budget tells apart', async () => {
    const clock = manualClock()
    const limiter = createLimiter([{ id: 'api', perMinute: 6, concurrency: 1 }], clock)
    const started = clock.now().getTime()
    await limiter.take(url, patient, asking('account-a'))
    await limiter.take(url, patient, asking('account-b'))
    await limiter.take(url, patient, asking('account-a', 'iam:ListRoles'))
    expect(clock.now().getTime()).toBe(started)
    await expect(
      limiter.take(url, { ...patient, signal: AbortSignal.abort(new Error('stopped')) }, asking('account-a')),
    ).rejects.toThrow('stopped')
  })

  it('counts what is in flight over all hosts where operations are named', async () => {
    const limiter = createLimiter([{ id: 'api', perMinute: 6000, concurrency: 10 }], manualClock(), 1)
    const release = await limiter.take(url, patient, asking('a'))
    let isIn = false
    const second = limiter
      .take(new URL('https://other.example.com/'), patient, asking('a', 'ec2:DescribeVpcs'))
      .then(() => (isIn = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isIn).toBe(false)
    release()
    await second
    expect(isIn).toBe(true)
  })

  it('of an operation goes before one of its service, and that before one of the path', () => {
    const all = [
      { id: 'rest' },
      { id: 'path', path: '/' },
      { id: 'service', operation: 'iam:*' },
      { id: 'own', operation: 'iam:ListUsers' },
    ]
    expect(limitFor('/', all, 'iam:ListUsers')?.id).toBe('own')
    expect(limitFor('/', all, 'iam:ListRoles')?.id).toBe('service')
    expect(limitFor('/', all, 'ec2:DescribeVpcs')?.id).toBe('path')
    expect(limitFor('/x', all)?.id).toBe('rest')
  })
})
