import { type TimestampReason, TokenRefused } from './tsa-reasons.ts'
import { authorityProblem, type TsaCertificate } from './tsa-certificate.ts'
import { sameBytes } from './tsa-der.ts'

/** Issuers between a signer and a root; real chains have none to two. */
const MAX_ISSUERS = 6
/** Signatures verified for one token at most, so that crafted certificates with one name cost little. */
const MAX_TRIALS = 40

export interface ChainInput {
  signer: TsaCertificate
  /** Found in the token: used, never trusted. */
  given: readonly TsaCertificate[]
  /** Pinned. The end of a chain, whether self-signed or not. */
  roots: readonly TsaCertificate[]
  /** The chain is judged as of this time. */
  at: Date
}

/** Later ones say more: a chain that was found and has expired is better to know of than one that leads nowhere. */
const TELLING: readonly TimestampReason[] = [
  'timestamp-root',
  'timestamp-chain',
  'timestamp-algorithm',
  'timestamp-validity',
]

/**
 * Finds a chain from the signer to a pinned root, in which every certificate was valid at the time.
 * Revocation is not looked at: what is known years later comes from no network.
 * @returns the root
 * @throws TokenRefused `timestamp-root`, `timestamp-chain`, `timestamp-validity`, `timestamp-algorithm`
 */
export async function assertChain({ signer, given, roots, at }: ChainInput): Promise<TsaCertificate> {
  let best = new TokenRefused('timestamp-root', 'no chain leads from the signer to a pinned root')
  let trials = MAX_TRIALS
  if (!validAt(signer, at)) throw new TokenRefused('timestamp-validity', 'the signer was not valid at the time')
  if (signer.unknownCritical) {
    throw new TokenRefused('timestamp-chain', 'the signer has a critical extension that is not understood')
  }
  const root = await climb(signer, [])
  if (root === undefined) throw best
  return root

  async function climb(
    certificate: TsaCertificate,
    below: readonly TsaCertificate[],
  ): Promise<TsaCertificate | undefined> {
    const isIssuer = (candidate: TsaCertificate) => sameBytes(candidate.subject, certificate.issuer)
    const path = [...below, certificate]
    for (const pinned of roots.filter(isIssuer)) if (await links(certificate, pinned, below.length)) return pinned
    if (path.length > MAX_ISSUERS) return undefined
    for (const issuer of given.filter(isIssuer)) {
      const seen = path.some(({ der }) => sameBytes(der, issuer.der))
      if (seen || !(await links(certificate, issuer, below.length))) continue
      const found = await climb(issuer, path)
      if (found !== undefined) return found
    }
    return undefined
  }

  async function links(certificate: TsaCertificate, issuer: TsaCertificate, below: number): Promise<boolean> {
    if (trials-- <= 0) return false
    try {
      // A certificate of the right name with another key is not the issuer, and says nothing of the chain.
      if (!(await certificate.signedBy(issuer.key()))) return false
      assertMayIssue(issuer, below, at)
      return true
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error
      if (TELLING.indexOf(error.reason) > TELLING.indexOf(best.reason)) best = error
      return false
    }
  }
}

function assertMayIssue(issuer: TsaCertificate, below: number, at: Date): void {
  const problem = authorityProblem(issuer, below)
  if (problem !== undefined) throw new TokenRefused('timestamp-chain', problem)
  if (!validAt(issuer, at)) throw new TokenRefused('timestamp-validity', 'an issuer was not valid at the time')
}

function validAt({ notBefore, notAfter }: TsaCertificate, at: Date): boolean {
  // A certificate is valid to the end of its last second.
  return at >= notBefore && at.getTime() < notAfter.getTime() + 1000
}
