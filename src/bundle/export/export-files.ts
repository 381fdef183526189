import { canonicalize, parseCanonical } from '../../model/canonical.ts'
import { ledgerKey, objectKey, runFolder } from '../../model/common.ts'
import { IndexLine, type WithheldLine } from '../../model/index-line.ts'
import { splitLines } from '../../model/lines.ts'
import type { Statement } from '../../model/statement.ts'
import { type Store, StoreError } from '../../model/store.ts'
import { hashStream } from '../crypto.ts'
import { type Envelope, readEnvelope } from '../dsse.ts'
import { INDEX, isFileLine, MANIFEST, PLAN, readSmall, runKey } from '../layout.ts'
import { LATE_TOKENS, lateTokenIndex } from '../late-tokens.ts'
import { hexOf, leafHash } from '../merkle.ts'
import { twinsOf } from './bag-files.ts'
import { isWithholdable, type Relevance, relevanceOf, type Withholder } from './withhold.ts'

/** A file on its way into an export. */
export interface ExportFile {
  /** Key, without `data/`. */
  key: string
  /** Bytes. */
  size: number
  /** Digest that the content must have, where something signed names it. */
  sha256?: string
  /** Where it stands in the store, for telling of damage. */
  from: string
  content(): AsyncIterable<Uint8Array>
}

/** A run that is exported, by its seal. */
export interface ExportedRun {
  number: number
  seal: Statement
}

/** The ledger up to an entry: each entry and its parts as files of their own. @throws StoreError */
export async function* ledgerFiles(store: Store, entries: number): AsyncIterable<ExportFile> {
  for (let index = 0; index < entries; index++) {
    const from = ledgerKey(index)
    const bytes = await readSmall(store, from)
    const envelope = envelopeOf(bytes, from)
    const stem = from.slice(0, from.indexOf('.'))
    const parts = [...twinsOf(envelope), { suffix: '.sigstore.json', bytes }]
    for (const part of parts.sort((a, b) => (a.suffix < b.suffix ? -1 : 1)))
      yield fileOf(stem + part.suffix, part.bytes, from)
  }
}

function envelopeOf(bytes: Uint8Array, from: string): Envelope {
  try {
    return readEnvelope(bytes)
  } catch (cause) {
    throw damaged(from, 'is not an entry as affiant writes it', cause)
  }
}

function fileOf(key: string, bytes: Uint8Array, from = key): ExportFile {
  return {
    key,
    size: bytes.length,
    from,
    async *content() {
      yield bytes
    },
  }
}

/** Tokens that were fetched after their entry was made. */
export async function* lateTokenFiles(store: Store, entries: number): AsyncIterable<ExportFile> {
  for await (const key of store.list(LATE_TOKENS)) {
    const index = lateTokenIndex(key)
    if (index !== undefined && index < entries) yield fileOf(key, await readSmall(store, key))
  }
}

export interface RunFiles {
  /** In ascending order of their keys. */
  files: readonly ExportFile[]
  /** Why lines of the index are withheld, one for each line. */
  withheld: readonly string[]
}

/**
 * The files of a run. If lines are withheld, the index has their leaf hashes in their places, and the manifest of the run is
 * left out: it would name digests of what is withheld.
 * @throws StoreError `damaged` if the index is not what was sealed
 */
export async function runFiles(
  store: Store,
  { number, seal }: ExportedRun,
  withholder: Withholder,
  controls: readonly string[] | undefined,
): Promise<RunFiles> {
  const folder = runFolder(number)
  const [manifestSubject, indexSubject] = seal.subject
  const digests = { plan: seal.predicate.plan.sha256, index: indexSubject.digest.sha256 }
  const indexKey = runKey(number, INDEX)
  const lines = () => readIndex(store, indexKey, digests.index)
  const relevance =
    controls && (await relevanceOf(values(lines()), controls, (file) => splitLines(store.get(objectKey(file.sha256)))))
  const files: ExportFile[] = []
  const withheld: string[] = []
  let size = 0
  for await (const { text, value } of lines()) {
    const replaced = redact(text, value, withholder, relevance)
    size += Buffer.byteLength(replaced?.text ?? text) + 1
    if (replaced !== undefined) withheld.push(replaced.reason)
    else if (isFileLine(value)) {
      const from = objectKey(value.sha256)
      const { sha256 } = value
      files.push({ key: `${folder}/${value.path}`, size: value.size, sha256, from, content: () => store.get(from) })
    }
  }
  files.push(await storedFile(store, runKey(number, PLAN), digests.plan))
  if (withheld.length === 0) {
    files.push(await storedFile(store, indexKey, digests.index))
    files.push(await storedFile(store, runKey(number, MANIFEST), manifestSubject.digest.sha256))
  } else {
    const content = () => redacted(lines(), withholder, relevance)
    files.push({ key: indexKey, size, from: indexKey, content })
  }
  return { files: files.sort((a, b) => (a.key < b.key ? -1 : 1)), withheld }
}

async function storedFile(store: Store, key: string, sha256: string): Promise<ExportFile> {
  const stat = await store.stat(key)
  if (stat === undefined) throw damaged(key, 'is not in the store')
  return { key, size: stat.size, sha256, from: key, content: () => store.get(key) }
}

interface ReadLine {
  text: string
  value: IndexLine
}

/** @throws StoreError `damaged` at its end at the latest, if it is not the index that was sealed */
async function* readIndex(store: Store, key: string, sha256: string): AsyncIterable<ReadLine> {
  const hash = hashStream()
  async function* hashed() {
    for await (const chunk of store.get(key)) {
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    for await (const batch of splitLines(hashed()))
      for (const text of batch) yield { text, value: IndexLine.parse(parseCanonical(text)) }
  } catch (cause) {
    throw cause instanceof StoreError ? cause : damaged(key, 'is not what was sealed', cause)
  }
  if (hash.hex() !== sha256) throw damaged(key, 'is not what was sealed')
}

async function* values(lines: AsyncIterable<ReadLine>): AsyncIterable<IndexLine> {
  for await (const { value } of lines) yield value
}

function redact(
  text: string,
  value: IndexLine,
  withholder: Withholder,
  relevance: Relevance | undefined,
): { text: string; reason: string } | undefined {
  const reason = isWithholdable(value) ? withholder.reasonFor(value, relevance) : undefined
  if (reason === undefined) return undefined
  const line: WithheldLine = { kind: 'withheld', seq: value.seq, leafHash: hexOf(leafHash(text)), reason }
  return { text: canonicalize(line), reason }
}

async function* redacted(
  lines: AsyncIterable<ReadLine>,
  withholder: Withholder,
  relevance: Relevance | undefined,
): AsyncIterable<Uint8Array> {
  for await (const { text, value } of lines)
    yield Buffer.from(`${redact(text, value, withholder, relevance)?.text ?? text}\n`)
}

/** How a file is named to whoever has to mend it: where it stands, and what it is. */
export function named({ from, key }: Pick<ExportFile, 'from' | 'key'>): string {
  return from.startsWith('objects/') ? `${from} (${key})` : from
}

/** @throws StoreError `damaged` naming the file, if it is not there or not what was sealed */
export async function assertSealed(file: ExportFile): Promise<void> {
  if (file.sha256 === undefined) return
  const hash = hashStream()
  try {
    for await (const chunk of file.content()) hash.update(chunk)
  } catch (cause) {
    throw cause instanceof StoreError && cause.code === 'missing'
      ? damaged(named(file), 'is not in the store', cause)
      : cause
  }
  if (hash.hex() !== file.sha256) throw damaged(named(file), 'was changed after it was sealed')
}

/** What the store holds cannot be exported. */
export function damaged(key: string, how: string, cause?: unknown): StoreError {
  return new StoreError('damaged', `nothing was exported, because ${key} ${how}`, {
    path: key,
    hint: 'Restore it from a backup, and export again. affiant verify says what else is damaged.',
    ...(cause !== undefined && { cause }),
  })
}
