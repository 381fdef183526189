import { posix } from 'node:path'
import { isActive, type ListedKey, readLedgerKeys } from '../bundle/keys-list.ts'
import { policyText, suggestPolicy } from '../bundle/keys-policy.ts'
import { type KeyAlgorithm, pemOf, type Signer } from '../bundle/keys.ts'
import type { Config } from '../config/config.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { KeysExportJson, KeysInitJson, KeysListJson, KeysRevokeJson, KeysRotateJson } from '../report/json/keys.ts'
import { showKeys, showKeysExported, showKeysInit, showRevoked, showRotated } from '../report/show-keys.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { command, shownPath } from './shell.ts'

export interface PassphraseOption {
  passphraseFile?: string
}

export interface KeysInitOptions extends ConfigOption, JsonOption, PassphraseOption {
  dir?: string
  rootKey?: string
  algorithm?: KeyAlgorithm
}

/** `affiant keys init`: makes root and collector key, and begins the ledger. */
export async function keysInit(options: KeysInitOptions, environment: Environment): Promise<number> {
  const { stdout, stderr, cwd } = environment
  const runtime = await environment.runtime()
  const { config } = await runtime.loadConfigFile(configPath(options))
  const file = keyFileOf(config)
  const folder = posix.dirname(file ?? posix.join(config.folder, 'keys', 'key'))
  const isNew = file !== undefined && !(await runtime.exists(file))
  const made = await runtime.initKeys({
    installation: config.installation,
    store: config.store.path,
    folder: options.dir === undefined ? folder : posix.resolve(cwd, options.dir),
    collector: isNew
      ? { file, passphrase: await runtime.openPassphrase(config) }
      : { signer: await runtime.openConfigSigner(config) },
    rootKey: options.rootKey,
    passphrase: await rootPassphrase(options, environment),
    algorithm: options.algorithm,
    timestamps: config.timestamps,
    onWarning: (message) => void stderr.write(`${message}\n`),
  })
  const document: KeysInitJson = { schema: 'affiant.keys-init/1', ...made, written: [...made.written] }
  const look = lookOf(stdout)
  await stdout.write(options.json ? jsonText(document) : showKeysInit(document, (path) => shownPath(cwd, path), look))
  return EXIT.ok
}

/**
 * The passphrase of the root key: from a file that was named, else from the environment.
 * @throws UserError if it is empty
 */
export async function rootPassphrase(
  { passphraseFile }: PassphraseOption,
  { runtime, env }: Pick<Environment, 'runtime' | 'env'>,
): Promise<string | undefined> {
  if (passphraseFile !== undefined) return (await runtime()).readPrivateFile(passphraseFile)
  const value = env.AFFIANT_ROOT_PASSPHRASE
  if (value === '') {
    throw new UserError(
      'AFFIANT_ROOT_PASSPHRASE is empty',
      'Set it to the passphrase, or unset it for a key without one.',
    )
  }
  return value
}

function keyFileOf({ signing }: Config): string | undefined {
  return 'key' in signing && 'file' in signing.key ? signing.key.file : undefined
}

/** `affiant keys list`: what the ledger says of keys. Reads without verifying. */
export async function keysList(options: StoreOption & JsonOption, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const ledger = await readLedgerKeys(runtime.openStore(await storePath(options, runtime)))
  if (ledger === undefined) throw noLedger()
  const at = runtime.systemClock.now()
  const { signer, problem } = await configSigner(options, runtime)
  const isSigner = ({ keyid, role }: ListedKey) => role === 'collector' && keyid === signer?.keyId
  const document: KeysListJson = {
    schema: 'affiant.keys-list/1',
    origin: ledger.origin,
    genesis: ledger.genesis,
    keys: ledger.keys.map((key) => ({
      keyId: key.keyid,
      role: key.role,
      active: isActive(key, at),
      signer: isSigner(key),
      added: key.added,
      ...(key.notBefore !== undefined && { notBefore: key.notBefore }),
      ...(key.notAfter !== undefined && { notAfter: key.notAfter }),
      ...(key.revoked && { revoked: key.revoked }),
    })),
    ...(signer && { signer: { keyId: signer.keyId, known: ledger.keys.some(isSigner) } }),
    ...(problem !== undefined && { problem }),
  }
  await stdout.write(options.json ? jsonText(document) : showKeys(document, lookOf(stdout, options)))
  return EXIT.ok
}

/** Listing must work also where the private key is not at hand. */
async function configSigner(options: StoreOption, runtime: Runtime): Promise<{ signer?: Signer; problem?: string }> {
  if (options.store !== undefined) return {}
  const { config } = await runtime.loadConfigFile(configPath(options))
  try {
    return { signer: await runtime.openConfigSigner(config) }
  } catch (error) {
    if (error instanceof Error && 'hint' in error) return { problem: error.message }
    throw error
  }
}

function noLedger(): UserError {
  return new UserError('there is no ledger in this store', 'Begin it: affiant keys init')
}

interface RootOptions extends ConfigOption, JsonOption, PassphraseOption {
  rootKey: string
}

async function rootRequest(options: RootOptions, environment: Environment) {
  const runtime = await environment.runtime()
  const { config } = await runtime.loadConfigFile(configPath(options))
  return {
    config,
    rootKey: options.rootKey,
    passphrase: await rootPassphrase(options, environment),
    onWarning: (message: string) => void environment.stderr.write(`${message}\n`),
  }
}

export interface KeysRotateOptions extends RootOptions {
  newKey?: string
  keepOld?: true
  algorithm?: KeyAlgorithm
}

/** `affiant keys rotate`: a new collector key, in place of the others. */
export async function keysRotate(options: KeysRotateOptions, environment: Environment): Promise<number> {
  const { stdout, cwd } = environment
  const runtime = await environment.runtime()
  const request = await rootRequest(options, environment)
  const { keyFile, ...rotated } = await runtime.rotateKeys({
    ...request,
    publicKey: options.newKey,
    keepOld: options.keepOld,
    algorithm: options.algorithm,
  })
  const document: KeysRotateJson = {
    schema: 'affiant.keys-rotate/1',
    ...rotated,
    revoked: [...rotated.revoked],
    written: [...rotated.written],
    ...(keyFile !== undefined && { keyFile }),
  }
  const shown = (path: string) => shownPath(cwd, path)
  const setting = keyFile && `signing: { key: { file: ./${posix.relative(request.config.folder, keyFile)} } }`
  const next = setting && `Name it in ${configPath(options)} before the next run: ${setting}`
  await stdout.write(options.json ? jsonText(document) : showRotated(document, shown, next, lookOf(stdout)))
  return EXIT.ok
}

export interface KeysRevokeOptions extends RootOptions {
  reason: 'superseded' | 'retired' | 'compromised'
  since?: Date
  role: 'root' | 'collector'
}

/** `affiant keys revoke KEYID`. */
export async function keysRevoke(key: string, options: KeysRevokeOptions, environment: Environment): Promise<number> {
  const { reason, since, role } = options
  if (since !== undefined && reason !== 'compromised') {
    throw new UserError(
      '--since says from when on somebody else may have had the key, and the reason is another',
      'Leave it out, or give --reason compromised.',
    )
  }
  const runtime = await environment.runtime()
  const revoked = await runtime.revokeLedgerKey({
    ...(await rootRequest(options, environment)),
    key: key.toLowerCase(),
    role,
    reason,
    since,
  })
  const document: KeysRevokeJson = { schema: 'affiant.keys-revoke/1', reason, ...revoked }
  const { stdout } = environment
  await stdout.write(
    options.json ? jsonText(document) : showRevoked(document, options.rootKey, lookOf(stdout, options)),
  )
  return EXIT.ok
}

export interface KeysExportOptions extends StoreOption, JsonOption {
  dir: string
  tsaRoots?: string
  expectHead?: true
}

/** `affiant keys export`: the trust policy and the public keys, for those who verify. */
export async function keysExport(options: KeysExportOptions, environment: Environment): Promise<number> {
  const { stdout, cwd } = environment
  const runtime = await environment.runtime()
  const ledger = await readLedgerKeys(runtime.openStore(await storePath(options, runtime)))
  if (ledger === undefined) throw noLedger()
  const at = runtime.systemClock.now()
  const tsaRoots = options.tsaRoots === undefined ? [] : await runtime.pemBlocks(options.tsaRoots)
  const policy = suggestPolicy(ledger, { at, tsaRoots, expectHead: options.expectHead ?? false })
  const folder = posix.resolve(cwd, options.dir)
  const files = [
    { path: posix.join(folder, 'trust-policy.json'), content: policyText(policy) },
    ...ledger.keys.map(({ role, keyid, spki }) => ({
      path: posix.join(folder, `${role}-${keyid.slice(0, 8)}.pub.pem`),
      content: pemOf(spki),
    })),
  ]
  for (const { path, content } of files) await runtime.writeNewFile(path, content)
  const document: KeysExportJson = {
    schema: 'affiant.keys-export/1',
    origin: ledger.origin,
    genesis: ledger.genesis,
    rootKeyIds: policy.rootKeys.map(({ keyid }) => keyid),
    ...(policy.expectHead && { head: policy.expectHead }),
    written: files.map(({ path }) => path),
  }
  const verify = command(
    'affiant',
    'verify',
    shownPath(cwd, await storePath(options, runtime)),
    '--policy',
    shownPath(cwd, posix.join(folder, 'trust-policy.json')),
  )
  const shown = (path: string) => shownPath(cwd, path)
  await stdout.write(options.json ? jsonText(document) : showKeysExported(document, shown, verify, lookOf(stdout)))
  return EXIT.ok
}
