/**
 * An export of 1 GB: verifying it with `affiant-verify.mjs`, beside what `sha256sum` takes over the same bytes. Nine tenths are records, the rest results
 * and receipts. With the argument `--deep`, records are parsed too.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { buildVerifiers } from '../../scripts/build/verifier.ts'
import { writeExport } from '../../src/bundle/export/write-export.ts'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import type { Plan } from '../../src/model/plan.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { temporaryFolder } from '../support/pipeline.ts'

const ITEMS = 2000
const RECORDS = 1100
const RESULTS = 800_000
const AT = '2026-10-01T06:00:00.000Z'
const DIGEST = { sha256: 'ab'.repeat(32) }
const CHECK = 'fake.check'

function planOf(number: number): Plan {
  const period = { from: AT, to: '2026-10-02T06:00:00.000Z' }
  return {
    version: 1,
    run: { number, job: 'daily', trigger: 'manual', openedAt: AT, period },
    agent: { installation: 'bench', version: '0.0.0', build: DIGEST },
    config: DIGEST,
    sources: [{ id: 'fake', collector: 'fake', streams: [{ id: 'fake.accounts', version: 1, permissions: [] }] }],
    checks: [
      {
        id: CHECK,
        revision: 1,
        source: 'fake',
        severity: 'high',
        title: 'A check',
        inputs: ['fake.accounts'],
        params: {},
        criteria: { pass: 'on', fail: 'off' },
        remediation: 'Turn it on.',
      },
    ],
    mappings: [],
  }
}

async function writeStore(store: ReturnType<typeof createFsStore>): Promise<IndexEntry[]> {
  const evidence = createEvidence(store, lineTree)
  const write = async (count: number, line: (at: number) => string, tree = false) => {
    const writer = await evidence.create({ tree })
    for (let at = 0; at < count; at++) await writer.write(line(at))
    return writer.store()
  }
  const ended = { status: 'complete' as const, gaps: [], startedAt: AT, endedAt: AT }
  const scopes = Array.from({ length: ITEMS }, (_, at) => ({ id: `scope-${String(at).padStart(4, '0')}` }))
  const entries: IndexEntry[] = [
    {
      kind: 'source',
      source: 'fake',
      collector: 'fake',
      scopes,
      outcome: { ...ended, pages: 0, records: 0, requests: 1 },
    },
  ]
  const filler = 'a group, a role, or whatever else an account has to say of itself. '.repeat(5)
  for (const { id: scope } of scopes) {
    const planItem = `fake/fake.accounts/${scope}`
    const record = (at: number) => `{"about":"${filler}","id":"${scope}-${String(at).padStart(6, '0')}","mfa":"on"}`
    const receipt = (at: number) =>
      `{"at":"${AT}","attempt":1,"kind":"http","method":"GET","status":200,"url":"https://api.example.com/${scope}?page=${at}"}`
    const records = await write(RECORDS, record, true)
    entries.push(
      {
        kind: 'records',
        planItem,
        path: `records/fake/${scope}/accounts.jsonl`,
        ...records,
        schema: 'fake.accounts/1',
        collectedAt: AT,
        controls: [],
      },
      {
        kind: 'receipts',
        planItem,
        path: `receipts/fake/${scope}/accounts.jsonl`,
        ...(await write(RECORDS / 100, receipt)),
      },
      {
        kind: 'outcome',
        planItem,
        source: 'fake',
        stream: 'fake.accounts',
        scope,
        outcome: { ...ended, pages: RECORDS / 100, records: RECORDS, requests: RECORDS / 100 },
      },
    )
  }
  const none = { failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
  const counts = { inScope: RESULTS, inspected: RESULTS, passed: RESULTS, ...none }
  entries.push({
    kind: 'results',
    path: 'results/fake/check.jsonl',
    ...(await write(RESULTS, (at) => `{"name":"Account ${at}","status":"pass","subject":"account-${at}-of-a-tenant"}`)),
    summary: { check: CHECK, revision: 1, source: 'fake', status: 'pass', counts, incomplete: [] },
    derivedFrom: [1],
  })
  return entries
}

/** Writes the export, and the public key beside it. */
async function make(folder: string): Promise<void> {
  const { privatePem, publicPem } = generateKeyPair()
  const store = createFsStore(fs, join(folder, 'store'), { pid: process.pid, host: 'bench', startedAt: new Date(0) })
  const signer = createFileSigner(privatePem)
  const opened = await openRun({ store, signer }, planOf)
  const entries = await writeStore(store)
  await sealRun({ ...opened, store, signer, saltKey: Buffer.alloc(32, 3), entries, sealedAt: new Date(AT) })
  const file = join(folder, 'export.tar')
  await writeExport(
    { store, signer, agent: { id: 'bench', version: '0.0.0', build: DIGEST } },
    {
      scope: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
      withhold: [],
      recipient: 'Example Auditors',
      exportedAt: new Date(AT),
      tsaRoots: [],
    },
    {
      write: async (bytes) => appendFileSync(file, bytes),
      restart: async () => fs.rm(file, { force: true }),
    },
  )
  await fs.rm(join(folder, 'store'), { recursive: true })
  await fs.writeFile(join(folder, 'key.pem'), publicPem)
}

/** What the program took, said at its end; its start is counted too. The peak is not `maxRSS`, which begins with that of the parent. */
const PROBE = `data:text/javascript,${encodeURIComponent(`import { readFileSync } from 'node:fs'
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const peak = Number(/^VmHWM:\\s*(\\d+)/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS) / 1024
  process.stderr.write(JSON.stringify({ seconds: performance.now() / 1000, peak, cpu: (user + system) / 1e6 }))
})`)}`

const folder = await temporaryFolder()
await make(folder)
await buildVerifiers(folder)
const archive = join(folder, 'export.tar')
// Once before, so that both find the file in memory.
spawnSync('sha256sum', [archive])
const started = performance.now()
spawnSync('sha256sum', [archive])
const sum = (performance.now() - started) / 1000
const program = ['--import', PROBE, join(folder, 'affiant-verify.mjs'), archive, '--key', join(folder, 'key.pem')]
const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...process.argv.slice(2)], {
  encoding: 'utf8',
})
if (status !== 0) throw new Error(`the export does not verify: ${stdout}${stderr}`)
const { seconds, peak, cpu } = JSON.parse(stderr) as { seconds: number; peak: number; cpu: number }
const { size } = await fs.stat(archive)
console.log(
  `${(size / 1e9).toFixed(2)} GB; sha256sum takes ${sum.toFixed(1)} s, verifying ${cpu.toFixed(1)} s of processor`,
)
console.log(
  `verifying an export of 1 GB: ${seconds.toFixed(1)} s, peak RSS ${Math.round(peak)} MB (targets ${(2 * sum).toFixed(1)} s, 150 MB)`,
)
await fs.rm(folder, { recursive: true })
