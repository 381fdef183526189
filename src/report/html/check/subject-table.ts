import type { ResultLine, Status } from '../../../model/result.ts'
import { type Cell, type Column, dataTable, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { text } from '../text.ts'

export interface SubjectTable {
  caption: string
  subjects: readonly ResultLine[]
  /** Whether the source has several scopes, so that a name alone may mean several things. */
  scopes: boolean
  /** A heading above says the same as the caption. */
  captionHidden?: true
  /** Longer texts are cut after so many characters. Default: as many as the page of the check has. */
  cut?: number
}

/** So many characters of one text stand on the page of a check. */
const WHOLE = 20_000

/** So many rows can be taken in without a filter. */
const FEW = 15

/** Subjects of a check, each with its state and why. */
export function subjectTable({ caption, captionHidden, subjects, scopes, cut = WHOLE }: SubjectTable): Html {
  const columns: Column[] = [
    { label: 'Subject' },
    ...(scopes ? [{ label: 'Scope', facet: true } as const] : []),
    { label: 'State and why', kind: 'wide' },
  ]
  return dataTable({
    caption,
    ...(captionHidden && { captionHidden }),
    columns,
    filterable: subjects.length > FEW,
    rows: subjects.map((subject): Cell[] => [
      subjectName(subject, cut),
      ...(scopes ? [subject.scope ?? ''] : []),
      html`${BADGES[subject.status]} ${why(subject, cut)}`,
    ]),
  })
}

/** They are the same in a hundred thousand rows. */
const BADGES: Readonly<Record<Status, Html>> = {
  pass: statusBadge('pass'),
  fail: statusBadge('fail'),
  unknown: statusBadge('unknown'),
  'not-applicable': statusBadge('not-applicable'),
}

/** What a subject is called, and its key where that says more. */
export function subjectName({ name, subject }: Pick<ResultLine, 'name' | 'subject'>, cut = WHOLE): Html {
  if (name === undefined || name.includes(subject)) return shortened(name ?? subject, cut)
  return html`${shortened(name, cut)} <code>${shortened(subject, cut)}</code>`
}

function why({ status, reason, detail, name, subject }: ResultLine, cut: number): Html {
  // Some checks begin with the name again.
  const called = `${name ?? subject}: `
  const seen = detail?.startsWith(called) ? detail.slice(called.length) : detail
  // A reason is part of the state, unless there is nothing to be said of it.
  if (reason === undefined || status === 'pass' || status === 'fail') return shortened(seen ?? '', cut)
  return seen === undefined ? text(reason) : html`<strong>${text(reason)}</strong>: ${shortened(seen, cut)}`
}

/** Text that is cut says so, and where the whole of it is. */
function shortened(value: string, cut: number): Html {
  if (value.length <= cut || value.length > WHOLE) return text(value, cut)
  return text(`${value.slice(0, cut).toWellFormed()} … (cut; the page of the check has all of it)`)
}
