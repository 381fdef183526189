import { type Collector, defineStream, DeniedError, type Page, z } from 'affiant/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectItem } from '../../src/collect/item.ts'
import { planRun } from '../../src/collect/plan.ts'
import { isWithin, occurrenceIn } from '../../src/model/occurrence.ts'
import type { PreviousItem } from '../../src/model/previous.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'

const QUARTER = { from: new Date('2026-07-01T00:00:00Z'), to: new Date('2026-10-01T00:00:00Z') }

function merges(times: readonly unknown[], before?: () => void) {
  return defineStream({
    id: 'demo.merges',
    version: 1,
    title: 'Merges',
    record: z.object({ id: z.number(), merged: z.object({ at: z.unknown() }) }),
    key: ({ id }) => String(id),
    permissions: [],
    occurredAt: 'merged.at',
    async *collect(_session: undefined, _scope, reader): AsyncIterable<Page> {
      yield { records: times.map((at, id) => ({ id, merged: { at } })), number: 1, last: before === undefined }
      if (before === undefined) return
      await reader.observe('reviews', async () => before())
      yield { records: [], number: 2, last: true }
    },
  })
}

async function read(
  times: readonly unknown[],
  { now = '2026-11-23T06:00:00Z', before }: { now?: string; before?: () => void } = {},
) {
  const evidence = memoryEvidence()
  const { outcome, records } = await collectItem({
    stream: merges(times, before),
    scope: { id: 'acme' },
    session: undefined,
    redact: () => undefined,
    evidence,
    clock: manualClock(now),
    period: QUARTER,
    signal: new AbortController().signal,
    deadlineMs: 60_000,
  })
  return { ...outcome, written: evidence.objects.get(records.sha256)?.length }
}

describe('a population of events', () => {
  it('takes what happened in the period, half-open, and what does not say when', async () => {
    const inside = ['2026-07-01T00:00:00Z', '2026-09-30T23:59:59.999999Z', null]
    expect(await read(inside)).toMatchObject({ status: 'complete', records: 3 })
  })

  it.each([
    '2026-06-30T23:59:59.999Z',
    '2026-10-01T00:00:00Z',
    '2026-08-01T00:00:00+02:00',
    'August',
    1_790_000_000,
    undefined,
  ])('ends as invalid at a record of %s, which is not written', async (at) => {
    const outcome = await read(['2026-08-01T00:00:00Z', at])
    expect(outcome).toMatchObject({ status: 'partial', reason: 'invalid', written: 1 })
  })

  it('is premature where reading began before the period had ended, however little happened', async () => {
    const early = { now: '2026-09-30T23:59:59.999Z' }
    expect(await read(['2026-08-01T00:00:00Z'], early)).toMatchObject({
      status: 'partial',
      reason: 'premature',
      written: 1,
    })
    expect(await read([], early)).toMatchObject({ status: 'partial', reason: 'premature', records: 0 })
    expect(await read([], { now: '2026-10-01T00:00:00Z' })).toMatchObject({ status: 'complete', records: 0 })
  })

  it('says why it could not be read rather than that it was early, and keeps its gaps', async () => {
    const early = { now: '2026-09-30T00:00:00Z' }
    expect(await read(['October'], early)).toMatchObject({ status: 'failed', reason: 'invalid' })
    const denied = () => {
      throw new DeniedError('HTTP 403', { permission: 'reviews:read' })
    }
    expect(await read([], { ...early, before: denied })).toMatchObject({
      reason: 'premature',
      gaps: [{ reason: 'denied', permission: 'reviews:read' }],
      permissions: ['reviews:read'],
    })
  })

  it.each([
    ['2026-08-01T00:00:00Z', { status: 'complete', carriedOver: { count: 1 } }],
    ['2026-06-30T00:00:00Z', { status: 'failed', reason: 'invalid' }],
  ])('takes over from an earlier run what is of its own period only: %s', async (at, expected) => {
    const evidence = memoryEvidence()
    const readOver = async (period: typeof QUARTER, previous?: PreviousItem) => {
      const stream = merges([at])
      return collectItem({
        stream: {
          ...stream,
          sweep: {
            every: '7d',
            async *increment(_session, _scope, _reader, { records }) {
              yield { records: [], carried: await Array.fromAsync(records()), number: 1, last: true }
            },
          },
        },
        scope: { id: 'acme' },
        session: undefined,
        redact: () => undefined,
        evidence,
        clock: manualClock('2026-11-23T06:00:00Z'),
        period,
        signal: new AbortController().signal,
        deadlineMs: 60_000,
        sweep: { basis: '0'.repeat(64), previous },
      })
    }
    const year = { ...QUARTER, from: new Date('2026-01-01T00:00:00Z') }
    const before = await readOver(year)
    expect(before.outcome.status).toBe('complete')
    const { outcome } = await readOver(QUARTER, {
      run: 1,
      outcome: before.outcome,
      records: before.records.sha256,
      carried: undefined,
    })
    expect(outcome).toMatchObject(expected)
  })

  it('is written into the plan as one', () => {
    const collector = { id: 'demo', streams: [merges([])], checks: [], expects: () => ({}) } as unknown as Collector
    const request = {
      job: 'daily',
      trigger: 'manual' as const,
      period: QUARTER,
      agent: { installation: 'acme', version: '1', build: { sha256: '0'.repeat(64) } },
      configSha256: '0'.repeat(64),
      sources: [{ id: 'demo', collector, config: {}, secrets: {}, limits: [] }],
      checks: {},
      mappings: [],
    }
    const plan = planRun(request, 1, new Date('2026-11-23T06:00:00Z'), (person) => person)
    expect(plan.sources[0]?.streams).toEqual([
      { id: 'demo.merges', version: 1, title: 'Merges', permissions: [], occurredAt: 'merged.at' },
    ])
  })
})

it('a time belongs to a period exactly if it lies between its bounds', () => {
  const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(instant, instant, instant, (from, to, at) => {
      const bounds = { from: from.toISOString(), to: to.toISOString() }
      const time = occurrenceIn({ a: { b: at.toISOString() } }, 'a.b')
      expect(isWithin(bounds, time)).toBe(at >= from && at < to)
    }),
  )
})
