import type { PeriodChange, Witness } from '../../model/period-view.ts'
import type { ValueChange } from '../../model/run-diff.ts'
import type { SealedRun } from '../../model/sealed-run.ts'
import { planChanges } from '../diff-plan.ts'

/**
 * What was judged otherwise from one run to the next of a job; and, as a state follows whichever run saw it, from the run
 * that read a source last to the next one that does, whatever their jobs are and whoever opened them.
 */
export function gatherChanges() {
  const lastOf = new Map<string, SealedRun>()
  const lastWith = new Map<string, SealedRun>()
  const found: PeriodChange[] = []

  function list(from: SealedRun, to: SealedRun, changes: ValueChange[]): void {
    if (changes.length > 0) found.push({ job: to.plan.run.job, from: witnessOf(from), to: witnessOf(to), changes })
  }

  return {
    /** Runs are given in order. @param isPart it read a part of the sources of its job: what it left out is no change */
    add(run: SealedRun, isPart: boolean): void {
      const { job } = run.plan.run
      const previous = lastOf.get(job)
      const own = previous === undefined || isPart ? [] : planChanges(previous, run)
      if (previous !== undefined) list(previous, run, own)
      if (!isPart) lastOf.set(job, run)
      const told = new Set(own.map(keyOf))
      const sources = run.plan.sources.map(({ id }) => id)
      for (const [before, shared] of Map.groupBy(sources, (id) => lastWith.get(id))) {
        if (before === undefined || (before === previous && !isPart)) continue
        list(
          before,
          run,
          sharedChanges(before, run, shared).filter((change) => !told.has(keyOf(change))),
        )
      }
      for (const source of sources) lastWith.set(source, run)
    },
    end: (): PeriodChange[] => found,
  }
}

/** Changes of what both runs have, of these sources, and of the program. That one of them has less is its own affair. */
function sharedChanges(from: SealedRun, to: SealedRun, sources: readonly string[]): ValueChange[] {
  const aboutOf = ({ plan }: SealedRun) => new Set(plan.checks.map(({ id, source }) => `check ${id} of ${source}`))
  const checks = aboutOf(from).intersection(aboutOf(to))
  return planChanges(from, to).filter(({ about, from: was, to: is }) => {
    if (!isOfProgram(about) && !isOfSource(about, sources)) return false
    return checks.has(about) || (was !== undefined && is !== undefined)
  })
}

function isOfProgram(about: string): boolean {
  return about === 'agent' || about === 'config' || about.startsWith('mapping ')
}

/** `source github-acme`, `stream git.commits of git-api`, `scope acme of github-acme` */
function isOfSource(about: string, sources: readonly string[]): boolean {
  return sources.some((id) => about === `source ${id}` || about.endsWith(` of ${id}`))
}

function keyOf({ about, what, to }: ValueChange): string {
  return JSON.stringify([about, what, to])
}

function witnessOf({ number, plan }: SealedRun): Witness {
  return { run: number, at: plan.run.openedAt }
}
