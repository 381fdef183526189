import { checkIndex } from '../../src/bundle/check-index.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import type { Signer } from '../../src/bundle/keys.ts'
import {
  INDEX,
  isFileLine,
  MANIFEST,
  manifestText,
  parsePlan,
  PLAN,
  planBytes,
  runKey,
} from '../../src/bundle/layout.ts'
import { entryIndex, openAfter, parseEntry, previousOf, rangeAfter } from '../../src/bundle/ledger.ts'
import { leafHash, rootOf } from '../../src/bundle/merkle.ts'
import { makeStatement } from '../../src/bundle/statement.ts'
import { canonicalize, parseCanonical } from '../../src/model/canonical.ts'
import { ledgerKey, objectKey } from '../../src/model/common.ts'
import { IndexLine } from '../../src/model/index-line.ts'
import type { Plan } from '../../src/model/plan.ts'
import { type LedgerStatement, RUN_OPENED, RUN_SEALED, type Statement } from '../../src/model/statement.ts'
import { signer } from '../bundle/fixture.ts'
import type { Files } from './attack.ts'

/*
 * What somebody could do who holds the key: lie, and then make every digest, root, count and signature anew. A verifier can
 * only find what does not fit together.
 */

/** The statements of all entries, in order. */
export function historyOf(files: ReadonlyMap<string, Uint8Array>): LedgerStatement[] {
  const keys = [...files.keys()].filter((key) => entryIndex(key) !== undefined).sort()
  return keys.map((key, index) => parseEntry(index, files.get(key) ?? new Uint8Array()).statement)
}

/** Makes the ledger anew from these statements: place, digests, tree, open runs and signatures follow from their order. */
export async function rewrite(files: Files, history: readonly LedgerStatement[], by: Signer = signer): Promise<Files> {
  for (const key of files.keys()) if (key.startsWith('ledger/')) files.delete(key)
  let head: ReturnType<typeof parseEntry> | undefined
  for (const [index, statement] of history.entries()) {
    const { origin } = statement.predicate.ledger
    const tree = head && rangeAfter(head)
    statement.predicate.ledger = {
      origin,
      index,
      ...(head && { previous: previousOf(head) }),
      tree: { size: index, rootHash: tree?.rootHash() ?? sha256(''), range: tree?.hashes() ?? [] },
      open: openAfter(head?.statement.predicate.ledger.open ?? [], statement),
    }
    await sign(files, index, canonicalize(statement), by)
    head = parseEntry(index, files.get(ledgerKey(index)) ?? new Uint8Array())
  }
  return files
}

/** Signs any bytes as an entry. */
export async function sign(files: Files, index: number, payload: string | Uint8Array, by = signer): Promise<Files> {
  const bytes = Buffer.from(payload)
  return files.set(ledgerKey(index), writeEnvelope(bytes, await by.sign(signedBytes(bytes)), by))
}

export function textOf(files: ReadonlyMap<string, Uint8Array>, key: string): string {
  return Buffer.from(files.get(key) ?? '').toString()
}

export function linesOf(files: ReadonlyMap<string, Uint8Array>, run: number): IndexLine[] {
  const lines = textOf(files, runKey(run, INDEX)).trimEnd().split('\n')
  return lines.map((line) => IndexLine.parse(parseCanonical(line)))
}

/** Puts a file as an object. Gives what an index line says of it. */
export function putObject(files: Files, text: string, lines = text.split('\n').length - 1) {
  files.set(objectKey(sha256(text)), Buffer.from(text))
  return {
    sha256: sha256(text),
    size: Buffer.byteLength(text),
    count: lines,
    lines: { count: lines, rootHash: rootOf(text.trimEnd().split('\n').map(leafHash)) },
  }
}

export interface RunDraft {
  lines: IndexLine[]
  plan: Plan
  files: Files
  /** The index, if it is not what follows from the lines. */
  text?: string | Uint8Array
  /** Changes the seal after all that follows from the index was put into it. */
  seal?: (statement: Statement) => void
}

/** Seals a run again over a changed index or plan. Lines are numbered anew. */
export async function reseal(files: Files, run: number, change: (draft: RunDraft) => void): Promise<Files> {
  const plan = parsePlan(files.get(runKey(run, PLAN)) ?? new Uint8Array())
  const draft: RunDraft = { lines: linesOf(files, run), plan, files }
  change(draft)
  for (const [seq, line] of draft.lines.entries()) line.seq = seq
  const check = checkIndex(draft.plan, () => {})
  const written = draft.lines.map((line) => canonicalize(line))
  for (const [place, line] of draft.lines.entries()) check.add(line, written[place] ?? '')
  const summary = check.finish()
  const index = Buffer.from(draft.text ?? written.map((line) => `${line}\n`).join(''))
  if (draft.text !== undefined) summary.items.rootHash = rootOfLines(index)
  const planFile = planBytes(draft.plan)
  const listed = draft.lines.filter(isFileLine).map(({ path, sha256: digest }) => [path, digest] as const)
  const digests = { plan: sha256(planFile), index: sha256(index) }
  const manifest = manifestText(new Map([...listed, [PLAN, digests.plan], [INDEX, digests.index]]))
  files.set(runKey(run, PLAN), planFile)
  files.set(runKey(run, INDEX), index)
  files.set(runKey(run, MANIFEST), Buffer.from(manifest))
  const history = historyOf(files)
  for (const [place, statement] of history.entries()) {
    if (statement.predicateType === RUN_OPENED && statement.predicate.run.number === run)
      statement.subject[0].digest.sha256 = digests.plan
    if (statement.predicateType !== RUN_SEALED || statement.predicate.run.number !== run) continue
    const { keyid: keyId, ledger } = statement.predicate
    const { sealedAt } = statement.predicate.run
    const made = {
      keyId,
      ledger,
      plan: draft.plan,
      digests: { ...digests, manifest: sha256(manifest) },
      summary,
      sealedAt,
    }
    const seal = makeStatement(made)
    draft.seal?.(seal)
    history[place] = seal
  }
  return rewrite(files, history)
}

function rootOfLines(bytes: Buffer): string {
  const leaves = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    leaves.push(leafHash(bytes.subarray(at, end)))
    at = end + 1
  }
  return rootOf(leaves)
}
