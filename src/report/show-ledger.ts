import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  LEDGER_GENESIS,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
  SAMPLED,
} from '../model/statement.ts'
import type { LedgerHeadJson, LedgerJson } from './json/ledger.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { drawTable } from './table.ts'
import { minute } from './words.ts'

type Row = LedgerJson['entries'][number]

/** An entry in one line, from what its statement says. */
export function ledgerRow(index: number, statement: LedgerStatement, statementSha256: string): Row {
  const { predicateType, predicate } = statement
  const entry = { index, statementSha256, keyId: predicate.keyid }
  switch (predicateType) {
    case LEDGER_GENESIS:
      return { ...entry, kind: 'ledger-genesis', at: predicate.createdAt }
    case RUN_OPENED:
      return { ...entry, kind: 'run-opened', at: predicate.run.openedAt, run: predicate.run.number }
    case RUN_ABORTED:
      return { ...entry, kind: 'run-aborted', at: predicate.run.abortedAt, run: predicate.run.number }
    case RUN_SEALED:
      return {
        ...entry,
        kind: 'run-sealed',
        at: predicate.run.sealedAt,
        run: predicate.run.number,
        status: predicate.run.status,
      }
    case KEY_ADDED:
      return { ...entry, kind: 'key-added', at: predicate.addedAt }
    case KEY_REVOKED:
      return { ...entry, kind: 'key-revoked', at: predicate.revokedAt }
    case EXPORTED:
      return { ...entry, kind: 'exported', at: predicate.exportedAt }
    case SAMPLED:
      return { ...entry, kind: 'sampled', at: predicate.sampledAt, run: predicate.run }
  }
}

/** Entries as a table; digests whole, to be compared. */
export function showLedger(rows: readonly Row[], look: Look): string {
  const pen = penFor(look)
  if (rows.length === 0)
    return `${pen.plain('There is no ledger in this store. The first run makes it: affiant run')}\n`
  const blocks = rows.map(({ index, kind, at, run, status, statementSha256 }) => {
    const what = `${kind}${run === undefined ? '' : ` ${run}`}${status === undefined ? '' : `, ${status}`}`
    const style = kind === 'run-aborted' ? pen.warning : pen.plain
    return [String(index), minute(at), style(what), pen.faint(statementSha256.slice(0, 16))]
  })
  const table = drawTable(
    [{ title: 'entry', align: 'right' }, { title: 'time' }, { title: 'what' }, { title: 'statement SHA-256' }],
    blocks,
    pen,
  )
  return `${table}\n\n${paragraph(pen.faint('The digests are cut; --json has them whole. Listing does not verify: affiant ledger verify does.'), look)}\n`
}

/** Two lines to be sent out. */
export function showHead({ origin, index, statementSha256 }: LedgerHeadJson): string {
  return `${origin} ${index}\n${statementSha256}\n`
}
