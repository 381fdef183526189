import { createCipheriv, createPrivateKey, pbkdf2Sync } from 'node:crypto'

/** As the OWASP password storage guidance has it for PBKDF2 with HMAC-SHA-256. Node itself always takes 2,048. */
const ITERATIONS = 600_000
const SALT_BYTES = 16
const IV_BYTES = 16
const KEY_BYTES = 32

const oid = (...bytes: number[]) => der(0x06, Uint8Array.from(bytes))
/** RFC 8018, appendix A and B; RFC 3565 for AES. */
const PBES2 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d)
const PBKDF2 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c)
const HMAC_SHA256 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09)
const AES_256_CBC = oid(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a)
const NULL = der(0x05)

/**
 * The key in an encrypted PKCS#8 PEM (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC), which `openssl pkey` opens too.
 * @param privatePem unencrypted
 * @param randomBytes that many random bytes, unpredictable
 */
export function encryptPrivateKey(
  privatePem: string,
  passphrase: string,
  randomBytes: (count: number) => Uint8Array,
): string {
  const plain = createPrivateKey(privatePem).export({ type: 'pkcs8', format: 'der' })
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, KEY_BYTES, 'sha256'), iv)
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  const derivation = sequence(PBKDF2, sequence(octets(salt), integer(ITERATIONS), sequence(HMAC_SHA256, NULL)))
  const scheme = sequence(PBES2, sequence(derivation, sequence(AES_256_CBC, octets(iv))))
  const lines =
    sequence(scheme, octets(encrypted))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`
}

/** One element of DER, of up to 65,535 bytes. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const octets = (bytes: Uint8Array) => der(0x04, bytes)

function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex')
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes)
}
