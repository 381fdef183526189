import type { ControlLine } from '../model/control.ts'
import type { Status } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import { incompleteEvidence, isDemo } from './incomplete.ts'
import type { ShowControlJson, ShowJson, ShowResultsJson } from './json/run.ts'
import { printableJson } from './printable.ts'
import { carriedOver } from './show-carried.ts'
import { credentialsFound } from './show-credentials.ts'
import { type CheckedSource, checksOf, checkTally, runExitCode, runStatus, themeTallies } from './summary.ts'

/** A document as text: indented, safe to print, ended by a line feed. */
export function jsonText(document: object): string {
  return `${printableJson(JSON.stringify(document, undefined, 2))}\n`
}

export function showJson(view: RunView): ShowJson {
  return {
    schema: 'affiant.show/1',
    run: runJson(view),
    exitCode: runExitCode(view),
    ...(view.statement && { planItems: view.statement.predicate.outcomes }),
    incomplete: incompleteEvidence(view),
    credentials: credentialsFound(view),
    carriedOver: carriedOver(view),
    checkTally: checkTally(view),
    checks: checksOf(view).map((check) => checkJson(view, check)),
    themes: themeTallies(view),
    controls: view.controls.map(({ control, title, theme, status, counts }) => ({
      control,
      title,
      theme,
      status,
      counts,
    })),
  }
}

export function showControlJson(view: RunView, control: ControlLine): ShowControlJson {
  return { schema: 'affiant.show-control/1', run: runJson(view), control }
}

/** Pieces of the text of one document, `results` line by line as they are read: there can be a million. */
export async function* showResultsJson(
  view: RunView,
  checks: readonly CheckedSource[],
  only?: Status,
): AsyncIterable<string> {
  const head: Omit<ShowResultsJson, 'results'> = {
    schema: 'affiant.show-results/1',
    run: runJson(view),
    incomplete: incompleteEvidence(view),
    checks: checks.map((check) => checkJson(view, check)),
  }
  yield `${jsonText(head).trimEnd().slice(0, -2)},\n  "results": [`
  let first = true
  for (const { check, source, line } of checks) {
    const demo = isDemo(view, source)
    for await (const result of view.resultLines(line)) {
      if (only !== undefined && result.status !== only) continue
      yield `${first ? '' : ','}\n    ${printableJson(JSON.stringify({ check, source, demo, ...result }))}`
      first = false
    }
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n'
}

/** Which run a document speaks of. */
export function runJson(view: RunView): ShowJson['run'] {
  const { plan, statement } = view
  const { job, trigger, openedAt, period } = plan.run
  return {
    number: view.number,
    folder: view.folder,
    installation: plan.agent.installation,
    job,
    trigger,
    openedAt,
    period,
    status: runStatus(view),
    ...(statement && { sealed: { at: statement.predicate.run.sealedAt, keyId: statement.predicate.keyid } }),
    sources: plan.sources.map(({ id, collector, demo }) => {
      const line = view.sources.find(({ source }) => source === id)
      return {
        id,
        collector,
        demo: demo === true,
        ...(line?.identity && { identity: { id: line.identity.id, name: line.identity.name } }),
        excluded: (line?.scopes ?? []).flatMap(({ id: scope, excluded }) =>
          excluded === undefined ? [] : [{ scope, reason: excluded }],
        ),
      }
    }),
  }
}

function checkJson(view: RunView, one: CheckedSource): ShowJson['checks'][number] {
  const { check, source, severity, title, remediation, planned, controls } = one
  const { revision, status, reason, counts } = one.line.summary
  return {
    check,
    source,
    demo: isDemo(view, source),
    revision,
    title,
    severity,
    status,
    ...(reason !== undefined && { reason }),
    counts,
    remediation,
    ...(planned && { criteria: planned.criteria }),
    params: planned?.params ?? {},
    ...(planned?.disabled !== undefined && { disabled: planned.disabled }),
    controls,
  }
}
