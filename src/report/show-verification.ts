import type { Reason } from '../sdk/errors.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { grouped, list, number } from './words.ts'

/** What verification of a run found; the bundle stage makes it. */
export interface VerificationReport {
  run: number
  /** Every byte is what the statement says. */
  intact: boolean
  /** The statement is signed with the key that was given. */
  authentic: boolean
  /** Everything planned was read whole. */
  complete: boolean
  /** What timestamps say of when it was sealed. */
  timed: { level: 'yes' | 'late' | 'early' | 'no' | 'not-judged'; by?: string; tokens: number }
  failures: readonly { code: string; file?: string; detail: string; meaning: string }[]
  /** Failures that are not listed. */
  omitted: number
  incomplete: readonly { planItem: string; status: 'partial' | 'failed'; reason: Reason }[]
  /** Sources that are emulated systems, as the plan of the run says. */
  demoSources: readonly string[]
  /** What the seal says, if it can be read. */
  keyId?: string
  statementSha256?: string
  checked: { files: number; bytes: number }
  exitCode: 0 | 3 | 4 | 5
}

/** What a verification that passes does not prove. */
export const NOT_PROVED =
  'This does not prove that the sources told the truth, that nothing was left out of the config, when the run took place, or that no later run was withheld.'

const LEVELS = {
  intact: ['intact', 'every file is what was sealed'],
  authentic: ['authentic', 'sealed with the key that was given'],
  complete: ['complete', 'everything that was planned was read whole'],
} as const

/** Levels, then every failure with its reason code and file. */
export function showVerification(report: VerificationReport, look: Look): string {
  const pen = penFor(look)
  const levels = (['intact', 'authentic', 'complete'] as const).map((level) => {
    const [name, meaning] = LEVELS[level]
    const reached = report[level]
    const mark = reached ? pen.good('✓') : pen.bad('✗')
    const label = (reached ? pen.good : pen.bad)(reached ? name : `not ${name}`)
    return paragraph(
      `${label}${' '.repeat(15 - (reached ? name.length : name.length + 4))}${pen.plain(meaning)}`,
      look,
      `${mark} `,
    )
  })
  const failures = report.failures.map(({ code, file, detail, meaning }) => {
    const head = `${pen.alarm(code)}${file === undefined ? '' : ` ${pen.strong(file)}`}`
    return [
      paragraph(head, look, '  '),
      paragraph(pen.plain(detail), look, '    '),
      paragraph(pen.faint(meaning), look, '    '),
    ].join('\n')
  })
  const more =
    report.omitted > 0 ? [paragraph(pen.strong(`and ${grouped(report.omitted)} more failures`), look, '  ')] : []
  const gaps = report.incomplete
    .slice(0, MOST_GAPS)
    .map(({ planItem, status, reason }) =>
      paragraph(`${pen.plain(planItem)} ${pen.warning(`${status}: ${reason}`)}`, look, `  ${pen.warning('✗')} `),
    )
  const moreGaps = report.incomplete.length - gaps.length
  const blocks = [
    [paragraph(verdict(report, pen), look), ...levels, timeLine(report, pen, look)],
    [...failures, ...more],
    [
      ...gaps,
      ...(moreGaps > 0
        ? [pen.strong(`  and ${grouped(moreGaps)} more: ${suggest(`show ${report.run} --unknown`, look)}`)]
        : []),
    ],
    facts(report, pen).map((line) => paragraph(line, look)),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The level of time: neither good nor bad without a token, as timestamps are the user's choice. */
function timeLine({ timed: { level, by, tokens } }: VerificationReport, pen: Pen, look: Look): string {
  const line = (mark: string, name: string, text: string) =>
    paragraph(`${name}${' '.repeat(Math.max(1, 15 - name.length))}${pen.plain(text)}`, look, `${mark} `)
  switch (level) {
    case 'yes':
      return line(pen.good('✓'), 'timed', `a trusted authority saw the seal at ${by}`)
    case 'late':
      return line(pen.caution('–'), 'timed late', `a trusted authority saw the seal at ${by}, later than it claims`)
    case 'early':
      return line(pen.bad('✗'), 'not timed', `a trusted authority saw the seal at ${by}, before it claims to be made`)
    case 'not-judged':
      return line(pen.caution('–'), 'not judged', `${number(tokens, 'timestamp')}; judge with --tsa-roots FILE`)
    case 'no':
      return line(
        pen.faint('–'),
        'not timed',
        tokens === 0 ? 'no timestamp: only the signer says when' : 'no timestamp of an authority that was given',
      )
  }
}

const MOST_GAPS = 10

function verdict({ run, exitCode, failures, omitted }: VerificationReport, pen: Pen): string {
  if (exitCode === 0) return pen.good(`Run ${run} is verified.`)
  if (exitCode === 3) return pen.caution(`Run ${run} is what was sealed, and evidence in it is incomplete.`)
  return pen.alarm(`Run ${run} is NOT verified: ${number(failures.length + omitted, 'failure')}.`)
}

function facts({ checked, keyId, statementSha256, demoSources }: VerificationReport, pen: Pen): string[] {
  return [
    pen.plain(`Checked: ${number(checked.files, 'file')}, ${number(checked.bytes, 'byte')}.`),
    ...(keyId === undefined ? [] : [pen.plain(`Signer key id: ${keyId}`)]),
    ...(statementSha256 === undefined ? [] : [pen.plain(`Statement SHA-256: ${statementSha256}`)]),
    ...(demoSources.length === 0 ? [] : [pen.caution(`Has demo data: ${list(demoSources)}`)]),
    pen.faint(NOT_PROVED),
  ]
}
