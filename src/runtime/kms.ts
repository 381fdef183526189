import type * as SdkModule from '@aws-sdk/client-kms'
import { BundleError } from '../bundle/errors.ts'
import { createKmsSigner } from '../bundle/signer-kms.ts'
import type { Signer } from '../bundle/keys.ts'
import type { KmsSettings } from '../config/config.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock } from '../sdk/context.ts'
import { errnoOf } from '../store/errors.ts'

type Sdk = typeof SdkModule

export interface KmsOptions {
  clock: Clock
  /** Loads the SDK; tests show what happens without it. */
  load?: () => Promise<Sdk>
  /** For one call with all its attempts. */
  timeoutMs?: number
}

const TIMEOUT_MS = 20_000
const CONNECTION_TIMEOUT_MS = 3_000
const ATTEMPT_TIMEOUT_MS = 6_000

/**
 * A signer over a key in AWS KMS. The SDK is loaded only here; credentials come from where it looks
 * for them itself. Asks KMS for the public key.
 * @throws UserError if the SDK cannot be loaded; BundleError `signer-unavailable`, `key-invalid`
 */
export async function openKmsSigner(
  { keyId, region, endpoint }: KmsSettings,
  { clock, load = () => import('@aws-sdk/client-kms'), timeoutMs = TIMEOUT_MS }: KmsOptions,
): Promise<Signer> {
  const sdk = await loadSdk(load)
  const client = new sdk.KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: ATTEMPT_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  })
  const call = <Result>(
    what: string,
    act: (client: SdkModule.KMSClient, abortSignal: AbortSignal) => Promise<Result>,
  ) =>
    within(timeoutMs, clock, (signal) => act(client, signal)).catch((cause: unknown) => {
      throw unavailable(what, keyId, region, cause)
    })
  return createKmsSigner({
    id: keyId,
    async getPublicKey() {
      const answer = await call('kms:GetPublicKey', (kms, abortSignal) =>
        kms.send(new sdk.GetPublicKeyCommand({ KeyId: keyId }), { abortSignal }),
      )
      const {
        PublicKey: spki = new Uint8Array(),
        KeySpec: keySpec = 'unknown',
        KeyUsage: keyUsage = 'unknown',
      } = answer
      return { spki, keySpec, keyUsage }
    },
    async sign(sha256) {
      const { Signature: signature = new Uint8Array() } = await call('kms:Sign', (kms, abortSignal) =>
        kms.send(
          new sdk.SignCommand({
            KeyId: keyId,
            Message: sha256,
            MessageType: 'DIGEST',
            SigningAlgorithm: 'ECDSA_SHA_256',
          }),
          { abortSignal },
        ),
      )
      return signature
    },
  })
}

async function loadSdk(load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load()
  } catch (cause) {
    throw new UserError(
      'the package @aws-sdk/client-kms, which is a part of affiant, cannot be loaded',
      'The installation is not whole: install affiant again.',
      { cause },
    )
  }
}

class TimeLimitError extends Error {
  override readonly name = 'TimeoutError'
}

/** The SDK's own limits do not cover its search for credentials; this one covers everything. */
async function within<Result>(
  milliseconds: number,
  clock: Clock,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const expiry = new AbortController()
  const expired = Promise.withResolvers<never>()
  using _ = clock.after(milliseconds, () => {
    expiry.abort()
    expired.reject(new TimeLimitError('no answer in time'))
  })
  return await Promise.race([act(expiry.signal), expired.promise])
}

/** By the names of errors in https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors */
const ADVICE: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  AccessDeniedException: [
    'it was denied',
    'Grant PERMISSION on the key, in its key policy or in the IAM policy of the principal.',
  ],
  NotFoundException: [
    'there is no such key',
    'Correct signing.kms.keyId and signing.kms.region; an alias is written alias/NAME.',
  ],
  DisabledException: ['the key is disabled', 'Enable the key: aws kms enable-key'],
  KMSInvalidStateException: [
    'the key cannot be used in its state',
    'Is it to be deleted? aws kms describe-key shows its state.',
  ],
  InvalidKeyUsageException: [
    'the key is not for ECDSA signatures',
    'Name a key of the kind ECC_NIST_P256 for SIGN_VERIFY.',
  ],
  UnsupportedOperationException: [
    'the key is not for signatures',
    'Name a key of the kind ECC_NIST_P256 for SIGN_VERIFY.',
  ],
  InvalidArnException: ['the key id is not one', 'Correct signing.kms.keyId.'],
  UnrecognizedClientException: [
    'AWS does not know the credentials',
    'Check the credentials that the environment gives to affiant.',
  ],
  InvalidSignatureException: ['AWS refused the credentials', 'Check the credentials, and the clock of this machine.'],
  ExpiredTokenException: ['the credentials have expired', 'Renew them.'],
  CredentialsProviderError: [
    'there are no AWS credentials',
    'Give affiant a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  ThrottlingException: ['it was throttled', 'Try again later.'],
  TimeoutError: ['it did not answer in time', 'Check signing.kms.endpoint, the network and the proxy.'],
  AbortError: ['it did not answer in time', 'Check signing.kms.endpoint, the network and the proxy.'],
}

function unavailable(permission: string, keyId: string, region: string, cause: unknown): BundleError {
  const name = cause instanceof Error ? cause.name : 'unknown error'
  const [what, hint] = ADVICE[name] ?? [
    `it failed (${errnoOf(cause) ?? name})`,
    'Check signing.kms in the config, the network and the state of AWS KMS.',
  ]
  return new BundleError(
    'signer-unavailable',
    `the signing key ${keyId} in AWS KMS (${region}) could not be used, ${permission}: ${what}`,
    hint.replace('PERMISSION', permission),
    cause,
  )
}
