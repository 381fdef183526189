import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as node from '../../src/bundle/crypto.ts'
import * as web from '../../src/bundle/crypto-web.ts'
import { type PublicKey, readPublicKey } from '../../src/bundle/public-key.ts'

const both = [node, web] as const

test('digests are the same, whole and in pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
      const whole = Buffer.concat(pieces)
      for (const name of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
        expect(Buffer.from(web.digest(name, whole))).toEqual(Buffer.from(node.digest(name, whole)))
      expect(web.sha256(whole)).toBe(node.sha256(whole))
      expect(web.sha256Binary(whole)).toBe(node.sha256Binary(whole))
      const [one, other] = both.map(({ hashStream }) => {
        const stream = hashStream()
        for (const piece of pieces) stream.update(piece)
        return stream.hex()
      })
      expect(one).toBe(other)
      expect(one).toBe(node.sha256(whole))
    }),
  )
  expect(web.sha256('Zürich')).toBe(node.sha256(Buffer.from('Zürich')))
})

const DATA = Buffer.from('evidence')
const spki = { type: 'spki', format: 'der' } as const

function keyWith(publicKey: { export(options: typeof spki): Buffer }): PublicKey {
  return readPublicKey(publicKey.export(spki))
}

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const p256 = ec('P-256')
const kinds = [
  ['P-256', p256, { key: 'ec', hash: 'sha256' }],
  ['P-384', ec('P-384'), { key: 'ec', hash: 'sha384' }],
  ['P-521', ec('P-521'), { key: 'ec', hash: 'sha512' }],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), { key: 'rsa', hash: 'sha256' }],
  ['Ed25519', generateKeyPairSync('ed25519'), { key: 'ed25519' }],
] as const

describe.each(kinds)('%s', (_, { privateKey, publicKey }, scheme) => {
  const key = keyWith(publicKey)
  const signature = sign('hash' in scheme ? scheme.hash : null, DATA, privateKey)

  test('verifies with its own key, over the same bytes', async () => {
    for (const { verifySignatureOf } of both) {
      expect(await verifySignatureOf(key, scheme, DATA, signature)).toBe(true)
      expect(await verifySignatureOf(key, scheme, Buffer.from('evidence!'), signature)).toBe(false)
      expect(await verifySignatureOf(key, scheme, DATA, randomBytes(70))).toBe(false)
      expect(await verifySignatureOf(key, scheme, DATA, new Uint8Array())).toBe(false)
      expect(await verifySignatureOf(key, scheme, DATA, Buffer.concat([signature, Buffer.of(0)]))).toBe(false)
    }
  })

  test('no changed byte of a signature verifies in either', async () => {
    for (let at = 0; at < signature.length; at += scheme.key === 'rsa' ? 17 : 1) {
      const changed = Uint8Array.from(signature)
      changed[at] = (changed[at] ?? 0) ^ 1
      for (const { verifySignatureOf } of both) expect(await verifySignatureOf(key, scheme, DATA, changed)).toBe(false)
    }
  })
})

test('a key of another kind than the scheme does not verify', async () => {
  const key = keyWith(p256.publicKey)
  const signature = sign('sha256', DATA, p256.privateKey)
  for (const { verifySignatureOf } of both) {
    expect(await verifySignatureOf(key, { key: 'rsa', hash: 'sha256' }, DATA, signature)).toBe(false)
    expect(await verifySignatureOf(key, { key: 'ed25519' }, DATA, signature)).toBe(false)
  }
})
