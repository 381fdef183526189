import { rm } from 'node:fs/promises'
import { preferSmallMemory } from '../../src/runtime/small-memory.ts'
import type { Page } from '../../src/sdk/stream.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'

const RECORDS = 1_000_000
const PAGE = 1000

async function* pages(): AsyncGenerator<Page> {
  for (let number = 1; number <= RECORDS / PAGE; number++) {
    const records = Array.from({ length: PAGE }, (_, i) => ({
      id: `account-${String(((number * 7919) % (RECORDS / PAGE)) * PAGE + i).padStart(9, '0')}-of-a-large-tenant`,
      mfa: i % 10 === 0 ? 'off' : 'on',
    }))
    yield { number, records, last: number === RECORDS / PAGE, total: RECORDS }
  }
}

// As `affiant run` does.
preferSmallMemory()
const folder = await temporaryFolder()
const started = performance.now()
const sealed = await runPipeline([fakeCollector(pages)], { folder })
const seconds = (performance.now() - started) / 1000
const { maxRSS } = process.resourceUsage()
console.log(
  `1,000,000 records, pages out of order, one check, sealed: ${seconds.toFixed(1)} s, peak RSS ${Math.round(maxRSS / 1024)} MB (targets 15 s, 250 MB); status ${sealed.statement.predicate.run.status}`,
)
await rm(folder, { recursive: true })
