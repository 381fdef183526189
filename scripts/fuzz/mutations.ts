import { sha256 } from '../../src/bundle/crypto.ts'
import { readEnvelope, signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { twinsOf } from '../../src/bundle/export/bag-files.ts'
import { BLOCK } from '../../src/bundle/export/ustar.ts'
import { manifestText } from '../../src/bundle/layout.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { attacker } from '../../test/attacks/bench.ts'
import { signer } from '../../test/bundle/fixture.ts'
import { archiveOf, type Entry, entriesOf, relisted, resigned } from '../../test/export/support.ts'
import { editJson } from './json.ts'
import type { Random } from './random.ts'

/** What somebody may do to an export who has no key of it. `others`: exports of the same installation, to cut pieces from. */
export type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer | Promise<Buffer>

/** A place in the content, the headers or the padding. */
function splice(bytes: Buffer, at: number, gone: number, put: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)])
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)))
}

function flip(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes)
  for (let flips = 1 + random.below(4); flips > 0 && changed.length > 0; flips--) {
    const at = random.below(changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 + random.below(255))
  }
  return changed
}

/** Writes the archive again in order, and half of the time its manifests too: nobody needs a key for that. */
function rebuilt(entries: readonly Entry[], random: Random): Buffer {
  const bytes = sorted(entries)
  return random.below(2) === 0 ? bytes : relisted(bytes)
}

/** Of two files with one name the last counts. */
function sorted(entries: readonly Entry[]): Buffer {
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  return archiveOf([...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)))
}

function replaced(entries: readonly Entry[], name: string, content: Buffer | string): Entry[] {
  return entries.map((entry) => (entry.name === name ? { name, content: Buffer.from(content) } : entry))
}

/** Gives a file of a run its new digest in index and manifest of the run, as far as it has them. */
function renamed(entries: readonly Entry[], name: string): Entry[] {
  const [, folder = '', path = ''] = /^(data\/runs\/\d{9}\/)(.+)$/.exec(name) ?? []
  const content = entries.find((entry) => entry.name === name)?.content
  const index = entries.find((entry) => entry.name === `${folder}index.jsonl`)?.content.toString()
  if (content === undefined || index === undefined) return [...entries]
  const lines = index
    .trimEnd()
    .split('\n')
    .map((line) => pointed(line, path, content))
  let made = replaced(entries, `${folder}index.jsonl`, `${lines.join('\n')}\n`)
  const manifest = `${folder}manifest-sha256.txt`
  const own = made.filter((entry) => entry.name.startsWith(folder) && entry.name !== manifest)
  const listing = new Map(own.map((entry) => [entry.name.slice(folder.length), sha256(entry.content)]))
  made = replaced(made, manifest, manifestText(listing))
  return made
}

function pointed(line: string, path: string, content: Buffer): string {
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    if (value['path'] !== path) return line
    const count = content.toString('latin1').split('\n').length - 1
    return canonicalize({ ...value, sha256: sha256(content), size: content.length, count })
  } catch {
    return line
  }
}

/** An entry of the ledger, or of the export, with its parts beside it. */
function withEnvelope(entries: readonly Entry[], name: string, bytes: Uint8Array): Entry[] {
  const stem = name.slice(0, -'.sigstore.json'.length)
  const others = entries.filter(
    (entry) =>
      (entry.name !== name && !/^\.(?:\d+\.tst|json|sig)$/.test(entry.name.slice(stem.length))) ||
      !entry.name.startsWith(stem),
  )
  const parts = twinsOf(readEnvelope(bytes)).map(({ suffix, bytes: part }) => ({
    name: stem + suffix,
    content: Buffer.from(part),
  }))
  return [...others.filter((entry) => entry.name !== name), { name, content: Buffer.from(bytes) }, ...parts]
}

const isJson = ({ name, content }: Entry) => content.length > 0 && /\.jsonl?$/.test(name)
const isEnvelope = ({ name }: Entry) => name.endsWith('.sigstore.json')

/** An edit of one line of JSON in a file. */
function editedIn({ name, content }: Entry, random: Random): Buffer {
  const text = content.toString()
  if (!name.endsWith('.jsonl')) return Buffer.from(editJson(text, random) + (text.endsWith('\n') ? '\n' : ''))
  const lines = text.trimEnd().split('\n')
  const at = random.below(lines.length)
  const how = random.below(5)
  if (how === 0) lines.splice(at, 1)
  else if (how === 1) lines.splice(at, 0, lines[at] ?? '')
  else lines[at] = editJson(lines[at] ?? '{}', random)
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}

const HEADER_FIELDS = [0, 100, 108, 116, 124, 136, 156, 157, 257, 265, 297, 329, 337, 345, 500] as const

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bytes flipped': (bytes, random) => flip(bytes, random),
  'bytes deleted': (bytes, random) =>
    splice(bytes, random.below(bytes.length), 1 + random.below(2000), Buffer.alloc(0)),
  'bytes inserted': (bytes, random) =>
    splice(
      bytes,
      random.below(bytes.length),
      0,
      random.pick([noise(random, 1 + random.below(600)), Buffer.alloc(BLOCK)]),
    ),
  'blocks moved': (bytes, random) => {
    const blocks = bytes.length / BLOCK
    const at = random.below(blocks) * BLOCK
    const length = (1 + random.below(4)) * BLOCK
    const block = Buffer.from(bytes.subarray(at, at + length))
    const rest = random.below(2) === 0 ? bytes : splice(bytes, at, length, Buffer.alloc(0))
    return splice(rest, random.below(rest.length / BLOCK) * BLOCK, random.below(2) * length, block)
  },
  'cut off': (bytes, random) => Buffer.from(bytes.subarray(0, random.below(bytes.length))),
  'a header edited, with the right checksum'(bytes, random) {
    const changed = Buffer.from(bytes)
    const starts: number[] = []
    for (let at = 0; changed[at] !== 0; ) {
      starts.push(at)
      const size = Number.parseInt(changed.toString('latin1', at + 124, at + 135), 8)
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    }
    const header = changed.subarray(random.pick(starts)).subarray(0, BLOCK)
    const at = random.pick(HEADER_FIELDS) + random.below(8)
    header.write(
      random.pick(['0', '1', '5', '7', 'x', '/', '.', '..', '\0', ' ', 'g', '\u0080']),
      Math.min(at, BLOCK - 2),
      'latin1',
    )
    header.write('        ', 148, 'latin1')
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    return changed
  },
  'a file taken out': (bytes, random) => {
    const entries = entriesOf(bytes)
    const gone = random.pick(entries).name
    return rebuilt(
      entries.filter(({ name }) => name !== gone),
      random,
    )
  },
  'a file added': (bytes, random) => {
    const entries = entriesOf(bytes)
    const { name, content } = random.pick(entries)
    const other = name.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1 + random.below(8)) % 10))
    return rebuilt([...entries, { name: other === name ? `${name.split('.')[0]}.1.tst` : other, content }], random)
  },
  'files swapped': (bytes, random) => {
    const entries = entriesOf(bytes)
    const [a, b] = [random.pick(entries), random.pick(entries)]
    return rebuilt(replaced(replaced(entries, a.name, b.content), b.name, a.content), random)
  },
  'a file of another export'(bytes, random, others) {
    const entries = entriesOf(bytes)
    const theirs = entriesOf(random.pick(others))
    const prefix = random.pick(['', 'data/ledger/', 'data/runs/', 'export', 'data/runs/000000001/'])
    const all = random.below(2) === 0
    const chosen = theirs.filter(({ name }) => name.startsWith(prefix))
    const taken = all || chosen.length === 0 ? chosen : [random.pick(chosen)]
    return rebuilt([...entries, ...taken], random)
  },
  'bytes of a file, and what anybody can make anew'(bytes, random) {
    const entries = entriesOf(bytes)
    const { name, content } = random.pick(entries)
    const changed = content.length === 0 ? noise(random, 3) : flip(content, random)
    return rebuilt(renamed(replaced(entries, name, changed), name), random)
  },
  'JSON of a file, and what anybody can make anew'(bytes, random) {
    const entries = entriesOf(bytes)
    const file = random.pick(entries.filter(isJson))
    return rebuilt(renamed(replaced(entries, file.name, editedIn(file, random)), file.name), random)
  },
  'a statement in its envelope'(bytes, random) {
    const entries = entriesOf(bytes)
    const { name, content } = random.pick(entries.filter(isEnvelope))
    const { payload, signature, keyId, timestamps } = readEnvelope(content)
    const statement = Buffer.from(editJson(Buffer.from(payload).toString(), random))
    return rebuilt(withEnvelope(entries, name, writeEnvelope(statement, signature, { keyId }, timestamps)), random)
  },
  'a signature or a timestamp in its envelope'(bytes, random) {
    const entries = entriesOf(bytes)
    const { name, content } = random.pick(entries.filter(isEnvelope))
    const envelope = readEnvelope(content)
    const { payload, keyId } = envelope
    const broken = (part: Uint8Array) => flip(Buffer.from(part), random)
    const hasToken = envelope.timestamps.length > 0 && random.below(2) === 0
    const signature = hasToken ? envelope.signature : broken(envelope.signature)
    const timestamps = hasToken ? random.pick([[], envelope.timestamps.map(broken)]) : envelope.timestamps
    return rebuilt(withEnvelope(entries, name, writeEnvelope(payload, signature, { keyId }, timestamps)), random)
  },
  'a statement signed by an attacker'(bytes, random) {
    return signedByAttacker(bytes, random)
  },
}

/**
 * What a dishonest holder of the key may sign. Some of it is true or does not contradict anything, so it may be accepted; but
 * here hostile values get behind the signature, and must end in a reason there too.
 */
export const LIES: Readonly<Record<string, Mutation>> = {
  async 'a statement edited, and signed with the right key'(bytes, random) {
    const entries = entriesOf(bytes)
    const { name, content } = random.pick(entries.filter(isEnvelope))
    const { payload, timestamps } = readEnvelope(content)
    const statement = Buffer.from(editJson(Buffer.from(payload).toString(), random))
    const made = writeEnvelope(statement, await signer.sign(signedBytes(statement)), signer, timestamps)
    const changed = sorted(withEnvelope(entries, name, made))
    return name.startsWith('data/') ? resigned(changed) : relisted(changed)
  },
  async 'JSON of a run edited, and the entry of the export signed again'(bytes, random) {
    const entries = entriesOf(bytes)
    const file = random.pick(entries.filter((entry) => isJson(entry) && entry.name.startsWith('data/runs/')))
    return resigned(sorted(renamed(replaced(entries, file.name, editedIn(file, random)), file.name)))
  },
}

async function signedByAttacker(bytes: Buffer, random: Random): Promise<Buffer> {
  const entries = entriesOf(bytes)
  const { name, content } = random.pick(entries.filter(isEnvelope))
  const { payload, keyId, timestamps } = readEnvelope(content)
  const text = Buffer.from(payload).toString()
  const claimed = random.pick([keyId, attacker.keyId])
  const statement = Buffer.from(random.pick([text, text.replaceAll(keyId, attacker.keyId), editJson(text, random)]))
  const signature = await attacker.sign(signedBytes(statement))
  return rebuilt(
    withEnvelope(entries, name, writeEnvelope(statement, signature, { keyId: claimed }, timestamps)),
    random,
  )
}
