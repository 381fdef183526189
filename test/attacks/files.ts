import { sha256 } from '../../src/bundle/crypto.ts'
import { manifestText } from '../../src/bundle/layout.ts'
import { canonicalize, parseCanonical } from '../../src/model/canonical.ts'
import { objectKey } from '../../src/model/common.ts'
import { contentOf, entriesOf, relisted, withFile } from '../export/support.ts'
import { accepted, type Attack, incomplete, rejected } from './attack.ts'
import type { Bench } from './bench.ts'
import { linesOf, reseal } from './forge.ts'

const RUN = 'data/runs/000000001'
const MEMBERS = `${RUN}/records/github-acme/acme/members.jsonl`
const REPOSITORIES = `${RUN}/records/github-acme/acme/repositories.jsonl`
const OTHER = '{"id":8,"person":"p-2"}\n'

/** One byte in the middle. */
function flipped(bytes: Uint8Array): Buffer {
  const changed = Buffer.from(bytes)
  const at = changed.length >> 1
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

function flippedIn({ whole }: Bench, name: string) {
  return { archive: withFile(whole, name, flipped(contentOf(whole, name))) }
}

function edited(archive: Buffer, name: string, change: (text: string) => string): Buffer {
  return withFile(archive, name, change(contentOf(archive, name).toString()))
}

/** Names the file with its new digest in index and manifest of its run, and makes the manifests of the bag anew. */
function relistedRun(archive: Buffer, name: string): Buffer {
  const [path, content] = [name.slice(RUN.length + 1), contentOf(archive, name)]
  const lines = contentOf(archive, `${RUN}/index.jsonl`).toString().trimEnd().split('\n')
  const index = lines.map((line) => {
    const value = parseCanonical(line) as Record<string, unknown>
    return `${canonicalize(value['path'] === path ? { ...value, sha256: sha256(content), size: content.length } : value)}\n`
  })
  const bytes = withFile(archive, `${RUN}/index.jsonl`, index.join(''))
  const digests = entriesOf(bytes).filter(
    (one) => one.name.startsWith(`${RUN}/`) && !one.name.endsWith('/manifest-sha256.txt'),
  )
  const manifest = manifestText(new Map(digests.map((one) => [one.name.slice(RUN.length + 1), sha256(one.content)])))
  return relisted(withFile(bytes, `${RUN}/manifest-sha256.txt`, manifest))
}

function swapped(text: string, a: number, b: number): string {
  const lines = text.trimEnd().split('\n')
  const [first = '', second = ''] = [lines[a], lines[b]]
  lines[a] = second
  lines[b] = first
  return `${lines.join('\n')}\n`
}

export const ATTACKS_ON_FILES: readonly Attack[] = [
  {
    id: '1a',
    attack: 'an untouched export, verified with nothing but the key',
    expected: accepted({
      intact: 'yes',
      authentic: 'yes',
      chained: 'yes',
      timed: 'no',
      complete: 'yes',
      anchored: 'no',
    }),
    make: ({ whole }) => ({ archive: whole }),
  },
  {
    id: '1b',
    attack: 'an untouched store',
    expected: accepted({ intact: 'yes', authentic: 'yes', chained: 'yes', complete: 'yes' }),
    make: (bench) => ({ files: bench.files() }),
  },
  {
    id: '2a',
    attack: 'a bit flipped in a file of an export',
    expected: { ...rejected('file-changed', 'object-changed'), file: MEMBERS },
    make: (bench) => flippedIn(bench, MEMBERS),
  },
  {
    id: '2b',
    attack: 'a bit flipped in the statement of an entry, in its envelope',
    expected: {
      ...rejected(
        'statement-invalid',
        'previous-wrong',
        'root-wrong',
        'sealed-unopened',
        'file-added',
        'file-changed',
        'twin-wrong',
      ),
      file: 'ledger/000000001.sigstore.json',
    },
    make: ({ whole }) => ({
      archive: edited(whole, 'data/ledger/000000001.sigstore.json', (text) =>
        text.replace('"payload":"e', '"payload":"d'),
      ),
    }),
  },
  {
    id: '2c',
    attack: 'a bit flipped in the instructions that come with an export',
    expected: { ...rejected('export-changed', 'bag-invalid'), file: 'VERIFY.md' },
    make: (bench) => flippedIn(bench, 'VERIFY.md'),
  },
  {
    id: '2d',
    attack: 'a bit flipped in an object of a store',
    expected: { ...rejected('object-changed'), file: 'runs/000000001/records/github-acme/acme/members.jsonl' },
    make(bench) {
      const files = bench.files()
      const line = linesOf(files, 1).find((one) => 'path' in one && one.path.endsWith('members.jsonl'))
      const name = objectKey(line !== undefined && 'sha256' in line ? line.sha256 : '')
      return { files: files.set(name, flipped(files.get(name) ?? Buffer.alloc(1))) }
    },
  },
  {
    id: '2e',
    attack: 'a byte changed in the signature of the entry of an export',
    expected: { ...rejected('signature-invalid', 'bag-invalid', 'twin-wrong'), file: 'export.sigstore.json' },
    make: ({ whole }) => ({
      archive: edited(whole, 'export.sigstore.json', (text) =>
        text.replace(/(?<="sig":"[^"]{30})./, (one) => (one === 'A' ? 'B' : 'A')),
      ),
    }),
  },
  {
    id: '3',
    attack: 'a record altered, and the manifests of the bag made anew',
    expected: { ...rejected('export-changed', 'object-changed'), file: 'manifest-sha256.txt' },
    make: ({ whole }) => ({ archive: relisted(withFile(whole, MEMBERS, OTHER)) }),
  },
  {
    id: '4',
    attack: 'and index and manifest of the run made anew too',
    expected: rejected('export-changed', 'index-changed', 'manifest-changed', 'root-wrong'),
    make: ({ whole }) => ({ archive: relistedRun(withFile(whole, MEMBERS, OTHER), MEMBERS) }),
  },
  {
    id: '5a',
    attack: 'a file removed from an export',
    expected: { ...rejected('file-missing', 'object-missing', 'bag-invalid'), file: MEMBERS },
    make: ({ whole }) => ({ archive: withFile(whole, MEMBERS, undefined) }),
  },
  {
    id: '5b',
    attack: 'all files of a run removed, and the manifests of the bag made anew',
    expected: rejected('export-changed', 'run-missing', 'counts-wrong', 'bag-invalid'),
    make({ whole }) {
      const names = entriesOf(whole).map(({ name }) => name)
      const run = names.filter((name) => name.startsWith(`${RUN}/`))
      return { archive: relisted(run.reduce((bytes, name) => withFile(bytes, name, undefined), whole)) }
    },
  },
  {
    id: '6a',
    attack: 'a file added to a run of an export',
    expected: { ...rejected('file-added', 'bag-invalid'), file: `${RUN}/records/extra.jsonl` },
    make: ({ whole }) => ({ archive: withFile(whole, `${RUN}/records/extra.jsonl`, '{}\n') }),
  },
  {
    id: '6b',
    attack: 'a file added to the ledger of a store',
    expected: { ...rejected('entry-added'), file: 'ledger/note.txt' },
    make: (bench) => ({ files: bench.files().set('ledger/note.txt', Buffer.from('x')) }),
  },
  {
    id: '6c',
    attack: 'a file added to the folder of a run of a store',
    expected: { ...rejected('file-added'), file: 'runs/000000001/note.txt' },
    make: (bench) => ({ files: bench.files().set('runs/000000001/note.txt', Buffer.from('x')) }),
  },
  {
    id: '7',
    attack: 'two lines of an index swapped',
    expected: rejected('file-changed', 'index-changed', 'index-invalid', 'root-wrong'),
    make: ({ whole }) => ({ archive: edited(whole, `${RUN}/index.jsonl`, (text) => swapped(text, 1, 4)) }),
  },
  {
    id: '8a',
    attack: 'a line of an index dropped',
    expected: rejected(
      'file-changed',
      'index-changed',
      'index-invalid',
      'root-wrong',
      'counts-wrong',
      'file-added',
      'bag-invalid',
    ),
    make: ({ whole }) => ({
      archive: edited(whole, `${RUN}/index.jsonl`, (text) => text.replace(/^.*members\.jsonl.*\n/m, '')),
    }),
  },
  {
    id: '8b',
    attack: 'a line of records dropped by the holder of the key, and everything made anew',
    expected: rejected('counts-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        draft.lines = draft.lines.filter((line) => line.kind !== 'records' || !line.path.endsWith('members.jsonl'))
      }),
    }),
  },
  {
    id: '25a',
    attack: 'the statement beside an entry is another one than in the entry, and the manifests of the bag made anew',
    expected: { ...rejected('twin-wrong', 'export-changed', 'bag-invalid'), file: 'data/ledger/000000001.json' },
    make: ({ whole }) => ({
      archive: relisted(withFile(whole, 'data/ledger/000000001.json', contentOf(whole, 'data/ledger/000000002.json'))),
    }),
  },
  {
    id: '25b',
    attack: 'the statement beside the entry of the export is another one, and the tag manifest made anew',
    expected: { ...rejected('twin-wrong'), file: 'export.json' },
    make: ({ whole }) => ({ archive: relisted(edited(whole, 'export.json', (text) => text.replace('Ltd', 'Inc'))) }),
  },
  {
    id: '60a',
    attack: 'records withheld, with a reason',
    expected: { ...incomplete('withheld', 'withheld'), levels: { intact: 'yes', authentic: 'yes', complete: 'no' } },
    make: ({ redacted }) => ({ archive: redacted }),
  },
  {
    id: '60b',
    attack: 'a line withheld in a store, where none may be',
    expected: rejected('withheld-invalid'),
    make(bench) {
      const index = contentOf(bench.redacted, `${RUN}/index.jsonl`)
      return { files: bench.files().set('runs/000000001/index.jsonl', index) }
    },
  },
  {
    id: '61',
    attack: 'the hash of a withheld line altered',
    expected: rejected('file-changed', 'root-wrong'),
    make: ({ redacted }) => ({
      archive: edited(redacted, `${RUN}/index.jsonl`, (text) => text.replace(/"leafHash":"..../, '"leafHash":"0000')),
    }),
  },
  {
    id: '62a',
    attack:
      'a record that is shown altered in a run of which others are withheld, and the manifests of the bag made anew',
    expected: { ...rejected('export-changed', 'object-changed'), file: REPOSITORIES.slice('data/'.length) },
    make: ({ redacted }) => ({
      archive: relisted(edited(redacted, REPOSITORIES, (text) => text.replace('sandbox', 'sandbax'))),
    }),
  },
  {
    id: '62b',
    attack: 'and its line of the index altered too',
    expected: rejected('file-changed', 'root-wrong', 'counts-wrong'),
    make: ({ redacted }) => ({
      archive: edited(redacted, `${RUN}/index.jsonl`, (text) => text.replace('"count":3', '"count":4')),
    }),
  },
  {
    id: '63a',
    attack: 'two lines of an index merged into one withheld one',
    expected: rejected('file-changed', 'index-invalid', 'root-wrong', 'file-added', 'bag-invalid'),
    make: ({ redacted }) => ({
      archive: edited(redacted, `${RUN}/index.jsonl`, (text) => text.replace(/^.*receipts.*\n/m, '')),
    }),
  },
  {
    id: '68',
    attack: 'two lines of an index with one path, sealed with the right key',
    expected: rejected('index-invalid'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, ({ lines }) => {
        const [first, second] = lines.filter((line) => line.kind === 'records')
        if (first !== undefined && second !== undefined) second.path = first.path
      }),
    }),
  },
  {
    id: '69',
    attack: '`..` in a path of an index, sealed with the right key',
    expected: rejected('index-invalid', 'counts-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        draft.text = draft.lines
          .map((line) => `${canonicalize(line)}\n`)
          .join('')
          .replace('"records/', '"records/../../')
      }),
    }),
  },
]
