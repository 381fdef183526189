import type { ResultLine, Status } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { findingHead, findingTail, readsMany, showSubject } from './show-finding.ts'
import { showIncomplete } from './show-incomplete.ts'
import { showHeader } from './show-run.ts'
import type { CheckedSource } from './summary.ts'
import { sentence } from './words.ts'

/** Every subject of checks, in pieces to be printed one after the other: there can be a million. */
export async function* showChecks(view: RunView, checks: readonly CheckedSource[], look: Look): AsyncIterable<string> {
  yield `${showHeader(view, look)}\n`
  for (const check of checks) {
    yield `\n${findingHead(view, check, look)}\n`
    yield `${criteria(check, look)}\n`
    yield* subjects(view, check, look)
    yield `${findingTail(check, look)}\n`
  }
}

/**
 * Every subject of one status, check by check, the worst check first. Above unknown ones stands all evidence that is
 * incomplete, as it is the cause of most.
 */
export async function* showResults(
  view: RunView,
  checks: readonly CheckedSource[],
  status: Extract<Status, 'fail' | 'unknown'>,
  look: Look,
): AsyncIterable<string> {
  yield `${showHeader(view, look)}\n`
  const incomplete = status === 'unknown' ? showIncomplete(view, look, Number.POSITIVE_INFINITY) : ''
  if (incomplete !== '') yield `\n${incomplete}\n`
  if (checks.length === 0) {
    yield `\n${penFor(look).plain(status === 'fail' ? 'No check failed.' : 'No check is unknown.')}\n`
  }
  for (const check of checks) {
    yield `\n${findingHead(view, check, look)}\n`
    yield* subjects(view, check, look, status)
    yield `${findingTail(check, look)}\n`
  }
}

/** A write to a terminal or a pipe costs more than a line: pieces are about this many characters. */
const PIECE = 16_384

async function* subjects(view: RunView, check: CheckedSource, look: Look, only?: Status): AsyncIterable<string> {
  const shape = { key: true, where: readsMany(view, check.source) }
  let piece = ''
  for await (const result of ofStatus(view.resultLines(check.line), only)) {
    piece += `${showSubject(result, look, shape)}\n`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

async function* ofStatus(results: AsyncIterable<ResultLine>, only: Status | undefined): AsyncIterable<ResultLine> {
  for await (const result of results) if (only === undefined || result.status === only) yield result
}

function criteria({ planned }: CheckedSource, look: Look): string {
  const pen = penFor(look)
  if (planned === undefined) return ''
  const indent = ' '.repeat(10)
  const params = Object.entries(planned.params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  return [
    paragraph(`${pen.strong('Passes if:')} ${pen.plain(sentence(planned.criteria.pass))}`, look, indent),
    paragraph(`${pen.strong('Fails if:')} ${pen.plain(sentence(planned.criteria.fail))}`, look, indent),
    ...(params.length > 0 ? [paragraph(`${pen.strong('With:')} ${pen.plain(params.join('; '))}`, look, indent)] : []),
    ...(planned.disabled === undefined
      ? []
      : [paragraph(`${pen.strong('Turned off by config:')} ${pen.plain(sentence(planned.disabled))}`, look, indent)]),
  ].join('\n')
}
