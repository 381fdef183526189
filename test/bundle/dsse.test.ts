import { bundleFromJSON } from '@sigstore/bundle'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import * as fc from 'fast-check'
import { createPublicKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { preAuthEncoding, readEnvelope, signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { key, signer } from './fixture.ts'

const payload = Buffer.from('{"hello":"world"}')

it('encodes as the DSSE protocol does', () => {
  // The example of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
  const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
  expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})

it('counts bytes, not characters', () => {
  expect(Buffer.from(preAuthEncoding('é', Buffer.from('€'))).toString()).toBe('DSSEv1 2 é 3 €')
})

it('reads back what it wrote, for any payload and signature', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, signature) => {
      const envelope = readEnvelope(writeEnvelope(bytes, signature, signer))
      expect(Buffer.from(envelope.payload).equals(bytes)).toBe(true)
      expect(Buffer.from(envelope.signature).equals(signature)).toBe(true)
      expect(envelope.keyId).toBe(key.keyId)
    }),
  )
})

it('refuses bytes that are no envelope', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(() => readEnvelope(bytes)).toThrow(/\w/)
    }),
  )
})

function sigstoreVerify(file: Uint8Array): void {
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(Buffer.from(file).toString())))
  const spki = createPublicKey(key.publicPem).export({ type: 'spki', format: 'pem' }).toString()
  const roots = { mediaType: '', certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }
  const trust = toTrustMaterial(roots, (hint) => {
    if (hint !== key.keyId) throw new Error('unknown key')
    return { publicKey: createPublicKey(spki), validFor: () => true }
  })
  new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(entity)
}

it('is accepted by @sigstore/verify, and refused by it when changed', async () => {
  const signature = await signer.sign(signedBytes(payload))
  expect(() => sigstoreVerify(writeEnvelope(payload, signature, signer))).not.toThrow()
  const changed = writeEnvelope(Buffer.from('{"hello":"w0rld"}'), signature, signer)
  expect(() => sigstoreVerify(changed)).toThrow('signature verification failed')
})
