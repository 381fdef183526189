import { generateKeyPairSync } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { DeniedError } from 'affiant/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { objectKey } from '../../src/model/common.ts'
import type { SealedRun } from '../../src/model/sealed-run.ts'
import { readSealedRun, replay } from '../../src/replay.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { manualClock, type ManualClock } from '../../src/testing/clock.ts'
import { verifyStore } from '../bundle/verify-fixture.ts'
import { publicPem, runPipeline, temporaryFolder, type PipelineOptions } from '../support/pipeline.ts'
import { sweptCollector, type World, worldOf } from '../support/swept-collector.ts'

const DAY = 86_400_000
const ITEM = 'swept-test/swept.people/all'

let folder: string
let clock: ManualClock
let world: World
beforeEach(async () => {
  folder = await temporaryFolder()
  clock = manualClock('2026-01-05T06:00:00.000Z')
  world = worldOf({ ada: 1, ben: 2, cyd: 0 })
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))

const openStore = () => createFsStore(fs, folder, { pid: 1, host: 'test', startedAt: new Date(0) })
const collectorOf = (options?: { version?: number }) => sweptCollector(world, options) as unknown as Collector

/** One run now; the clock then stands a day later. `read`: who was read one by one. */
async function aRun(options: Partial<PipelineOptions> & { collector?: Collector } = {}) {
  world.read = []
  const { collector = collectorOf(), ...rest } = options
  const { number } = await runPipeline([collector], { folder, clock, ...rest })
  await clock.advance(DAY)
  const { sealed } = await readSealedRun(storeReader(openStore()), number)
  return { number, sealed, read: [...world.read].sort(), ...itemOf(sealed) }
}

function itemOf({ outcomes, records, carried, results }: SealedRun) {
  const outcome = outcomes.find(({ planItem }) => planItem === ITEM)?.outcome
  return { outcome, records: records.get(ITEM), carried: carried.get(ITEM), summary: results[0]?.summary }
}

async function linesOf(sha256: string | undefined): Promise<unknown[]> {
  const text = await fs.readFile(join(folder, objectKey(sha256 ?? '')), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

async function overwrite(sha256: string | undefined, change: (text: string) => string) {
  const file = join(folder, objectKey(sha256 ?? ''))
  const text = change(await fs.readFile(file, 'utf8'))
  await fs.chmod(file, 0o600)
  await fs.writeFile(file, text)
}

const verify = (run: number) => verifyStore(openStore(), { runs: [run], pem: publicPem })

describe('a stream with full sweeps', () => {
  it('is read whole first, then in increments that have the same bytes where nothing changed', async () => {
    const first = await aRun()
    const second = await aRun()
    expect(first.read).toEqual(['ada', 'ben', 'cyd'])
    expect(first.outcome).toMatchObject({
      status: 'complete',
      sweep: { kind: 'full', fullAt: '2026-01-05T06:00:00.000Z' },
    })
    expect(first.outcome?.carriedOver).toBeUndefined()
    expect(first.carried).toBeUndefined()
    expect(second.read).toEqual([])
    expect(second.outcome).toMatchObject({
      status: 'complete',
      records: 3,
      sweep: { kind: 'increment', fullAt: '2026-01-05T06:00:00.000Z' },
      carriedOver: { count: 3, oldest: '2026-01-05T06:00:00.000Z' },
    })
    expect(second.records).toMatchObject({
      sha256: first.records?.sha256,
      carriedOver: { count: 3, oldest: '2026-01-05T06:00:00.000Z' },
    })
  })

  it('says of each carried-over record when it was read, and by which run, also the second time', async () => {
    const first = await aRun()
    world.changed.add('ben')
    const second = await aRun()
    world.changed.clear()
    const third = await aRun()
    expect(second.read).toEqual(['ben'])
    expect(await linesOf(second.carried?.sha256)).toEqual([
      { key: 'ada', readAt: '2026-01-05T06:00:00.000Z', run: first.number },
      { key: 'cyd', readAt: '2026-01-05T06:00:00.000Z', run: first.number },
    ])
    expect(await linesOf(third.carried?.sha256)).toEqual([
      { key: 'ada', readAt: '2026-01-05T06:00:00.000Z', run: first.number },
      { key: 'ben', readAt: '2026-01-06T06:00:00.000Z', run: second.number },
      { key: 'cyd', readAt: '2026-01-05T06:00:00.000Z', run: first.number },
    ])
    for (const { number } of [first, second, third]) {
      expect(await verify(number)).toMatchObject({ exitCode: 0, failures: [] })
    }
  })

  it('has new people and changed ones fresh, and those who are gone not at all', async () => {
    await aRun()
    world.keys.delete('ada')
    world.keys.set('dan', { mail: 'dan@example.com', keys: 5 })
    world.keys.set('cyd', { mail: 'cyd@example.com', keys: 9 })
    world.changed.add('cyd')
    const second = await aRun()
    expect(second.read).toEqual(['cyd', 'dan'])
    expect(await linesOf(second.records?.sha256)).toEqual([
      { id: 'ben', mail: expect.stringMatching(/^person-/), keys: 2 },
      { id: 'cyd', mail: expect.stringMatching(/^person-/), keys: 9 },
      { id: 'dan', mail: expect.stringMatching(/^person-/), keys: 5 },
    ])
    expect(second.outcome?.carriedOver?.count).toBe(1)
  })

  it('is read whole again when its time has come, by the manifest or as config says', async () => {
    await aRun()
    for (let day = 2; day <= 7; day++) expect((await aRun()).outcome?.sweep?.kind).toBe('increment')
    expect((await aRun()).outcome?.sweep?.kind).toBe('full')
    expect((await aRun()).outcome?.sweep).toMatchObject({ kind: 'increment', fullAt: '2026-01-12T06:00:00.000Z' })
    expect((await aRun({ sweeps: { 'swept.people': DAY } })).outcome?.sweep?.kind).toBe('full')
  })

  it('builds on the last run that read it to the end, passing over one that did not', async () => {
    await aRun()
    world.fault = new DeniedError('refused')
    world.changed.add('ada')
    const broken = await aRun()
    expect(broken.outcome).toMatchObject({ status: 'failed', reason: 'denied', records: 0 })
    world.fault = undefined
    const third = await aRun()
    expect(third.outcome).toMatchObject({ status: 'complete', carriedOver: { count: 2 } })
    expect(third.read).toEqual(['ada'])
  })

  it('is incomplete when a record was neither read nor carried over', async () => {
    await aRun()
    world.counts = 4
    const { outcome, summary } = await aRun()
    expect(outcome).toMatchObject({ status: 'partial', reason: 'truncated', sourceTotal: 4, records: 3 })
    expect(summary).toMatchObject({ status: 'fail', incomplete: [{ reason: 'truncated' }] })
  })

  it('takes no record that no earlier run gave, and not what the collector made of one', async () => {
    const first = await aRun()
    world.increment = async function* (previous) {
      for await (const one of previous.records()) {
        one.record.keys = 100
        yield { records: [], carried: [one], number: 1, last: false }
        yield { records: [], carried: [{ ...one, key: 'x' }], number: 2, last: true }
      }
    }
    const { outcome, records } = await aRun()
    expect(outcome).toMatchObject({ status: 'partial', reason: 'invalid', records: 1 })
    expect(await linesOf(records?.sha256)).toEqual((await linesOf(first.records?.sha256)).slice(0, 1))
  })

  it('does not carry a record over that was also read', async () => {
    await aRun()
    world.increment = async function* (previous) {
      for await (const one of previous.records()) {
        const { id, keys } = one.record
        yield { records: [{ id, keys, mail: 'a@example.com' }], carried: [one], number: 1, last: true }
        return
      }
    }
    expect((await aRun()).outcome).toMatchObject({ status: 'partial', reason: 'invalid' })
  })

  it('tells an increment to look back a little further than the last reading', async () => {
    await aRun()
    let since: Date | undefined
    world.increment = async function* (previous) {
      since = previous.since
      yield { records: [], number: 1, last: true }
    }
    await aRun()
    expect(since?.toISOString()).toBe('2026-01-05T05:50:00.000Z')
  })

  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  it.each<[string, () => Parameters<typeof aRun>[0]]>([
    ['another config', () => ({ config: { filter: 'x' } })],
    ['another key for pseudonyms', () => ({ pseudonymKey: 9 })],
    ['another version of the stream', () => ({ collector: collectorOf({ version: 2 }) })],
    [
      'another organisation behind the source',
      () => ({ collector: sweptCollector(Object.assign(world, { id: '2' })) as unknown as Collector }),
    ],
    [
      'another signing key',
      () => ({ signingKey: otherKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }),
    ],
  ])('builds on nothing that was read with %s', async (_, options) => {
    await aRun()
    expect(await aRun(options())).toMatchObject({ outcome: { sweep: { kind: 'full' } }, read: ['ada', 'ben', 'cyd'] })
  })

  it('builds on nothing that was changed after it was sealed', async () => {
    const first = await aRun()
    await overwrite(first.records?.sha256, (text) => text.replace('"keys":0', '"keys":7'))
    world.keys.set('dan', { mail: 'dan@example.com', keys: 5 })
    expect(await aRun()).toMatchObject({ outcome: { sweep: { kind: 'full' } }, read: ['ada', 'ben', 'cyd', 'dan'] })
  })
})

describe('carried-over records', () => {
  it('are unknown to a check that finds them too old, and replay says the same', async () => {
    const checks = { 'swept.has-key': { params: { days: 2 } } }
    world.keys.delete('cyd')
    await aRun({ checks })
    await aRun({ checks })
    const { summary: third } = await aRun({ checks })
    world.changed.add('ada')
    const fourth = await aRun({ checks })
    expect(third).toMatchObject({ status: 'pass', counts: { passed: 2 } })
    expect(fourth.summary).toMatchObject({ status: 'unknown', reason: 'stale', counts: { passed: 1, unknown: 1 } })
    const collector = collectorOf()
    const again = await replay({
      reader: storeReader(openStore()),
      run: fourth.number,
      checkOf: (id) => collector.checks.find((check) => check.id === id),
      streamOf: (id) => collector.streams.find((stream) => stream.id === id),
      program: { version: '0.0.0', build: '1'.repeat(64) },
      pluginVersion: () => undefined,
      mapping: {
        mapping: { id: 'none', catalog: 'none', controls: [] },
        catalog: { id: 'none', title: 'None', source: 'test', controls: [] },
        sha256: '0'.repeat(64),
      },
      limit: 10,
    })
    expect(again).toMatchObject({ damaged: [], replayed: { checks: 1, identical: 1 } })
  })

  it.each([
    ['another time', (text: string) => text.replace('2026-01-05', '2026-01-06'), 'object-changed'],
    ['one line less', (text: string) => text.slice(text.indexOf('\n') + 1), 'object-changed'],
  ])('cannot get %s without verify noticing', async (_, change, code) => {
    await aRun()
    const { number, carried } = await aRun()
    await overwrite(carried?.sha256, change)
    const { levels, failures } = await verify(number)
    expect(levels.intact.value).toBe('no')
    expect(failures.map((failure) => failure.code)).toContain(code)
  })
})
