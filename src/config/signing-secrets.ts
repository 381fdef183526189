import { createPrivateKey } from 'node:crypto'
import type { Secret } from '../sdk/secret.ts'
import type { Config, SecretRef } from './config.ts'
import { type Problem, sortProblems } from './problem.ts'
import { problem, type ReadSecret, secretReader, type SecretStores } from './secret-reader.ts'

export interface SigningSecrets {
  key: Secret
  passphrase?: Secret
}

/**
 * The signing key of a config alone, `undefined` if it is in a key service.
 * @returns what {@link resolveSecrets} says of it
 */
export async function resolveSigning(
  { signing }: Pick<Config, 'signing'>,
  stores: SecretStores,
): Promise<{ secrets: SigningSecrets | undefined; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const secrets = await readSigning(signing, secretReader(stores, problems), problems)
  return { secrets, problems: sortProblems(problems) }
}

/** The passphrase of a signing key alone, which may not be there yet. */
export async function resolvePassphrase(
  passphrase: SecretRef,
  stores: SecretStores,
): Promise<{ secret: Secret; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const secret = await secretReader(stores, problems)(passphrase, { strict: true })
  return { secret, problems }
}

/** What is wrong becomes a problem. `undefined`: the key is in a key service. */
export async function readSigning(
  signing: Config['signing'],
  read: ReadSecret,
  problems: Problem[],
): Promise<SigningSecrets | undefined> {
  if ('kms' in signing) return undefined
  const passphrase = signing.passphrase && (await read(signing.passphrase, { strict: true }))
  const key = await read(signing.key, { strict: true, reject: whyNoSigningKey })
  const opened = whyNotOpened(key.reveal(), passphrase?.reveal())
  if (opened !== undefined) {
    const place = opened.at === 'passphrase' && signing.passphrase !== undefined ? signing.passphrase : signing.key
    problems.push(problem('secret-invalid', place, opened.reason))
  }
  return { key, ...(passphrase && { passphrase }) }
}

const ENCRYPTED = '-----BEGIN ENCRYPTED PRIVATE KEY-----'

function whyNoSigningKey(value: string): string | undefined {
  if (value.includes(ENCRYPTED)) return undefined
  if (!value.includes('-----BEGIN PRIVATE KEY-----')) return WANTED
  return whyNotUsable(value)
}

const WANTED =
  'expected an ECDSA P-256 or Ed25519 private key, PKCS#8 PEM ("-----BEGIN PRIVATE KEY-----" or "-----BEGIN ENCRYPTED PRIVATE KEY-----")'

function whyNotUsable(key: string, passphrase?: string): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey({
      key,
      ...(passphrase !== undefined && { passphrase }),
    })
    if (asymmetricKeyType === 'ed25519') return undefined
    if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined
    return `${WANTED}, found a key of another kind`
  } catch {
    return passphrase === undefined
      ? `${WANTED}; the key could not be parsed`
      : 'the key does not open with signing.passphrase'
  }
}

/** Whether key and passphrase belong together; what is missing or empty is reported elsewhere. */
function whyNotOpened(
  key: string,
  passphrase: string | undefined,
): { at: 'key' | 'passphrase'; reason: string } | undefined {
  const isEncrypted = key.includes(ENCRYPTED)
  if (isEncrypted && passphrase === undefined) {
    return { at: 'key', reason: 'the key is encrypted; name its passphrase by reference in signing.passphrase' }
  }
  if (isEncrypted && passphrase !== undefined && passphrase !== '') {
    const reason = whyNotUsable(key, passphrase)
    return reason === undefined ? undefined : { at: 'passphrase', reason }
  }
  if (key.includes('-----BEGIN PRIVATE KEY-----') && passphrase !== undefined) {
    return {
      at: 'passphrase',
      reason:
        'the signing key is not encrypted: leave the passphrase out, or encrypt the key with openssl pkcs8 -topk8',
    }
  }
  return undefined
}
