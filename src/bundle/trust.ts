import { TrustPolicy } from '../model/trust-policy.ts'
import { BundleError } from './errors.ts'
import { parsePublicKey, type PublicKey } from './public-key.ts'
import type { TsaCertificate } from './tsa-certificate.ts'
import { readRoots, RootsError } from './tsa-roots.ts'

/** All that a verifier believes beforehand, ready for use. It comes from outside the evidence. */
export interface Trust {
  /** By key id. At least one. */
  rootKeys: ReadonlyMap<string, PublicKey>
  /** Roots of timestamp authorities. None: timestamps are not judged. */
  tsaRoots: readonly TsaCertificate[]
  policy: TrustPolicy
}

/**
 * Whom the verifier believes. `first-use`: the root key that the evidence itself names, so that nothing is shown of who made
 * it. `undefined`: nobody; everything else is checked.
 */
export type TrustGiven = Trust | 'first-use' | undefined

/** @throws BundleError `policy-invalid` if it is not the text of a trust policy; the message says where */
export function parseTrustPolicy(text: string): Trust {
  const policy = TrustPolicy.safeParse(parseJson(text))
  if (policy.success) return trustOf(policy.data)
  const [issue] = policy.error.issues
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`
  throw invalid(`it has the wrong shape${place}: ${issue?.message ?? 'unknown'}`)
}

/**
 * A policy that pins these keys as root keys and says nothing else, except for the roots of timestamp authorities if given.
 * @param pems one public key in PEM form each
 * @throws BundleError `policy-invalid`, and `key-invalid` if one of them is not the public key of a signer
 */
export function trustKeys(pems: readonly string[], tsaPems: readonly string[] = []): Trust {
  const rootKeys = pems.map((pem) => ({ keyid: parsePublicKey(pem).id, pem }))
  const policy = TrustPolicy.safeParse({ version: 1, rootKeys, tsa: tsaPems.map((pem) => ({ pem })) })
  if (!policy.success) throw invalid('there are too many keys or roots, or one of them is too long')
  return trustOf(policy.data)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid('it is not JSON', cause)
  }
}

function trustOf(policy: TrustPolicy): Trust {
  const rootKeys = new Map<string, PublicKey>()
  for (const [place, { keyid, pem }] of policy.rootKeys.entries()) {
    const key = readKey(pem, `rootKeys.${place}.pem`)
    if (key.id !== keyid) {
      throw invalid(`rootKeys.${place}: the key has the id ${key.id}, and the policy says ${keyid}`)
    }
    rootKeys.set(key.id, key)
  }
  const tsaRoots = policy.tsa.flatMap(({ pem }, place) => readTsaRoots(pem, `tsa.${place}.pem`))
  if (policy.requireTimestamps > 0 && tsaRoots.length === 0) {
    throw invalid('it requires timestamps and names no authority under "tsa"')
  }
  return { rootKeys, tsaRoots, policy }
}

function readKey(pem: string, place: string): PublicKey {
  try {
    return parsePublicKey(pem)
  } catch (cause) {
    if (cause instanceof BundleError) throw invalid(`${place}: ${cause.message}`, cause)
    throw cause
  }
}

function readTsaRoots(pem: string, place: string): TsaCertificate[] {
  try {
    return readRoots(pem)
  } catch (cause) {
    if (cause instanceof RootsError) throw invalid(`${place}: ${cause.message}`, cause)
    throw cause
  }
}

function invalid(why: string, cause?: unknown): BundleError {
  return new BundleError(
    'policy-invalid',
    `the trust policy cannot be used: ${why}`,
    'Compare it with the engagement letter. docs/bundle-format.md describes its fields; "affiant verify --help" other ways to give a key.',
    cause,
  )
}
