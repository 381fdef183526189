import { readFile, rm } from 'node:fs/promises'
import { writeExport, type ExportRequest } from '../../src/bundle/export/write-export.ts'
import { addKey, ledgerKeyOf, revokeKey } from '../../src/bundle/keys-append.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { type Trust, trustKeys } from '../../src/bundle/trust.ts'
import type { Store } from '../../src/model/store.ts'
import { entriesFor, key, planFor, SALT_KEY, SEALED_AT, signer, storeIn, temporaryFolder } from '../bundle/fixture.ts'
import { memoryStore, newSigner } from '../bundle/ledger-builder.ts'
import { AGENT, memorySink, requestFor, smallReport, storeWithRuns } from '../export/support.ts'
import { AUTHORITY, createWorkshop, type Identity, TIMESTAMPING, tstInfo, type Workshop } from '../servers/tsa.ts'
import type { Files } from './attack.ts'

/** Keys of others than the installation: one that the ledger lets sign later, and one of an attacker. */
export const collector = newSigner('ed25519')
export const attacker = newSigner()

export interface Bench extends AsyncDisposable {
  /** A copy of a store with two sealed runs, 1 and 3. */
  files(): Files
  /** An export of it. */
  whole: Buffer
  /** With a report of a page and a script. */
  reported: Buffer
  /** With the records of `github.members` withheld. */
  redacted: Buffer
  /** Every entry has a timestamp, the keys were rotated, and lines are withheld. */
  rich: Buffer
  /** For `rich`: pins key and authority, and requires a timestamp of each entry. */
  richTrust: Trust
  workshop: Workshop
  /** The pinned authority. */
  authority: Identity
  root: Identity
  /** Pins the key of the installation, and this authority. @param change of the policy */
  trust(change?: Partial<Trust['policy']>, roots?: readonly Identity[]): Promise<Trust>
  /** A timestamp that openssl signs. */
  token(signature: Uint8Array, time: string, by?: Identity): Promise<Uint8Array>
}

/** Exports files into memory, leaving them as they are but for the entry of the export. */
export async function exported(files: Files, change: Partial<ExportRequest> = {}, store: Store = memoryStore(files)) {
  const sink = memorySink()
  await writeExport({ store, signer, agent: AGENT }, requestFor(change), sink)
  return sink.bytes()
}

const YEARS = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2028-01-01T00:00:00Z') }

export async function createBench(): Promise<Bench> {
  const workshop = await createWorkshop()
  const root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY, ...YEARS })
  const authority = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING, ...YEARS })
  const token: Bench['token'] = (signature, time, by = authority) =>
    workshop.sign(by, tstInfo({ data: signature, time: new Date(time) }))
  const trust: Bench['trust'] = async (change = {}, roots = [root]) => {
    const pems = await Promise.all(roots.map(({ cert }) => readFile(cert, 'utf8')))
    const pinned = trustKeys([key.publicPem], pems)
    return { ...pinned, policy: { ...pinned.policy, ...change } }
  }
  const { store, folder } = await storeWithRuns(2)
  const honest = await readStore(store)
  await rm(folder, { recursive: true })
  return {
    files: () => new Map(honest),
    whole: await exported(new Map(honest)),
    reported: await exported(new Map(honest), { report: smallReport }),
    redacted: await exported(new Map(honest), { withhold: [{ pattern: 'github.members', reason: 'personal data' }] }),
    rich: await richExport(token),
    richTrust: await trust({ requireTimestamps: 1 }),
    workshop,
    authority,
    root,
    trust,
    token,
    [Symbol.asyncDispose]: () => workshop[Symbol.asyncDispose](),
  }
}

async function readStore(store: Store): Promise<Files> {
  const files: Files = new Map()
  for await (const name of store.list('')) {
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get(name)) chunks.push(chunk)
    files.set(name, Buffer.concat(chunks))
  }
  return files
}

/** A run of the first key, then the same of another one after the first was revoked, and an export: all with timestamps. */
async function richExport(token: Bench['token']): Promise<Buffer> {
  const folder = await temporaryFolder()
  const store = storeIn(folder)
  const times = ['06:00:01', '06:00:02', '06:05:01', '06:06:01', '06:06:02', '06:07:01', '06:08:01'].map(
    (time) => `2026-10-01T${time}.000Z`,
  )
  const stamp = async (signature: Uint8Array) => [await token(signature, times.shift() ?? '2027-01-05T09:00:01.000Z')]
  const run = async (by: typeof signer, openedAt: Date, sealedAt: Date) => {
    const plan = (number: number) => ({
      ...planFor(number),
      run: { ...planFor(number).run, number, openedAt: openedAt.toISOString() },
    })
    const opened = await openRun({ store, signer: by, stamp }, plan)
    await sealRun({
      ...opened,
      store,
      signer: by,
      stamp,
      saltKey: SALT_KEY,
      entries: await entriesFor(store),
      sealedAt,
    })
  }
  await run(signer, new Date('2026-10-01T06:00:00.000Z'), SEALED_AT)
  const writer = { store, signer, agent: AGENT, stamp }
  await addKey(writer, ledgerKeyOf(collector.publicKeyPem, 'collector'), new Date('2026-10-01T06:06:00.000Z'))
  const revoked = { key: { keyid: signer.keyId, role: 'collector' as const }, reason: 'superseded' as const }
  await revokeKey(writer, revoked, new Date('2026-10-01T06:06:01.000Z'))
  await run(collector, new Date('2026-10-01T06:07:00.000Z'), new Date('2026-10-01T06:08:00.000Z'))
  const sink = memorySink()
  const withhold = [{ pattern: 'github.members', reason: 'personal data' }]
  await writeExport({ store, signer: collector, agent: AGENT, stamp }, requestFor({ withhold }), sink)
  await rm(folder, { recursive: true })
  return sink.bytes()
}
