import { compareText } from '../../model/compare-lines.ts'
import type { OutcomeLine } from '../../model/index-line.ts'
import type { Freshness } from '../../model/period-view.ts'
import { GRACE_MS } from '../../model/schedule.ts'
import type { SealedRun } from '../../model/sealed-run.ts'
import { isDemo } from '../incomplete.ts'

const MOST_NAMED = 20

interface Read {
  source: string
  demo: boolean
  stream: string
  job: string
  scope: string
  /** Whether the last run that planned it still found the scope. */
  present: boolean
  readAt: string | undefined
  oldest: string | undefined
  reason: Freshness['reason']
}

/** How old evidence was when the period ended. Readings after that do not count: they show a later state. */
export function gatherFreshness() {
  const items = new Map<string, Read>()
  return {
    /** Sealed runs up to the end of the period, in order. */
    add({ plan, outcomes }: SealedRun): void {
      const job = plan.run.job
      const sources = new Set(plan.sources.map(({ id }) => id))
      // What the run did not set out to read is as old as it was; what it no longer found is gone.
      for (const item of items.values()) if (item.job === job && sources.has(item.source)) item.present = false
      for (const line of outcomes) {
        if (line.outcome.reason === 'premature' && isEvents(plan, line)) continue
        const known = items.get(line.planItem)
        const demo = isDemo({ plan }, line.source)
        const isWhole = line.outcome.status === 'complete'
        items.set(line.planItem, {
          source: line.source,
          demo,
          stream: line.stream,
          scope: line.scope,
          job,
          present: true,
          readAt: isWhole ? line.outcome.endedAt : known?.readAt,
          oldest: isWhole ? line.outcome.carriedOver?.oldest : known?.oldest,
          reason: line.outcome.reason,
        })
      }
    },
    /** @param cadences of jobs, in milliseconds; of a job without one nothing is judged to be stale */
    end(end: string, cadences: ReadonlyMap<string, number>): Freshness[] {
      const groups = new Map<string, Read[]>()
      for (const item of items.values()) {
        if (!item.present) continue
        const key = `${item.source} ${item.stream}`
        groups.set(key, [...(groups.get(key) ?? []), item])
      }
      return [...groups].sort(([a], [b]) => compareText(a, b)).flatMap(([, reads]) => freshnessOf(reads, end, cadences))
    },
  }
}

function isEvents(plan: SealedRun['plan'], { source, stream }: OutcomeLine): boolean {
  const planned = plan.sources.find(({ id }) => id === source)?.streams.find(({ id }) => id === stream)
  return planned?.occurredAt !== undefined
}

function freshnessOf(reads: readonly Read[], end: string, cadences: ReadonlyMap<string, number>): Freshness[] {
  const ages = reads.map((read) => ({ read, state: stateOf(read, end, cadences.get(read.job)) }))
  const worst = ages.toSorted(
    (a, b) => RANK[a.state] - RANK[b.state] || compareText(a.read.readAt ?? '', b.read.readAt ?? ''),
  )[0]
  if (worst === undefined) return []
  const { source, demo, stream, readAt, reason, job } = worst.read
  const cadence = cadences.get(job)
  const oldest = reads.flatMap((read) => read.oldest ?? []).sort(compareText)[0]
  const behind = ages.filter(({ state }) => state === 'stale' || state === 'never').map(({ read }) => read.scope)
  return [
    {
      source,
      demo,
      stream,
      scopes: reads.length,
      state: worst.state,
      ...(readAt !== undefined && { readAt, age: Math.max(0, Date.parse(end) - Date.parse(readAt)) }),
      ...(cadence !== undefined && { cadence }),
      ...(oldest !== undefined && { oldestRecord: oldest }),
      ...(reason !== undefined && { reason }),
      behind: behind.sort(compareText).slice(0, MOST_NAMED),
    },
  ]
}

/** The worst first. */
export const RANK: Readonly<Record<Freshness['state'], number>> = { never: 0, stale: 1, 'not-judged': 2, current: 3 }

function stateOf({ readAt }: Read, end: string, cadence: number | undefined): Freshness['state'] {
  if (readAt === undefined) return 'never'
  if (cadence === undefined) return 'not-judged'
  return Date.parse(end) - Date.parse(readAt) > cadence + GRACE_MS ? 'stale' : 'current'
}
