/** The order of P-256: FIPS 186-5 by way of SP 800-186, section 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/**
 * Every ECDSA signature (r, s) has a second form (r, n - s), which anybody can compute and which verifies too.
 * @param der of P-256, in DER: a sequence of two integers
 */
export function secondForm(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der)
  const r = bytes.subarray(2, 4 + (bytes[3] ?? 0))
  const s = BigInt(`0x${bytes.subarray(r.length + 4).toString('hex')}`)
  const hex = (ORDER - s).toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  const digits = Buffer.from(even.startsWith('0') || even < '8' ? even : `00${even}`, 'hex')
  const body = Buffer.concat([r, Buffer.of(2, digits.length), digits])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}
