import { expect, it } from 'vitest'
import { openSeams } from '../../src/collect/seams.ts'
import { within } from '../../src/collect/trace.ts'
import type { KeptFiles } from '../../src/model/kept-files.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { Secret } from '../../src/sdk/secret.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { httpServer } from '../support/http-server.ts'
import { silentLog } from '../support/pipeline.ts'

it('keeps answers only of a source that is conditional, and each principal has its own', async () => {
  await using server = await httpServer((request, response) => {
    const isKnown = request.headers['if-none-match'] === '"v1"'
    response.writeHead(isKnown ? 304 : 200, { etag: '"v1"' }).end(isKnown ? '' : 'hello')
  })
  const files = new Map<string, Uint8Array>()
  const kept: KeptFiles = {
    list: async () => [...files].map(([name, { length: size }]) => ({ name, size })),
    read: async (name) => files.get(name),
    write: async (name, bytes) => void files.set(name, bytes),
    rename: async () => undefined,
    remove: async (name) => void files.delete(name),
  }
  const base = fakeCollector(async function* () {}) as unknown as Collector
  const status = async ({ conditional = true, token = 'one', id = 'acme', own = {} }) => {
    const clock = manualClock()
    const { fetch, close } = openSeams(
      {
        id,
        collector: { ...base, ...(conditional && { conditional: true }) },
        config: { organization: 'acme', ...own },
        secrets: { token: new Secret(token) },
        limits: base.limits,
      },
      {
        fetch: globalThis.fetch,
        spawn: () => {
          throw new Error('no programs')
        },
        env: {},
        folder: '/',
        clock,
        random: () => 0.5,
        log: silentLog,
        kept: { files: () => kept, secret: Buffer.alloc(32, 1) },
      },
    )
    const receipts: Receipt[] = []
    const signal = new AbortController().signal
    const deadline = clock.now().getTime() + 60_000
    const trace = { signal, deadline, receipt: (receipt: Receipt) => void receipts.push(receipt) }
    const response = await clock.drive(within(trace, { failures: [] }, () => fetch(server.url)))
    expect(await response.text()).toBe('hello')
    await close()
    return receipts[0]?.kind === 'http' ? receipts[0].status : undefined
  }
  expect(await status({ conditional: false })).toBe(200)
  expect(files.size).toBe(0)
  expect(await status({})).toBe(200)
  expect(await status({})).toBe(304)
  expect(await status({ token: 'two' })).toBe(200)
  expect(await status({ id: 'labs' })).toBe(200)
  expect(await status({ own: { organization: 'labs' } })).toBe(200)
  expect(await status({ conditional: false })).toBe(200)
})
