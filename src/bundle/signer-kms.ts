import { digest } from './crypto.ts'
import { BundleError } from './errors.ts'
import { pemOf, type Signer } from './keys.ts'
import { parsePublicKey } from './public-key.ts'

/** A key in AWS KMS, by the two calls that signing needs. Both raise BundleError `signer-unavailable`. */
export interface KmsKey {
  /** As in the config: for messages. */
  id: string
  getPublicKey(): Promise<{ spki: Uint8Array; keySpec: string; keyUsage: string }>
  /** ECDSA over a SHA-256 digest: ECDSA_SHA_256 with MessageType DIGEST. */
  sign(sha256: Uint8Array): Promise<Uint8Array>
}

const KEY_SPEC = 'ECC_NIST_P256'

/**
 * A signer over a key that never leaves AWS KMS: it gets digests only. Asks for the public key at once, so that a key of
 * another kind, or one that may not be used, is found before anything is read. What it signs is verified by whoever writes
 * it. https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 * @throws BundleError `signer-unavailable`, or `key-invalid` for a key of another kind
 */
export async function createKmsSigner(key: KmsKey): Promise<Signer> {
  const { spki, keySpec, keyUsage } = await key.getPublicKey()
  if (keySpec !== KEY_SPEC || keyUsage !== 'SIGN_VERIFY') {
    throw new BundleError(
      'key-invalid',
      `the KMS key ${key.id} is of the kind ${keySpec} for ${keyUsage}; only ${KEY_SPEC} for SIGN_VERIFY is accepted`,
      `Make one: aws kms create-key --key-spec ${KEY_SPEC} --key-usage SIGN_VERIFY`,
    )
  }
  const publicKeyPem = pemOf(Buffer.from(spki).toString('base64'))
  return {
    keyId: parsePublicKey(publicKeyPem).id,
    publicKeyPem,
    sign: (bytes) => key.sign(digest('sha256', bytes)),
  }
}
