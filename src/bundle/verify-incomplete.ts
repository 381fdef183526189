import type { IncompleteEvidence, RunFacts, ScheduleGap, Verification } from '../model/verification.ts'
import { printable } from './reasons.ts'
import type { RunFiles } from './verify-run.ts'

const MAX_LISTED = 1000
const MAX_REASONS = 100

/** Gathers why evidence is not complete: the first 1,000 reasons, and how many there are. */
export function gatherIncomplete() {
  const listed: IncompleteEvidence[] = []
  const reasons = new Map<string, number>()
  let count = 0

  function add(evidence: IncompleteEvidence): void {
    count += 1
    if (listed.length < MAX_LISTED) listed.push(evidence)
  }

  function addUnsealed(run: RunFacts): boolean {
    if (run.end?.kind === 'sealed') return false
    const aborted = run.end?.kind === 'aborted'
    add({
      ...named(run),
      code: aborted ? 'aborted' : 'open',
      detail: aborted
        ? `its process ended before the run was sealed; entry ${run.end?.index} says so`
        : 'no entry ends it: it is at work, its process died, or the last entries were cut off',
    })
    return true
  }

  return {
    /** A run whose files were looked at. */
    addFiles(run: RunFacts, { incomplete, withheld }: RunFiles): void {
      if (addUnsealed(run)) return
      for (const { planItem, status, reason } of incomplete)
        add({ ...named(run), code: status, planItem: printable(planItem), detail: reason })
      // Where its files could not be read, the seal says that there was more.
      if (incomplete.length === 0) addStatus(run)
      for (const [reason, lines] of withheld) {
        add({
          ...named(run),
          code: 'withheld',
          detail: `${lines} ${lines === 1 ? 'line' : 'lines'}: ${printable(reason)}`,
        })
        reasons.set(reason, (reasons.get(reason) ?? 0) + lines)
      }
    },
    /** A run of which only the ledger was looked at. */
    addSeal(run: RunFacts): void {
      if (!addUnsealed(run)) addStatus(run)
    },
    addGap({ job, run, dueAt, openedAt }: ScheduleGap): void {
      const next = openedAt === undefined ? 'and none was opened' : `and it was opened at ${openedAt}`
      add({ code: 'schedule-gap', run, job, detail: `the next run of ${job} was due by ${dueAt}, ${next}` })
    },
    count: () => count,
    list: (): readonly IncompleteEvidence[] => listed,
    withheld(): Verification['withheld'] {
      const counts = [...reasons].map(([reason, lines]) => ({ reason: printable(reason), count: lines }))
      return {
        count: counts.reduce((sum, one) => sum + one.count, 0),
        reasons: counts.sort((a, b) => b.count - a.count).slice(0, MAX_REASONS),
      }
    },
  }

  function addStatus(run: RunFacts): void {
    const status = run.end?.status
    if (status === 'partial' || status === 'failed')
      add({ ...named(run), code: status, detail: 'its seal says that not everything was read' })
  }
}

function named({ number, opening }: RunFacts): { run: number; job?: string } {
  return { run: number, ...(opening && { job: opening.job }) }
}
