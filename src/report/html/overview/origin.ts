import type { ReportSource } from '../../../model/report-source.ts'
import type { Levels, Verification } from '../../../model/verification.ts'
import { sourceName } from '../../incomplete.ts'
import { list, sentence } from '../../words.ts'
import { codeBlock, definitionList, details, notice, section } from '../components.ts'
import { type Html, html } from '../html.ts'
import { count, digest, instant, plural, text } from '../text.ts'

/** Whose evidence it is, who signed it, and where it stands in the ledger. */
export function origin({ run, ledger, verification }: ReportSource): Html {
  const { plan, seal } = run
  const { period, job, trigger, openedAt } = plan.run
  const given = verification?.export
  const sources = plan.sources.map(
    ({ id, collector }) => html`${text(sourceName(run, id))} <span class="reason">${text(collector)}</span>`,
  )
  return html`<div class="origin">${definitionList([
    [
      'Evidence of',
      html`${text(plan.agent.installation)}, job ${text(job)} <span class="reason">${text(trigger)}</span>`,
    ],
    ['Read from', html`${sources.map((source, at) => html`${at > 0 && ', '}${source}`)}`],
    ['For the period', html`${instant(period.from)} to ${instant(period.to)}`],
    ['Opened, sealed', html`${instant(openedAt)}, ${seal ? instant(seal.at) : 'never sealed'}`],
    ...(given ? [['Exported for', html`${text(given.recipient)}, ${instant(given.exportedAt)}`] as const] : []),
    ['Signed with key', seal && digest(seal.keyId)],
    ['Ledger', html`${text(ledger.origin)}, entry ${seal ? count(seal.index) : 'none'}${headOf(verification)}`],
    ['Collected by', html`affiant ${text(plan.agent.version)}`],
  ])}${details(
    'Digests of the statement, the program and the config',
    definitionList([
      ['Sealing statement', seal && digest(seal.sha256)],
      ['Program files of affiant', digest(plan.agent.build.sha256)],
      ['Config', digest(plan.config.sha256)],
      ...plan.mappings.map(({ id, sha256 }) => [`Mapping ${id}`, digest(sha256)] as const),
    ]),
  )}</div>`
}

function headOf(verification: Verification | undefined): Html | undefined {
  const head = verification?.head
  return head && html`; its head is entry ${count(head.index)}, ${digest(head.sha256)}`
}

const LEVELS: readonly { level: keyof Levels; asks: string; needed?: true }[] = [
  { level: 'intact', asks: 'Is every byte as it was sealed?', needed: true },
  { level: 'authentic', asks: 'Is it signed with a key that you trust?', needed: true },
  { level: 'chained', asks: 'Is the ledger whole?', needed: true },
  { level: 'timed', asks: 'Does a third party vouch for the times?' },
  { level: 'complete', asks: 'Was everything read that was planned?' },
  { level: 'anchored', asks: 'Is it the ledger that you expect?' },
]

/** The six levels of verification, if a verifier looked; and always how to find them without believing this page. */
export function verificationPart(source: ReportSource): Html {
  const { verification } = source
  const title = 'Is this what was sealed?'
  if (verification === undefined)
    return section(
      { id: 'verification', title },
      html`<p>A report cannot vouch for itself: whoever could change the evidence could change this page. Six levels say how far the evidence can be relied on; a verifier finds them.</p>
<ul class="levels">${LEVELS.map(({ level, asks }) => html`<li><span class="reason">${level}</span><strong>${asks}</strong></li>`)}</ul>`,
      howTo(source, true),
    )
  return section(
    {
      id: 'verification',
      title,
      lead: 'Found by the program that wrote this report, just before. Do not take its word: a report cannot vouch for itself.',
    },
    failures(verification),
    html`<ul class="levels">${LEVELS.map((one) => levelItem(verification, source.run.number, one))}</ul>`,
    howTo(source, false),
  )
}

function levelItem(verification: Verification, run: number, { level, asks, needed }: (typeof LEVELS)[number]): Html {
  const { value, detail } = verification.levels[level]
  const [tone, icon] = value === 'yes' ? ['good', 'yes'] : needed === true ? ['bad', 'no'] : ['caution', 'absent']
  return html`<li><span class="badge ${tone} is-${icon}">${level}: ${value}</span><strong>${asks}</strong><p>${(level === 'complete' && whatLacks(verification, run)) || text(sentence(detail))}</p></li>`
}

const LISTED_BELOW: ReadonlySet<string> = new Set(['partial', 'failed', 'withheld'])

/** A verifier counts reasons over all runs that it was shown, and lists them below. This page lists those of its own run. */
function whatLacks({ incomplete, incompleteOmitted }: Verification, run: number): Html | undefined {
  const own = incomplete.filter((one) => one.run === run && LISTED_BELOW.has(one.code)).length
  const others = incomplete.length - own
  if (own + others + incompleteOmitted === 0) return undefined
  const missing = html`<a href="#missing">what is missing</a>`
  if (own === 0) return html`Not everywhere in the ledger. Of this run, see ${missing}.`
  return html`Not all of it: see ${missing}.${others > 0 && ' Elsewhere in the ledger something is lacking too.'}`
}

const MOST_FAILURES = 20

function failures({ failures: found, omitted }: Verification): Html | undefined {
  if (found.length === 0) return undefined
  const shown = found.slice(0, MOST_FAILURES)
  const more = found.length - shown.length + omitted
  const body = html`<ul>${shown.map(({ code, file, detail }) => html`<li><code>${text(code)}</code>${file !== undefined && html` ${text(file)}`}: ${text(detail)}</li>`)}</ul>${more > 0 && html`<p>And ${count(more)} more.</p>`}`
  return notice('bad', body, `The evidence was NOT verified: ${plural(found.length + omitted, 'failure')}.`)
}

/** Commands that name no more than the number of the run: what a bundle says of itself is not put into a command. */
function howTo({ run, verification }: ReportSource, open: boolean): Html {
  const commands = [
    '# in an export, with the trust policy of the engagement letter',
    'affiant verify EXPORT.evx.tar --policy trust-policy.json',
    '# without affiant: Node and one file, or a browser and verify.html, or the script in the export',
    'node affiant-verify.mjs EXPORT.evx.tar --policy trust-policy.json',
    'sh verify.sh KEY.pem...',
    '# in a store',
    `affiant verify ${run.number} --policy trust-policy.json`,
  ].join('\n')
  const body = html`<p>The key or the trust policy must come from somewhere else than the evidence, such as the engagement letter.</p>
${codeBlock(commands, 'Commands to verify')}
${notProved(verification)}`
  return details('How to verify it yourself, and what that does not prove', body, open)
}

/** What a passing verification does not show, whatever its levels. */
function notProved(verification: Verification | undefined): Html {
  const { timed, anchored } = verification?.levels ?? {}
  return html`<h3 id="not-proved">What a passing verification does not prove</h3>
<ul>
<li>That the sources told the truth. A signature shows that nothing changed since it was sealed, not that it was right when it was read.</li>
<li>That nothing was left out of the config. What was planned is written down before the first request; what was never planned is in no run. Compare the scopes that the sources named with what you know of the organisation.</li>
<li>That the checks ask what your criteria ask. Each check states its criteria and thresholds; whether they are yours is for you to judge.</li>
${timed?.value !== 'yes' && html`<li>When the entries were made, unless timestamps of a third party cover them.</li>`}
${anchored?.value !== 'yes' && html`<li>That no later entry was cut off, and that whoever holds the key did not write all of it anew, unless you know a head of the ledger from earlier. Sources keep logs of their own: ask them for the request ids that each population names.</li>`}
</ul>`
}

/** `github-acme, okta` for headings. */
export function sourcesOf({ run }: Pick<ReportSource, 'run'>): string {
  return list(
    run.plan.sources.map(({ id }) => id),
    6,
  )
}
