import type { z } from 'zod'
import { TrustPolicy } from '../model/trust-policy.ts'
import { type LedgerKeys, isActive } from './keys-list.ts'
import { pemOf } from './keys.ts'

export interface PolicyOptions {
  /** Judges which root keys are active. */
  at: Date
  /** Root certificates of timestamp authorities, each in PEM. */
  tsaRoots?: readonly string[]
  /** Pins the head of the ledger as it is now. */
  expectHead?: boolean
}

/**
 * The trust policy that the agent suggests: name and genesis of its ledger, and its root keys that are not revoked. Whoever
 * verifies compares it with the engagement letter before using it.
 */
export function suggestPolicy(
  { origin, genesis, head, keys }: LedgerKeys,
  { at, tsaRoots = [], expectHead = false }: PolicyOptions,
): z.input<typeof TrustPolicy> {
  const rootKeys = keys.filter((key) => key.role === 'root' && isActive(key, at))
  return {
    version: 1,
    origin,
    genesis,
    rootKeys: rootKeys.map(({ keyid, spki }) => ({ keyid, pem: pemOf(spki) })),
    ...(tsaRoots.length > 0 && { tsa: tsaRoots.map((pem) => ({ pem })) }),
    ...(expectHead && { expectHead: head }),
  }
}

/** The text of `trust-policy.json`. */
export function policyText(policy: z.input<typeof TrustPolicy>): string {
  TrustPolicy.parse(policy)
  return `${JSON.stringify(policy, undefined, 2)}\n`
}
