import { INDEX, runKey } from '../../src/bundle/layout.ts'
import { readEnvelope, signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { ledgerKey } from '../../src/model/common.ts'
import { PAYLOAD_TYPE } from '../../src/model/statement.ts'
import { signer } from '../bundle/fixture.ts'
import { contentOf, relisted, withFile } from '../export/support.ts'
import { accepted, type Attack, rejected } from './attack.ts'
import { historyOf, reseal, sign, textOf } from './forge.ts'
import { secondForm } from './second-form.ts'

const LAST = 4

/** An envelope of the last entry in another form, which needs no key. */
function envelope(id: string, attack: string, change: (text: string) => string): Attack {
  return {
    id,
    attack,
    expected: { ...rejected('envelope-invalid'), file: ledgerKey(LAST) },
    make(bench) {
      const files = bench.files()
      const text = textOf(files, ledgerKey(LAST))
      const changed = change(text)
      if (changed === text) throw new Error('nothing was changed')
      return { files: files.set(ledgerKey(LAST), Buffer.from(changed)) }
    },
  }
}

type Edit = (text: string) => string | Uint8Array

/** Canonical JSON of an object in a form in which some parsers read it as the same, or as something else. */
const FORMS: readonly [number: number, attack: string, change: Edit][] = [
  [30, 'a name twice', (text) => text.replace(/^\{("\w+"):/, '{$1:null,$1:')],
  [31, 'a name twice, once with an escape', (text) => text.replace(/^\{"(\w)(\w*)":/, escaped)],
  [
    32,
    'names out of order',
    (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed())),
  ],
  [33, 'a whole number as `1.0`', (text) => text.replace(/:(\d+)(?=[,}])/, ':$1.0')],
  [34, 'a whole number beyond 2^53', (text) => text.replace(/:\d+(?=[,}])/, ':9007199254740993')],
  [35, 'a number as `-0`', (text) => text.replace(/:\d+(?=[,}])/, ':-0')],
  [36, 'half of a surrogate pair', (text) => text.replace('":"', '":"\\ud800')],
  [37, 'a byte-order mark', (text) => `\u{feff}${text}`],
  [38, 'bytes that are not UTF-8', (text) => withByte(text.replace('":"', '":"\0'), 0xff)],
  [39, 'a member named `__proto__`', (text) => text.replace('{', '{"__proto__":{"status":"complete"},')],
  [
    40,
    'an array nested a hundred thousand times',
    (text) => text.replace(/:\d+(?=[,}])/, `:${'['.repeat(1e5)}${']'.repeat(1e5)}`),
  ],
  [41, 'a member that no such statement has', (text) => text.replace(/\}$/, ',"zz":1}')],
]

function escaped(_: string, first: string, rest: string): string {
  const escape = `\\u00${first.charCodeAt(0).toString(16)}`
  return `{"${escape}${rest}":null,"${first}${rest}":`
}

/** In place of the first zero byte. */
function withByte(text: string, byte: number): Uint8Array {
  const bytes = Buffer.from(text)
  bytes[bytes.indexOf(0)] = byte
  return bytes
}

const NOT_READ = ['outcome-missing', 'results-mismatch', 'controls-mismatch'] as const

const formAttacks = FORMS.flatMap(([number, attack, change]): Attack[] => [
  {
    id: `${number}a`,
    attack: `${attack}, in a statement signed with the right key`,
    expected: { ...rejected('statement-invalid'), file: ledgerKey(LAST) },
    async make(bench) {
      const files = bench.files()
      const statement = historyOf(files)[LAST]
      return { files: await sign(files, LAST, change(canonicalize(statement))) }
    },
  },
  {
    id: `${number}b`,
    attack: `${attack}, in a line of an index sealed with the right key`,
    // Bytes that are no text end the reading of an index.
    expected: { ...rejected('index-invalid', ...(number === 38 ? NOT_READ : [])), file: runKey(3, INDEX) },
    make: async (bench) => ({
      files: await reseal(bench.files(), 3, (draft) => {
        draft.lines.sort((a, b) => Number(a.kind === 'receipts') - Number(b.kind === 'receipts'))
        for (const [seq, line] of draft.lines.entries()) {
          line.seq = seq
          if (line.kind === 'results') line.derivedFrom = []
        }
        const lines = draft.lines.map((line) => Buffer.from(canonicalize(line)))
        const last = lines.length - 1
        lines[last] = Buffer.from(change(lines[last]?.toString() ?? ''))
        draft.text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
      }),
    }),
  },
])

export const ATTACKS_ON_FORMS: readonly Attack[] = [
  envelope('26a', 'the type of what is signed changed in an envelope', (text) =>
    text.replace('vnd.in-toto+json', 'json'),
  ),
  {
    id: '26b',
    attack: 'a signature over another type of the same bytes, in the name of the right one',
    expected: { ...rejected('signature-invalid'), file: ledgerKey(LAST) },
    async make(bench) {
      const files = bench.files()
      const payload = Buffer.from(canonicalize(historyOf(files)[LAST]))
      const other = Buffer.from(
        Buffer.from(signedBytes(payload)).toString().replace(PAYLOAD_TYPE, 'application/vnd.in-toto+yaml'),
      )
      return { files: files.set(ledgerKey(LAST), writeEnvelope(payload, await signer.sign(other), signer)) }
    },
  },
  envelope('27', 'a second signature in an envelope', (text) =>
    text.replace(/"signatures":\[(.*?)\]/, '"signatures":[$1,$1]'),
  ),
  envelope('28a', 'base64 with other unused bits', (text) => text.replace(/(?<="payload":"[\w+/]+)(\w)==?"/, bitSet)),
  envelope('28b', 'base64 in the alphabet for addresses', (text) => text.replace(/"sig":"./, '"sig":"-')),
  envelope('28c', 'base64 without padding', (text) => text.replace(/=+"/, '"')),
  {
    id: '28d',
    attack:
      'the signature of the last entry in its second form, (r, n - s), which needs no key: the same key, the same statement',
    expected: accepted({ authentic: 'yes', timed: 'no' }),
    make(bench) {
      const files = bench.files()
      const { payload, signature } = readEnvelope(files.get(ledgerKey(LAST)) ?? new Uint8Array())
      return { files: files.set(ledgerKey(LAST), writeEnvelope(payload, secondForm(signature), signer)) }
    },
  },
  {
    id: '28e',
    attack: 'the signature of an entry that another one names in its second form',
    expected: { ...rejected('previous-wrong'), file: ledgerKey(LAST) },
    make(bench) {
      const files = bench.files()
      const { payload, signature } = readEnvelope(files.get(ledgerKey(LAST - 1)) ?? new Uint8Array())
      return { files: files.set(ledgerKey(LAST - 1), writeEnvelope(payload, secondForm(signature), signer)) }
    },
  },
  envelope('29a', 'a space in an envelope', (text) => text.replace('{', '{ ')),
  envelope('29b', 'a line feed more at the end of an envelope', (text) => `${text}\n`),
  {
    id: '29c',
    attack: 'a space in the envelope of the entry of an export, and the tag manifest made anew',
    expected: rejected('export-invalid', 'envelope-invalid'),
    make: ({ whole }) => ({
      archive: relisted(
        withFile(whole, 'export.sigstore.json', contentOf(whole, 'export.sigstore.json').toString().replace('{', '{ ')),
      ),
    }),
  },
  ...formAttacks,
  envelope('39c', 'a member named `__proto__`, in an envelope', (text) =>
    text.replace('{', '{"__proto__":{"status":"complete"},'),
  ),
  {
    id: '39d',
    attack: 'a member named `__proto__` in the envelope of the entry of an export, and the tag manifest made anew',
    expected: rejected('export-invalid', 'envelope-invalid'),
    make: ({ whole }) => ({
      archive: relisted(
        withFile(
          whole,
          'export.sigstore.json',
          contentOf(whole, 'export.sigstore.json').toString().replace('{', '{"__proto__":{},'),
        ),
      ),
    }),
  },
]

function bitSet(_: string, digit: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return `${alphabet[alphabet.indexOf(digit) + 1] ?? ''}="`
}
