import { compareText } from '../../model/compare-lines.ts'
import type { PeriodPopulation, Witness } from '../../model/period-view.ts'
import type { SealedRun } from '../../model/sealed-run.ts'

interface Bounds {
  from: string
  to: string
}

interface Gathered {
  source: string
  demo: boolean
  stream: string
  scope: string
  whole: (Witness & Bounds)[]
  premature: Set<number>
}

/** How far complete readings of lists of events cover the period: runs in it, and runs after it that look back. */
export function gatherPopulations(period: Bounds) {
  const items = new Map<string, Gathered>()
  return {
    add(witness: Witness, { plan, outcomes }: SealedRun): void {
      const { from, to } = plan.run.period
      if (to <= period.from || from >= period.to) return
      for (const line of outcomes) {
        const source = plan.sources.find(({ id }) => id === line.source)
        if (source?.streams.find(({ id }) => id === line.stream)?.occurredAt === undefined) continue
        const item = items.get(line.planItem) ?? {
          source: line.source,
          demo: source.demo === true,
          stream: line.stream,
          scope: line.scope,
          whole: [],
          premature: new Set(),
        }
        items.set(line.planItem, item)
        const { status, reason } = line.outcome
        if (status === 'complete')
          item.whole.push({ ...witness, from: later(from, period.from), to: earlier(to, period.to) })
        else if (reason === 'premature') item.premature.add(witness.run)
      }
    },
    end(): PeriodPopulation[] {
      return [...items]
        .sort(([a], [b]) => compareText(a, b))
        .map(([, { source, demo, stream, scope, whole, premature }]) => {
          const missing = gapsOf(whole, period)
          const [best] = whole.toSorted((a, b) => span(b) - span(a) || a.run - b.run)
          const last = whole.reduce((end, one) => later(end, one.to), period.from)
          return {
            source,
            demo,
            stream,
            scope,
            state: missing.length === 0 ? 'whole' : last < period.to ? 'premature' : 'partial',
            missing,
            ...(best && { best }),
            premature: [...premature].sort((a, b) => a - b),
          }
        })
    },
  }
}

/** Parts of the period that none of them covers. */
function gapsOf(covered: readonly Bounds[], { from, to }: Bounds): Bounds[] {
  const gaps: Bounds[] = []
  let at = from
  for (const one of covered.toSorted((a, b) => compareText(a.from, b.from))) {
    if (one.from > at) gaps.push({ from: at, to: one.from })
    at = later(at, one.to)
  }
  if (at < to) gaps.push({ from: at, to })
  return gaps
}

const later = (a: string, b: string) => (a > b ? a : b)
const earlier = (a: string, b: string) => (a < b ? a : b)
const span = ({ from, to }: Bounds) => Date.parse(to) - Date.parse(from)
