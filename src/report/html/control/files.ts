import type { RunEvidence } from '../../../model/report-source.ts'
import { type Cell, dataTable, definitionList, section } from '../components.ts'
import type { ControlView } from './view.ts'
import { type Html, html } from '../html.ts'
import { count, digest, instant, shortDigest, text } from '../text.ts'

/** So many files are listed by name; the index of the bundle has all of them. */
const MOST = 300

/** Which files of the bundle say this, with their digests, and how to ask for the same in a terminal. */
export function controlFiles(run: RunEvidence, { id, evidence, streams }: ControlView): Html {
  const results = evidence.flatMap(({ uses }) => uses.flatMap(({ judged }) => judged?.line ?? []))
  const records = streams.flatMap(({ items }) =>
    items.flatMap((item) => [item.records, item.receipts].filter((file) => file !== undefined)),
  )
  const files = [...results, ...records]
  const left = files.length - MOST
  return section(
    { id: 'files', title: 'Where it stands in the bundle' },
    definitionList([
      ['Run', `${run.number}, folder ${run.folder}`],
      ['Sealed', run.seal && html`${instant(run.seal.at)}, by entry ${run.seal.index} of the ledger`],
      ['Statement of the seal, SHA-256', run.seal && digest(run.seal.sha256)],
      ['Signed by the key', run.seal && digest(run.seal.keyId)],
      ['In a terminal', html`<code>affiant show ${run.number} --control ${text(id)}</code>`],
    ]),
    files.length > 0 &&
      dataTable({
        caption: `Files that its evidence rests on${left > 0 ? `, the first ${count(MOST)}` : ''}`,
        filterable: true,
        columns: [
          { label: 'File in the folder of the run', kind: 'wide' },
          { label: 'What', facet: true },
          { label: 'Lines', kind: 'number' },
          { label: 'SHA-256' },
        ],
        rows: files
          .slice(0, MOST)
          .map(({ path, kind, count: lines, sha256 }): Cell[] => [
            html`<code>${text(path)}</code>`,
            kind,
            lines,
            shortDigest(sha256),
          ]),
      }),
    left > 0 && html`<p>${count(left)} more files are in the index of the run.</p>`,
  )
}
