/** Every reason for which a timestamp is not accepted: a closed list, in the order in which they are looked for. */
export const TIMESTAMP_REASONS = {
  'timestamp-too-large': 'the token is larger than any real one',
  'timestamp-malformed': 'the token is not strict DER, or not a CMS signature by one signer over RFC 3161 content',
  'timestamp-algorithm':
    'a digest or signature uses an algorithm or a key too weak or not known (SHA-1, MD5, RSA under 2048)',
  'timestamp-imprint': 'the token was made for other data',
  'timestamp-nonce': 'the token does not answer this request: its nonce is another one, or missing',
  'timestamp-content': 'the signed digest is not that of the content of the token',
  'timestamp-signer': 'the certificate of the signer is not in the token, or not the one that the signature names',
  'timestamp-signature': 'the signature does not verify',
  'timestamp-usage': 'the certificate of the signer may not be used for timestamps, or not only for them',
  'timestamp-root': 'no chain leads to a pinned root',
  'timestamp-chain':
    'a certificate of the chain may not issue the one below it, or holds something critical that is not understood',
  'timestamp-validity': 'a certificate of the chain was not valid at the time of the token',
  'timestamp-early': 'the token is earlier than the claimed time allows',
  'timestamp-late': 'the token is later than the claimed time allows',
} as const satisfies Readonly<Record<string, string>>

export type TimestampReason = keyof typeof TIMESTAMP_REASONS

/** Why a token is not accepted. Stays inside the verifier, which turns it into a verdict. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly reason: TimestampReason

  /** `detail`: fixed words and numbers only, never text of the token. */
  constructor(reason: TimestampReason, detail: string) {
    super(detail)
    this.reason = reason
  }
}
