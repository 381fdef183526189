/**
 * What commitments cost: 1,000,000 records in 2,000 plan items, collected, judged and sealed; and of this the time for hashing
 * each line for its tree and for the seal with index and manifest, both done once more by themselves.
 */
import { generateKeyPairSync } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { createFileSigner } from '../../src/bundle/keys.ts'
import { parsePlan } from '../../src/bundle/layout.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import { preferSmallMemory } from '../../src/runtime/small-memory.ts'
import type { Scope } from '../../src/sdk/stream.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'

const ITEMS = 2000
const RECORDS = 500

const account = (scope: string, i: number) => ({
  id: `account-${scope}-${String(i).padStart(9, '0')}-of-a-large-tenant`,
  mfa: i % 10 === 0 ? ('off' as const) : ('on' as const),
})
async function* pages({ id }: Scope) {
  yield { number: 1, records: Array.from({ length: RECORDS }, (_, i) => account(id, i)), last: true, total: RECORDS }
}
const seconds = (since: number) => (performance.now() - since) / 1000

preferSmallMemory()
const folder = await temporaryFolder()
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const scopes = Array.from({ length: ITEMS }, (_, at) => ({ id: `scope-${String(at).padStart(4, '0')}` }))

let started = performance.now()
const sealed = await runPipeline([fakeCollector(pages, scopes)], { folder, signingKey })
const whole = seconds(started)
const { maxRSS } = process.resourceUsage()
if (sealed.statement.predicate.run.status !== 'complete') throw new Error('not everything was read')

let hashing = 0
for (const { id } of scopes) {
  const lines = Array.from({ length: RECORDS }, (_, i) => Buffer.from(`\0${JSON.stringify(account(id, i))}`))
  started = performance.now()
  const tree = lineTree()
  for (const line of lines) tree.add(line)
  tree.rootHash()
  hashing += seconds(started)
}

const store = createFsStore(fs, folder, { pid: process.pid, host: 'test', startedAt: new Date(0) })
const plan = parsePlan(await fs.readFile(join(folder, sealed.folder, 'plan.json')))
const index = await fs.readFile(join(folder, sealed.folder, 'index.jsonl'), 'utf8')
const entries = index
  .trimEnd()
  .split('\n')
  .map((line): IndexEntry => {
    const { seq: _seq, salt: _salt, ...entry } = JSON.parse(line)
    return entry
  })
const signer = createFileSigner(signingKey)
started = performance.now()
const opened = await openRun({ store, signer }, (number) => ({ ...plan, run: { ...plan.run, number } }))
await sealRun({
  ...opened,
  store,
  signer,
  saltKey: Buffer.alloc(32, 2),
  entries,
  sealedAt: new Date(plan.run.openedAt),
})
const sealing = hashing + seconds(started)

console.log(
  `sealing 1,000,000 records in 2,000 items, beside collecting and judging them: ${((100 * sealing) / (whole - sealing)).toFixed(1)} %, ${sealing.toFixed(1)} s, peak RSS ${Math.round(maxRSS / 1024)} MB (targets 25 %, 10 s, 250 MB)`,
)
await fs.rm(folder, { recursive: true })
