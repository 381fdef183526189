import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  LEDGER_GENESIS,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
} from '../model/statement.ts'
import type { LedgerHeadJson, LedgerJson, LedgerVerifyJson } from './json.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { drawTable } from './table.ts'
import { grouped, list, minute, number } from './words.ts'

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

/** Levels, then every failure with its reason code and entry, then runs without an end. */
export function showLedgerVerification(report: LedgerVerifyJson, look: Look): string {
  const pen = penFor(look)
  const level = (reached: boolean, name: string, meaning: string) => {
    const label = (reached ? pen.good : pen.bad)(reached ? name : `not ${name}`)
    const pad = ' '.repeat(15 - (reached ? name.length : name.length + 4))
    return paragraph(`${label}${pad}${pen.plain(meaning)}`, look, `${reached ? pen.good('✓') : pen.bad('✗')} `)
  }
  const failures = report.failures.flatMap(({ code, file, detail, meaning }) => [
    paragraph(`${pen.alarm(code)}${file === undefined ? '' : ` ${pen.strong(file)}`}`, look, '  '),
    paragraph(pen.plain(detail), look, '    '),
    paragraph(pen.faint(meaning), look, '    '),
  ])
  const { sealed, aborted, open } = report.runs
  const runs = [
    `${number(report.entries, 'entry', 'entries')}; ${number(sealed, 'run')} sealed, ${grouped(aborted.length)} aborted, ${grouped(open.length)} without an end.`,
    ...(aborted.length > 0 ? [`Aborted: ${list(aborted.slice(0, 20).map(String))}`] : []),
    ...(open.length > 0 ? [`Without an end, at work or cut off: ${list(open.slice(0, 20).map(String))}`] : []),
    ...(report.head ? [`Head: ${report.head.index} ${report.head.statementSha256}`] : []),
  ]
  const blocks = [
    [
      paragraph(verdict(report, pen), look),
      level(report.chained, 'chained', 'every entry is there and names all before it'),
      level(report.authentic, 'authentic', 'every entry is signed with the key that was given'),
    ],
    [
      ...failures,
      ...(report.omitted > 0
        ? [paragraph(pen.strong(`and ${grouped(report.omitted)} more failures`), look, '  ')]
        : []),
    ],
    runs.map((line) => paragraph(pen.plain(line), look)),
    [paragraph(pen.faint(HEAD_NEEDED), look)],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const HEAD_NEEDED =
  'The ledger alone does not show that its last entries were not cut off, nor that whoever holds the key did not write all of it anew: compare the head with one that was sent out before. The files of each run are verified by affiant verify RUN.'

function verdict({ exitCode, failures, omitted }: LedgerVerifyJson, pen: ReturnType<typeof penFor>): string {
  if (exitCode === 0) return pen.good('The ledger is verified.')
  if (exitCode === 3) return pen.caution('The ledger is verified, and a run in it has no end.')
  return pen.alarm(`The ledger is NOT verified: ${number(failures.length + omitted, 'failure')}.`)
}
