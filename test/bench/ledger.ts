/** A ledger of 100,000 entries: appending one more, and verifying all of it. */
import { generateKeyPairSync, sign } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { publicKeyOf, type Signer } from '../../src/bundle/keys.ts'
import { appendEntry, ensureGenesis, type LedgerWriter } from '../../src/bundle/ledger-append.ts'
import { collectFailures } from '../../src/bundle/reasons.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyLedger } from '../../src/bundle/verify-ledger.ts'
import { RUN_ABORTED, RUN_OPENED, STATEMENT_TYPE } from '../../src/model/statement.ts'
import { type Store, StoreError } from '../../src/model/store.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { temporaryFolder } from '../support/pipeline.ts'

const ENTRIES = 100_000
const APPENDED = 21
const AT = '2026-10-01T06:00:00.000Z'
const PLAN = { name: 'plan.json' as const, digest: { sha256: 'a'.repeat(64) } }

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const signer: Signer = {
  keyId: publicKeyOf(publicKey).id,
  publicKeyPem,
  sign: async (bytes) => sign('sha256', bytes, privateKey),
}
const agent = { id: 'bench', version: '0.0.0', build: { sha256: 'b'.repeat(64) } }

/** Opens a run, or ends the one that is open. */
async function append(writer: LedgerWriter): Promise<void> {
  await appendEntry(writer, (place) => {
    const [open] = place.open
    const common = { _type: STATEMENT_TYPE, subject: [PLAN] } as const
    const signed = { keyid: signer.keyId, agent }
    if (open !== undefined) {
      const ledger = place.position({ ends: open })
      const run = { number: open, openedAt: AT, abortedAt: AT, reason: 'process-ended' as const }
      return { ...common, subject: [PLAN], predicateType: RUN_ABORTED, predicate: { ...signed, ledger, run } }
    }
    const ledger = place.position({ opens: place.index })
    const run = { number: place.index, job: 'daily', trigger: 'schedule' as const, openedAt: AT }
    const config = { sha256: 'c'.repeat(64) }
    return { ...common, subject: [PLAN], predicateType: RUN_OPENED, predicate: { ...signed, ledger, run, config } }
  })
}

function memoryStore(): Store & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    putIfAbsent: async (key, bytes) => !files.has(key) && Boolean(files.set(key, bytes)),
    async *get(key) {
      const bytes = files.get(key)
      if (bytes === undefined) throw new StoreError('missing', key, { path: key, hint: '' })
      yield bytes
    },
    async *list() {
      yield* files.keys()
    },
    stat: async (key) => {
      const bytes = files.get(key)
      return bytes && { size: bytes.length }
    },
  }
}

const folder = await temporaryFolder()
const memory = memoryStore()
await ensureGenesis({ store: memory, signer, agent }, new Date(AT))
while (memory.files.size < ENTRIES) await append({ store: memory, signer, agent })
await fs.mkdir(join(folder, 'ledger'))
for (const [key, bytes] of memory.files) await fs.writeFile(join(folder, key), bytes)
memory.files.clear()

const store = createFsStore(fs, folder, { pid: process.pid, host: 'bench', startedAt: new Date(0) })
const times: number[] = []
for (let i = 0; i < APPENDED; i++) {
  const started = performance.now()
  await append({ store, signer, agent })
  times.push(performance.now() - started)
}
const median = times.sort((a, b) => a - b)[(APPENDED - 1) / 2] ?? Number.NaN
const started = performance.now()
const { report, failures } = collectFailures()
const { authentic } = await verifyLedger(storeReader(store), trustKeys([publicKeyPem]), report)
const seconds = (performance.now() - started) / 1000
if (authentic !== 'yes' || failures.length > 0) throw new Error(`the ledger does not verify: ${failures[0]?.code}`)
console.log(
  `ledger of 100,000 entries: median append ${median.toFixed(1)} ms, verify ${seconds.toFixed(1)} s (targets 10 ms, 60 s)`,
)
await fs.rm(folder, { recursive: true })
