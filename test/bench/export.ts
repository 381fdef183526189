/**
 * Exporting a big store and verifying the export: `node --conditions=source test/bench/export.ts [MEGABYTES]`. Evidence is made
 * while it is read, so that only the export needs space on the disk. With `export` or `verify FILE` it does one half.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { writeExport } from '../../src/bundle/export/write-export.ts'
import { compactRange, leafHash } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { objectKey } from '../../src/model/common.ts'
import { openExportTarget } from '../../src/runtime/export-file.ts'
import { openEvidenceFile } from '../../src/runtime/evidence-file.ts'
import { entriesFor, key, planFor, SALT_KEY, SEALED_AT, signer, storeIn } from '../bundle/fixture.ts'
import { AGENT, requestFor } from '../export/support.ts'
import { temporaryFolder } from '../support/pipeline.ts'

const MEGABYTE = 1_000_000
const BLOCK_LINES = 2000
const total = Number(process.argv[2] ?? 1000) * MEGABYTE

/** 2,000 records of some 250 bytes, which stand in a file again and again, each time with another line before them. */
const lines = Array.from(
  { length: BLOCK_LINES },
  (_, i) =>
    `{"id":${i},"name":"repository-${i}","note":"${createHash('sha512').update(String(i)).digest('hex')}","visibility":"private"}`,
)
const block = Buffer.from(`${lines.join('\n')}\n`)
const leaves = lines.map((line) => leafHash(line))

function* contentOf(blocks: number): Iterable<Uint8Array> {
  for (let i = 0; i < blocks; i++) {
    yield Buffer.from(`{"block":${i}}\n`)
    yield block
  }
}

function describe(blocks: number) {
  const hash = createHash('sha256')
  const tree = compactRange()
  let size = 0
  for (const chunk of contentOf(blocks)) {
    hash.update(chunk)
    size += chunk.length
  }
  for (let i = 0; i < blocks; i++) {
    tree.add(leafHash(`{"block":${i}}`))
    for (const leaf of leaves) tree.add(leaf)
  }
  const count = blocks * (BLOCK_LINES + 1)
  return { sha256: hash.digest('hex'), size, count, lines: { count, rootHash: tree.rootHash() } }
}

/** Highest resident memory of this process so far, in MB. */
const peak = () => Math.round(process.resourceUsage().maxRSS / 1024)

const folder = await temporaryFolder()
const store = storeIn(folder)
const big = new Map<string, { size: number; blocks: number }>()
const generated = {
  ...store,
  stat: async (name: string) => big.get(name) ?? store.stat(name),
  async *get(name: string) {
    const found = big.get(name)
    if (found === undefined) yield* store.get(name)
    else yield* contentOf(found.blocks)
  },
}
/** Below the largest file that verifiers accept if the policy says nothing. */
const perFile = Math.floor((200 * MEGABYTE) / block.length)
let left = Math.ceil(total / block.length)
while (left > 0) {
  const blocks = Math.min(left, perFile - big.size)
  const object = describe(blocks)
  big.set(objectKey(object.sha256), { size: object.size, blocks })
  left -= blocks
  const opened = await openRun({ store: generated, signer }, planFor)
  const entries = (await entriesFor(store)).map((entry) => {
    if (entry.kind === 'records' && entry.schema === 'github.repositories/1') return { ...entry, ...object }
    if (entry.kind === 'outcome' && entry.stream === 'github.repositories')
      return { ...entry, outcome: { ...entry.outcome, records: object.count } }
    return entry
  })
  await sealRun({ ...opened, store: generated, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT })
}

const path = join(folder, 'big.evx.tar')
const before = peak()
let started = performance.now()
const target = await openExportTarget(fs, path, process.pid)
await writeExport({ store: generated, signer, agent: AGENT }, requestFor(), target)
const { bytes } = await target.publish()
const exportSeconds = (performance.now() - started) / 1000
const exportPeak = peak()

started = performance.now()
const file = await openEvidenceFile(path)
const found = await verifyExport(file, { trust: trustKeys([key.publicPem]) })
await file.close()
const verifySeconds = (performance.now() - started) / 1000
if (found.exitCode !== 0)
  throw new Error(`the export does not verify: ${found.failures[0]?.code} ${found.failures[0]?.detail}`)

started = performance.now()
const hash = createHash('sha256')
for await (const chunk of (await fs.open(path)).createReadStream({ highWaterMark: 1024 * 1024 }))
  hash.update(chunk as Buffer)
hash.digest('hex')
const hashSeconds = (performance.now() - started) / 1000

const size = `${Math.round(bytes / MEGABYTE)} MB`
console.log(
  `export of ${size}: ${exportSeconds.toFixed(1)} s, growth of memory ${exportPeak - before} MB (targets ${(6 * hashSeconds).toFixed(1)} s, 32 MB)`,
)
console.log(`verifying it took ${verifySeconds.toFixed(1)} s, its SHA-256 alone ${hashSeconds.toFixed(1)} s`)
await fs.rm(folder, { recursive: true })
