import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DeniedError, type Page, pass } from 'affiant/sdk'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { objectKey } from '../../src/model/common.ts'
import type { RunDiff } from '../../src/model/run-diff.ts'
import { readSealedRun } from '../../src/replay.ts'
import { diffRuns } from '../../src/report/diff.ts'
import { DiffJson } from '../../src/report/json/replay.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { affiant, mapping as base } from '../cli/fake-environment.ts'
import { type Machine, machinesCollector } from '../replay/collectors.ts'
import { type PipelineOptions, runPipeline, temporaryFolder } from '../support/pipeline.ts'

const mapping = {
  ...base,
  mapping: {
    ...base.mapping,
    controls: [
      {
        control: 'A.8.5',
        evidence: [{ check: 'lab.machines-young', strength: 'direct' as const, shows: 'Age.', 'not-shown': 'Use.' }],
      },
    ],
  },
}
const before: Record<string, Machine[]> = {
  north: [
    { id: 'a', age: 10 },
    { id: 'b', age: 25, owner: 'ops' },
    { id: 'c', age: 90 },
  ],
  east: [{ id: 'x', age: 1 }],
}
const after: Record<string, Machine[]> = {
  north: [
    { id: 'b', age: 40 },
    { id: 'c', age: 3 },
    { id: 'd', age: 5 },
  ],
  east: [{ id: 'x', age: 1 }],
}

let cwd: string
/** Numbers of the runs that were sealed, in order. */
let runs: number[]
beforeEach(async () => {
  cwd = await temporaryFolder()
  runs = []
})
afterEach(() => fs.rm(cwd, { recursive: true, force: true }))

async function seal(collector: Collector, options: Partial<PipelineOptions> = {}): Promise<void> {
  const { number } = await runPipeline([collector], { folder: join(cwd, 'evidence'), mapping, ...options })
  runs.push(number)
}

async function diff(collectors: Collector[] = [machinesCollector({})], args = '') {
  const options = { cwd, collectors }
  const text = await affiant(`diff ${runs.join(' ')} --store evidence ${args}`, options)
  const data = await affiant(`diff ${runs.join(' ')} --store evidence ${args} --json`, options)
  expect(text).toMatchObject({ exitCode: 0, err: '' })
  return { out: text.out, json: DiffJson.parse(JSON.parse(data.out)) }
}

/** @param from place of the run among those that were sealed */
async function between(from: 0 | 1, to: 0 | 1): Promise<RunDiff> {
  const store = createFsStore(fs, join(cwd, 'evidence'), { pid: 1, host: 'test', startedAt: new Date(0) })
  const { streams } = machinesCollector({})
  return diffRuns({
    from: (await readSealedRun(storeReader(store), runs[from] ?? 0)).sealed,
    to: (await readSealedRun(storeReader(store), runs[to] ?? 0)).sealed,
    streamOf: (id) => streams.find((stream) => stream.id === id),
    limit: 100,
  })
}

describe('diff', () => {
  test('names records by key with their fields, subjects that turned, controls', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector(after))
    const { out, json } = await diff()
    expect(json.same).toBe(false)
    expect(json.records).toMatchObject([
      {
        planItem: 'lab-test/lab.machines/north',
        by: 'key',
        added: 1,
        removed: 1,
        changed: 2,
        addedKeys: ['d'],
        removedKeys: ['a'],
        changedRecords: [
          {
            key: 'b',
            fields: [
              { field: 'age', from: '25', to: '40' },
              { field: 'owner', from: '"ops"' },
            ],
          },
          { key: 'c', fields: [{ field: 'age', from: '90', to: '3' }] },
        ],
      },
    ])
    const young = json.checks.find(({ check }) => check === 'lab.machines-young')
    expect(young?.turns.statuses).toEqual([
      { from: 'absent', to: 'pass', count: 1 },
      { from: 'fail', to: 'pass', count: 1 },
      { from: 'pass', to: 'absent', count: 1 },
      { from: 'pass', to: 'fail', count: 1 },
    ])
    expect(json).toMatchObject({ outcomes: [], plan: [], controls: [] })
    expect(out).toContain('1 added, 1 removed, 2 changed; 3 records before, 3 now')
    expect(out).toContain('machine c (north): fail → pass')
  })

  test('names outcomes, controls and checks that turned', async () => {
    await seal(machinesCollector({ north: [{ id: 'a', age: 1 }] }))
    const denied = async function* (): AsyncIterable<Page> {
      yield* []
      throw new DeniedError('no')
    }
    await seal(machinesCollector({ north: denied }))
    const { out, json } = await diff()
    expect(json.outcomes).toEqual([
      {
        planItem: 'lab-test/lab.machines/north',
        from: { status: 'complete' },
        to: { status: 'failed', reason: 'denied' },
      },
    ])
    expect(json.controls).toMatchObject([{ control: 'A.8.5', from: 'pass', to: 'unknown' }])
    expect(out).toContain('A.8.5 Authentication: pass → unknown')
    expect(out).toContain('complete → failed (denied)')
  })

  test('names revisions, parameters, criteria, streams and scopes of the plan', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector({ ...before, west: [] }, { revision: 2, version: 2 }), {
      checks: { 'lab.machines-young': { params: { maxAge: 95 } }, 'lab.machines-owned': { disabled: 'not ours' } },
    })
    const { json } = await diff()
    const about = 'check lab.machines-young of lab-test'
    expect(json.plan).toEqual(
      expect.arrayContaining([
        { about, what: 'revision', from: '1', to: '2' },
        { about, what: 'parameter maxAge', from: '30', to: '95' },
        { about, what: 'passes if', from: 'at most 30 days old', to: 'at most 95 days old' },
        { about: 'check lab.machines-owned of lab-test', what: 'turned off', to: 'not ours' },
        { about: 'stream lab.machines of lab-test', what: 'version', from: '1', to: '2' },
        { about: 'scope west of lab-test', what: 'read', to: 'yes' },
      ]),
    )
  })

  test('two runs over the same evidence are the same', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector(before))
    const { out, json } = await diff()
    expect(json).toMatchObject({ same: true, from: { run: runs[0] }, to: { run: runs[1] } })
    expect(out).toContain('Nothing differs but number and time.')
  })

  test('reads no object that did not change', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector(before))
    await fs.rm(join(cwd, 'evidence', 'objects'), { recursive: true, force: true })
    expect((await diff()).json.same).toBe(true)
  })

  test('matches whole lines where the collector is not loaded', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector(after))
    const { out, json } = await diff([])
    expect(json.records).toMatchObject([{ by: 'line', added: 3, removed: 3, changed: 0 }])
    expect(out).toContain('matched by whole lines')
  })

  test('names no more than it is told, and counts all', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector({ ...before, north: [] }))
    const { json } = await diff(undefined, '--limit 2')
    expect(json.records).toMatchObject([{ removed: 3, removedKeys: ['a', 'b'] }])
    expect(json.checks.find(({ check }) => check === 'lab.machines-young')?.turns).toMatchObject({ omitted: 1 })
  })

  test('an object that was changed or removed ends with status 4 and is named', async () => {
    await seal(machinesCollector(before))
    await seal(machinesCollector(after))
    const store = createFsStore(fs, join(cwd, 'evidence'), { pid: 1, host: 'test', startedAt: new Date(0) })
    const { sealed } = await readSealedRun(storeReader(store), runs[1] ?? 0)
    const sha256 = sealed.records.get('lab-test/lab.machines/north')?.sha256 ?? ''
    const file = join(cwd, 'evidence', objectKey(sha256))
    const text = await fs.readFile(file, 'utf8')
    await fs.chmod(file, 0o600)
    await fs.writeFile(file, text.replace('"age":5', '"age":6'))
    const changed = await affiant(`diff ${runs.join(' ')} --store evidence`, {
      cwd,
      collectors: [machinesCollector({})],
    })
    expect(changed).toMatchObject({ exitCode: 4, out: '' })
    expect(changed.err).toContain(sha256)
    await fs.rm(file, { force: true })
    expect((await affiant(`diff ${runs.join(' ')} --store evidence`, { cwd })).exitCode).toBe(4)
  })

  test('text of evidence cannot steer the terminal', async () => {
    await seal(machinesCollector({ north: [] }))
    await seal(machinesCollector({ north: [{ id: 'a\u001b[2J\u202eb', age: 99 }] }))
    const { out } = await diff()
    expect(out).toContain('+ ab')
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('properties', () => {
  const machines = fc.uniqueArray(
    fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), age: fc.constantFrom(1, 20, 99) }),
    {
      selector: ({ id }) => id,
    },
  )
  const labs = fc.record({ north: machines, east: machines })

  test('a run and itself do not differ; exchanged runs give the same, exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(labs, labs, fc.boolean(), async (one, two, isRevised) => {
        await fs.rm(join(cwd, 'evidence'), { recursive: true, force: true })
        runs = []
        await seal(machinesCollector(one))
        await seal(machinesCollector(two, isRevised ? { revision: 2, judge: () => pass() } : {}))
        const itself = await between(0, 0)
        expect([itself.plan, itself.outcomes, itself.records, itself.checks, itself.controls]).toEqual([
          [],
          [],
          [],
          [],
          [],
        ])
        expect(mirror(await between(0, 1))).toEqual(mirror(mirror(await between(1, 0))))
      }),
      { numRuns: 25 },
    )
  })
})

const SWAPPED: Record<string, string> = {
  from: 'to',
  to: 'from',
  added: 'removed',
  removed: 'added',
  addedKeys: 'removedKeys',
  removedKeys: 'addedKeys',
}

/** The difference the other way round; lists of transitions in an order of their own. */
function mirror(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(mirror)
    const areTransitions = value.some(
      (item) => typeof item === 'object' && item !== null && 'count' in item && 'to' in item,
    )
    return areTransitions
      ? items.toSorted((a, b) => (JSON.stringify(a, KEYS) < JSON.stringify(b, KEYS) ? -1 : 1))
      : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [SWAPPED[key] ?? key, mirror(item)]))
}
const KEYS = ['from', 'to', 'count']

test('200,000 records are compared, and replayed, in a small heap', async () => {
  const RECORDS = 200_000
  const PAGE = 2000
  const pages = (shift: number) =>
    async function* (): AsyncIterable<Page> {
      for (let number = 1; number <= RECORDS / PAGE; number++) {
        const records = Array.from({ length: PAGE }, (_, i) => {
          const n = (number - 1) * PAGE + i + shift
          return { id: `machine-${String(n).padStart(9, '0')}`, age: n % 10 === 0 ? 40 + shift : 3 }
        })
        yield { number, records, last: number === RECORDS / PAGE, total: RECORDS }
      }
    }
  await seal(machinesCollector({ north: pages(0) }))
  await seal(machinesCollector({ north: pages(1000) }))
  const child = fileURLToPath(new URL('./diff-child.ts', import.meta.url))
  const flags = ['--max-old-space-size=24', '--max-semi-space-size=1', '--conditions=source']
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    child,
    join(cwd, 'evidence'),
    ...runs.map(String),
  ])
  expect(JSON.parse(stdout)).toEqual({
    records: [{ by: 'key', added: 1000, removed: 1000, changed: 19_900, named: 10 }],
    turns: [
      [
        'lab.machines-young',
        [
          { from: 'absent', to: 'fail', count: 100 },
          { from: 'absent', to: 'pass', count: 900 },
          { from: 'fail', to: 'absent', count: 100 },
          { from: 'pass', to: 'absent', count: 900 },
        ],
      ],
    ],
    replayed: [['revision-changed', [{ from: 'fail', to: 'pass', count: 20_000 }]]],
  })
}, 120_000)
