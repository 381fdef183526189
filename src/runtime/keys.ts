import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { BundleError } from '../bundle/errors.ts'
import { addKey, ledgerKeyOf, type Revocation, revokeKey } from '../bundle/keys-append.ts'
import { encryptPrivateKey } from '../bundle/keys-encrypt.ts'
import { isActive, type LedgerKeys, type ListedKey, readLedgerKeys } from '../bundle/keys-list.ts'
import { createFileSigner, generateKeyPair, type KeyAlgorithm } from '../bundle/keys.ts'
import type { LedgerEntry } from '../bundle/ledger.ts'
import type { LedgerWriter } from '../bundle/ledger-append.ts'
import type { Config } from '../config/config.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock } from '../sdk/context.ts'
import { systemClock } from './clock.ts'
import { exists, readTextFile, writeNewFile } from './files.ts'
import { openConfigSigner, openPassphrase, readPrivateFile } from './signer.ts'
import { lockStoreAt, openStore, thisAgent } from './store.ts'
import { openStamp } from './timestamp.ts'

/** Who signs changes of keys, and where. */
export interface RootRequest {
  config: Config
  /** Path of the root key. */
  rootKey: string
  /** Of the root key. */
  passphrase?: string | undefined
  clock?: Clock
  onWarning?: (message: string) => void
}

export interface RotateRequest extends RootRequest {
  /** Public key (PEM) of the new collector key, if it is made elsewhere. */
  publicKey?: string | undefined
  /** Leaves the other collector keys active, for a ledger that several agents write. */
  keepOld?: boolean | undefined
  algorithm?: KeyAlgorithm | undefined
}

export interface Rotated {
  keyId: string
  /** Index of the entry that adds the key. */
  entry: number
  revoked: readonly { keyId: string; entry: number }[]
  /** Files that were written; none for a key that was there before. */
  written: readonly string[]
  /** To be named in signing.key of the config, if it names another file now. */
  keyFile?: string
  head: { index: number; sha256: string }
}

/**
 * Lets a new collector key sign, and revokes the others as superseded. The new key is the one that was named, else that of
 * the config if the ledger does not know it yet, else one that is made and written beside the old one.
 * @throws UserError, BundleError, StoreError `locked` while a run is at work
 */
export async function rotateKeys(request: RotateRequest): Promise<Rotated> {
  const { clock = systemClock, keepOld = false } = request
  await using opened = await openAsRoot(request)
  const { writer, ledger } = opened
  const old = ledger.keys.filter((key) => key.role === 'collector' && isActive(key, clock.now()))
  const next = await nextKey(request, ledger)
  const key = ledgerKeyOf(next.publicKeyPem, 'collector')
  if (ledger.keys.some(({ keyid, role }) => keyid === key.keyid && role === 'collector')) {
    throw new UserError(`the ledger has the key ${key.keyid} already`, 'affiant keys list shows it. Name another key.')
  }
  await next.write()
  let last: LedgerEntry = await addKey(writer, key, clock.now())
  const entry = last.index
  const revoked: { keyId: string; entry: number }[] = []
  for (const { keyid, role } of keepOld ? [] : old) {
    last = await revokeKey(writer, { key: { keyid, role }, reason: 'superseded' }, clock.now())
    revoked.push({ keyId: keyid, entry: last.index })
  }
  return {
    keyId: key.keyid,
    entry,
    revoked,
    written: next.written,
    ...(next.keyFile !== undefined && { keyFile: next.keyFile }),
    head: { index: last.index, sha256: last.sha256 },
  }
}

interface NextKey {
  publicKeyPem: string
  written: readonly string[]
  keyFile?: string
  write(): Promise<void>
}

async function nextKey(request: RotateRequest, { keys }: LedgerKeys): Promise<NextKey> {
  const { config, publicKey, algorithm, clock = systemClock } = request
  const { signing } = config
  const asItIs = (publicKeyPem: string): NextKey => ({ publicKeyPem, written: [], write: async () => {} })
  if (publicKey !== undefined) return asItIs(await readTextFile(publicKey))
  const file = 'key' in signing && 'file' in signing.key ? signing.key.file : undefined
  const isLost = file !== undefined && !(await exists(file))
  if (!isLost) {
    const signer = await openConfigSigner(config, clock)
    const known = keys.some(({ keyid, role }) => keyid === signer.keyId && role === 'collector')
    if (!known) return asItIs(signer.publicKeyPem)
  }
  if (file === undefined) {
    throw new UserError(
      `the ledger has the signing key of the config already, and ${'kms' in signing ? 'AWS KMS makes its keys itself' : 'an environment variable cannot be written'}`,
      'Make a new key there, name it in the config, and rotate again: it is then added.',
    )
  }
  const pair = generateKeyPair(algorithm)
  const passphrase = await openPassphrase(config)
  const privatePem =
    passphrase === undefined ? pair.privatePem : encryptPrivateKey(pair.privatePem, passphrase, randomBytes)
  const keyFile = isLost ? file : besides(file, pair.keyId)
  const publicFile = join(dirname(keyFile), `${basename(keyFile, '.pem')}.pub.pem`)
  const publicIsThere = await exists(publicFile)
  return {
    publicKeyPem: pair.publicPem,
    written: publicIsThere ? [keyFile] : [keyFile, publicFile],
    ...(!isLost && { keyFile }),
    async write() {
      await writeNewFile(keyFile, privatePem, { private: true })
      if (!publicIsThere) await writeNewFile(publicFile, pair.publicPem)
    },
  }
}

/** `keys/collector.pem` to `keys/collector-1a2b3c4d.pem`. */
function besides(file: string, keyId: string): string {
  const name = basename(file, '.pem').replace(/-[0-9a-f]{8}$/, '')
  return join(dirname(file), `${name}-${keyId.slice(0, 8)}.pem`)
}

export interface RevokeRequest extends RootRequest, Pick<Revocation, 'reason' | 'since'> {
  /** Id of the key, or its beginning. */
  key: string
  role: ListedKey['role']
}

export interface Revoked {
  keyId: string
  role: ListedKey['role']
  entry: number
  head: { index: number; sha256: string }
  /** Whether a collector key is left that may sign. */
  collectorLeft: boolean
}

/** A key may no longer sign from here on. @throws UserError, BundleError, StoreError `locked` while a run is at work */
export async function revokeLedgerKey(request: RevokeRequest): Promise<Revoked> {
  const { role, reason, since, clock = systemClock } = request
  const now = clock.now()
  if (since !== undefined && since > now) {
    throw new UserError(
      '--since lies in the future',
      'Name the earliest time at which somebody else may have had the key.',
    )
  }
  await using opened = await openAsRoot(request)
  const { writer, ledger } = opened
  const active = ledger.keys.filter((key) => isActive(key, now))
  const found = active.filter((key) => key.role === role && key.keyid.startsWith(request.key))
  const [chosen, ...others] = found
  if (chosen === undefined || others.length > 0) {
    throw new UserError(
      chosen === undefined
        ? `the ledger has no active ${role} key ${request.key}`
        : `several ${role} keys begin with ${request.key}`,
      'affiant keys list shows the keys of the ledger.',
    )
  }
  const left = active.filter((key) => key !== chosen)
  if (role === 'root' && !left.some((key) => key.role === 'root')) {
    throw new UserError(
      `${chosen.keyid} is the only root key of the ledger: without it no key could be added or revoked any more`,
      'If somebody else has it, begin a new ledger with new keys in a new store, and tell those who verify.',
    )
  }
  const entry = await revokeKey(writer, { key: { keyid: chosen.keyid, role }, reason, since }, now)
  return {
    keyId: chosen.keyid,
    role,
    entry: entry.index,
    head: { index: entry.index, sha256: entry.sha256 },
    collectorLeft: left.some((key) => key.role === 'collector'),
  }
}

interface OpenedAsRoot extends AsyncDisposable {
  writer: LedgerWriter
  ledger: LedgerKeys
}

/** Takes the store, as a run that is at work could not be sealed with a key that was revoked meanwhile. */
async function openAsRoot({
  config,
  rootKey,
  passphrase,
  clock = systemClock,
  onWarning,
}: RootRequest): Promise<OpenedAsRoot> {
  const signer = createFileSigner(await readPrivateFile(rootKey), passphrase)
  const path = config.store.path
  if (!(await exists(path))) throw noLedger(path)
  const stamp = await openStamp(config.timestamps, { clock, onWarning })
  const store = openStore(path)
  const lock = await lockStoreAt(path, clock)
  try {
    const ledger = await readLedgerKeys(store)
    if (ledger === undefined) throw noLedger(path)
    const isRoot = ledger.keys.some(
      (key) => key.keyid === signer.keyId && key.role === 'root' && isActive(key, clock.now()),
    )
    if (!isRoot) {
      throw new BundleError(
        'key-not-allowed',
        `${rootKey} is not an active root key of this ledger: its key id is ${signer.keyId}`,
        'affiant keys list shows the root keys; name the private key of one of them with --root-key.',
      )
    }
    const agent = await thisAgent(config.installation)
    const writer = { store, signer, agent, ...(stamp && { stamp }) }
    return { writer, ledger, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

function noLedger(path: string): UserError {
  return new UserError(`there is no ledger in the store ${path}`, 'Begin it: affiant keys init')
}
