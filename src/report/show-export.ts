import type { ExportJson } from './json/export.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { grouped, minute, number } from './words.ts'

/** What was exported, for whom, what was withheld and why, and what to tell the recipient by another way. */
export function showExport(made: ExportJson, look: Look): string {
  const pen = penFor(look)
  const { runs, payload, report, withheld, head } = made
  const row = (name: string, text: string) => paragraph(pen.plain(text), look, `  ${pen.faint(name.padEnd(10))}`)
  const reasons = withheld.reasons.map(({ reason, count }) =>
    paragraph(pen.plain(`${grouped(count)}: ${reason}`), look, `  ${' '.repeat(10)}`),
  )
  const title = `Exported ${number(runs.length, 'run')} for ${made.recipient}: ${made.path}`
  const blocks = [
    paragraph(
      runs.length > 0 ? pen.good(title) : pen.caution(`${title}. No sealed run was opened in this period.`),
      look,
    ),
    [
      row('period', `runs opened from ${minute(made.from)} on, and before ${minute(made.to)}`),
      row('evidence', `${number(payload.files, 'file')}, ${grouped(payload.bytes)} bytes`),
      row(
        'report',
        report === undefined
          ? 'none'
          : `${number(report.files, 'file')} of them, ${grouped(report.bytes)} bytes: data/report/index.html is the first page`,
      ),
      row(
        'withheld',
        withheld.count === 0 ? 'nothing' : `${number(withheld.count, 'line')} of the indexes, each with its reason`,
      ),
      ...reasons,
      row('file', `${grouped(made.bytes)} bytes`),
      row('SHA-256', made.sha256),
      row('ledger', head.origin),
      row('head', `${head.index} ${head.statementSha256}`),
      row('signed by', made.keyId),
      ...(made.timestamps > 0 ? [row('timestamps', String(made.timestamps))] : []),
    ].join('\n'),
    // The command is not wrapped: it is there to be copied.
    [paragraph(pen.plain('The recipient verifies it with'), look), `  ${pen.strong(made.verify)}`].join('\n'),
    ...(made.verifiers.length === 0
      ? []
      : [
          [
            paragraph(pen.plain('or with one of these, which come with affiant'), look),
            // As sha256sum prints them, and not wrapped: to be compared.
            ...made.verifiers.map(({ file, sha256 }) => `  ${pen.plain(`${sha256}  ${file}`)}`),
          ].join('\n'),
        ]),
    paragraph(
      pen.faint(
        'or with a shell, as VERIFY.md in it says. Send head and key ids by another way than the file; "affiant keys export" writes the trust policy.',
      ),
      look,
    ),
  ]
  return `${blocks.join('\n\n')}\n`
}
