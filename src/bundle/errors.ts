/**
 * Why a bundle could not be made or read.
 *
 * | code | meaning |
 * |---|---|
 * | `key-invalid` | a key file is no PEM key, or is of another kind than ECDSA P-256 and Ed25519 |
 * | `passphrase-missing` | a private key is encrypted, and no passphrase was given |
 * | `passphrase-wrong` | a private key does not open with the passphrase |
 * | `key-not-allowed` | the ledger does not allow the key to sign: it was never added, or was revoked |
 * | `signer-unavailable` | a key service did not sign, or did not say which key it has |
 * | `signature-refused` | the signer gave a signature that its own public key does not verify; nothing was written |
 * | `index-refused` | the index does not agree with the plan or the store; nothing was signed |
 * | `already-sealed` | the run has been sealed or aborted, or another process is sealing it |
 * | `ledger-invalid` | the ledger cannot be continued: an entry is missing or not what affiant writes |
 * | `ledger-foreign` | the ledger belongs to another installation |
 * | `ledger-busy` | other processes took every place in the ledger that was tried |
 * | `policy-invalid` | a trust policy is not JSON of the right shape, or a key or certificate in it cannot be used |
 * | `record-missing` | no record, or more than one, is what was asked for |
 * | `export-refused` | what was asked for cannot be exported; nothing was written |
 * | `sample-refused` | of such a population no such sample is drawn; nothing was written |
 * | `population-incomplete` | of a population that is not complete no sample is drawn; nothing was written |
 * | `run-missing` | there is no such run in the store |
 * | `unsealed` | the run was opened and never sealed |
 * | `invalid` | a file of the run is not what affiant writes; `affiant verify` says more |
 */
export type BundleErrorCode =
  | 'key-invalid'
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'key-not-allowed'
  | 'signer-unavailable'
  | 'signature-refused'
  | 'index-refused'
  | 'already-sealed'
  | 'ledger-invalid'
  | 'ledger-foreign'
  | 'ledger-busy'
  | 'policy-invalid'
  | 'record-missing'
  | 'export-refused'
  | 'sample-refused'
  | 'population-incomplete'
  | 'run-missing'
  | 'unsealed'
  | 'invalid'

/** A bundle could not be made or read. The hint says what to do next. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
  readonly code: BundleErrorCode
  readonly hint: string

  constructor(code: BundleErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }
}
