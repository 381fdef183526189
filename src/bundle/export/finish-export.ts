import type { ExportedStatement } from '../../model/statement.ts'
import { sha256 } from '../crypto.ts'
import { type Envelope, readEnvelope } from '../dsse.ts'
import { readSmall } from '../layout.ts'
import { printable } from '../reasons.ts'
import { BAGIT_TEXT, bagInfoOf, bagInfoText, tagManifestText, twinsOf } from './bag-files.ts'
import { BAG_INFO, BAG_MANIFEST, BAGIT, baseName, DATA, SIGNED_FILES, TAG_MANIFEST } from './bag-names.ts'
import type { ExportFacts } from './facts.ts'
import type { Bag } from './open-export.ts'

/**
 * Everything of an export that neither its ledger nor its runs show to be right. Reads what was not read before.
 * @param listed the bag manifest, if it could be read
 */
export async function finishExport(
  bag: Bag,
  entry: ExportFacts['entry'],
  listed: ReadonlyMap<string, string> | undefined,
  runs: readonly number[],
): Promise<void> {
  for (const name of bag.archive.places.keys()) if (!bag.digests.has(name)) await readThrough(bag, name)
  if (listed !== undefined) compareListed(bag, listed)
  await compareTwins(bag)
  await compareTop(bag)
  if (entry === undefined) return
  compareStatement(bag, entry.statement, runs)
}

async function readThrough({ read, report }: Bag, name: string): Promise<void> {
  try {
    for await (const _ of read(name));
  } catch (error) {
    report('unreadable', printable(error instanceof Error ? error.message : String(error)), name)
  }
}

function compareListed({ archive, digests, report }: Bag, listed: ReadonlyMap<string, string>): void {
  for (const [key, digest] of listed) {
    const name = DATA + key
    const found = digests.get(name)
    if (!archive.places.has(name)) report('file-missing', 'the manifest of the export names it', name)
    else if (found !== undefined && found !== digest)
      report('file-changed', `it has the digest ${found}, and the manifest of the export says ${digest}`, name)
  }
  for (const name of archive.places.keys())
    if (name.startsWith(DATA) && !listed.has(name.slice(DATA.length)))
      report('file-added', 'the manifest of the export does not name it', name)
}

const PART = /^((?:data\/ledger\/\d{9})|export)\.(?:[1-9]\d{0,2}\.tst|json|sig|sigstore\.json)$/

/** Every part of every entry stands beside it, and nothing else does. */
async function compareTwins(bag: Bag): Promise<void> {
  let stem: string | undefined
  let parts: string[] = []
  for (const name of bag.archive.places.keys()) {
    const [, own] = PART.exec(name) ?? []
    if (own === undefined) continue
    if (stem !== undefined && own !== stem) {
      await compareParts(bag, stem, parts)
      parts = []
    }
    stem = own
    parts.push(name)
  }
  if (stem !== undefined) await compareParts(bag, stem, parts)
}

/**
 * @param stem name of an entry without what its parts end in
 * @param parts names of those that are there, the entry among them
 */
async function compareParts({ read, digests, report }: Bag, stem: string, parts: readonly string[]): Promise<void> {
  const entry = `${stem}.sigstore.json`
  if (!parts.includes(entry)) {
    for (const name of parts) report('twin-wrong', 'the entry that it is a part of is not there', name)
    return
  }
  let envelope: Envelope
  try {
    envelope = readEnvelope(await readSmall({ get: read }, entry))
  } catch {
    // Verifying the ledger says what is wrong with it.
    return
  }
  const twins = new Map(twinsOf(envelope).map(({ suffix, bytes }) => [stem + suffix, sha256(bytes)]))
  for (const name of parts) {
    const found = digests.get(name)
    if (name === entry) continue
    if (!twins.has(name)) report('twin-wrong', 'the entry has no such part', name)
    else if (found !== undefined && found !== twins.get(name))
      report('twin-wrong', 'it has other bytes than that part of the entry', name)
  }
  for (const name of twins.keys()) if (!parts.includes(name)) report('twin-wrong', 'it is not there', name)
}

async function compareTop(bag: Bag): Promise<void> {
  const { archive, digests, report } = bag
  for (const name of [...SIGNED_FILES, TAG_MANIFEST]) {
    if (name !== BAG_MANIFEST && !archive.places.has(name)) report('bag-invalid', 'it is not there', name)
  }
  const top = new Map([...digests].filter(([name]) => !name.startsWith(DATA)))
  if (top.has(TAG_MANIFEST) && top.get(TAG_MANIFEST) !== sha256(tagManifestText(top))) {
    report('bag-invalid', 'it does not list the other files at the top with their digests', TAG_MANIFEST)
    await nameChanged(bag, top)
  }
  if (top.has(BAGIT) && top.get(BAGIT) !== sha256(BAGIT_TEXT))
    report('bag-invalid', 'it does not declare BagIt 1.0 in UTF-8', BAGIT)
}

/** Some files at the top, and up to 999 timestamps. */
const MAX_TAG_MANIFEST_BYTES = 1024 * 1024

/** The files that the tag manifest does not list as they are. @param top digests by name */
async function nameChanged({ read, report }: Bag, top: ReadonlyMap<string, string>): Promise<void> {
  let text: string
  try {
    text = Buffer.from(await readSmall({ get: read }, TAG_MANIFEST, MAX_TAG_MANIFEST_BYTES)).toString('latin1')
  } catch {
    // That it is wrong was said.
    return
  }
  const lines = new Set(text.split('\n'))
  for (const [name, digest] of top)
    if (name !== TAG_MANIFEST && !lines.has(`${digest}  ${name}`))
      report('bag-invalid', 'the tag manifest does not list it with the digest that it has', name)
}

function compareStatement(
  { archive, digests, report }: Bag,
  statement: ExportedStatement,
  runs: readonly number[],
): void {
  const { subject, predicate } = statement
  for (const [place, name] of SIGNED_FILES.entries()) {
    const found = digests.get(name)
    const signed = subject[place]?.digest.sha256
    if (found !== undefined && found !== signed)
      report('export-changed', `it has the digest ${found}, and signed was ${signed ?? 'none'}`, name)
  }
  const payload = { bytes: 0, files: 0 }
  for (const [name, { size }] of archive.places) {
    if (!name.startsWith(DATA)) continue
    payload.bytes += size
    payload.files += 1
  }
  const info = digests.get(BAG_INFO)
  if (info !== undefined && info !== sha256(bagInfoText(bagInfoOf(statement, payload))))
    report('bag-invalid', 'it does not say what follows from the entry of the export and from its files', BAG_INFO)
  const { from, to } = predicate.scope
  const base = baseName({ agent: predicate.agent.id, from, to })
  if (archive.base !== base) report('bag-invalid', `the folder is named ${archive.base}, and should be ${base}`)
  if (runs.length !== predicate.runs)
    report('counts-wrong', `there are ${runs.length} runs, and the entry of the export says ${predicate.runs}`)
}
