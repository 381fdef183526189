import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { Instant } from '../model/common.ts'

/** An answer with which a source may say later that nothing changed. */
export interface KeptAnswer {
  etag: string
  /** Headers that the collector reads and that a 304 does not repeat. */
  headers: Readonly<Record<string, string>>
  /** When it came from the source. */
  receivedAt: string
  body: Uint8Array<ArrayBuffer>
}

const Head = z.strictObject({ etag: z.string(), headers: z.record(z.string(), z.string()), receivedAt: Instant })

const FORM = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const LINE_FEED = 10
/** Far more than is ever kept; what says it is larger is none of ours. */
const MOST_BYTES = 64 * 1024 * 1024

/** Seals answers so that only this installation can read them, and only under the name they were given. */
export interface KeptCipher {
  /** A name that tells nothing of what it is made from. */
  nameOf(parts: readonly string[]): string
  seal(name: string, answer: KeptAnswer): Promise<Uint8Array>
  /** `undefined` for bytes that were not sealed here under this name. */
  open(name: string, bytes: Uint8Array): Promise<KeptAnswer | undefined>
}

/**
 * AES-256-GCM under keys derived with HKDF-SHA-256 from the secret of the installation. The first bytes of an HMAC of what is
 * sealed make the nonce, so no randomness is needed, and one nonce is used twice only for the same bytes.
 */
export function keptCipher(secret: Uint8Array): KeptCipher {
  const keys = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'affiant kept answers', 96))
  const [forNames, forNonces, forContent] = [0, 32, 64].map((at) => keys.subarray(at, at + 32)) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  const aad = (name: string) => Buffer.from(`${FORM} ${name}`)
  return {
    nameOf: (parts) => createHmac('sha256', forNames).update(JSON.stringify(parts)).digest('hex'),
    async seal(name, { body, ...head }) {
      const plain = await promisify(gzip)(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]), { level: 1 })
      const iv = createHmac('sha256', forNonces).update(`${name}\n`).update(plain).digest().subarray(0, IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', forContent, iv).setAAD(aad(name))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.from([FORM]), iv, cipher.getAuthTag(), sealed])
    },
    async open(name, bytes) {
      const start = 1 + IV_BYTES + TAG_BYTES
      if (bytes[0] !== FORM || bytes.length < start) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', forContent, bytes.subarray(1, 1 + IV_BYTES))
          .setAAD(aad(name))
          .setAuthTag(bytes.subarray(1 + IV_BYTES, start))
        const packed = Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()])
        const plain = await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES })
        const end = plain.indexOf(LINE_FEED)
        return {
          ...Head.parse(JSON.parse(plain.subarray(0, end).toString())),
          body: new Uint8Array(plain.subarray(end + 1)),
        }
      } catch {
        return undefined
      }
    },
  }
}
