import { readCertificate, type TsaCertificate } from './tsa-certificate.ts'

/** A file of roots that cannot be used. The hint says what to do next. */
export class RootsError extends Error {
  override readonly name = 'RootsError'
  readonly hint = 'Give the root certificate of the timestamp authority in PEM form, as the authority publishes it.'
}

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----/g

/**
 * The certificates of a PEM file, to pin as roots of timestamp authorities. Text around them is skipped.
 * @throws RootsError if there is none, or one of them is not the certificate of an authority
 */
export function readRoots(pem: string): TsaCertificate[] {
  const roots = [...pem.matchAll(BLOCK)].map(([, base64 = ''], index) => readRoot(base64, index + 1))
  if (roots.length === 0) throw new RootsError('there is no certificate in the file')
  return roots
}

function readRoot(base64: string, number: number): TsaCertificate {
  let root: TsaCertificate
  try {
    root = readCertificate(Buffer.from(base64, 'base64'))
    root.key()
  } catch (cause) {
    throw new RootsError(`certificate ${number} of the file cannot be read, or its key is of no known kind`, { cause })
  }
  if (root.authority === undefined) {
    throw new RootsError(`certificate ${number} of the file is not that of a certificate authority`)
  }
  return root
}
