import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { BundleError } from '../bundle/errors.ts'
import { ledgerKeyOf } from '../bundle/keys-append.ts'
import { encryptPrivateKey } from '../bundle/keys-encrypt.ts'
import { readLedgerKeys } from '../bundle/keys-list.ts'
import { policyText, suggestPolicy } from '../bundle/keys-policy.ts'
import { createFileSigner, generateKeyPair, type KeyAlgorithm, type Signer } from '../bundle/keys.ts'
import { writeGenesis } from '../bundle/ledger-append.ts'
import type { Config } from '../config/config.ts'
import type { Clock } from '../sdk/context.ts'
import { UserError } from '../model/user-error.ts'
import { systemClock } from './clock.ts'
import { exists, writeNewFile } from './files.ts'
import { readPrivateFile } from './signer.ts'
import { lockStoreAt, openStore, thisAgent } from './store.ts'
import { openStamp } from './timestamp.ts'
import { pemBlocks } from './tsa-roots.ts'

/** Names of the files of the ceremony, in its folder. */
export const KEY_FILES = {
  root: 'root.pem',
  rootPublic: 'root.pub.pem',
  collectorPublic: 'collector.pub.pem',
  policy: 'trust-policy.json',
} as const

export interface InitKeysRequest {
  installation: string
  /** Path of the store; it has no ledger yet. */
  store: string
  /** Where the root key, the public keys and the trust policy are written. */
  folder: string
  /** The key that signs runs: one that there is, or a file to be written, encrypted if there is a passphrase. */
  collector: { signer: Signer } | { file: string; passphrase?: string | undefined }
  /** A root key that there is; else one is made. */
  rootKey?: string | undefined
  /** Of the root key. */
  passphrase?: string | undefined
  algorithm?: KeyAlgorithm | undefined
  timestamps: Config['timestamps']
  clock?: Clock
  onWarning?: (message: string) => void
}

export interface InitedKeys {
  origin: string
  /** SHA-256 of the statement of entry 0. */
  genesis: string
  rootKeyId: string
  collectorKeyId: string
  /** Paths, in the order of writing. */
  written: readonly string[]
  policyFile: string
  /** Where the root key is: to be moved away from this machine. */
  rootFile: string
  rootEncrypted: boolean
}

/**
 * The key ceremony: makes the root key and, if there is none, the collector key, and begins the ledger with an entry that
 * names both, signed by the root key. The root key can then be taken away: it is needed to rotate and revoke keys only.
 * Overwrites nothing.
 * @throws UserError, BundleError, StoreError
 */
export async function initKeys(request: InitKeysRequest): Promise<InitedKeys> {
  const { folder, passphrase, collector, algorithm, clock = systemClock } = request
  const at = (name: string) => join(folder, name)
  const rootFile = request.rootKey ?? at(KEY_FILES.root)
  const store = openStore(request.store)
  const rootPair = request.rootKey === undefined ? generateKeyPair(algorithm) : undefined
  const root = createFileSigner(rootPair?.privatePem ?? (await readPrivateFile(rootFile)), passphrase)
  const pair = 'file' in collector ? generateKeyPair(algorithm) : undefined
  const signer = 'file' in collector ? createFileSigner(pair?.privatePem ?? '') : collector.signer
  if (root.keyId === signer.keyId) {
    throw new UserError(
      'the root key and the collector key are the same key',
      'Keep them apart: leave --root-key out, and a root key is made.',
    )
  }
  const protect = (pem: string, by: string | undefined) =>
    by === undefined ? pem : encryptPrivateKey(pem, by, randomBytes)
  const files: { path: string; content: string; private?: boolean }[] = [
    ...(rootPair ? [{ path: rootFile, content: protect(rootPair.privatePem, passphrase), private: true }] : []),
    { path: at(KEY_FILES.rootPublic), content: root.publicKeyPem },
    ...('file' in collector && pair
      ? [{ path: collector.file, content: protect(pair.privatePem, collector.passphrase), private: true }]
      : []),
    { path: at(KEY_FILES.collectorPublic), content: signer.publicKeyPem },
  ]
  const policyFile = at(KEY_FILES.policy)
  await assertNothingThere([...files.map(({ path }) => path), policyFile])
  const stamp = await openStamp(request.timestamps, { clock, onWarning: request.onWarning })

  await using _ = await lockStoreAt(request.store, clock)
  if ((await readLedgerKeys(store)) !== undefined) throw hasLedger(request.store)
  for (const { path, content, private: secret = false } of files) await writeNewFile(path, content, { private: secret })
  const keys = [ledgerKeyOf(root.publicKeyPem, 'root'), ledgerKeyOf(signer.publicKeyPem, 'collector')]
  const writer = { store, signer: root, agent: await thisAgent(request.installation), ...(stamp && { stamp }) }
  const genesis = await writeGenesis(writer, keys, clock.now())
  const ledger = genesis && (await readLedgerKeys(store))
  if (ledger === undefined) throw hasLedger(request.store)
  const tsaRoots = (
    await Promise.all(
      request.timestamps.flatMap(({ rootsFile }) => (rootsFile === undefined ? [] : pemBlocks(rootsFile))),
    )
  ).flat()
  await writeNewFile(policyFile, policyText(suggestPolicy(ledger, { at: clock.now(), tsaRoots })))
  return {
    origin: ledger.origin,
    genesis: ledger.genesis,
    rootKeyId: root.keyId,
    collectorKeyId: signer.keyId,
    written: [...files.map(({ path }) => path), policyFile],
    policyFile,
    rootFile,
    rootEncrypted: passphrase !== undefined,
  }
}

async function assertNothingThere(paths: readonly string[]): Promise<void> {
  const there: string[] = []
  for (const path of paths) if (await exists(path)) there.push(path)
  if (there.length === 0) return
  throw new UserError(
    `nothing was written, because ${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already`,
    'Keys that are lost cannot be made again, so nothing is overwritten. Name another folder with --dir, or move these files away yourself.',
  )
}

function hasLedger(path: string): BundleError {
  return new BundleError(
    'ledger-foreign',
    `the store ${path} has a ledger already, and a ledger keeps the root key it began with`,
    'affiant keys list shows its keys; affiant keys rotate adds one. Or choose a new store in store.path.',
  )
}
