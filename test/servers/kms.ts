import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { httpServer, json, type TestServer } from '../support/http-server.ts'

export interface KmsOptions {
  /** Answers every call with this error, as KMS does: HTTP status and `__type`. */
  error?: { status: number; type: string }
  /** Gives signatures of another key. */
  lies?: boolean
  keySpec?: string
  /** Never answers. */
  silent?: boolean
}

export interface KmsServer extends TestServer {
  keyId: string
  /** SPKI in PEM. */
  publicPem: string
  /** SHA-256 of the SPKI DER. */
  id: string
  /** What is changed applies to the next call. */
  options: KmsOptions
  /** Names of the operations that were called, in order. */
  calls(): string[]
}

/**
 * AWS KMS on the loopback, as far as signing needs it: its JSON 1.1 protocol over HTTP (`x-amz-target: TrentService.…`),
 * with a real P-256 key. https://docs.aws.amazon.com/kms/latest/APIReference/
 */
export async function startKms(options: KmsOptions = {}): Promise<KmsServer> {
  const keyId = 'alias/affiant-test'
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const now: { options: KmsOptions } = { options }
  const server = await httpServer((request, response, number) => {
    const { error, lies = false, keySpec = 'ECC_NIST_P256', silent = false } = now.options
    if (silent) return undefined
    const answer = (status: number, body: unknown) =>
      json(response, status, body, { 'content-type': 'application/x-amz-json-1.1' })
    if (error) return answer(error.status, { __type: error.type, message: 'a message of the service' })
    const body: unknown = JSON.parse(server.requests[number - 1]?.body ?? '')
    const input = body as { KeyId: string; Message?: string; MessageType?: string; SigningAlgorithm?: string }
    if (input.KeyId !== keyId) return answer(400, { __type: 'NotFoundException', message: 'no such key' })
    if (request.headers['x-amz-target'] === 'TrentService.GetPublicKey') {
      return answer(200, {
        KeyId: keyId,
        PublicKey: spki.toString('base64'),
        KeySpec: keySpec,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: ['ECDSA_SHA_256'],
      })
    }
    const digest = Buffer.from(input.Message ?? '', 'base64')
    if (input.MessageType !== 'DIGEST' || input.SigningAlgorithm !== 'ECDSA_SHA_256' || digest.length !== 32) {
      return answer(400, { __type: 'ValidationException', message: 'not a SHA-256 digest' })
    }
    return answer(200, {
      KeyId: keyId,
      Signature: signDigest(lies ? other : privateKey, digest).toString('base64'),
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
  })
  return {
    ...server,
    keyId,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    id: createHash('sha256').update(spki).digest('hex'),
    get options() {
      return now.options
    },
    set options(changed) {
      now.options = changed
    },
    calls: () => server.requests.map(({ headers }) => String(headers['x-amz-target']).replace('TrentService.', '')),
  }
}

/** ECDSA over a digest that is given; `node:crypto` would hash it once more. */
function signDigest(key: KeyObject, digest: Uint8Array): Buffer {
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  return Buffer.from(p256.sign(digest, scalar, { prehash: false, lowS: false, format: 'der' }))
}
