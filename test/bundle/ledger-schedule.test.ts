import { describe, expect, it } from 'vitest'
import { findGaps, type ScheduledRun } from '../../src/bundle/schedule.ts'
import { GRACE_MS } from '../../src/model/schedule.ts'
import { at, judge, keyOf, newLedger, newSigner, part, trusting } from './ledger-builder.ts'

const HOUR = 60
const GRACE = GRACE_MS / 60_000

const run = (number: number, opened: number, due?: number, job = 'daily'): ScheduledRun => ({
  number,
  job,
  openedAt: at(opened),
  expectedBy: due === undefined ? undefined : at(due),
})
const gaps = (runs: readonly ScheduledRun[], until: number, maxGapSeconds?: number) =>
  findGaps({ runs, until: at(until), maxGapSeconds }).map(({ run: after, dueAt, openedAt }) => [after, dueAt, openedAt])

describe('a gap in the schedule', () => {
  it('is a run opened more than an hour later than the one before it said', () => {
    expect(gaps([run(1, 0, 24 * HOUR), run(3, 24 * HOUR + GRACE)], 25 * HOUR)).toEqual([])
    expect(gaps([run(1, 0, 24 * HOUR), run(3, 24 * HOUR + GRACE + 1)], 26 * HOUR)).toEqual([
      [1, at(24 * HOUR), at(25 * HOUR + 1)],
    ])
  })

  it('is a run that was due when the ledger still went on, and that never came', () => {
    expect(gaps([run(1, 0, 24 * HOUR)], 25 * HOUR)).toEqual([])
    expect(gaps([run(1, 0, 24 * HOUR)], 25 * HOUR + 1)).toEqual([[1, at(24 * HOUR), undefined]])
  })

  it('is looked for job by job', () => {
    const weekly = run(3, 1, 7 * 24 * HOUR, 'weekly')
    expect(gaps([run(1, 0, 24 * HOUR), weekly, run(5, 24 * HOUR, 48 * HOUR)], 30 * HOUR)).toEqual([])
    expect(gaps([run(1, 0, 24 * HOUR), weekly, run(5, 30 * HOUR, 54 * HOUR)], 31 * HOUR)).toEqual([
      [1, at(24 * HOUR), at(30 * HOUR)],
    ])
  })

  it('is ended by any run of the job, also one that was started by hand', () => {
    expect(gaps([run(1, 0, 24 * HOUR), run(3, HOUR), run(5, 48 * HOUR)], 49 * HOUR)).toEqual([])
  })

  it('is longer than the policy allows, whatever the runs say', () => {
    const day = 24 * HOUR * 60
    expect(gaps([run(1, 0), run(3, 24 * HOUR)], 24 * HOUR, day)).toEqual([])
    expect(gaps([run(1, 0), run(3, 24 * HOUR + 1)], 24 * HOUR + 1, day)).toEqual([
      [1, at(24 * HOUR), at(24 * HOUR + 1)],
    ])
    expect(gaps([run(1, 0)], 24 * HOUR + 1, day)).toEqual([[1, at(24 * HOUR), undefined]])
  })

  it('is said once where both rules find it, by the stricter one', () => {
    expect(gaps([run(1, 0, 10 * HOUR), run(3, 30 * HOUR)], 30 * HOUR, 24 * HOUR * 60)).toEqual([
      [1, at(10 * HOUR), at(30 * HOUR)],
    ])
    expect(gaps([run(1, 0, 10 * HOUR), run(3, 30 * HOUR)], 30 * HOUR, 2 * HOUR * 60)).toEqual([
      [1, at(2 * HOUR), at(30 * HOUR)],
    ])
  })

  it('is none in an empty ledger', () => {
    expect(findGaps({ runs: [], until: undefined, maxGapSeconds: 1 })).toEqual([])
  })
})

describe('in a ledger', () => {
  const key = newSigner()
  const started = async () => {
    const ledger = newLedger()
    await ledger.add(key, part.genesis(key, [keyOf(key, 'root'), keyOf(key, 'collector')]))
    return ledger
  }

  it('a run that came too late is a gap and no failure', async () => {
    const ledger = await started()
    const due = at(24 * HOUR)
    await ledger.run(key, 0, { expectedBy: due })
    await ledger.run(key, 24 * HOUR + 30, { expectedBy: at(48 * HOUR) })
    expect(await judge(ledger.reader, trusting(key))).toMatchObject({ failures: [], gaps: [] })
    await ledger.run(key, 60 * HOUR, { job: 'other' })
    expect((await judge(ledger.reader, trusting(key))).gaps).toEqual([{ job: 'daily', run: 3, dueAt: at(48 * HOUR) }])
    await ledger.run(key, 61 * HOUR)
    expect(await judge(ledger.reader, trusting(key))).toMatchObject({
      failures: [],
      gaps: [{ job: 'daily', run: 3, dueAt: at(48 * HOUR), openedAt: at(61 * HOUR) }],
    })
  })

  it('a run that was aborted was opened all the same', async () => {
    const ledger = await started()
    await ledger.run(key, 0, { expectedBy: at(24 * HOUR) })
    await ledger.add(key, part.opened(3, at(24 * HOUR)))
    await ledger.add(key, part.aborted(3, at(24 * HOUR), at(30 * HOUR)))
    const verified = await judge(ledger.reader, trusting(key))
    expect(verified).toMatchObject({ failures: [], gaps: [] })
    expect(verified.runs[1]?.end).toMatchObject({ kind: 'aborted', at: at(30 * HOUR) })
  })

  it('a run that never ended is there without an end', async () => {
    const ledger = await started()
    await ledger.add(key, part.opened(1, at(0)))
    const { runs, failures } = await judge(ledger.reader, trusting(key))
    expect(failures).toEqual([])
    expect(runs).toMatchObject([{ number: 1, opening: { job: 'daily', openedAt: at(0) } }])
    expect(runs[0]).not.toHaveProperty('end')
  })
})
