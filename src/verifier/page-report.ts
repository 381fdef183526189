import { printable } from '../bundle/reasons.ts'
import type { VerifyJson } from '../report/json/verify.ts'

type Tone = 'good' | 'caution' | 'bad'

/** Every text of the evidence goes through here: no markup, no control or direction characters. */
function text(value: string): Text {
  return document.createTextNode(printable(value))
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string | undefined,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (className !== undefined) made.className = className
  made.append(...children)
  return made
}

const VERDICTS: Readonly<Record<VerifyJson['exitCode'], { tone: Tone; title: string; what: string }>> = {
  0: { tone: 'good', title: 'This export is verified.', what: 'All that was asked for holds.' },
  3: {
    tone: 'caution',
    title: 'This export is what was sealed, and evidence in it is incomplete.',
    what: 'It can be relied on for what it holds. What is missing is listed below.',
  },
  4: { tone: 'bad', title: 'This export is NOT verified.', what: 'Do not rely on it. Each reason is listed below.' },
  5: {
    tone: 'bad',
    title: 'This export is NOT verified: the signer is not trusted.',
    what: 'It may be what was sealed, but not by a key that your policy vouches for.',
  },
}

const LEVELS: readonly (keyof VerifyJson['levels'])[] = [
  'intact',
  'authentic',
  'chained',
  'timed',
  'complete',
  'anchored',
]

/** Whether a value is good, bad, or something to know of. */
function toneOf(level: keyof VerifyJson['levels'], value: string): Tone {
  if (value === 'yes') return 'good'
  return level === 'intact' || level === 'authentic' || level === 'chained' ? 'bad' : 'caution'
}

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', caution: '–', bad: '✗' }

const MOST_ROWS = 200

/** The report as elements. `size`: of the export, in bytes. */
export function drawReport(report: VerifyJson, size: number): HTMLElement[] {
  return [
    banner(report),
    levels(report.levels),
    ...failures(report),
    ...incomplete(report),
    ...withheld(report),
    ...runs(report),
    ...facts(report, size),
    element('p', 'detail', report.notProved),
    saveButton(report),
  ]
}

function banner({ exitCode }: VerifyJson): HTMLElement {
  const { tone, title, what } = VERDICTS[exitCode]
  const heading = element('h2', undefined, title)
  heading.id = 'verdict'
  return element('div', `banner ${tone}`, heading, element('p', undefined, what))
}

function levels(found: VerifyJson['levels']): HTMLElement {
  const list = element('dl', 'levels')
  for (const level of LEVELS) {
    const { value, detail } = found[level]
    const tone = toneOf(level, value)
    const term = element('dt', tone, `${MARKS[tone]} ${level}: ${value}`)
    term.dataset.level = level
    term.dataset.value = value
    list.append(term, element('dd', 'detail', text(detail)))
  }
  return list
}

function failures(report: VerifyJson): HTMLElement[] {
  if (report.failures.length === 0) return []
  const list = element('div', undefined)
  for (const { code, file, detail, meaning } of report.failures.slice(0, MOST_ROWS)) {
    const head = element('p', undefined, element('strong', 'bad', text(code)))
    head.dataset.code = code
    if (file !== undefined) head.append(' ', element('code', undefined, text(file)))
    list.append(element('div', 'failure', head, element('p', undefined, text(detail)), element('p', 'detail', meaning)))
  }
  const hidden = Math.max(0, report.failures.length - MOST_ROWS) + report.omitted
  if (hidden > 0) list.append(element('p', undefined, `and ${hidden.toLocaleString('en')} more`))
  return [element('h2', undefined, 'Failures'), list]
}

function incomplete({ incomplete: found, incompleteOmitted }: VerifyJson): HTMLElement[] {
  if (found.length === 0) return []
  const rows = found
    .slice(0, MOST_ROWS)
    .map(({ run, code, planItem, job, detail }) => [String(run), code, planItem ?? job ?? '', detail])
  const hidden = Math.max(0, found.length - MOST_ROWS) + incompleteOmitted
  return [
    element('h2', undefined, 'Not complete'),
    table(['run', 'why', 'what', 'detail'], rows),
    ...(hidden > 0 ? [element('p', undefined, `and ${hidden.toLocaleString('en')} more`)] : []),
  ]
}

function withheld({ withheld: { count, reasons } }: VerifyJson): HTMLElement[] {
  if (count === 0) return []
  return [
    element('h2', undefined, 'Withheld'),
    table(
      ['lines', 'reason that was given'],
      reasons.map(({ reason, count: lines }) => [lines.toLocaleString('en'), reason]),
    ),
  ]
}

function runs({ runs: found, runCounts }: VerifyJson): HTMLElement[] {
  if (found.length === 0) return []
  const rows = found
    .slice(0, MOST_ROWS)
    .map(({ run, job, status, sealedAt, timed }) => [String(run), job ?? '', status, sealedAt ?? '', timed])
  const title = `Runs: ${runCounts.verified.toLocaleString('en')} looked into, ${runCounts.sealed.toLocaleString('en')} sealed in the ledger`
  return [element('h2', undefined, title), table(['run', 'job', 'status', 'sealed at', 'timed'], rows)]
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const head = element('tr', undefined)
  for (const name of heads) {
    const cell = element('th', undefined, name)
    cell.scope = 'col'
    head.append(cell)
  }
  const body = element('tbody', undefined)
  for (const row of rows) {
    const line = element('tr', undefined)
    for (const cell of row) line.append(element('td', undefined, text(cell)))
    body.append(line)
  }
  const box = element('div', 'scroll', element('table', undefined, element('thead', undefined, head), body))
  box.tabIndex = 0
  return box
}

function facts(report: VerifyJson, size: number): HTMLElement[] {
  const { origin, head, keyIds, checked, export: made, demoSources, target, verifier } = report
  const lines: (readonly [string, string])[] = [
    ['File', `${target.name}, ${size.toLocaleString('en')} bytes`],
    ...(made
      ? ([
          ['For', made.recipient],
          ['Exported at', made.exportedAt],
          ['Period', `from ${made.from} to before ${made.to}`],
        ] as const)
      : []),
    ...(made?.sources ? [['Sources', made.sources.join(', ')] as const] : []),
    ...(made?.controls ? [['Controls', made.controls.join(', ')] as const] : []),
    ...(origin === undefined ? [] : [['Ledger', origin] as const]),
    ...(head ? [['Head', `entry ${head.index}, ${head.statementSha256}`] as const] : []),
    ...keyIds.map((id) => ['Key', id] as const),
    ['Checked', `${checked.files.toLocaleString('en')} files, ${checked.bytes.toLocaleString('en')} bytes`],
    ...(demoSources.length === 0 ? [] : [['Demo data', demoSources.join(', ')] as const]),
    ['Verifier', `verify.html ${verifier.version}`],
  ]
  const list = element('dl', 'facts')
  for (const [name, value] of lines) list.append(element('dt', undefined, name), element('dd', undefined, text(value)))
  return [element('h2', undefined, 'For the working papers'), list]
}

function saveButton(report: VerifyJson): HTMLElement {
  const button = element('button', 'plain', 'Save this report as JSON')
  button.type = 'button'
  button.addEventListener('click', () => {
    const link = element('a', undefined)
    const json = `${JSON.stringify(report, undefined, 2)}\n`
    link.href = URL.createObjectURL(new Blob([json], { type: 'application/json' }))
    link.download = `${report.target.name}.verification.json`
    link.click()
    URL.revokeObjectURL(link.href)
  })
  return element('p', undefined, button)
}
