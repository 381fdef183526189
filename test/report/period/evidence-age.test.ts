import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../src/model/outcome.ts'
import type { SealedRun } from '../../../src/model/sealed-run.ts'
import { gatherFreshness } from '../../../src/report/period/freshness.ts'
import { gatherPopulations } from '../../../src/report/period/populations.ts'
import { outcome, planFor } from '../../bundle/fixture.ts'

const DAY = 86_400_000
const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T06:00:00.000Z`
const QUARTER = { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }

/** A run with one stream of one source. */
function sealed(given: {
  end: Partial<Outcome>
  period?: { from: string; to: string }
  scopes?: readonly string[]
  events?: boolean
}): SealedRun {
  const { end, period = QUARTER, scopes = ['acme'], events = false } = given
  const plan = planFor(1)
  const [source] = plan.sources
  if (source === undefined) throw new Error('the fixture has no source')
  return {
    plan: {
      ...plan,
      run: { ...plan.run, period },
      sources: [
        { ...source, streams: [{ id: 'github.x', version: 1, permissions: [], ...(events && { occurredAt: 'at' }) }] },
      ],
    },
    outcomes: scopes.map((scope, seq) => ({
      kind: 'outcome',
      seq,
      salt: '',
      planItem: `${source.id}/github.x/${scope}`,
      source: source.id,
      stream: 'github.x',
      scope,
      outcome: outcome(1, end),
    })),
  } as unknown as SealedRun
}

describe('how old evidence was at the end', () => {
  const cadences = new Map([['daily', DAY]])
  const age = (runs: readonly SealedRun[], known = cadences) => {
    const gathered = gatherFreshness()
    for (const run of runs) gathered.add(run)
    return gathered.end(at(10), known)
  }
  const denied = { status: 'failed', reason: 'denied', startedAt: at(9), endedAt: at(9) } as const

  test('current within the time from one run to the next, and an hour', () => {
    expect(age([sealed({ end: { endedAt: at(9) } })])).toMatchObject([{ state: 'current', age: DAY, cadence: DAY }])
  })

  test('stale after that; a reading that failed does not make it younger', () => {
    const runs = [sealed({ end: { endedAt: at(7) } }), sealed({ end: denied })]
    expect(age(runs)).toMatchObject([
      { state: 'stale', readAt: at(7), age: 3 * DAY, reason: 'denied', behind: ['acme'] },
    ])
  })

  test('never read, and not judged without a schedule', () => {
    expect(age([sealed({ end: denied })])).toMatchObject([{ state: 'never', behind: ['acme'] }])
    expect(age([sealed({ end: { endedAt: at(1) } })], new Map())).toMatchObject([{ state: 'not-judged' }])
  })

  test('the worst of several scopes counts; one that is no longer there does not', () => {
    const both = sealed({ end: { endedAt: at(2) }, scopes: ['old', 'acme'] })
    const one = sealed({ end: { endedAt: at(10) } })
    expect(age([both])).toMatchObject([{ scopes: 2, behind: ['acme', 'old'] }])
    expect(age([both, one])).toMatchObject([{ scopes: 1, state: 'current' }])
  })
})

describe('lists of events over a period', () => {
  const cover = (...runs: { to: string; from?: string; end?: Partial<Outcome> }[]) => {
    const gathered = gatherPopulations(QUARTER)
    for (const [place, { from = QUARTER.from, to, end = {} }] of runs.entries())
      gathered.add({ run: place + 1, at: to }, sealed({ end, period: { from, to }, events: true }))
    return gathered.end()
  }

  test('are whole when complete readings cover all of it', () => {
    expect(
      cover({ to: '2026-02-15T00:00:00.000Z' }, { from: '2026-02-01T00:00:00.000Z', to: '2026-04-02T06:00:00.000Z' }),
    ).toMatchObject([{ state: 'whole', missing: [], best: { run: 2, to: QUARTER.to } }])
  })

  test('are premature when the last was taken before it closed', () => {
    expect(cover({ to: '2026-03-31T06:00:00.000Z' })).toMatchObject([
      { state: 'premature', missing: [{ from: '2026-03-31T06:00:00.000Z', to: QUARTER.to }] },
    ])
  })

  test('a reading that says of itself that it came too early covers nothing', () => {
    const end = { status: 'partial', reason: 'premature' } as const
    expect(cover({ to: QUARTER.to, end })).toMatchObject([{ state: 'premature', missing: [QUARTER], premature: [1] }])
  })

  test('a hole in the middle is named', () => {
    const found = cover({ to: '2026-02-01T00:00:00.000Z' }, { from: '2026-03-01T00:00:00.000Z', to: QUARTER.to })
    expect(found).toMatchObject([
      { state: 'partial', missing: [{ from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }] },
    ])
  })

  test('streams that are no lists of events are not among them', () => {
    const gathered = gatherPopulations(QUARTER)
    gathered.add({ run: 1, at: at(1) }, sealed({ end: {} }))
    expect(gathered.end()).toEqual([])
  })
})
