import { canonicalize } from '../model/canonical.ts'
import { objectKey } from '../model/common.ts'
import type { RecordsLine } from '../model/index-line.ts'
import { splitLines } from '../model/lines.ts'
import type { Store } from '../model/store.ts'
import { BundleError } from './errors.ts'
import { type Hash, hexOf, inclusionPath, leafHash, type Step } from './merkle.ts'
import { readEntry } from './ledger.ts'
import { readRun } from './read.ts'

/** Which record: its key, and where it may stand. */
export interface ProofRequest {
  store: Store
  run: number
  /** As the stream of the records gives it. */
  record: string
  source?: string | undefined
  stream?: string | undefined
  scope?: string | undefined
  /** Key of a record of a stream; `undefined` if the stream is not known. */
  keyOf: (stream: string) => ((record: unknown) => string) | undefined
}

export interface Proof {
  /** The proof file; see docs/bundle-format.md. */
  text: string
  planItem: string
  /** Index of the ledger entry that signs for the record. */
  sealIndex: number
}

interface Found {
  line: RecordsLine
  record: string
  at: number
  leaves: Hash[]
}

/**
 * Proof that a record is part of a sealed run, without the other records: the record, its path to the root of its file, the
 * index line that names this root, its path to the root of the index, and the signed statement that names that one.
 * Reading the run proves nothing; the proof that is made of it does.
 * @throws BundleError `record-missing`, `run-missing`, `unsealed`, `invalid`; StoreError
 */
export async function makeProof(request: ProofRequest): Promise<Proof> {
  const { store, run: number } = request
  const run = await readRun(store, number)
  if (!run.statement || !run.end) {
    throw new BundleError('unsealed', `run ${number} was never sealed`, 'Choose a sealed run: affiant list.')
  }
  const items: Hash[] = []
  const found: Found[] = []
  const unknown = new Set<string>()
  for await (const line of run.index()) {
    items.push(leafHash(canonicalize(line)))
    if (line.kind === 'records' && isMeant(line, request)) found.push(...(await findIn(line, request, unknown)))
  }
  const [one] = found
  if (one === undefined) throw notFound(request, unknown)
  if (found.length > 1) throw ambiguous(request, found)
  const { envelope } = await readEntry(store, run.end.index)
  const text = proofText({
    entry: run.end.index,
    statement: envelope.payload,
    signature: envelope.signature,
    item: canonicalize(one.line),
    itemPath: inclusionPath(items, one.line.seq),
    record: one.record,
    recordPath: inclusionPath(one.leaves, one.at),
  })
  return { text, planItem: one.line.planItem, sealIndex: run.end.index }
}

/** What a proof is made of. */
export interface ProofParts {
  /** Index of the ledger entry that seals the run, its payload and its raw signature. */
  entry: number
  statement: Uint8Array
  signature: Uint8Array
  /** The `records` line of the index, and the way from it to the root of the index. */
  item: string
  itemPath: readonly Step[]
  /** The record as it stands in its file, and the way from it to the root of the file. */
  record: string
  recordPath: readonly Step[]
}

/** The proof file; see docs/bundle-format.md. */
export function proofText(parts: ProofParts): string {
  const lines = [
    'affiant-proof 1',
    `entry ${parts.entry}`,
    `statement ${base64(parts.statement)}`,
    `signature ${base64(parts.signature)}`,
    `item ${base64(Buffer.from(parts.item))}`,
    ...parts.itemPath.map(step('item')),
    `record ${base64(Buffer.from(parts.record))}`,
    ...parts.recordPath.map(step('record')),
  ]
  return `${lines.join('\n')}\n`
}

/** The same as JSON, hashes in hex and texts as they are, for programs. */
export function proofJson(parts: ProofParts): string {
  const path = (steps: readonly Step[]) => steps.map(({ side, hash }) => ({ side, sha256: hexOf(hash) }))
  return `${canonicalize({
    version: 1,
    entry: parts.entry,
    statement: base64(parts.statement),
    signature: base64(parts.signature),
    item: parts.item,
    itemPath: path(parts.itemPath),
    record: parts.record,
    recordPath: path(parts.recordPath),
  })}\n`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function step(of: string): (step: Step) => string {
  return ({ side, hash }) => `${of}-${side} ${Buffer.from(hash, 'latin1').toString('base64')}`
}

function streamOf({ schema }: RecordsLine): string {
  return schema.slice(0, schema.lastIndexOf('/'))
}

function isMeant(line: RecordsLine, { source, stream, scope }: ProofRequest): boolean {
  const named = streamOf(line)
  const end = line.planItem.indexOf(`/${named}/`)
  return (
    (source === undefined || line.planItem.slice(0, end) === source) &&
    (stream === undefined || named === stream) &&
    (scope === undefined || line.planItem.slice(end + named.length + 2) === scope)
  )
}

async function findIn(
  line: RecordsLine,
  { store, record, keyOf }: ProofRequest,
  unknown: Set<string>,
): Promise<Found[]> {
  const key = keyOf(streamOf(line))
  if (key === undefined || line.lines === undefined) {
    unknown.add(streamOf(line))
    return []
  }
  const leaves: Hash[] = []
  let at = -1
  let text = ''
  for await (const batch of splitLines(store.get(objectKey(line.sha256)))) {
    for (const one of batch) {
      if (at < 0 && key(JSON.parse(one)) === record) {
        at = leaves.length
        text = one
      }
      leaves.push(leafHash(one))
    }
  }
  return at < 0 ? [] : [{ line, record: text, at, leaves }]
}

function notFound({ run, record }: ProofRequest, unknown: ReadonlySet<string>): BundleError {
  const unread =
    unknown.size > 0
      ? ` Not looked at, because their collector is not known here or their files have no tree: ${[...unknown].join(', ')}.`
      : ''
  return new BundleError(
    'record-missing',
    `run ${run} has no record with the key ${JSON.stringify(record)}`,
    `The key is the one of the stream, such as the id of a repository.${unread}`,
  )
}

function ambiguous({ record }: ProofRequest, found: readonly Found[]): BundleError {
  return new BundleError(
    'record-missing',
    `the key ${JSON.stringify(record)} is in several places: ${found.map(({ line }) => line.planItem).join(', ')}`,
    'Name one of them with --source, --stream and --scope.',
  )
}
