import { describe, expect, it } from 'vitest'
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

  it('gives each path its own bucket, the longest prefix first, and each host its own', async () => {
    const clock = manualClock()
    const limiter = createLimiter(
      [
        { id: 'rest', perMinute: 6, concurrency: 1 },
        { id: 'apps', path: '/apps', perMinute: 6, concurrency: 1 },
      ],
      clock,
    )
    await limiter.take(url, patient)
    await limiter.take(new URL('https://api.example.com/apps/1'), patient)
    await limiter.take(new URL('https://other.example.com/users'), patient)
    expect(clock.slept).toEqual([])
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
