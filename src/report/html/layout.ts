import type { ReportFile, ReportSource } from '../../model/report-source.ts'
import { type Html, html } from './html.ts'
import { hrefFrom, INDEX_PATH, RUNS_PATH, SCRIPT_PATH, STYLE_PATH } from './paths.ts'
import { instant, shortText, text } from './text.ts'

/** What every page of a report says of where it belongs. */
export interface ReportFrame {
  /** Id of the installation. */
  installation: string
  /** What the report is about: `Run 12`, `2026-Q3`. */
  subject: string
  /** When that was sealed, or ends: UTC, milliseconds. */
  at: string
  /** Whether anything in it comes from an emulated system. */
  demo: boolean
  /** Version of the agent that collected. */
  agent: string
  /** A report that this one is part of: its name and its first page, relative to the folder of this report. */
  above?: { label: string; path: string }
  /** The parts of the report, in the bar at the head of every page. Default: those of a run report. */
  parts?: readonly Crumb[]
}

export interface Crumb {
  label: string
  /** Relative to the folder of the report. Absent: this page. */
  path?: string
}

export interface PageFrame {
  /** Of the page, relative to the folder of the report. */
  path: string
  /** Heading of the page and name of its window; text of unknown origin is made visible. */
  title: string
  source: ReportFrame
  /** The way from the first page to this one, without those two. */
  crumbs: readonly Crumb[]
  /** A line above the title, such as the theme of a control. */
  kicker?: string
  /** What follows the title in the head of the page. */
  lead?: Html
  /** The page that follows and the one before it, where a long list goes on. */
  parts?: { previous?: string; next?: string }
}

/** A page whole, or in pieces that are made while it is written: each call gives the same pieces. */
export type Body = Html | (() => Iterable<Html> | AsyncIterable<Html>)

/**
 * Chromium takes 'self' for the folder of a page that is opened from a disk; the specification leaves it open
 * (w3c/webappsec-csp issue 459), so style has `file:` too. Without the script a page is whole.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'self' file:",
  "script-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const RUN_PARTS: readonly Crumb[] = [
  { label: 'Overview', path: INDEX_PATH },
  { label: 'Controls', path: `${INDEX_PATH}#controls` },
  { label: 'Checks', path: `${INDEX_PATH}#checks` },
  { label: 'Populations', path: `${INDEX_PATH}#populations` },
  { label: 'Runs', path: RUNS_PATH },
]

/** @param above the report that the run report is part of */
export function frameOf({ run }: Pick<ReportSource, 'run'>, above?: ReportFrame['above']): ReportFrame {
  const { plan, seal, number } = run
  return {
    installation: plan.agent.installation,
    subject: `Run ${number}`,
    at: seal?.at ?? plan.run.openedAt,
    demo: plan.sources.some(({ demo }) => demo === true),
    agent: plan.agent.version,
    ...(above && { above }),
  }
}

/** Links of one page of a list that goes on over several. */
export function neighbours(
  part: number,
  parts: number,
  path: (part: number) => string,
): NonNullable<PageFrame['parts']> {
  return {
    ...(part > 1 && { previous: path(part - 1) }),
    ...(part < parts && { next: path(part + 1) }),
  }
}

/** A page of the report. Everything it shows is in it: no script is needed to read it. */
export function page(frame: PageFrame, body: Body): ReportFile {
  return {
    path: frame.path,
    async *content() {
      yield String(head(frame))
      if (typeof body === 'function') for await (const piece of body()) yield String(piece)
      else yield String(body)
      yield String(foot(frame))
    },
  }
}

function head(frame: PageFrame): Html {
  const { path, title, source, crumbs, kicker, lead } = frame
  const to = (target: string) => hrefFrom(path, target)
  const isFirst = path === INDEX_PATH
  const trail: readonly Crumb[] = [
    ...(source.above ? [source.above] : []),
    ...(isFirst ? [] : [{ label: source.subject, path: INDEX_PATH }]),
    ...crumbs,
  ]
  const name = [title, ...(isFirst ? [] : [source.subject]), source.installation].map(shortText).join(' · ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${name}</title>
<link rel="stylesheet" href="${to(STYLE_PATH)}">
<script src="${to(SCRIPT_PATH)}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<div class="bar-in">
<p class="brand"><a href="${to(INDEX_PATH)}">affiant</a> <span class="of">${shortText(source.installation)}</span></p>
<nav aria-label="Parts of the report"><ul>${(source.parts ?? RUN_PARTS).map((part) => barLink(frame, part))}</ul></nav>
</div>
</header>
${source.demo && html`<aside aria-label="Demo data"><p class="demo-bar"><strong>Demo data.</strong> Some of what follows comes from emulated systems, marked “demo data”. It shows nothing of a real one.</p></aside>`}
<main id="main" tabindex="-1">
${trail.length > 0 && html`<nav class="crumbs" aria-label="Where this page is"><ol>${trail.map((crumb) => html`<li>${crumb.path === undefined ? text(crumb.label) : html`<a href="${to(crumb.path)}">${text(crumb.label)}</a>`}</li>`)}</ol></nav>`}
<div class="page-head">
${kicker !== undefined && html`<p class="kicker">${text(kicker)}</p>`}
<h1>${text(title)}</h1>
${lead}
</div>
${pageLinks(frame)}
`
}

function barLink({ path }: PageFrame, { label, path: target }: Crumb): Html {
  if (target === undefined) return html`<li>${text(label)}</li>`
  const here = target === path
  return html`<li><a href="${hrefFrom(path, target)}"${here && html` aria-current="page"`}>${text(label)}</a></li>`
}

function pageLinks({ path, parts }: PageFrame): Html | undefined {
  if (parts?.previous === undefined && parts?.next === undefined) return undefined
  const { previous, next } = parts
  return html`<nav class="parts" aria-label="Parts of this list">${
    previous !== undefined && html`<a rel="prev" href="${hrefFrom(path, previous)}">← Previous page</a>`
  }${next !== undefined && html`<a rel="next" href="${hrefFrom(path, next)}">Next page →</a>`}</nav>`
}

function foot(frame: PageFrame): Html {
  const { source } = frame
  return html`
${pageLinks(frame)}
</main>
<footer class="foot">
<p>${text(source.subject)} of ${text(source.installation)}, ${instant(source.at)}. Collected by affiant ${text(source.agent)}. All times are UTC.</p>
<p>This report states results against criteria. It draws no conclusion, and it is not itself evidence: verify the bundle that it was made from, with <code>affiant verify</code> and a key that you got elsewhere.</p>
</footer>
</body>
</html>
`
}
