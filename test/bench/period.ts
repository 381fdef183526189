/**
 * The report of a year: 365 daily runs of 200 checks and 100,000 results each, of which the results of some 20 checks change
 * every day, and two weeks without a run. Written by a process of its own. `node --conditions=source test/bench/period.ts`
 */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { createTally, count, rollUp } from '../../src/evaluate/roll-up.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { CheckSummary, ResultLine } from '../../src/model/result.ts'
import type { StoredObject } from '../../src/model/staging.ts'
import type { StagingStore } from '../../src/model/store.ts'
import { openPeriodSource } from '../../src/period-source.ts'
import { periodReport } from '../../src/report/html/period/period-report.ts'
import { preferSmallMemory } from '../../src/runtime/small-memory.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { outcome, planFor, SALT_KEY, signer, temporaryFolder } from '../bundle/fixture.ts'

const DAYS = Number(process.env.DAYS ?? 365)
const CHECKS = 200
const STREAMS = 60
const SUBJECTS = 500
const SOURCE = 'github-acme'
const DAY = 86_400_000
const FIRST = Date.parse('2026-01-01T06:00:00.000Z')
const PERIOD = { from: new Date('2026-01-01T00:00:00.000Z'), to: new Date('2027-01-01T00:00:00.000Z') }

const storeAt = (root: string): StagingStore =>
  createFsStore(fs, root, { pid: process.pid, host: 'bench', startedAt: new Date(0) })

const streamId = (i: number) => `github.stream-${i}`
const checkId = (i: number) => `github.check-${String(i).padStart(3, '0')}`

function plan(number: number, day: number): Plan {
  const { run, ...rest } = planFor(number)
  const [planned] = rest.checks
  if (planned === undefined) throw new Error('the fixture has no check')
  const at = FIRST + day * DAY
  return {
    ...rest,
    run: {
      ...run,
      trigger: 'schedule',
      openedAt: new Date(at).toISOString(),
      period: { from: new Date(at - 90 * DAY).toISOString(), to: new Date(at).toISOString() },
      schedule: { cron: '0 6 * * *', timeZone: 'UTC' },
    },
    sources: [
      {
        id: SOURCE,
        collector: 'github',
        streams: Array.from({ length: STREAMS }, (_, i) => ({ id: streamId(i), version: 1, permissions: [] })),
      },
    ],
    checks: Array.from({ length: CHECKS }, (_, i) => ({
      ...planned,
      id: checkId(i),
      title: `Every repository of kind ${i} is protected as was agreed`,
      inputs: [streamId(i % STREAMS)],
      params: { days: day > 200 ? 30 : 60 },
    })),
    mappings: [],
  }
}

/** Two of 500 subjects fail, others after ten days each time. */
function resultAt(variant: number, check: number, at: number): ResultLine {
  const subject = `acme-robotics/repository-${String(at).padStart(6, '0')}`
  const fails = (at * 7 + check + variant) % 250 === 0
  return fails
    ? { detail: 'the default branch can be changed without a review', status: 'fail', subject }
    : { detail: '2 approvals are required, and a push takes them back', status: 'pass', subject }
}

async function fill(root: string): Promise<void> {
  const store = storeAt(root)
  const evidence = createEvidence(store, lineTree)
  const put = async (lines: readonly string[], tree = false) => {
    const writer = await evidence.create({ tree })
    for (const line of lines) await writer.write(line)
    return writer.store()
  }
  const records = await put(['{"id":1}'], true)
  const receipts = await put([
    '{"at":"2026-01-01T06:00:00.000Z","attempt":1,"kind":"http","method":"GET","status":200,"url":"https://api.example.com/"}',
  ])
  const known = new Map<number, { variant: number; object: StoredObject; summary: CheckSummary }>()
  for (let day = 0; day < DAYS; day++) {
    if (day >= 100 && day < 114) continue
    const run = await openRun({ store, signer }, (number) => plan(number, day))
    const at = run.plan.run.openedAt
    const entries: IndexEntry[] = [
      {
        kind: 'source',
        source: SOURCE,
        collector: 'github',
        identity: { id: '1', name: 'acme', principal: { kind: 'app', name: 'affiant' } },
        scopes: [{ id: 'acme' }],
        outcome: outcome(0, { pages: 0, startedAt: at, endedAt: at }),
      },
    ]
    for (let i = 0; i < STREAMS; i++) {
      const planItem = `${SOURCE}/${streamId(i)}/acme`
      const file = { sha256: records.sha256, size: records.size, count: records.count }
      entries.push(
        {
          kind: 'records',
          planItem,
          path: `records/${i}.jsonl`,
          ...file,
          schema: `${streamId(i)}/1`,
          collectedAt: at,
          controls: [],
        },
        { kind: 'receipts', planItem, path: `receipts/${i}.jsonl`, ...receipts },
        {
          kind: 'outcome',
          planItem,
          source: SOURCE,
          stream: streamId(i),
          scope: 'acme',
          outcome: outcome(1, { startedAt: at, endedAt: at }),
        },
      )
    }
    for (let check = 0; check < CHECKS; check++) {
      const variant = Math.floor((day + check) / 10)
      const before = known.get(check)
      const now = before?.variant === variant ? before : { variant, ...(await judged(check, variant, put)) }
      known.set(check, now)
      const { sha256, size, count: lines } = now.object
      entries.push({
        kind: 'results',
        path: `results/${check}.jsonl`,
        sha256,
        size,
        count: lines,
        summary: now.summary,
        derivedFrom: [],
      })
    }
    await sealRun({
      ...run,
      store,
      signer,
      saltKey: SALT_KEY,
      entries,
      sealedAt: new Date(Date.parse(at) + 300_000),
      expectedBy: new Date(Date.parse(at) + DAY),
    })
  }
}

async function judged(check: number, variant: number, put: (lines: readonly string[]) => Promise<StoredObject>) {
  const tally = createTally()
  const lines: string[] = []
  for (let at = 0; at < SUBJECTS; at++) {
    const result = resultAt(variant, check, at)
    count(tally, result)
    lines.push(canonicalize(result))
  }
  const rolled = rollUp(tally, [], undefined, 1)
  const summary: CheckSummary = {
    check: checkId(check),
    revision: 3,
    source: SOURCE,
    ...rolled,
    counts: tally.counts,
    incomplete: [],
  }
  return { object: await put(lines), summary }
}

async function measure(root: string): Promise<void> {
  preferSmallMemory()
  const started = performance.now()
  const source = await openPeriodSource({
    reader: storeReader(storeAt(root)),
    period: PERIOD,
    streamOf: () => undefined,
  })
  let files = 0
  let bytes = 0
  let largest = 0
  for await (const file of periodReport(source)) {
    let size = 0
    for await (const piece of file.content()) size += Buffer.byteLength(piece)
    files += 1
    bytes += size
    if (file.path.endsWith('.html')) largest = Math.max(largest, size)
  }
  const seconds = (performance.now() - started) / 1000
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(`report of a period of 365 runs: ${seconds.toFixed(1)} s, peak RSS ${peak} MB (targets 60 s, 400 MB)`)
  console.log(`largest page of it: ${(largest / 1_000_000).toFixed(2)} MB (target 2 MB)`)
  console.log(`${files} files, ${Math.round(bytes / 1_000_000)} MB in all`)
}

const [, , what, given] = process.argv
if (what === 'measure') await measure(given ?? '')
else {
  const root = join(await temporaryFolder(), 'evidence')
  try {
    await fill(root)
    const { status } = spawnSync(process.execPath, ['--conditions=source', import.meta.filename, 'measure', root], {
      stdio: 'inherit',
    })
    process.exitCode = status ?? 1
  } finally {
    if (process.env.KEEP === undefined) await fs.rm(root, { recursive: true, force: true })
    else console.log(root)
  }
}
