import type { ControlLine } from '../model/control.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import type { RunView } from '../model/run-view.ts'
import { UserError } from '../model/user-error.ts'
import { readRunEvidence } from '../report-source.ts'
import { throughCrosswalk } from '../report/crosswalk.ts'
import { showFrameworkJson } from '../report/framework-json.ts'
import { jsonText, showControlJson, showJson, showResultsJson } from '../report/json-run.ts'
import type { Look } from '../report/look.ts'
import { showChecks, showResults } from '../report/show-check.ts'
import { showControl } from '../report/show-control.ts'
import { showFramework } from '../report/show-framework.ts'
import { showRun, showSeal } from '../report/show-run.ts'
import { type CheckedSource, checksOf } from '../report/summary.ts'
import { type JsonOption, lookOf, print } from './common.ts'
import type { Environment } from './environment.ts'
import { type EvidenceOption, withEvidence } from './evidence.ts'
import { EXIT } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { runReportOf } from './report-run.ts'

export interface ShowOptions extends EvidenceOption, JsonOption {
  control?: string
  check?: string
  failed?: true
  unknown?: true
  framework?: string
  /** The run in force at that time, of each job. */
  asOf?: string
}

/** `affiant show`: a run, or one side of it. Exit status 0; 4 if a file of it is not what was sealed. */
export async function show(run: number | undefined, options: ShowOptions, environment: Environment): Promise<number> {
  if (options.asOf !== undefined) {
    if (run !== undefined) throw new UserError(`both run ${run} and --as-of were given`, 'Give one of them.')
    return (await import('./show-as-of.ts')).showAsOf({ ...options, asOf: options.asOf }, environment)
  }
  return withIntegrity(() =>
    withEvidence(options, environment, async ({ reader, choose }) => {
      const view = await readRunEvidence(reader, await choose(run))
      if (options.framework === undefined) await print(environment, pieces(view, options, environment))
      else await environment.stdout.write(await framework(view, options.framework, options, environment))
      return EXIT.ok
    }),
  )
}

async function framework(view: RunView, name: string, options: ShowOptions, environment: Environment): Promise<string> {
  assertSealed(view)
  const { loadCrosswalks } = await environment.runtime()
  const [crosswalk] = await loadCrosswalks([name])
  if (crosswalk === undefined) return ''
  const through = throughCrosswalk(crosswalk, view.controls)
  return options.json
    ? jsonText(showFrameworkJson(view, through))
    : showFramework(view, through, lookOf(environment.stdout, options))
}

/** A run, or the side of it that the options name, in pieces to be printed. */
export async function* pieces(view: RunView, options: ShowOptions, { stdout }: Environment): AsyncIterable<string> {
  const { json } = options
  const look = lookOf(stdout, options)
  if (options.control !== undefined) {
    const control = findControl(view, options.control)
    yield json ? jsonText(showControlJson(view, control)) : showControl(view, control, look)
  } else if (options.check !== undefined) {
    const checks = findChecks(view, options.check)
    yield* json ? showResultsJson(view, checks) : showChecks(view, checks, look)
  } else if (options.failed || options.unknown) {
    assertSealed(view)
    const status = options.failed ? 'fail' : 'unknown'
    // A check that failed may have unknown subjects too.
    const checks = checksOf(view).filter(({ line: { summary } }) =>
      status === 'fail' ? summary.status === 'fail' : summary.status === 'unknown' || summary.counts.unknown > 0,
    )
    yield* json ? showResultsJson(view, checks, status) : showResults(view, checks, status, look)
  } else {
    if (json) yield jsonText(showJson(view))
    else yield `${showRun(await runReportOf(view), look)}${sealed(view, look)}`
  }
}

function sealed(view: RunView, look: Look): string {
  const text = showSeal(view, look)
  return text === '' ? '' : `\n${text}`
}

export function findControl(view: RunView, written: string): ControlLine {
  assertSealed(view)
  const wanted = written.toUpperCase().replace(/^(?=\d)/, 'A.')
  const control = view.controls.find((one) => one.control === wanted)
  if (control !== undefined) return control
  const hint = didYouMean(
    wanted,
    view.controls.map((one) => one.control),
  )
  throw new UserError(`run ${view.number} has no control "${written}"${hint}`, '"affiant controls" lists them.')
}

export function findChecks(view: RunView, id: string): CheckedSource[] {
  assertSealed(view)
  const checks = checksOf(view)
  const found = checks.filter(({ check }) => check === id)
  if (found.length > 0) return found
  const hint = didYouMean(
    id,
    checks.map(({ check }) => check),
  )
  throw new UserError(
    `run ${view.number} has no check "${id}"${hint}`,
    '"affiant collectors ID" lists the checks of a collector.',
  )
}

function assertSealed({ statement, number }: RunView): void {
  if (statement === undefined) {
    throw new UserError(`run ${number} was never sealed: it has no results`, 'Run again: affiant run')
  }
}
