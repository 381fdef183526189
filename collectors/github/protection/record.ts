import { observedOf, z } from 'affiant/sdk'
import { type ListedRepository, notRead } from '../listing.ts'
import { BranchRule, ClassicProtection, Ruleset } from './model.ts'
import type { Organization } from '../session.ts'

export const BranchProtectionRecord = z.strictObject({
  repository: z.string(),
  branch: z.string().nullable(),
  /** Why nothing was read. `null`: it was. */
  notRead: z.enum(['archived', 'excluded', 'no-branch']).nullable(),
  /** The reason config gives for `excluded`. */
  excluded: z.string().nullable(),
  /** The default branch does not exist: nothing was ever pushed. */
  empty: z.boolean(),
  /** `null` when not read. */
  classic: observedOf(ClassicProtection).nullable(),
  /** Rules of every active ruleset, of the repository and of the organisation. `null` when not read. */
  rules: observedOf(z.array(BranchRule)).nullable(),
  /** The rulesets those rules come from, by id. */
  rulesets: z.array(Ruleset),
})
export type BranchProtectionRecord = z.output<typeof BranchProtectionRecord>

/** The record of a repository of which nothing was read. */
export function protectionRecord(repository: ListedRepository, at: Organization): BranchProtectionRecord {
  const { full_name, default_branch: branch } = repository
  const skipped = notRead(repository, at)
  return {
    repository: full_name,
    branch,
    notRead: skipped,
    excluded: skipped === 'excluded' ? (at.excluded.get(repository.name.toLowerCase()) ?? null) : null,
    empty: false,
    classic: null,
    rules: null,
    rulesets: [],
  }
}
