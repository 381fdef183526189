import type { Catalog } from '../../../model/control.ts'
import type { ReportFile, ReportSource } from '../../../model/report-source.ts'
import { section } from '../components.ts'
import { HATCH } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { changesPart } from './changes.ts'
import { controlsPart } from './controls.ts'
import { missingPart } from './missing.ts'
import { origin, sourcesOf, verificationPart } from './origin.ts'
import { otherJobsPart, populationsPart } from './populations.ts'
import { questionsPart } from './questions.ts'
import { checksPart, resultsPart } from './results.ts'
import { page, type ReportFrame } from '../layout.ts'
import { INDEX_PATH } from '../paths.ts'
import { instant, text } from '../text.ts'

/** A file of the report besides pages that the first page leads to. */
export interface Attachment {
  path: string
  title: string
  /** What it is for, in a few words. */
  what: string
}

export interface IndexOptions {
  catalog?: Catalog | undefined
  attachments?: readonly Attachment[]
}

/** The first page of the report of a run: whose evidence, whether to rely on it, what is missing, and what was found. */
export function indexPage(source: ReportSource, frame: ReportFrame, options: IndexOptions = {}): ReportFile {
  const { run } = source
  const lead = html`<p>What affiant read from ${text(sourcesOf(source))} on ${instant(run.plan.run.openedAt)}, what it found there, and what it could not see.</p>`
  return page(
    {
      path: INDEX_PATH,
      title: `${frame.subject} of ${frame.installation}`,
      kicker: 'Evidence report',
      lead,
      source: frame,
      crumbs: [],
    },
    () => parts(source, frame, options),
  )
}

function* parts(
  source: ReportSource,
  { above }: ReportFrame,
  { catalog, attachments = [] }: IndexOptions,
): Iterable<Html> {
  yield HATCH
  yield origin(source)
  yield verificationPart(source)
  yield missingPart(source)
  yield resultsPart(source)
  yield changesPart(source)
  yield controlsPart(source, catalog)
  yield checksPart(source)
  yield populationsPart(source)
  const jobs = otherJobsPart(source)
  if (jobs !== undefined) yield jobs
  if (attachments.length > 0) yield attachmentsPart(attachments)
  yield questionsPart(above)
}

function attachmentsPart(attachments: readonly Attachment[]): Html {
  return section(
    { id: 'files', title: 'Other views of the same evidence' },
    html`<ul class="turns">${attachments.map(({ path, title, what }) => html`<li><a href="${path}">${text(title)}</a> <span class="reason">${text(what)}</span></li>`)}</ul>`,
  )
}
