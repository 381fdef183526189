import type { VerifyReason } from '../../src/bundle/reasons.ts'
import type { TrustGiven } from '../../src/bundle/trust.ts'
import type { IncompleteCode, Levels } from '../../src/model/verification.ts'
import type { Bench } from './bench.ts'

/** Keys of a store and what stands under them. */
export type Files = Map<string, Uint8Array>

/** What a verifier is given. Without `trust`: the key of the honest installation is pinned. */
export type Attacked = { trust?: TrustGiven } & (
  | { archive: Uint8Array }
  /** `runs`: as `verifyEvidence` has it; with none only the ledger is verified. */
  | { files: ReadonlyMap<string, Uint8Array>; runs?: readonly number[] }
)

export interface Expected {
  exit: 0 | 3 | 4 | 5
  /** All reason codes that are found, and no others. */
  codes: readonly VerifyReason[]
  /** All reasons why the evidence is not complete. Absent: not looked at. */
  incomplete?: readonly IncompleteCode[]
  levels?: Partial<Record<keyof Levels, string>>
  /** A file that must be named. */
  file?: string
}

/** An attack that is made, and what a verifier must say of it. */
export interface Attack {
  /** The number of the attack, and a letter where there are several of that kind. */
  id: string
  attack: string
  expected: Expected
  make(bench: Bench): Attacked | Promise<Attacked>
}

/** An attack that is not one on evidence that was made already, so that another test shows it. */
export interface ShownElsewhere {
  id: string
  attack: string
  verdict: string
  /** A file and a part of the name of a test in it. */
  shownBy: { file: string; test: string }
}

export const rejected = (...codes: VerifyReason[]): Expected => ({ exit: 4, codes })
export const untrusted = (...codes: VerifyReason[]): Expected => ({ exit: 5, codes })
export const accepted = (levels: Expected['levels'] = {}): Expected => ({ exit: 0, codes: [], levels })
export const incomplete = (...codes: IncompleteCode[]): Expected => ({ exit: 3, codes: [], incomplete: codes })
