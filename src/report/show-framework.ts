import type { Crosswalk, FrameworkItem, LoadedCrosswalk } from '../model/crosswalk.ts'
import type { RunView } from '../model/run-view.ts'
import type { FrameworkTable } from './controls-framework.ts'
import {
  countSentences,
  derivation,
  type FrameworkView,
  PAIR_STATUSES,
  pairNote,
  type PairStatus,
  SCOPE,
  tallySentence,
  type Worst,
} from './crosswalk.ts'
import { type Look, paragraph, type Pen, penFor, type Style } from './look.ts'
import { showHeader } from './show-run.ts'
import { drawTable, roomBeside } from './table.ts'
import { number } from './words.ts'

const STYLES: Record<Worst | PairStatus, Style> = {
  fail: 'bad',
  unknown: 'warning',
  'not-in-run': 'warning',
  'no-evidence': 'plain',
  manual: 'plain',
  'not-applicable': 'plain',
  pass: 'good',
  'no-pair': 'faint',
}

/** Room for what there can be for an item. */
const EVIDENCE = 26

/** A run through a crosswalk: each item with the worst state of its controls, and with all of them. */
export function showFramework(view: RunView, through: FrameworkView, look: Look): string {
  const pen = penFor(look)
  const { loaded, counts, items, unpaired } = through
  const { crosswalk } = loaded
  const shown = items.filter(isPaired)
  const room = roomBeside(look, [idWidth(shown), 'not applicable'.length])
  return sections([
    showHeader(view, look),
    head(crosswalk, [derivation(crosswalk), SCOPE], look, pen),
    drawTable(
      [{ title: 'item' }, { title: 'worst control' }, { title: 'controls of Annex A', width: room }],
      shown.map(({ item, worst, controls, clauses }) => [
        pen.strong(item),
        pen[STYLES[worst]](words(worst)),
        controls.length > 0 ? statusesText(crosswalk, controls, pen) : clausesOnly(clauses, pen),
      ]),
      pen,
    ),
    [
      ...withoutPair(items, look, pen),
      paragraph(pen.plain(tallySentence(through, words)), look),
      paragraph(pen.plain(countSentences(crosswalk, counts).join(' ')), look),
      ...(unpaired.length > 0
        ? [
            paragraph(
              `${pen.strong('Controls without a pair, in no line above:')} ${statusesText(crosswalk, unpaired, pen)}`,
              look,
            ),
          ]
        : []),
    ].join('\n'),
    foot(loaded, look, pen),
  ])
}

/** A crosswalk without a run: the controls behind each item, how far they are covered, and by what. */
export function showControlsFramework(table: FrameworkTable, look: Look): string {
  const pen = penFor(look)
  const { loaded, counts, rows, unpaired } = table
  const { crosswalk } = loaded
  const shown = rows.filter(isPaired)
  return sections([
    head(crosswalk, [], look, pen),
    drawTable(
      [
        { title: 'item' },
        { title: 'controls of Annex A', width: roomBeside(look, [idWidth(shown), EVIDENCE]) },
        { title: 'evidence for them', width: EVIDENCE },
      ],
      shown.map((row) => [
        pen.strong(row.item),
        row.controls.length === 0
          ? clausesOnly(row.clauses, pen)
          : pen.plain(row.controls.map(pairText(crosswalk)).join(', ')),
        pen.plain(evidenceText(row)),
      ]),
      pen,
    ),
    [
      ...withoutPair(rows, look, pen),
      paragraph(pen.plain(countSentences(crosswalk, counts).join(' ')), look),
      ...(unpaired.length > 0
        ? [
            paragraph(
              `${pen.strong('Controls without a pair in this source:')} ${pen.plain(unpaired.map(({ control }) => control).join(', '))}`,
              look,
            ),
          ]
        : []),
    ].join('\n'),
    foot(loaded, look, pen),
  ])
}

function head({ title, trust, relation }: Crosswalk, said: readonly string[], look: Look, pen: Pen): string {
  return [
    paragraph(`${pen.heading(title)} ${pen.plain('through Annex A of ISO/IEC 27001:2022')}`, look),
    ...said.map((text) => paragraph(pen.plain(text), look)),
    paragraph(`${pen.strong(`Trust: ${trust.level}.`)} ${pen.plain(trust.said)}`, look),
    paragraph(`${pen.strong(`Relation: ${relation.kind}.`)} ${pen.plain(relation.said)}`, look),
  ].join('\n')
}

function foot({ crosswalk, sha256 }: LoadedCrosswalk, look: Look, pen: Pen): string {
  const { source, upstream, transcription, direction, licence, trust, notes } = crosswalk
  const parts: [string, string][] = [
    ['Source:', source],
    ...(upstream === undefined ? [] : ([['Upstream:', upstream]] as [string, string][])),
    ['Copied from:', transcription],
    ['Direction:', direction],
    ['Licence:', licence],
    ['Trust:', trust.level],
    ...notes.map((note): [string, string] => ['Note:', note]),
    ['SHA-256 of the file:', sha256],
  ]
  return parts.map(([name, text]) => paragraph(`${pen.strong(name)} ${pen.plain(text)}`, look)).join('\n')
}

/** `fail: A.8.5, A.8.9. manual: A.5.1.` */
function statusesText(
  crosswalk: Crosswalk,
  controls: readonly { control: string; status: PairStatus; relation?: string; strength?: string }[],
  pen: Pen,
): string {
  return PAIR_STATUSES.flatMap((status) => {
    const found = controls.filter((one) => one.status === status)
    if (found.length === 0) return []
    return [`${pen[STYLES[status]](`${words(status)}:`)} ${pen.plain(`${found.map(pairText(crosswalk)).join(', ')}.`)}`]
  }).join(' ')
}

function pairText(crosswalk: Crosswalk) {
  return (pair: { control: string; relation?: string; strength?: string }) =>
    `${pair.control}${pairNote(crosswalk, pair)}`
}

function isPaired({ controls, clauses }: Pick<FrameworkItem, 'controls' | 'clauses'>): boolean {
  return controls.length > 0 || clauses.length > 0
}

function idWidth(items: readonly { item: string }[]): number {
  return Math.max(4, ...items.map(({ item }) => item.length))
}

/** Items of which the source says nothing at all: there can be hundreds, so they have no lines. */
function withoutPair(items: readonly FrameworkItem[], look: Look, pen: Pen): string[] {
  const none = items.filter((item) => !isPaired(item)).map(({ item }) => item)
  if (none.length === 0) return []
  return [paragraph(`${pen.strong('Items without a pair in this source:')} ${pen.plain(none.join(', '))}`, look)]
}

function clausesOnly(clauses: readonly string[], pen: Pen): string {
  return pen.faint(`only with ${clauses.length === 1 ? 'clause' : 'clauses'} ${clauses.join(', ')}`)
}

function evidenceText({ coverage, checks, streams }: FrameworkTable['rows'][number]): string {
  const kinds = (['automated', 'partly', 'manual'] as const).filter((kind) => coverage[kind] > 0)
  const behind = [
    ...(checks.length > 0 ? [number(checks.length, 'check')] : []),
    ...(streams.length > 0 ? [number(streams.length, 'stream')] : []),
  ]
  const covered = kinds.map((kind) => `${coverage[kind]} ${kind}`).join(', ')
  return behind.length > 0 ? `${covered}: ${behind.join(', ')}` : covered
}

function words(status: Worst | PairStatus): string {
  return status.replaceAll('-', ' ')
}

function sections(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
