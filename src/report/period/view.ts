import { compareText } from '../../model/compare-lines.ts'
import type { PeriodSource } from '../../model/period-source.ts'
import type { PeriodJob, PeriodRun, PeriodView, Witness } from '../../model/period-view.ts'
import type { Plan, Schedule } from '../../model/plan.ts'
import type { LedgerRun } from '../../model/report-source.ts'
import { gatherChanges } from './changes.ts'
import { followChecks } from './check-states.ts'
import { gatherFreshness } from './freshness.ts'
import { cadenceOf, occurrencesOf } from './occurrences.ts'
import { gatherPopulations } from './populations.ts'

/** A run whose period ended so much earlier was made for a period that was over. */
const CLOSED_MS = 3_600_000
const MOST_DEVIATIONS = 20_000

/**
 * What the evidence shows of a period. Sealed runs are read once, in order, one at a time; a file of results that is the same
 * as in the run before is not read again. Memory grows with the subjects that failed, not with those that there are.
 * @throws StoreError `missing`, `damaged`; BundleError; UserError (exit status 4) for a line that is not what affiant writes
 */
export async function periodView(source: PeriodSource): Promise<PeriodView> {
  const { period, until } = source
  const end = period.to < until ? period.to : until
  const checks = followChecks(period, until)
  const freshness = gatherFreshness()
  const populations = gatherPopulations(period)
  const changes = gatherChanges()
  const schedules = new Map<number, Schedule>()
  const unread = new Set<number>()
  const closed = new Map<number, Plan['run']['period']>()
  const narrow = new Map<number, string[]>()
  const lastOf = new Map<string, Plan>()
  const agents = new Set<string>()
  const isEarlier = (run: LedgerRun) => run.openedAt < period.from

  for (const run of [...source.before, ...source.runs].filter(isSealed)) {
    const read = await source.read(run.number)
    const witness = witnessOf(run)
    if (read === undefined) {
      unread.add(run.number)
      checks.miss(witness, run.job)
      continue
    }
    const { schedule } = read.plan.run
    agents.add(read.plan.agent.version)
    if (schedule !== undefined) schedules.set(run.number, schedule)
    if (!isEarlier(run)) populations.add(witness, read)
    if (isForClosedPeriod(read.plan)) {
      closed.set(run.number, read.plan.run.period)
      continue
    }
    const previous = lastOf.get(run.job)
    const only = run.trigger === 'manual' && previous !== undefined ? fewerSources(previous, read.plan) : undefined
    if (only === undefined) lastOf.set(run.job, read.plan)
    else narrow.set(run.number, only)
    changes.add(read, only !== undefined)
    await checks.add(witness, read)
    freshness.add(read)
  }
  for (const run of source.after) {
    const read = await source.read(run.number)
    if (read !== undefined) populations.add(witnessOf(run), read)
  }

  const dueOf = new Map<number, string>()
  const cadences = new Map<string, number>()
  const jobs = jobsOf(source).map((job): PeriodJob => {
    const runs = source.runs.filter((run) => run.job === job)
    const before = source.before.find((run) => run.job === job)
    const whole = runs.filter(({ number }) => !closed.has(number) && !narrow.has(number))
    const { dueOf: due, ...found } = occurrencesOf(
      { job, runs: whole, before, scheduleOf: (run) => schedules.get(run) },
      source,
    )
    for (const [run, at] of due) dueOf.set(run, at)
    const cadence = cadenceOf(found.schedule, end, source.dueTimes)
    if (cadence !== undefined) cadences.set(job, cadence)
    const lastSealed = runs.findLast((run) => isSealed(run) && !unread.has(run.number))
    return { job, ...found, runs: tally(runs), ...(lastSealed && { lastSealed: lastSealed.number }) }
  })
  const row = (run: LedgerRun) => rowOf(run, { dueOf, closed, narrow, unread })
  const { deviations, ...states } = checks.end()
  return {
    origin: source.origin,
    evidence: source.evidence,
    period,
    until,
    ended: period.to <= until,
    clockTurns: source.clockTurns.map(({ run, before }) => ({ run: witnessOf(run), before: witnessOf(before) })),
    agents: [...agents],
    jobs,
    runs: source.runs.map(row),
    before: source.before.map(row),
    ...states,
    deviations: deviations.slice(0, MOST_DEVIATIONS),
    deviationsOmitted: Math.max(0, deviations.length - MOST_DEVIATIONS),
    changes: changes.end(),
    freshness: freshness.end(end, cadences),
    populations: populations.end(),
  }
}

function witnessOf({ number, openedAt }: LedgerRun): Witness {
  return { run: number, at: openedAt }
}

function isSealed({ end }: LedgerRun): boolean {
  return end?.kind === 'sealed'
}

/** Its sources, if it lacks one that the earlier run read. */
function fewerSources(earlier: Plan, { sources }: Plan): string[] | undefined {
  const own = sources.map(({ id }) => id)
  return earlier.sources.some(({ id }) => !own.includes(id)) ? own : undefined
}

function isForClosedPeriod({ run }: Plan): boolean {
  return Date.parse(run.openedAt) - Date.parse(run.period.to) > CLOSED_MS
}

function jobsOf({ runs, before }: PeriodSource): string[] {
  return [...new Set([...before, ...runs].map(({ job }) => job))].sort(compareText)
}

function tally(runs: readonly LedgerRun[]): PeriodJob['runs'] {
  const count = (is: (run: LedgerRun) => boolean) => runs.filter(is).length
  const sealed = (status: string) => count(({ end }) => end?.kind === 'sealed' && end.status === status)
  return {
    all: runs.length,
    complete: sealed('complete'),
    partial: sealed('partial'),
    failed: sealed('failed'),
    aborted: count(({ end }) => end?.kind === 'aborted'),
    open: count(({ end }) => end === undefined),
    manual: count(({ trigger }) => trigger === 'manual'),
    catchUp: count(({ trigger }) => trigger === 'catch-up'),
  }
}

interface RowFacts {
  dueOf: ReadonlyMap<number, string>
  closed: ReadonlyMap<number, Plan['run']['period']>
  narrow: ReadonlyMap<number, string[]>
  unread: ReadonlySet<number>
}

function rowOf(
  { number, job, trigger, openedAt, end }: LedgerRun,
  { dueOf, closed, narrow, unread }: RowFacts,
): PeriodRun {
  const dueAt = dueOf.get(number)
  const closedPeriod = closed.get(number)
  const onlySources = narrow.get(number)
  return {
    number,
    job,
    trigger,
    openedAt,
    end: end?.kind ?? 'open',
    ...(end && { endedAt: end.at }),
    ...(end?.kind === 'sealed' && { status: end.status, outcomes: end.outcomes, results: end.results }),
    ...(dueAt !== undefined && { dueAt }),
    ...(closedPeriod && { closedPeriod }),
    ...(onlySources && { onlySources }),
    ...(unread.has(number) && { filesMissing: true as const }),
  }
}
