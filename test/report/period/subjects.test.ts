import { describe, expect, test } from 'vitest'
import { canonicalize } from '../../../src/model/canonical.ts'
import type { ResultsLine } from '../../../src/model/index-line.ts'
import type { SubjectState } from '../../../src/model/period-view.ts'
import type { ResultLine } from '../../../src/model/result.ts'
import type { SealedRun } from '../../../src/model/sealed-run.ts'
import { deviationsOf, trackSubjects } from '../../../src/report/period/subjects.ts'

const DAY = 86_400_000
const FROM = '2026-03-01T00:00:00.000Z'
const UNTIL = '2026-03-11T00:00:00.000Z'
const witness = (day: number) => ({ run: day, at: `2026-03-${String(day).padStart(2, '0')}T06:00:00.000Z` })

type Said = Pick<ResultLine, 'status'> & Partial<ResultLine>

/** Follows subjects over days: what each day says, or `partly` for a day of which not everything was read. */
async function follow(
  days: readonly (Readonly<Record<string, Said | Said['status']>> | undefined)[],
  options = { left: 100, partly: [] as number[] },
) {
  const room = { left: options.left, omitted: 0 }
  const tracker = trackSubjects(room)
  const reads: number[] = []
  for (const [place, says] of days.entries()) {
    if (says === undefined) continue
    const lines = Object.entries(says).map(([subject, said]) =>
      canonicalize({ ...(typeof said === 'string' ? { status: said } : said), subject }),
    )
    const incomplete = options.partly.includes(place + 1) ? [{ planItem: 'a/b/c', reason: 'denied' }] : []
    const run = {
      async *lines() {
        reads.push(place + 1)
        yield lines
      },
    } as unknown as SealedRun
    const line = { sha256: lines.join('\n'), summary: { incomplete } } as unknown as ResultsLine
    await tracker.add(witness(place + 1), run, line)
  }
  const histories = [...tracker.histories()]
  const statesOf = (name: string) => histories.find(({ subject }) => subject === name)?.states ?? []
  const ways = (name: string) => statesOf(name).map(({ status, first, last }) => `${status} ${first.run}-${last.run}`)
  return {
    histories,
    statesOf,
    ways,
    room,
    reads,
    deviations: (name: string) => deviationsOf(statesOf(name), FROM, UNTIL),
  }
}

describe('states of subjects', () => {
  test('only those that failed or were unknown are followed, with what was before', async () => {
    const { histories, ways } = await follow([
      { a: 'pass', b: 'pass' },
      { a: 'pass', b: 'fail' },
      { a: 'pass', b: 'pass', c: 'unknown' },
    ])
    expect(histories.map(({ subject }) => subject)).toEqual(['b', 'c'])
    expect(ways('b')).toEqual(['pass 1-1', 'fail 2-2', 'pass 3-3'])
    expect(ways('c')).toEqual(['absent 2-2', 'unknown 3-3'])
  })

  test('results with the digest of the run before are not read again', async () => {
    const same = { a: 'fail' } as const
    const { reads, ways } = await follow([same, same, same, { a: 'pass' }])
    expect(reads).toEqual([1, 4])
    expect(ways('a')).toEqual(['fail 1-3', 'pass 4-4'])
  })

  test('days without a run extend nothing', async () => {
    const { ways } = await follow([{ a: 'fail' }, undefined, undefined, { a: 'pass' }])
    expect(ways('a')).toEqual(['fail 1-1', 'pass 4-4'])
  })

  test('words that change each day are one state, with the last words', async () => {
    const { statesOf } = await follow([
      { a: { status: 'fail', detail: '1 day old' } },
      { a: { status: 'fail', detail: '2 days old' } },
    ])
    expect(statesOf('a')).toMatchObject([{ detail: '2 days old', last: witness(2) }])
  })

  test('not there is absent where all was read, and unknown where it was not', async () => {
    expect((await follow([{ a: 'fail' }, {}])).ways('a')).toEqual(['fail 1-1', 'absent 2-2'])
    const partly = await follow([{ a: 'fail' }, {}, { a: 'fail' }], { left: 100, partly: [2] })
    expect(partly.ways('a')).toEqual(['fail 1-1', 'unknown 2-2', 'fail 3-3'])
  })

  test('a subject that is there twice is as bad as the worse of the two', async () => {
    const tracker = trackSubjects({ left: 100, omitted: 0 })
    for (const number of [1, 2, 3]) {
      const lines = ['fail', 'pass', 'unknown'].map((status) =>
        canonicalize({ status, subject: 'a', detail: `${number}` }),
      )
      const run = {
        async *lines() {
          yield lines
        },
      } as unknown as SealedRun
      const line = { sha256: String(number), summary: { incomplete: [] } } as unknown as ResultsLine
      await tracker.add(witness(number), run, line)
    }
    const [one] = tracker.histories()
    expect(one?.states).toMatchObject([{ status: 'fail', first: witness(1), last: witness(3) }])
  })

  test('when there are too many, the others are counted', async () => {
    const { histories, room } = await follow([{ a: 'fail', b: 'fail', c: 'fail' }], { left: 2, partly: [] })
    expect(histories).toHaveLength(2)
    expect(room.omitted).toBe(1)
  })

  test('a text that looks like a status is none', async () => {
    const { histories } = await follow([{ 'x","status":"fail': { status: 'pass', detail: '"status":"fail"' } }])
    expect(histories).toEqual([])
  })
})

describe('deviations', () => {
  test('are bounded by the runs around them', async () => {
    const { deviations } = await follow([{ a: 'pass' }, { a: 'fail' }, { a: 'fail' }, { a: 'pass' }])
    expect(deviations('a')).toEqual([
      {
        opened: witness(2),
        before: false,
        lastGood: { ...witness(1), status: 'pass' },
        lastFailed: witness(3),
        closed: { ...witness(4), as: 'pass' },
        seenFor: 2 * DAY,
        atLeast: DAY,
        atMost: 3 * DAY,
      },
    ])
  })

  test('that are not closed last up to what is known, and nothing bounds the start of those that the first run saw', async () => {
    const { deviations } = await follow([{ a: 'fail' }, { a: 'fail' }])
    const [one] = deviations('a')
    expect(one).toMatchObject({ opened: witness(1), lastFailed: witness(2), seenFor: 9.75 * DAY, atLeast: DAY })
    expect(one).not.toHaveProperty('closed')
    expect(one).not.toHaveProperty('atMost')
  })

  test('are not closed by what is unknown', async () => {
    const { deviations } = await follow([{ a: 'pass' }, { a: 'fail' }, { a: 'unknown' }, { a: 'fail' }, { a: 'pass' }])
    expect(deviations('a')).toMatchObject([{ opened: witness(2), lastFailed: witness(4), closed: { run: 5 } }])
  })

  test('are not closed by what lacks a list to judge by, and not bounded by it', async () => {
    const undeclared = { status: 'not-applicable', reason: 'undeclared' } as const
    const { deviations } = await follow([{ a: 'pass' }, { a: 'fail' }, { a: undeclared }, { a: 'fail' }, { a: 'pass' }])
    expect(deviations('a')).toMatchObject([{ opened: witness(2), lastFailed: witness(4), closed: { run: 5 } }])
    const [late] = (await follow([{ a: undeclared }, { a: 'fail' }])).deviations('a')
    expect(late).toMatchObject({ opened: witness(2) })
    expect(late).not.toHaveProperty('atMost')
  })

  test('come again as another one', async () => {
    const { deviations } = await follow([{ a: 'pass' }, { a: 'fail' }, { a: 'pass' }, { a: 'fail' }, {}])
    expect(deviations('a').map(({ opened, closed }) => [opened.run, closed?.run, closed?.as])).toEqual([
      [2, 3, 'pass'],
      [4, 5, 'absent'],
    ])
  })

  test('that began before the period say so', () => {
    const states: SubjectState[] = [
      { status: 'fail', first: { run: 1, at: '2026-02-27T06:00:00.000Z' }, last: witness(2) },
    ]
    expect(deviationsOf(states, FROM, UNTIL)).toMatchObject([{ before: true }])
  })
})
