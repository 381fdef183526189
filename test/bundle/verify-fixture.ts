import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyEvidence } from '../../src/bundle/verify.ts'
import type { Store } from '../../src/model/store.ts'
import type { Levels, Verification } from '../../src/model/verification.ts'
import { key } from './fixture.ts'

/** Verifies a store with the key of the fixture as the only root key. `runs`: as `verifyEvidence` has it. */
export async function verifyStore(
  store: Store,
  {
    pem = key.publicPem,
    runs,
    deep = false,
  }: { pem?: string | undefined; runs?: readonly number[]; deep?: boolean } = {},
): Promise<Verification> {
  return verifyEvidence({ reader: storeReader(store), trust: trustKeys([pem]), deep, ...(runs && { runs }) })
}

/** Reason codes, each once, in order. */
export function codesOf({ failures }: Verification): string[] {
  return [...new Set(failures.map(({ code }) => code))].sort()
}

/** The values of the levels. */
export function valuesOf({ levels }: Verification): Record<keyof Levels, string> {
  const { intact, authentic, chained, timed, complete, anchored } = levels
  return {
    intact: intact.value,
    authentic: authentic.value,
    chained: chained.value,
    timed: timed.value,
    complete: complete.value,
    anchored: anchored.value,
  }
}
