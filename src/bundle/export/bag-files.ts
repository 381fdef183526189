import type { ExportedStatement } from '../../model/statement.ts'
import type { Envelope } from '../dsse.ts'
import { manifestText } from '../layout.ts'
import { DATA, TAG_MANIFEST } from './bag-names.ts'

/** RFC 8493, section 2.1.1. */
export const BAGIT_TEXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'

/** What a bag says of itself follows from the `exported` entry and from how much it holds. */
export interface BagInfo {
  agent: { id: string; version: string }
  origin: string
  exportedAt: string
  recipient: string
  /** Of the files under `data/`. */
  payload: { bytes: number; files: number }
}

/** `bag-info.txt`: RFC 8493, section 2.2.2. */
export function bagInfoText({ agent, origin, exportedAt, recipient, payload }: BagInfo): string {
  const fields = [
    ['Bag-Software-Agent', `affiant ${agent.version}`],
    ['Bagging-Date', exportedAt.slice(0, 10)],
    ['Contact-Name', recipient],
    ['External-Description', 'Evidence exported by affiant; VERIFY.md says how to verify it'],
    ['External-Identifier', origin],
    ['Payload-Oxum', `${payload.bytes}.${payload.files}`],
  ]
  return fields.map(([name, value]) => `${name}: ${value}\n`).join('')
}

export function bagInfoOf({ predicate }: ExportedStatement, payload: BagInfo['payload']): BagInfo {
  const { agent, ledger, exportedAt, recipient } = predicate
  return { agent, origin: ledger.origin, exportedAt, recipient, payload }
}

/** `tagmanifest-sha256.txt`, over all files at the top but itself. @param digests by name */
export function tagManifestText(digests: ReadonlyMap<string, string>): string {
  return manifestText(new Map([...digests].filter(([name]) => name !== TAG_MANIFEST)))
}

const MANIFEST_LINE = /^([0-9a-f]{64}) {2}(data\/\S+)$/

/** Reads exactly the manifests that the writer makes. Gives digests by key, without `data/`; `undefined` if it is not one. */
export function parseBagManifest(text: string): Map<string, string> | undefined {
  const listed = new Map<string, string>()
  if (text === '') return listed
  if (!text.endsWith('\n')) return undefined
  let last = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, digest, name] = MANIFEST_LINE.exec(line) ?? []
    if (digest === undefined || name === undefined || name <= last) return undefined
    listed.set(name.slice(DATA.length), digest)
    last = name
  }
  return listed
}

/** A part of a ledger entry as a file of its own, so that it can be checked without reading JSON. */
export interface Twin {
  /** What follows the number of the entry: `.json`, `.sig`, `.1.tst`. */
  suffix: string
  bytes: Uint8Array
}

/** Statement, raw signature, and each timestamp token of an entry. */
export function twinsOf({ payload, signature, timestamps }: Envelope): Twin[] {
  return [
    { suffix: '.json', bytes: payload },
    { suffix: '.sig', bytes: signature },
    ...timestamps.map((bytes, place) => ({ suffix: `.${place + 1}.tst`, bytes })),
  ]
}
