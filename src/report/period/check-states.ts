import { compareText } from '../../model/compare-lines.ts'
import type { CheckSegment, Deviation, PeriodCheck, SubjectHistory, Witness } from '../../model/period-view.ts'
import type { PlannedCheck } from '../../model/plan.ts'
import { isWithoutVerdict } from '../../model/result.ts'
import type { SealedRun } from '../../model/sealed-run.ts'
import { SEVERITIES } from '../../sdk/check.ts'
import { isDemo } from '../incomplete.ts'
import { deviationsOf, type Room, type SubjectTracker, trackSubjects } from './subjects.ts'

/** So many subjects are followed at most, over all checks. */
const MOST_SUBJECTS = 100_000

interface Followed {
  /** Of the last run that planned it. */
  job: string
  check: string
  source: string
  segments: CheckSegment[]
  seen: Witness[]
  last: PeriodCheck['last']
  subjects: SubjectTracker
  /** As the last plan has it. */
  planned: PlannedCheck
  demo: boolean
  kind: PeriodCheck['basis']['kind']
}

export interface CheckStates {
  checks: PeriodCheck[]
  deviations: Deviation[]
  subjects: SubjectHistory[]
  subjectsOmitted: number
}

/**
 * Follows every check on every source over runs, which are given in order.
 * @param until the end of the period, or of what is known
 */
export function followChecks(period: { from: string }, until: string) {
  const followed = new Map<string, Followed>()
  const room: Room = { left: MOST_SUBJECTS, omitted: 0 }

  return {
    async add(witness: Witness, run: SealedRun): Promise<void> {
      const lines = new Map(run.results.map((line) => [`${line.summary.source} ${line.summary.check}`, line]))
      for (const planned of run.plan.checks) {
        const key = `${planned.source} ${planned.id}`
        const one = followed.get(key) ?? begin(planned, room, run.plan.run.job)
        followed.set(key, one)
        one.job = run.plan.run.job
        one.planned = planned
        one.demo = isDemo(run, planned.source)
        one.kind = kindOf(planned, run)
        const line = lines.get(key)
        if (line === undefined) {
          extend(one.segments, { status: 'withheld' }, witness)
          continue
        }
        const { status, reason, counts } = line.summary
        extend(one.segments, { status, ...(reason !== undefined && { reason }) }, witness)
        // A run that could look at nothing is no snapshot, and does not shorten the time without one.
        const looked = status === 'unknown' ? counts.inspected > 0 : !isWithoutVerdict(line.summary)
        if (looked) one.seen.push(witness)
        if (witness.at >= period.from) one.last = { ...witness, status, counts }
        await one.subjects.add(witness, run, line)
      }
    },
    /** A sealed run whose files are not there: what it saw of the checks of its job is not known. */
    miss(witness: Witness, job: string): void {
      for (const one of followed.values()) if (one.job === job) extend(one.segments, { status: 'missing' }, witness)
    },
    end(): CheckStates {
      const checks: PeriodCheck[] = []
      const deviations: Deviation[] = []
      const subjects: SubjectHistory[] = []
      for (const [, one] of [...followed].sort(([a], [b]) => compareText(a, b))) {
        const { check, source, demo, planned, segments, kind, last } = one
        const { severity, title } = planned
        let all = 0
        let open = 0
        for (const { states, ...about } of one.subjects.histories()) {
          const head = { check, source, demo, severity, ...about }
          subjects.push({ ...head, states })
          for (const found of deviationsOf(states, period.from, until)) {
            all += 1
            if (found.closed === undefined) open += 1
            deviations.push({ ...head, ...found })
          }
        }
        checks.push({
          check,
          source,
          demo,
          title,
          severity,
          basis: { kind, ...basisOf(one.seen, period.from, until) },
          segments,
          ...(last && { last }),
          deviations: all,
          open,
        })
      }
      return { checks, deviations: deviations.sort(byWeight), subjects, subjectsOmitted: room.omitted }
    },
  }
}

function begin(planned: PlannedCheck, room: Room, job: string): Followed {
  const { id: check, source } = planned
  return {
    job,
    check,
    source,
    segments: [],
    seen: [],
    last: undefined,
    subjects: trackSubjects(room),
    planned,
    demo: false,
    kind: 'snapshots',
  }
}

/** All inputs of the check are lists of events: it has seen everything that happened in the periods of the runs. */
function kindOf({ inputs }: PlannedCheck, { plan }: SealedRun): PeriodCheck['basis']['kind'] {
  const streams = plan.sources.flatMap((source) => source.streams)
  const isEvents = (id: string) => streams.some((stream) => stream.id === id && stream.occurredAt !== undefined)
  return inputs.length > 0 && inputs.every(isEvents) ? 'events' : 'snapshots'
}

function extend(segments: CheckSegment[], state: Pick<CheckSegment, 'status' | 'reason'>, witness: Witness): void {
  const now = segments.at(-1)
  if (now !== undefined && now.status === state.status && now.reason === state.reason) {
    now.last = witness
    now.runs += 1
  } else segments.push({ ...state, first: witness, last: witness, runs: 1 })
}

/** How many runs in the period say something, and the longest time without one. */
function basisOf(seen: readonly Witness[], from: string, end: string) {
  const inside = seen.filter(({ at }) => at >= from)
  // A run before the period shows the state with which it began, but not since when nothing was seen of it.
  const start = seen.findLast(({ at }) => at < from)?.at ?? from
  const times = [start, ...inside.map(({ at }) => at), end].map((at) => Date.parse(at))
  const gaps = times.slice(1).map((at, place) => at - (times[place] ?? at))
  return { runs: inside.length, maxGap: Math.max(0, ...gaps) }
}

/** Open ones first; then the earlier, the graver, and by name. */
function byWeight(a: Deviation, b: Deviation): number {
  return (
    Number(a.closed !== undefined) - Number(b.closed !== undefined) ||
    compareText(a.opened.at, b.opened.at) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(
      `${a.source} ${a.check} ${a.scope ?? ''}\0${a.subject}`,
      `${b.source} ${b.check} ${b.scope ?? ''}\0${b.subject}`,
    )
  )
}
