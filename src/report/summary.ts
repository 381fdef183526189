import { type ControlLine, ControlStatus, THEMES } from '../model/control.ts'
import type { ResultsLine } from '../model/index-line.ts'
import type { PlannedCheck } from '../model/plan.ts'
import { STATUSES, type Status } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import { type Severity, SEVERITIES } from '../sdk/check.ts'

export type RunStatus = 'complete' | 'partial' | 'failed' | 'never-sealed'

export function runStatus({ statement }: Pick<RunView, 'statement'>): RunStatus {
  return statement?.predicate.run.status ?? 'never-sealed'
}

/** How many checks ended in each status. A check counts once for each source. */
export function checkTally({ results }: Pick<RunView, 'results'>): Record<Status, number> & { all: number } {
  const tally = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0, all: results.length }
  for (const { summary } of results) tally[summary.status] += 1
  return tally
}

export type ControlTally = Record<ControlStatus, number> & { all: number }

export function controlTally(controls: readonly ControlLine[]): ControlTally {
  const statuses = ControlStatus.options.map((status) => [
    status,
    controls.filter((control) => control.status === status).length,
  ])
  return { ...(Object.fromEntries(statuses) as Record<ControlStatus, number>), all: controls.length }
}

export function themeTallies({
  controls,
}: Pick<RunView, 'controls'>): { theme: ControlLine['theme']; tally: ControlTally }[] {
  return THEMES.map((theme) => ({ theme, tally: controlTally(controls.filter((control) => control.theme === theme)) }))
}

/**
 * Exit status of a run: 3 if evidence is incomplete or a result unknown, otherwise 2 if a check failed, otherwise 0. A
 * run that was never sealed is incomplete.
 */
export function runExitCode(view: RunView): 0 | 2 | 3 {
  const whole =
    runStatus(view) === 'complete' &&
    [...view.sources, ...view.outcomes].every(({ outcome }) => outcome.status === 'complete')
  const tally = checkTally(view)
  if (!whole || tally.unknown > 0) return 3
  return tally.fail > 0 ? 2 : 0
}

/** A check on a source, with what the plan says of it. */
export interface CheckedSource {
  line: ResultsLine
  check: string
  source: string
  severity: Severity
  title: string
  remediation: string
  planned: PlannedCheck | undefined
  /** Ids of the controls to which it is more than context. */
  controls: string[]
}

/** The checks of a run: by severity, then by how many subjects failed, then by id. */
export function checksOf(view: RunView, statuses: readonly Status[] = STATUSES): CheckedSource[] {
  return view.results
    .filter(({ summary }) => statuses.includes(summary.status))
    .map((line): CheckedSource => {
      const { check, source } = line.summary
      const planned = view.plan.checks.find((one) => one.id === check && one.source === source)
      return {
        line,
        check,
        source,
        severity: planned?.severity ?? 'low',
        title: planned?.title ?? check,
        remediation: planned?.remediation ?? '',
        planned,
        controls: controlsTouched(view, check, source),
      }
    })
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        b.line.summary.counts.failed - a.line.summary.counts.failed ||
        compare(a.check, b.check) ||
        compare(a.source, b.source),
    )
}

function controlsTouched({ controls }: RunView, check: string, source: string): string[] {
  return controls
    .filter(({ evidence }) =>
      evidence.some((link) => link.check === check && link.source === source && link.strength !== 'context'),
    )
    .map(({ control }) => control)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
