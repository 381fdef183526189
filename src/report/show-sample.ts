import { SAMPLE_METHOD, SAMPLE_PRESETS } from '../model/sample.ts'
import type { SampleJson } from './json/population.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { grouped, number, outOf } from './words.ts'

/** How many picks are listed; the folder lists all. */
const MAX_SHOWN = 50

/** What was picked, why just that, and where it is recorded. */
export function showSample(sample: SampleJson, path: string, look: Look): string {
  const pen = penFor(look)
  const { population, preset, picks, entry, tests = [] } = sample
  const row = (name: string, text: string) => paragraph(pen.plain(text), look, `  ${pen.faint(name.padEnd(12))}`)
  const title = `Picked ${outOf(sample.size, sample.of, 'item')} of ${population.stream} (${population.source}${population.scope === '*' ? '' : `, ${population.scope}`}): ${path}`
  const shown = picks.slice(0, MAX_SHOWN)
  const width = String(picks.length).length
  const blocks = [
    paragraph(pen.good(title), look),
    ...(population.demo ? [paragraph(pen.caution('demo data'), look)] : []),
    [
      row('asked for', askedText(sample)),
      ...(preset ? [row('preset', `${preset.name}: ${preset.rule}`)] : []),
      row('engagement', sample.engagement),
      row('control', `${sample.control.id} ${sample.control.title}`),
      row('population', `${population.file?.sha256 ?? ''}, run ${population.run}`),
      row('seed', sample.seed),
      row('method', sample.method),
      row('ledger', entry.origin),
      row('head', `${entry.index} ${entry.statementSha256}`),
    ].join('\n'),
    ...(picks.length === 0
      ? []
      : [
          [
            ...shown.map(({ number: at, line, occurredAt, key }) => {
              const parts = [String(at).padStart(width), `line ${line}`, occurredAt, key]
              return paragraph(pen.plain(parts.filter((part) => part !== undefined).join('  ')), look, '  ')
            }),
            ...(picks.length > shown.length
              ? [paragraph(pen.faint(`  and ${grouped(picks.length - shown.length)} more`), look)]
              : []),
          ].join('\n'),
        ]),
    ...(tests.length === 0
      ? []
      : [
          tests
            .map(({ check, tested, deviations }) =>
              row(check, `${number(tested, 'item')} tested, ${number(deviations, 'deviation')}`),
            )
            .join('\n'),
        ]),
    paragraph(
      pen.faint(
        'README.txt in the folder says how anybody picks the same. Send the head by another way than the folder.',
      ),
      look,
    ),
  ]
  return `${blocks.join('\n\n')}\n`
}

function askedText({ asked, size, of, preset }: SampleJson): string {
  if (asked === 'all') return `all ${grouped(of)}`
  if (preset !== undefined) return `${grouped(size)}, by the preset ${preset.id}`
  return Number(asked) > of ? `${asked}; there are only ${grouped(of)}, so all were picked` : asked
}

export function presetOf(asked: string): SampleJson['preset'] {
  const preset = SAMPLE_PRESETS.find(({ id }) => id === asked)
  return preset && { id: preset.id, name: preset.name, rule: preset.rule }
}

/** How anybody picks the same, for the folder of a sample. */
export function sampleReadme({
  population,
  seed,
  engagement,
  control,
  asked,
  size,
  of,
  entry,
  receipts,
  picks,
}: SampleJson): string {
  const inFolders = picks.length > 0
  return `SAMPLE OF ${population.stream}: ${size} of ${of} items

sample.json      what was asked for, what was picked, and all that is known of the population
population.jsonl the population, as run ${population.run} sealed it: one record a line
${receipts === 'none' ? '' : 'receipts.jsonl   the requests by which it was read\n'}${
  inFolders
    ? `NNN_KEY/         one folder for each item: record.json, proof.json and proof.txt (one says to programs what the other says
                 to the script in docs/bundle-format.md)${receipts === 'in-folders' ? ', and receipts.jsonl' : ''}
`
    : ''
}manifest-sha256.txt  digest of every other file: sha256sum -c manifest-sha256.txt

Nobody chose the items. They follow from the population and from three words. With sha256sum alone:

1. sha256sum population.jsonl
   must print ${population.file?.sha256 ?? ''}

2. The seed is the SHA-256 of five lines, each with a line feed: the method, that digest, the engagement, the control, and what was
   asked for:

   ${SAMPLE_METHOD}
   ${population.file?.sha256 ?? ''}
   ${engagement}
   ${control.id}
   ${asked}

   which is ${seed}

3. ${
    population.occurredAt === undefined
      ? 'The rows stand in the order of the file.'
      : `The rows are put in the order of "${population.occurredAt}", as text without its Z, null first; within one time they stay in the
   order of the file.`
  }

4. They are cut into ${size} blocks: block i, from 0, begins at place floor(i * ${of} / ${size}), and ends before the next one.

5. Of block i that row is picked whose place in the block is the SHA-256 of two lines (seed, i), each with a line feed, taken as a
   number, modulo the number of rows in the block.

docs/for-auditors.md of affiant has a script of some twenty lines that does this:
  python3 sample.py .

It was recorded as entry ${entry.index} of the ledger ${entry.origin}:
  ${entry.statementSha256}
affiant verify picks again and compares. Other samples of the same population are entries too: affiant ledger lists them.
`
}
