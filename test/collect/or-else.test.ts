import { AbortedError, DeniedError, type ReadError, UnavailableError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { createGaps } from '../../src/collect/gaps.ts'
import { createFetch } from '../../src/collect/http.ts'
import { observeInto } from '../../src/collect/item.ts'
import { createLimiter } from '../../src/collect/limiter.ts'
import { type Stretch, within } from '../../src/collect/trace.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { silentLog } from '../support/pipeline.ts'

/** A reader over a seam that answers by path: `/200`, `/502`, with the stretch a plan item would be judged by. */
function reading() {
  const clock = manualClock()
  const receipts: Receipt[] = []
  const stretch: Stretch = { failures: [] }
  const stop = new AbortController()
  const gaps = createGaps()
  const fetch = createFetch({
    fetch: async (input) =>
      new Response('{}', { status: Number(new URL(input instanceof Request ? input.url : input).pathname.slice(1)) }),
    clock,
    limiter: createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10 }], clock),
    reads: [],
    random: () => 0.5,
    log: silentLog,
  })
  const trace = {
    signal: stop.signal,
    deadline: clock.now().getTime() + 600_000,
    receipt: (receipt: Receipt) => void receipts.push(receipt),
  }
  const reader = observeInto(gaps, trace)
  return {
    stop,
    stretch,
    gaps,
    reader,
    statuses: () => receipts.map((receipt) => 'status' in receipt && receipt.status),
    get: (status: number, init?: RequestInit) => fetch(`https://source.example.com/${status}`, init),
    run: <T>(work: () => Promise<T>) => clock.drive(within(trace, stretch, work)),
  }
}

describe('reader.orElse', () => {
  it('reads in the first way where that works', async () => {
    const { reader, run, get, stretch } = reading()
    const value = await run(() =>
      reader.orElse(
        async () => (await get(200)).status,
        () => expect.fail('not asked for'),
      ),
    )
    expect(value).toBe(200)
    expect(stretch.failures).toEqual([])
  })

  it('reads in the second where it does not; the first is accounted for, with receipts, and makes no gap', async () => {
    const { reader, run, get, stretch, gaps, statuses } = reading()
    let why: ReadError | undefined
    const value = await run(() =>
      reader.orElse(
        async () => {
          await get(403)
          throw new DeniedError('refused', { status: 403 })
        },
        async (failure) => {
          why = failure
          return (await get(200)).status
        },
      ),
    )
    expect(value).toBe(200)
    expect(why).toBeInstanceOf(DeniedError)
    expect(statuses()).toEqual([403, 200])
    expect(stretch.failures).toEqual([])
    expect(gaps.isEmpty()).toBe(true)
  })

  it('takes a failure that the first kept to itself for one', async () => {
    const { reader, run, get } = reading()
    const value = await run(() =>
      reader.orElse(
        async () => {
          await get(403)
          return 'as if nothing had happened'
        },
        async ({ reason }) => reason,
      ),
    )
    expect(value).toBe('denied')
  })

  it('counts what fails in the second', async () => {
    const { reader, run, get, stretch } = reading()
    const both = () =>
      reader.orElse(
        async () => (await get(502)).status,
        async () => (await get(403)).status,
      )
    expect(await run(both)).toBe(403)
    expect(stretch.failures).toMatchObject([{ reason: 'denied' }])
    const thrown = run(() =>
      reader.orElse(
        () => get(502),
        (failure) => Promise.reject(failure),
      ),
    )
    await expect(thrown).rejects.toBeInstanceOf(UnavailableError)
  })

  it('asks twice only of a server that fails, where there is another way', async () => {
    const { reader, run, get, statuses } = reading()
    await run(() =>
      reader.orElse(
        () => get(502),
        () => get(200),
      ),
    )
    expect(statuses()).toEqual([502, 502, 200])
    const alone = reading()
    await expect(alone.run(() => alone.get(502))).rejects.toBeInstanceOf(UnavailableError)
    expect(alone.statuses()).toEqual([502, 502, 502, 502])
  })

  it('does not excuse an attempt to write', async () => {
    const { reader, run, get } = reading()
    const write = run(() =>
      reader.orElse(
        () => get(200, { method: 'DELETE' }),
        () => get(200),
      ),
    )
    await expect(write).rejects.toMatchObject({ name: 'RefusedError' })
  })

  it('ends when the run is stopped', async () => {
    const { reader, run, stop } = reading()
    const work = run(() =>
      reader.orElse(
        async () => {
          stop.abort(new AbortedError('stopped'))
          throw stop.signal.reason
        },
        async () => 'more',
      ),
    )
    await expect(work).rejects.toBeInstanceOf(AbortedError)
  })
})
