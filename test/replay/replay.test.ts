import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { DeniedError, fail, pass } from 'affiant/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { objectKey, runFolder } from '../../src/model/common.ts'
import type { LoadedMapping } from '../../src/model/control.ts'
import { replayRun } from '../../src/evaluate/replay.ts'
import { StoreError } from '../../src/model/store.ts'
import { readSealedRun } from '../../src/replay.ts'
import { ReplayJson } from '../../src/report/json/replay.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { affiant, mapping as base } from '../cli/fake-environment.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { judgeAge, type Machine, machinesCollector, type Variant } from './collectors.ts'

const MACHINES: Record<string, Machine[]> = {
  north: [
    { id: 'a', age: 10 },
    { id: 'b', age: 25, owner: 'ops' },
    { id: 'c', age: 90 },
  ],
  east: [{ id: 'a', age: 31 }],
}
const lab = (variant: Variant = {}) => machinesCollector(MACHINES, variant)
const mapping: LoadedMapping = {
  ...base,
  mapping: {
    ...base.mapping,
    controls: [
      {
        control: 'A.8.5',
        evidence: [{ check: 'lab.machines-young', strength: 'direct', shows: 'Age.', 'not-shown': 'Use.' }],
      },
    ],
  },
}

let cwd: string
beforeEach(async () => {
  cwd = await temporaryFolder()
})
afterEach(() => fs.rm(cwd, { recursive: true, force: true }))

const seal = (collector: Collector = lab(), loaded = mapping) =>
  runPipeline([collector], { folder: join(cwd, 'evidence'), mapping: loaded })

/** Replays run 1 with that code, as text and as data. */
async function replay(collectors: Collector[], args = '--store evidence', loaded = mapping, config = {}) {
  const options = { cwd, collectors, config, runtime: { loadMappings: async () => loaded } }
  const { exitCode, out } = await affiant(`replay 1 ${args}`, options)
  const data = await affiant(`replay 1 ${args} --json`, options)
  expect(data.exitCode).toBe(exitCode)
  return { exitCode, out, json: ReplayJson.parse(JSON.parse(data.out)) }
}

async function sealedRun() {
  const store = createFsStore(fs, join(cwd, 'evidence'), { pid: 1, host: 'test', startedAt: new Date(0) })
  return (await readSealedRun(storeReader(store), 1)).sealed
}

async function overwrite(path: string, change: (text: string) => string) {
  const file = join(cwd, 'evidence', path)
  const text = change(await fs.readFile(file, 'utf8'))
  await fs.chmod(file, 0o600)
  await fs.writeFile(file, text)
}

describe('replay', () => {
  test('gives the same bytes for a run that nobody touched', async () => {
    await seal()
    const { exitCode, out, json } = await replay([lab()])
    expect(json).toMatchObject({ exitCode: 0, damaged: [], checks: [], controls: [] })
    expect(json.replayed).toEqual({ checks: 2, identical: 2, controls: 1, identicalControls: 1 })
    expect(exitCode).toBe(0)
    expect(out).toContain('comes out again as it was sealed')
    expect(out).toContain('2 of 2 checks')
  })

  test('gives the same bytes for sources that were denied, and for checks that were off', async () => {
    const denied = machinesCollector({
      north: async function* () {
        yield* []
        throw new DeniedError('no')
      },
      east: MACHINES['east'] ?? [],
    })
    await runPipeline([denied], {
      folder: join(cwd, 'evidence'),
      mapping,
      checks: { 'lab.machines-young': { disabled: 'not ours' } },
    })
    const { json } = await replay([lab()])
    expect(json.replayed).toEqual({ checks: 2, identical: 2, controls: 1, identicalControls: 1 })
    expect(json.exitCode).toBe(0)
  })

  test('results that were not computed from the records are named, whatever key sealed them', async () => {
    await seal(lab({ judge: (machine, max) => (machine.id === 'c' ? pass() : judgeAge(machine, max)) }))
    const { exitCode, out, json } = await replay([lab()])
    expect(exitCode).toBe(4)
    expect(json.checks).toMatchObject([
      {
        check: 'lab.machines-young',
        source: 'lab-test',
        cause: 'not-from-records',
        outcome: 'differs',
        turns: {
          statuses: [{ from: 'pass', to: 'fail', count: 1 }],
          subjects: [{ scope: 'north', subject: 'c', from: { status: 'pass' }, to: { status: 'fail' } }],
          omitted: 0,
        },
      },
    ])
    expect(json.replayed.identical).toBe(1)
    expect(out).toContain('does NOT follow from its records')
    expect(out).toContain('machine c (north): pass → fail, 90 days old')
  })

  test('a changed detail is a difference too, although no status turned', async () => {
    await seal(lab({ judge: (machine, max) => (machine.age > max ? fail('old') : pass()) }))
    const { json } = await replay([lab()])
    expect(json).toMatchObject({ exitCode: 4, checks: [{ turns: { statuses: [], restated: 2 } }] })
    expect(json.checks[0]?.turns?.subjects).toHaveLength(2)
  })

  test('controls that do not follow from the sealed results are named', async () => {
    const lie = structuredClone(mapping)
    for (const { evidence } of lie.mapping.controls) for (const link of evidence ?? []) link.strength = 'context'
    await seal(lab(), lie)
    const { json } = await replay([lab()])
    expect(json).toMatchObject({ exitCode: 4, checks: [] })
    expect(json.controls).toMatchObject([
      { cause: 'not-from-records', controls: [{ control: 'A.8.5', sealed: 'manual', here: 'fail' }] },
    ])
  })

  test('a changed revision is a stated reason, with the subjects and controls that turn', async () => {
    await seal()
    const { exitCode, out, json } = await replay([lab({ revision: 2, judge: () => pass() })])
    expect(exitCode).toBe(2)
    expect(json.checks).toMatchObject([
      { cause: 'revision-changed', outcome: 'differs', turns: { statuses: [{ from: 'fail', to: 'pass', count: 2 }] } },
    ])
    expect(json.controls).toMatchObject([
      { cause: 'checks-differ', controls: [{ control: 'A.8.5', sealed: 'fail', here: 'pass' }] },
    ])
    expect(out).toContain('sealed with revision 1, here it is 2')
  })

  test('a changed revision that gives the same results is named, and is no difference', async () => {
    await seal()
    const { json } = await replay([lab({ revision: 2 })])
    expect(json).toMatchObject({ exitCode: 0, checks: [{ cause: 'revision-changed', outcome: 'identical' }] })
    expect(json.checks[0]?.turns).toBeUndefined()
  })

  test('a changed stream is a stated reason, also where its code cannot read the records', async () => {
    await seal()
    const other = await replay([lab({ version: 2, judge: () => pass() })])
    expect(other.json).toMatchObject({ exitCode: 2, checks: [{ cause: 'stream-changed', outcome: 'differs' }, {}] })
    const strange = await replay([
      lab({
        version: 2,
        key: () => {
          throw new TypeError('no such field')
        },
      }),
    ])
    expect(strange.json.exitCode).toBe(2)
    expect(strange.json.checks.map(({ cause, outcome }) => [cause, outcome])).toEqual([
      ['stream-changed', 'not-replayed'],
      ['stream-changed', 'not-replayed'],
    ])
  })

  test('a check, and a collector, that this build does not have is named', async () => {
    await seal()
    const without = await replay([lab({ withoutChecks: true })])
    expect(without.json.exitCode).toBe(2)
    expect(without.json.checks.map(({ cause, outcome }) => [cause, outcome])).toEqual([
      ['check-missing', 'not-replayed'],
      ['check-missing', 'not-replayed'],
    ])
    expect((await replay([])).json.checks).toHaveLength(2)
  })

  test('a changed mapping is a stated reason, and another mapping leaves the controls as they are', async () => {
    await seal()
    const other = {
      ...mapping,
      sha256: 'a'.repeat(64),
      mapping: { ...mapping.mapping, controls: base.mapping.controls },
    }
    const changed = await replay([lab()], undefined, other)
    expect(changed.json).toMatchObject({ exitCode: 2, checks: [], controls: [{ cause: 'mapping-changed' }] })
    expect(changed.json.controls[0]?.controls.map(({ control }) => control)).toEqual(['A.7.1', 'A.8.5'])
    const foreign = { ...mapping, mapping: { ...mapping.mapping, id: 'other' } }
    const missing = await replay([lab()], undefined, foreign)
    expect(missing.json.controls).toMatchObject([{ cause: 'mapping-missing', outcome: 'not-replayed' }])
  })

  test('with --config, what its thresholds would turn is named; without, it does not count', async () => {
    await seal()
    const checks = new Map([['lab.machines-young', { params: { maxAge: 100 } }]])
    const { exitCode, out, json } = await replay([lab()], '--config affiant.yaml', mapping, { checks })
    expect(exitCode).toBe(2)
    expect(json.replayed.identical).toBe(2)
    expect(json.checks).toMatchObject([
      { cause: 'threshold-changed', turns: { statuses: [{ from: 'fail', to: 'pass', count: 2 }] } },
    ])
    expect(out).toContain('maxAge was 30, the config says 100')
    expect((await replay([lab()], '', mapping, { checks })).exitCode).toBe(0)
    const same = new Map([['lab.machines-young', { params: { maxAge: 30 } }]])
    expect((await replay([lab()], '--config affiant.yaml', mapping, { checks: same })).json.checks).toEqual([])
  })

  test('a threshold that changes no result is named, and leaves the status 0', async () => {
    const plain = lab({ judge: ({ age }, maxAge) => (age > maxAge ? fail('old') : pass()) })
    await seal(plain)
    const checks = new Map([['lab.machines-young', { params: { maxAge: 29 } }]])
    const { json } = await replay([plain], '--config affiant.yaml', mapping, { checks })
    expect(json).toMatchObject({ exitCode: 0, checks: [{ cause: 'threshold-changed', outcome: 'identical' }] })
  })

  test('a check that the config turns off is a threshold that changed', async () => {
    await seal()
    const checks = new Map([['lab.machines-young', { params: {}, disabled: 'not ours' }]])
    const { json } = await replay([lab()], '--config affiant.yaml', mapping, { checks })
    expect(json).toMatchObject({
      exitCode: 2,
      checks: [{ cause: 'threshold-changed', here: { status: 'not-applicable', reason: 'disabled' } }],
    })
  })

  test('people named in parameters are pseudonyms in the plan, and no threshold that changed', async () => {
    const params = { maxAge: 30, approved: ['ada@example.com'] }
    const settings = { 'lab.machines-young': { params } }
    await runPipeline([lab()], { folder: join(cwd, 'evidence'), mapping, checks: settings })
    expect(JSON.stringify((await sealedRun()).plan)).not.toContain('ada@example.com')
    const config = { checks: new Map(Object.entries(settings)) }
    const { json } = await replay([lab()], '--config affiant.yaml', mapping, config)
    expect(json).toMatchObject({ exitCode: 0, checks: [] })
  })

  test('a read that fails while checks are at work ends the replay, and accuses nobody', async () => {
    await seal()
    const sealed = await sealedRun()
    const { checks, streams } = lab()
    let reads = 0
    const failing = replayRun({
      sealed: {
        ...sealed,
        async *lines(sha256) {
          reads += 1
          if (reads > 1) return yield* sealed.lines(sha256)
          throw new StoreError('io', 'the disk went away for a moment', { path: 'evidence', hint: 'Look at it.' })
        },
      },
      // Of the two, the one that reads in its own code, where what is thrown becomes a result.
      checkOf: (id) => checks.find((check) => check.id === id && check.kind === 'all'),
      streamOf: (id) => streams.find((stream) => stream.id === id),
      mapping,
      unreadable: new Set(),
      limit: 10,
    })
    await expect(failing).rejects.toMatchObject({ code: 'io' })
  })

  test('lists no more subjects than it is told, and counts all', async () => {
    await seal()
    const { json } = await replay([lab({ revision: 2, judge: () => pass() })], '--store evidence --limit 1')
    expect(json.checks[0]?.turns).toMatchObject({ statuses: [{ count: 2 }], omitted: 1 })
    expect(json.checks[0]?.turns?.subjects.map(({ subject, scope }) => `${scope}/${subject}`)).toEqual(['east/a'])
  })
})

describe('damage', () => {
  test.each(['records', 'results', 'controls'] as const)(
    'of %s: nothing is evaluated, the file is named',
    async (kind) => {
      await seal()
      const run = await sealedRun()
      const line = kind === 'records' ? [...run.records.values()][0] : run[kind][0]
      if (line === undefined) throw new Error('the run has one')
      await overwrite(objectKey(line.sha256), (text) => text.replace(/[a-z]/, 'z'))
      const changed = await replay([lab()])
      expect(changed.json).toMatchObject({
        exitCode: 4,
        damaged: [{ code: 'object-changed', file: line.path }],
        checks: [],
      })
      expect(changed.out).toContain('NOT what was sealed')
      await fs.rm(join(cwd, 'evidence', objectKey(line.sha256)), { force: true })
      const missing = await replay([lab()])
      expect(missing.json).toMatchObject({ exitCode: 4, damaged: [{ code: 'object-missing', file: line.path }] })
    },
  )

  test('of plan and index is found from the statement', async () => {
    await seal()
    await overwrite(`${runFolder(1)}/index.jsonl`, (text) => text.replace('"pages":1', '"pages":2'))
    expect((await replay([lab()])).json.damaged).toMatchObject([{ code: 'index-changed' }])
    await overwrite(`${runFolder(1)}/plan.json`, (text) => text.replace('"maxAge":30', '"maxAge":31'))
    expect((await replay([lab()])).json.damaged.map(({ code }) => code)).toEqual(['plan-changed', 'index-changed'])
    await overwrite(`${runFolder(1)}/index.jsonl`, (text) => `${text}nonsense\n`)
    const broken = await affiant('replay 1 --store evidence', { cwd, collectors: [lab()] })
    expect(broken).toMatchObject({ exitCode: 4, out: '' })
    expect(broken.err).toContain('index.jsonl of run 1')
  })

  test('a run that does not exist is wrong use', async () => {
    await seal()
    const { exitCode, err } = await affiant('replay 7 --store evidence', { cwd })
    expect(err).toMatch(/^there is no run 7\n/)
    expect(exitCode).toBe(1)
  })
})
