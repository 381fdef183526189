import { expect, test } from 'vitest'
import type { Counts, Status } from '../../../src/model/result.ts'
import type { SealedRun } from '../../../src/model/sealed-run.ts'
import { followChecks } from '../../../src/report/period/check-states.ts'

const DAY = 86_400_000
const counts = { inScope: 2, inspected: 2, passed: 2, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
const nothing = { ...counts, inScope: 0, inspected: 0, passed: 0 }
const witness = (day: number) => ({ run: day, at: `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z` })

/** What the report says the states of one check rest on, if each day from the first on said this of it. */
async function basisOf(days: readonly { status: Status; counts: Counts; reason?: string }[]) {
  const states = followChecks({ from: witness(1).at }, witness(days.length + 1).at)
  for (const [place, said] of days.entries())
    await states.add(witness(place + 1), {
      plan: {
        run: { job: 'nightly' },
        sources: [{ id: 'cloud', streams: [{ id: 'cloud.buckets' }] }],
        checks: [{ id: 'cloud.check', source: 'cloud', title: 'A', severity: 'low', inputs: ['cloud.buckets'] }],
      },
      results: [{ sha256: String(place), summary: { check: 'cloud.check', source: 'cloud', incomplete: [], ...said } }],
      async *lines() {
        yield []
      },
    } as unknown as SealedRun)
  return states.end().checks[0]?.basis
}

test('a run that could look at nothing is no snapshot: the time without one goes on', async () => {
  const seen = { status: 'pass', counts } as const
  const blind = { status: 'unknown', counts: nothing } as const
  expect(await basisOf([seen, seen, seen])).toMatchObject({ runs: 3, maxGap: DAY })
  expect(await basisOf([seen, blind, blind, seen])).toMatchObject({ runs: 2, maxGap: 3 * DAY })
})

test('one that looked at some subjects is, though it is unknown as a whole', async () => {
  const some = { status: 'unknown', counts: { ...counts, unknown: 1, inScope: 3 } } as const
  expect(await basisOf([some, some])).toMatchObject({ runs: 2, maxGap: DAY })
})

test('and so is one that found nothing to look at', async () => {
  const empty = { status: 'not-applicable', counts: nothing } as const
  expect(await basisOf([empty, empty])).toMatchObject({ runs: 2, maxGap: DAY })
})

test('but not one in which nobody looked, as the check was off or its stream read for no scope', async () => {
  const seen = { status: 'pass', counts } as const
  for (const reason of ['disabled', 'undeclared', 'no-scope']) {
    const off = { status: 'not-applicable', reason, counts: nothing } as const
    expect(await basisOf([seen, off, seen])).toMatchObject({ runs: 2, maxGap: 2 * DAY })
  }
})
