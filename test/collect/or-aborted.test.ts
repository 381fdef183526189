import { describe, expect, it } from 'vitest'
import { orAborted } from '../../src/collect/item.ts'

describe('orAborted', () => {
  it('rejects at once when the signal is aborted, and lets the work fail later without anybody listening', async () => {
    const unheard: unknown[] = []
    const listen = (reason: unknown) => void unheard.push(reason)
    process.on('unhandledRejection', listen)
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    await expect(orAborted(Promise.reject(new Error('late')), stop.signal)).rejects.toThrow('stopped')

    const running = new AbortController()
    const { promise, reject } = Promise.withResolvers<never>()
    const work = orAborted(promise, running.signal)
    running.abort(new Error('stopped'))
    await expect(work).rejects.toThrow('stopped')
    reject(new Error('late'))
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unheard).toEqual([])
  })
})
