import { section } from '../components.ts'
import { html, type Html } from '../html.ts'
import type { ReportFrame } from '../layout.ts'
import { RUNS_PATH } from '../paths.ts'

/**
 * What a careful auditor asks of a machine's evidence, and where each answer stands.
 * @param above the report of a period that the report is part of
 */
export function questionsPart(above?: ReportFrame['above']): Html {
  const asked: readonly (readonly [string, Html])[] = [
    [
      'You hold the key and run the tool. How do I know that you did not make this up, or edit it?',
      html`<a href="#verification">Six levels of verification</a> and what they do not prove. Each <a href="#populations">population</a> names the principal and the exact requests. Where the source gives ids to requests, it names some of them and how to look them up in the log of the source; where the vendor has a command that reads the same, it names that, so that you can watch it being run.`,
    ],
    [
      'How do I know that the list is complete?',
      html`<a href="#missing">What is missing</a> comes first. Each <a href="#populations">population</a> has its scopes, filters, bounds, pages up to the end marker, the total where the source states one, and the digest of its rows. An empty list is recorded too, with the answer that shows it to be empty.`,
    ],
    [
      'It passes today. Did it through the whole period?',
      html`<a href="#trend">Results over the ledger</a> and <a href="${RUNS_PATH}">every run</a>, missed and aborted ones among them. A run sees one moment. ${
        above === undefined
          ? html`<code>affiant report --from DAY --to DAY</code> puts those of a period together`
          : html`<a href="${above.path}">The report of the period</a> puts all of them together`
      }, with what opened and closed in it.`,
    ],
    [
      'What exactly did the check test, and is that my control?',
      html`Each <a href="#checks">check</a> states its criteria, thresholds and version, and every subject with its reason. Each <a href="#controls">control</a> says what its evidence shows, what it does not, and what a person must add.`,
    ],
    [
      'What did you keep from me, and may I hold this data?',
      html`Withheld lines stand under <a href="#missing">what is missing</a>, counted and with a reason. Records hold only the fields that their schema names, people are tokens, and values that looked like a credential were replaced and counted in each <a href="#populations">population</a>.`,
    ],
  ]
  return section(
    { id: 'questions', title: 'Five questions, and where they are answered' },
    html`<dl class="asked">${asked.map(([question, answer]) => html`<div><dt>${question}</dt><dd>${answer}</dd></div>`)}</dl>`,
  )
}
