import type { VerifyJson } from './json/verify.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { grouped, list, minute, number } from './words.ts'

type Level = keyof VerifyJson['levels']

const LEVELS: readonly Level[] = ['intact', 'authentic', 'chained', 'timed', 'complete', 'anchored']
const MOST_FAILURES = 50
const MOST_GAPS = 10

/** The verdict, the six levels, every failure with its reason code and file, what is incomplete, and what was looked at. */
export function showVerification(report: VerifyJson, look: Look): string {
  const pen = penFor(look)
  const blocks = [
    [
      paragraph(verdict(report, pen), look),
      ...LEVELS.map((level) => levelLine(report, level, pen, look)),
      ...reportLine(report, pen, look),
    ],
    failureLines(report, pen, look),
    incompleteLines(report, pen, look),
    withheldLines(report, pen, look),
    facts(report, pen).map((line) => paragraph(line, look)),
    [paragraph(pen.faint(report.notProved), look)],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function subjectOf({ target }: VerifyJson): string {
  switch (target.kind) {
    case 'run':
      return `Run ${target.name}`
    case 'export':
      return `The export ${target.name}`
    case 'store':
      return 'The store'
    case 'ledger':
      return 'The ledger'
  }
}

function verdict(report: VerifyJson, pen: Pen): string {
  const subject = subjectOf(report)
  if (report.exitCode === 0) return pen.good(`${subject} is verified.`)
  if (report.exitCode === 3) {
    const [run] = report.target.kind === 'run' ? report.runs : []
    if (run?.status === 'open' || run?.status === 'aborted') return pen.caution(`${subject} was never sealed.`)
    if (report.levels.complete.value === 'yes' && report.report?.value === 'not-judged')
      return pen.caution(`${subject} is verified, and its report could not be judged.`)
    return pen.caution(`${subject} is what was sealed, and evidence in it is incomplete.`)
  }
  const count = report.failures.length + report.omitted
  const why = count === 0 ? 'nobody that you trust vouches for its keys' : number(count, 'failure')
  return pen.alarm(`${subject} is NOT verified: ${why}.`)
}

/** A level that is not reached is bad if something broke it, or if nothing can be relied on without it. */
function levelLine(report: VerifyJson, level: Level, pen: Pen, look: Look): string {
  const { value, detail } = report.levels[level]
  const isBroken = report.failures.some((failure) => failure.level === level)
  const isNeeded = level === 'intact' || level === 'authentic' || level === 'chained'
  const [mark, style] =
    value === 'yes' && !isBroken
      ? (['✓', pen.good] as const)
      : isBroken || isNeeded
        ? (['✗', pen.bad] as const)
        : level === 'complete'
          ? (['–', pen.caution] as const)
          : (['–', pen.faint] as const)
  return paragraph(pen.plain(detail), look, `${style(mark)} ${style(level.padEnd(10))} ${style(value.padEnd(10))}  `)
}

/** No level: what was sealed is what was sealed, whatever the report makes of it. */
function reportLine({ report }: VerifyJson, pen: Pen, look: Look): string[] {
  if (report === undefined) return []
  const [mark, style] =
    report.value === 'same'
      ? (['✓', pen.good] as const)
      : report.value === 'differs'
        ? (['✗', pen.bad] as const)
        : (['–', pen.caution] as const)
  const told = `${report.detail}${report.value === 'same' ? ` (${number(report.files, 'file')})` : ''}`
  return [
    paragraph(
      pen.plain(told),
      look,
      `${style(mark)} ${style('report'.padEnd(10))} ${style(report.value.padEnd(10))}  `,
    ),
  ]
}

function failureLines({ failures, omitted }: VerifyJson, pen: Pen, look: Look): string[] {
  const shown = failures.slice(0, MOST_FAILURES)
  const more = failures.length - shown.length + omitted
  return [
    ...shown.flatMap(({ code, file, detail, meaning }) => [
      paragraph(`${pen.alarm(code)}${file === undefined ? '' : ` ${pen.strong(file)}`}`, look, '  '),
      paragraph(pen.plain(detail), look, '    '),
      paragraph(pen.faint(meaning), look, '    '),
    ]),
    ...(more > 0 ? [paragraph(pen.strong(`and ${number(more, 'more failure')}; --json lists 1,000`), look, '  ')] : []),
  ]
}

function incompleteLines({ incomplete, incompleteOmitted, target }: VerifyJson, pen: Pen, look: Look): string[] {
  // What is withheld has a block of its own.
  const all = incomplete.filter(({ code }) => code !== 'withheld')
  const shown = alike(all).slice(0, MOST_GAPS)
  const told = shown.reduce((sum, items) => sum + items.length, 0)
  const more = all.length - told + incompleteOmitted
  const where = target.kind === 'run' ? suggest(`show ${target.name} --unknown`, look) : '--json lists 1,000'
  return [
    ...shown.map(([{ code, run, planItem, detail }, ...others]) =>
      paragraph(
        `${pen.plain(`run ${run}${planItem === undefined ? '' : ` ${planItem}`}${others.length > 0 ? ` and ${number(others.length, 'more plan item')} of the source` : ''}`)} ${pen.warning(`${code}: ${detail}`)}`,
        look,
        `  ${pen.warning('✗')} `,
      ),
    ),
    ...(more > 0 ? [paragraph(pen.strong(`and ${grouped(more)} more: ${where}`), look, '  ')] : []),
  ]
}

type Incomplete = VerifyJson['incomplete'][number]

/** Plan items of one source that ended alike are told once. The verifier runs on Node 20, which has no `Map.groupBy`. */
function alike(all: readonly Incomplete[]): [Incomplete, ...Incomplete[]][] {
  const groups = new Map<string, [Incomplete, ...Incomplete[]]>()
  for (const one of all) {
    const { code, run, planItem, detail } = one
    const key = JSON.stringify([code, run, planItem?.split('/')[0], detail, planItem?.includes('/')])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

function withheldLines({ withheld }: VerifyJson, pen: Pen, look: Look): string[] {
  if (withheld.count === 0) return []
  return [
    paragraph(pen.caution(`Withheld by the sender: ${number(withheld.count, 'item')}`), look),
    ...withheld.reasons
      .slice(0, MOST_GAPS)
      .map(({ reason, count }) => paragraph(pen.plain(reason), look, `  ${grouped(count)} `)),
  ]
}

function facts(report: VerifyJson, pen: Pen): string[] {
  const { checked, keyIds, head, origin, demoSources, runCounts, entries, target, verifier, verifiers } = report
  const { sealed, aborted, open, verified } = runCounts
  const scope = report.export
  return [
    ...(scope
      ? [
          pen.plain(
            `Made for ${scope.recipient} at ${minute(scope.exportedAt)}; runs opened from ${minute(scope.from)} to before ${minute(scope.to)}.`,
          ),
          ...(scope.sources ? [pen.plain(`Only of the sources ${list(scope.sources)}.`)] : []),
          ...(scope.controls ? [pen.plain(`Only of the controls ${list(scope.controls, 20)}.`)] : []),
        ]
      : []),
    pen.plain(
      `Ledger: ${number(entries, 'entry', 'entries')}; ${number(sealed, 'run')} sealed, ${grouped(aborted)} aborted, ${grouped(open)} without an end.`,
    ),
    ...(target.kind === 'ledger'
      ? []
      : [
          pen.plain(
            `Checked: ${number(verified, 'run')}, ${number(checked.files, 'file')}, ${number(checked.bytes, 'byte')}.`,
          ),
        ]),
    ...(origin === undefined ? [] : [pen.plain(`Origin: ${origin}`)]),
    ...(head ? [pen.plain(`Head: ${head.index} ${head.statementSha256}`)] : []),
    ...keyIds.slice(0, MOST_GAPS).map((id) => pen.plain(`Signer key id: ${id}`)),
    ...(verifier.sha256 === undefined ? [] : [pen.plain(`Verifier SHA-256: ${verifier.sha256}`)]),
    ...(target.kind === 'export' ? verifiers : []).map(({ file, sha256 }) =>
      pen.faint(`This version has ${file} with the SHA-256 ${sha256}`),
    ),
    ...(demoSources.length === 0 ? [] : [pen.caution(`Has demo data: ${list(demoSources)}`)]),
  ]
}
