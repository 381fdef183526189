import type { LedgerRun, RunEvidence } from '../model/report-source.ts'
import type { Receipt } from '../model/receipt.ts'
import { isDemo } from './incomplete.ts'
import { jsonText } from './json-run.ts'
import type { ShowAsOfJson } from './json/period.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { lasting } from './period/words.ts'
import { printableJson } from './printable.ts'
import type { CheckedSource } from './summary.ts'
import { checksOf } from './summary.ts'
import { grouped, minute, number } from './words.ts'

/** A run that was in force at a moment, read. */
export interface ReadInForce {
  run: LedgerRun
  next?: LedgerRun
  view: RunEvidence
  /** The checks that were asked for. */
  checks: readonly CheckedSource[]
  control?: RunEvidence['controls'][number]
}

/** The moment that was asked for; `until` if it is still to come: the time at which it was asked. */
export type AsOf = Pick<ShowAsOfJson, 'asOf' | 'until'>

type InForce = ShowAsOfJson['runs'][number]

function inForceJson({ run, next, view, checks, control }: ReadInForce, at: AsOf): InForce | undefined {
  const { seal } = view
  if (seal === undefined) return undefined
  const file = (line: { path: string; sha256: string } | undefined) => line && { path: line.path, sha256: line.sha256 }
  return {
    number: run.number,
    job: run.job,
    trigger: run.trigger,
    openedAt: run.openedAt,
    sealedAt: seal.at,
    age: ageOf(run, at),
    folder: view.folder,
    seal: { entry: seal.index, statementSha256: seal.sha256, keyId: seal.keyId },
    ...(next && { next: { run: next.number, openedAt: next.openedAt } }),
    planItems: itemsOf(view, checks).map(({ planItem, outcome }) => {
      const records = file(view.records.get(planItem))
      const receipts = file(view.receipts.get(planItem))
      return {
        planItem,
        status: outcome.status,
        ...(outcome.reason !== undefined && { reason: outcome.reason }),
        readFrom: outcome.startedAt,
        readTo: outcome.endedAt,
        count: outcome.records,
        ...(records && { records }),
        ...(receipts && { receipts }),
      }
    }),
    checks: (checks.length > 0 ? checks : checksOf(view)).map(({ check, source, title, line }) => {
      const { status, reason, counts } = line.summary
      return {
        check,
        source,
        demo: isDemo(view, source),
        title,
        status,
        ...(reason !== undefined && { reason }),
        counts,
        file: { path: line.path, sha256: line.sha256 },
      }
    }),
    ...(control && { control }),
  }
}

/** Pieces of the document; `results` line by line as they are read, where checks were asked for. */
export async function* showAsOfJson(
  all: readonly ReadInForce[],
  at: AsOf,
  only: { results: boolean; status?: string },
): AsyncIterable<string> {
  const head: ShowAsOfJson = {
    schema: 'affiant.show-as-of/1',
    ...at,
    runs: all.flatMap((one) => inForceJson(one, at) ?? []),
  }
  if (!only.results) {
    yield jsonText(head)
    return
  }
  yield `${jsonText(head).trimEnd().slice(0, -2)},\n  "results": [`
  let first = true
  for (const { run, view, checks } of all) {
    for (const { check, source, line } of checks) {
      const demo = isDemo(view, source)
      for await (const result of view.resultLines(line)) {
        if (only.status !== undefined && result.status !== only.status) continue
        const row = { run: run.number, check, source, demo, ...result }
        yield `${first ? '' : ','}\n    ${printableJson(JSON.stringify(row))}`
        first = false
      }
    }
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n'
}

/** Which run was in force, how old it was, and that nobody looked until the next one. */
export function showInForce({ run, next, view }: ReadInForce, at: AsOf, look: Look): string {
  const pen = penFor(look)
  const sealed = view.seal?.at ?? run.openedAt
  const lasted = lasting(ageOf(run, at))
  const lines = [
    pen.strong(
      at.until === undefined
        ? `As of ${minute(at.asOf)}, run ${run.number} of ${run.job} was in force.`
        : `${minute(at.asOf)} has not come yet. As of now, run ${run.number} of ${run.job} is in force; a later run may be in force then.`,
    ),
    pen.plain(
      `It was opened ${minute(run.openedAt)} (${lasted} ${at.until === undefined ? 'before' : 'ago'}) and sealed ${minute(sealed)}.`,
    ),
    pen.plain(
      next === undefined
        ? 'No later run of the job is known: what has been so since then, nobody saw.'
        : `The next run of the job, ${next.number}, was opened ${minute(next.openedAt)}: what was so in between, nobody saw.`,
    ),
  ]
  return `${lines.map((line) => paragraph(line, look)).join('\n')}\n`
}

const MOST_ITEMS = 20
const MOST_RECEIPTS = 3

/** The plan items that checks were computed from, with their files and the first requests behind them. */
export async function showEvidence({ view, checks }: ReadInForce, look: Look): Promise<string> {
  const pen = penFor(look)
  const items = itemsOf(view, checks)
  const blocks: string[] = [pen.heading('EVIDENCE')]
  for (const { planItem, outcome } of items.slice(0, MOST_ITEMS)) {
    const { status, reason, records, startedAt, endedAt } = outcome
    const why = reason === undefined ? '' : ` (${reason})`
    const file = view.records.get(planItem)
    const receipts = view.receipts.get(planItem)
    const line = (text: string) => paragraph(pen.plain(text), look, '    ')
    blocks.push(paragraph(pen.strong(planItem), look, '  '))
    blocks.push(line(`${status}${why}, ${number(records, 'record')}, read ${startedAt} to ${endedAt}`))
    if (file !== undefined)
      blocks.push(line(`records   ${view.folder}: ${file.path}`), line(`SHA-256   ${file.sha256}`))
    if (receipts === undefined) continue
    blocks.push(line(`receipts  ${view.folder}: ${receipts.path} (${number(receipts.count, 'request')})`))
    blocks.push(line(`SHA-256   ${receipts.sha256}`))
    for (const text of await firstReceipts(view, receipts)) blocks.push(paragraph(pen.plain(text), look, '      '))
  }
  if (items.length > MOST_ITEMS)
    blocks.push(pen.plain(`  and ${grouped(items.length - MOST_ITEMS)} more plan items; --json has them all`))
  if (view.seal !== undefined)
    blocks.push(
      paragraph(
        pen.plain(`sealed by entry ${view.seal.index} of the ledger, ${view.seal.sha256}, with key ${view.seal.keyId}`),
        look,
        '  ',
      ),
    )
  return `${blocks.join('\n')}\n`
}

async function firstReceipts(view: RunEvidence, file: Parameters<RunEvidence['receiptLines']>[0]): Promise<string[]> {
  const shown: string[] = []
  for await (const receipt of view.receiptLines(file)) {
    if (shown.length === MOST_RECEIPTS) break
    shown.push(receiptWords(receipt))
  }
  return shown
}

function receiptWords(receipt: Receipt): string {
  if (receipt.kind === 'command') return `${receipt.at} ${[receipt.program, ...receipt.args].join(' ')}`
  const { method, operation, url, status, requestId } = receipt
  const answer = status === undefined ? '' : ` → ${status}`
  return `${receipt.at} ${operation ?? `${method} ${url}`}${answer}${requestId === undefined ? '' : `, request id ${requestId}`}`
}

/** The plan items that checks read; all of them if none was asked for. */
function itemsOf({ outcomes, plan }: RunEvidence, checks: readonly CheckedSource[]): RunEvidence['outcomes'] {
  if (checks.length === 0) return outcomes
  return outcomes.filter(({ source, stream }) =>
    checks.some((one) => {
      const planned = plan.checks.find(({ id, source: of }) => id === one.check && of === one.source)
      if (planned === undefined || !planned.inputs.includes(stream)) return false
      // A stream of another collector, which a check joins with its own.
      const own = plan.sources.find(({ id }) => id === one.source)?.streams.some(({ id }) => id === stream) === true
      return own ? source === one.source : true
    }),
  )
}

function ageOf({ openedAt }: LedgerRun, { asOf, until = asOf }: AsOf): number {
  return Math.max(0, Date.parse(until) - Date.parse(openedAt))
}
