/**
 * The report of a run: 93 controls, 200 checks, 100,000 results, 60 populations with 30,000 rows, and a run before it to be compared
 * with; then of a run in which one check has all 100,000 results. Each is written by a process of its own, and its largest
 * pages are opened in Chromium. `node --conditions=source test/bench/report.ts`
 */
import { spawnSync } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { rollUpControls } from '../../src/evaluate/controls.ts'
import { createTally, count, rollUp } from '../../src/evaluate/roll-up.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { Catalog } from '../../src/model/control.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { CheckSummary, ResultLine } from '../../src/model/result.ts'
import type { StagingStore } from '../../src/model/store.ts'
import { runReport } from '../../src/report/html/run-report.ts'
import { openReportSource } from '../../src/report-source.ts'
import { writeReportFolder } from '../../src/runtime/report.ts'
import { preferSmallMemory } from '../../src/runtime/small-memory.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { OPENED_AT, outcome, planFor, SALT_KEY, SEALED_AT, signer, temporaryFolder } from '../bundle/fixture.ts'

const RESULTS = 100_000
const STREAMS = 60
const ROWS = 500
const SOURCE = 'github-acme'
const MEGABYTE = 1_000_000

const storeAt = (root: string): StagingStore =>
  createFsStore(fs, root, { pid: process.pid, host: 'bench', startedAt: new Date(0) })

async function catalogue(): Promise<Catalog> {
  const file = join(import.meta.dirname, '..', '..', 'mappings', 'iso27001-2022', 'catalog.yaml')
  return Catalog.parse(parse(await readFile(file, 'utf8')))
}

const streamId = (i: number) => `github.stream-${String(i).padStart(2, '0')}`
const checkId = (i: number) => `github.check-${String(i).padStart(3, '0')}`

function plan(number: number, checks: number): Plan {
  const { run, ...rest } = planFor(number)
  const [planned] = rest.checks
  if (planned === undefined) throw new Error('the fixture has no check')
  return {
    ...rest,
    run,
    sources: [
      {
        id: SOURCE,
        collector: 'github',
        streams: Array.from({ length: STREAMS }, (_, i) => ({ id: streamId(i), version: 1, permissions: [] })),
      },
    ],
    checks: Array.from({ length: checks }, (_, i) => ({
      ...planned,
      id: checkId(i),
      title: `Every repository of kind ${i} is protected as was agreed`,
      inputs: [streamId(i % STREAMS), streamId((i * 7 + 1) % STREAMS)],
    })),
  }
}

/** Of a hundred subjects two fail, one is unknown and five are not applicable; in the second run others than in the first. */
function resultAt(run: number, check: number, at: number): ResultLine {
  const kind = (at * 7 + check + run) % 100
  const subject = `acme-robotics/repository-${String(at).padStart(6, '0')}`
  if (kind < 2) return { detail: 'the default branch `main` can be changed without a review', status: 'fail', subject }
  if (kind < 3) return { detail: 'the rules could not be read', reason: 'denied', status: 'unknown', subject }
  if (kind < 8) return { reason: 'archived', status: 'not-applicable', subject }
  return { detail: '2 approvals are required, and a push takes them back', status: 'pass', subject }
}

async function sealOne(store: StagingStore, round: number, checks: number): Promise<void> {
  const run = await openRun({ store, signer }, (number) => plan(number, checks))
  const evidence = createEvidence(store, lineTree)
  const put = async (lines: Iterable<unknown>, tree = false) => {
    const writer = await evidence.create({ tree })
    for (const line of lines) await writer.write(canonicalize(line))
    return writer.store()
  }
  const planned = plan(run.number, checks)
  const entries: IndexEntry[] = [
    {
      kind: 'source',
      source: SOURCE,
      collector: 'github',
      identity: { id: '4711', name: 'acme-robotics', principal: { kind: 'app', name: 'affiant-reader' } },
      scopes: [{ id: 'acme-robotics' }],
      outcome: outcome(0),
    },
  ]
  for (let i = 0; i < STREAMS; i++) {
    const planItem = `${SOURCE}/${streamId(i)}/acme-robotics`
    const rows = Array.from({ length: ROWS }, (_, at) => ({
      archived: at % 20 === 0,
      id: at,
      owner: `person-${at % 40}`,
      repository: `acme-robotics/repository-${at}`,
      rules: { approvals: at % 3, dismissStale: true, run: round },
      updatedAt: '2026-09-12T10:11:12Z',
    }))
    const receipts = Array.from({ length: 5 }, (_, at) => ({
      at: OPENED_AT,
      attempt: 1,
      bodyBytes: 48_213,
      kind: 'http',
      method: 'GET',
      requestId: `${i}:${at}`,
      serverDate: 'Thu, 01 Oct 2026 06:00:00 GMT',
      status: 200,
      url: `https://api.example.com/orgs/acme-robotics/stream-${i}?page=${at}`,
    }))
    const path = `${SOURCE}/stream-${i}.jsonl`
    const schema = `${streamId(i)}/1`
    const kept = await put(rows, true)
    entries.push(
      { kind: 'records', planItem, path: `records/${path}`, ...kept, schema, collectedAt: OPENED_AT, controls: [] },
      { kind: 'receipts', planItem, path: `receipts/${path}`, ...(await put(receipts)) },
      {
        kind: 'outcome',
        planItem,
        source: SOURCE,
        stream: streamId(i),
        scope: 'acme-robotics',
        outcome: outcome(ROWS),
      },
    )
  }
  const summaries: CheckSummary[] = []
  for (const [i, { id }] of planned.checks.entries()) {
    const tally = createTally()
    const object = await put(
      (function* () {
        for (let at = 0; at < RESULTS / checks; at++) {
          const result = resultAt(round, i, at)
          count(tally, result)
          yield result
        }
      })(),
    )
    const status = rollUp(tally, [], undefined, 1)
    const summary = { check: id, revision: 3, source: SOURCE, ...status, counts: tally.counts, incomplete: [] }
    summaries.push(summary)
    entries.push({ kind: 'results', path: `results/${SOURCE}/${id}.jsonl`, ...object, summary, derivedFrom: [1] })
  }
  const catalog = await catalogue()
  const mapping = {
    id: 'iso27001-2022',
    catalog: catalog.id,
    controls: catalog.controls.map(({ id }, i) => ({
      control: id,
      evidence: Array.from({ length: 8 }, (_, k) => ({
        check: checkId((i * 5 + k * 11) % checks),
        strength: k < 3 ? ('direct' as const) : ('supporting' as const),
        shows: `That the repositories of kind ${k} are protected.`,
        'not-shown': 'Whether somebody looks at what is changed.',
      })).slice(0, checks === 1 ? 1 : 8),
    })),
  }
  const controls = rollUpControls({ mapping, catalog, sha256: '' }, summaries, [])
  entries.push({
    kind: 'controls',
    mapping: mapping.id,
    path: `controls/${mapping.id}.jsonl`,
    ...(await put(controls)),
  })
  await sealRun({ ...run, store, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT })
}

/** Writes the report of the last run: seconds, and the peak of resident memory in MB. */
async function write(root: string, folder: string, run: number): Promise<void> {
  const started = performance.now()
  const catalog = await catalogue()
  const reader = storeReader(storeAt(root))
  const source = await openReportSource({ reader, run, streamOf: () => undefined })
  await writeReportFolder(folder, runReport(source, { catalog }))
  const seconds = (performance.now() - started) / 1000
  console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }))
}

async function pagesBySize(folder: string): Promise<{ path: string; bytes: number }[]> {
  const names = await readdir(folder, { recursive: true })
  const pages = names.filter((name) => name.endsWith('.html')).map((name) => join(folder, name))
  const sized = await Promise.all(pages.map(async (path) => ({ path, bytes: (await stat(path)).size })))
  return sized.sort((a, b) => b.bytes - a.bytes)
}

/** Milliseconds until Chromium has laid out the slowest of some pages, its script done. */
async function opened(paths: readonly string[]): Promise<number> {
  // Not for the process that writes, whose memory is measured.
  const { startChromium } = await import('../support/chromium.ts')
  await using browser = await startChromium()
  const page = await browser.context.newPage()
  await page.goto('about:blank')
  let slowest = 0
  for (const path of paths) {
    const started = performance.now()
    await page.goto(`file://${path}`)
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    slowest = Math.max(slowest, performance.now() - started)
  }
  return slowest
}

async function measure(what: string, checks: number): Promise<void> {
  const folder = join(await temporaryFolder(), 'report')
  const root = await temporaryFolder()
  const store = storeAt(root)
  for (const round of [1, 2]) await sealOne(store, round, checks)
  const runs = (await readdir(join(root, 'runs'))).map(Number).sort((a, b) => a - b)
  const given = ['--conditions=source', import.meta.filename, 'write', root, folder, String(runs.at(-1))]
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the report was not written: ${stderr}`)
  const { seconds, megabytes } = JSON.parse(stdout) as { seconds: number; megabytes: number }
  const pages = await pagesBySize(folder)
  const largest = (pages[0]?.bytes ?? 0) / MEGABYTE
  const milliseconds = await opened([join(folder, 'index.html'), ...pages.slice(0, 3).map(({ path }) => path)])
  console.log(
    `report of ${what}: ${seconds.toFixed(1)} s, peak RSS ${Math.round(megabytes)} MB, the largest of ${pages.length} pages ${largest.toFixed(2)} MB, opened in ${(milliseconds / 1000).toFixed(2)} s (targets 10 s, 300 MB, 2 MB, 2 s)`,
  )
  for (const made of [root, dirname(folder)]) await rm(made, { recursive: true })
}

const [, , half, root = '', folder = '', run = ''] = process.argv
if (half === 'write') {
  preferSmallMemory()
  await write(root, folder, Number(run))
} else {
  await measure('93 controls, 200 checks, 100,000 results', 200)
  await measure('a check with 100,000 results', 1)
}
