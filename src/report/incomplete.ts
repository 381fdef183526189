import type { Gap, Outcome } from '../model/outcome.ts'
import type { RunView } from '../model/run-view.ts'
import type { Reason } from '../sdk/errors.ts'
import { whatToDo } from './what-to-do.ts'

/** Evidence that is not whole, for one reason: a source that did not open, or plan items of one stream. */
export interface Incomplete {
  source: string
  demo: boolean
  /** Absent if the source as a whole could not be opened. */
  stream?: string
  /** Of the plan items concerned; empty if the source as a whole is. */
  scopes: string[]
  status: 'partial' | 'failed'
  reason: Reason
  /** Of the first plan item. */
  detail?: string
  /** The missing ones. */
  permissions: string[]
  /** Parts that could not be read, of all these plan items. */
  gaps: Gap[]
  /** How many plan items are concerned. */
  planItems: number
  whatToDo: string
}

/** Everything in a run that was not read whole, failed before partial, in plan order. Like things are told once. */
export function incompleteEvidence(view: RunView): Incomplete[] {
  // A source that is open and has a gap is told beside its plan items, which failed for it.
  const closed = view.sources.filter(({ outcome }) => outcome.status === 'failed')
  const whole = closed.map(({ source, outcome }) => {
    const planItems = view.outcomes.filter((line) => line.source === source).length
    return describe(view, { source, scopes: [], planItems }, [outcome])
  })
  const items = view.outcomes.filter(
    ({ source, outcome }) => outcome.status !== 'complete' && !closed.some((line) => line.source === source),
  )
  const groups = Map.groupBy(items, ({ source, stream, outcome: { status, reason, permissions, detail, gaps } }) =>
    JSON.stringify([source, stream, status, reason, permissions, gaps.length > 0 || detail]),
  )
  const parts = [...groups.values()].flatMap((lines) => {
    const [first] = lines
    if (first === undefined) return []
    const { source, stream } = first
    const scopes = lines.map(({ scope }) => scope)
    const outcomes = lines.map(({ outcome }) => outcome)
    return [describe(view, { source, stream, scopes, planItems: lines.length }, outcomes)]
  })
  return [...whole, ...parts].sort((a, b) => rank(a) - rank(b))
}

function rank({ status }: Incomplete): number {
  return status === 'failed' ? 0 : 1
}

type Place = Pick<Incomplete, 'source' | 'stream' | 'scopes' | 'planItems'>

function describe(view: RunView, place: Place, outcomes: readonly Outcome[]): Incomplete {
  const [first] = outcomes
  const reason = first?.reason ?? 'invalid'
  const permissions = [...new Set(outcomes.flatMap((outcome) => outcome.permissions ?? []))]
  return {
    ...place,
    demo: isDemo(view, place.source),
    status: first?.status === 'partial' ? 'partial' : 'failed',
    reason,
    ...(first?.detail !== undefined && { detail: first.detail }),
    permissions,
    gaps: outcomes.flatMap(({ gaps }) => gaps),
    whatToDo: whatToDo(reason, place.source, permissions),
  }
}

export function isDemo(view: Pick<RunView, 'plan'>, source: string): boolean {
  return view.plan.sources.some(({ id, demo }) => id === source && demo === true)
}

/** The id of a source; an emulated one is never shown without saying so. */
export function sourceName(view: Pick<RunView, 'plan'>, source: string): string {
  return isDemo(view, source) ? `${source} (demo data)` : source
}
