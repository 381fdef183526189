import type { ReportJson } from './json/report.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { grouped, number } from './words.ts'

/** Where the report is, and how far the evidence that it shows can be relied on. */
export function showReport(made: ReportJson, look: Look): string {
  const pen = penFor(look)
  const { verification, files, bytes } = made
  const levels = Object.entries(verification.levels).map(([level, value]) => `${level} ${value}`)
  const row = (name: string, text: string) => paragraph(text, look, `  ${pen.faint(name.padEnd(10))}`)
  const title = `Report of run ${made.run} of ${made.installation}${made.demo ? ' (demo data)' : ''}`
  const broken = verification.exitCode === 4
  return `${[
    broken ? pen.alarm(`${title}. The evidence was NOT verified: the report says why.`) : pen.good(title),
    // Not wrapped: it is there to be copied.
    `  ${pen.faint('open'.padEnd(10))}${pen.plain(made.index)}`,
    row(
      'holds',
      pen.plain(`${number(files, 'file')}, ${grouped(bytes)} bytes; they need no network and no JavaScript`),
    ),
    row('evidence', broken ? pen.alarm(levels.join(', ')) : pen.plain(levels.join(', '))),
    ...(verification.exitCode === 5
      ? [row('', pen.faint('Nobody that you trust vouches for its keys: name the root key with --key, or --policy.'))]
      : []),
  ].join('\n')}\n`
}
