import { BLOCK } from '../../src/bundle/export/ustar.ts'
import { contentOf, relisted, resigned, withFile } from '../export/support.ts'
import { accepted, type Attack, rejected } from './attack.ts'

const INDEX = 'data/report/index.html'
const SCRIPT = 'data/report/assets/report.js'
const HOSTILE = '<script src="assets/more.js"></script>'

/** Turns the entry of a file into a symbolic link to another place. */
function linked(archive: Buffer, name: string): Buffer {
  const bytes = Buffer.from(archive)
  const at = bytes.indexOf(`/${name}\0`)
  const header = bytes.subarray(at - (at % BLOCK), at - (at % BLOCK) + BLOCK)
  header.write('2', 156, 'latin1')
  header.write('/etc/passwd', 157, 'latin1')
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

/** What somebody does to the pages that people read, and to nothing that was sealed. */
export const ATTACKS_ON_REPORTS: readonly Attack[] = [
  {
    id: '82a',
    attack: 'an untouched export with a report',
    expected: accepted({ intact: 'yes', authentic: 'yes', chained: 'yes', complete: 'yes' }),
    make: ({ reported }) => ({ archive: reported }),
  },
  {
    id: '82b',
    attack: 'a page of the report replaced by another one',
    expected: { ...rejected('file-changed', 'bag-invalid'), file: INDEX },
    make: ({ reported }) => ({ archive: withFile(reported, INDEX, '<h1>All 93 controls: pass</h1>') }),
  },
  {
    id: '82c',
    attack: 'two files of the report swapped',
    expected: { ...rejected('file-changed'), file: INDEX },
    make({ reported }) {
      const [page, script] = [contentOf(reported, INDEX), contentOf(reported, SCRIPT)]
      return { archive: withFile(withFile(reported, INDEX, script), SCRIPT, page) }
    },
  },
  {
    id: '82d',
    attack: 'a script added to the report',
    expected: { ...rejected('file-added', 'bag-invalid'), file: 'data/report/assets/more.js' },
    make: ({ reported }) => ({ archive: withFile(reported, 'data/report/assets/more.js', 'document.body.remove()') }),
  },
  {
    id: '82e',
    attack: 'a script added to the report and to a page of it, and the manifests of the bag made anew',
    expected: { ...rejected('export-changed', 'bag-invalid'), file: 'manifest-sha256.txt' },
    make({ reported }) {
      const page = withFile(reported, INDEX, contentOf(reported, INDEX).toString() + HOSTILE)
      return { archive: relisted(withFile(page, 'data/report/assets/more.js', 'document.body.remove()')) }
    },
  },
  {
    id: '82f',
    attack: 'a page of the report removed',
    expected: { ...rejected('file-missing', 'bag-invalid'), file: INDEX },
    make: ({ reported }) => ({ archive: withFile(reported, INDEX, undefined) }),
  },
  {
    id: '82g',
    attack: 'a page of the report renamed',
    expected: { ...rejected('file-missing', 'file-added'), file: INDEX },
    make: ({ reported }) => ({
      archive: withFile(withFile(reported, INDEX, undefined), 'data/report/start.html', contentOf(reported, INDEX)),
    }),
  },
  {
    id: '82h',
    attack: 'the whole report removed, and the manifests of the bag made anew',
    expected: rejected('export-changed', 'bag-invalid'),
    make: ({ reported }) => ({
      archive: relisted(withFile(withFile(reported, INDEX, undefined), SCRIPT, undefined)),
    }),
  },
  ...['data/report/setup.exe', 'data/report/index.HTML', 'data/report', 'data/report/drawing.svg'].map(
    (name, place): Attack => ({
      id: `82${'ijkl'[place]}`,
      attack: `the file \`${name}\`, whose name no report has, signed with the right key`,
      expected: rejected('archive-path'),
      make: async ({ reported }) => ({ archive: await resigned(withFile(reported, name, 'x')) }),
    }),
  ),
  {
    id: '82m',
    attack: 'a file of the report that is a symbolic link',
    expected: rejected('archive-type'),
    make: ({ reported }) => ({ archive: linked(reported, SCRIPT) }),
  },
  {
    id: '82n',
    attack: 'a report put into an export that was signed without one, and the manifests of the bag made anew',
    expected: rejected('export-changed', 'bag-invalid'),
    make: ({ whole }) => ({ archive: relisted(withFile(whole, INDEX, '<h1>All 93 controls: pass</h1>')) }),
  },
  {
    id: '82o',
    attack: 'another page signed with the right key: whoever holds it says what they like, and `--report` finds it',
    expected: accepted({ intact: 'yes' }),
    make: async ({ reported }) => ({ archive: await resigned(withFile(reported, INDEX, '<h1>All is well</h1>')) }),
  },
]
