import type { BranchRule, ClassicProtection } from './protection/model.ts'
import type { BranchProtectionRecord } from './streams/branch-protection.ts'

/** Records for the examples of the branch checks: a repository of the invented organisation `acme`. */
export function protectedBy(
  parts: Partial<Pick<BranchProtectionRecord, 'classic' | 'rules' | 'rulesets' | 'notRead' | 'empty'>>,
): BranchProtectionRecord {
  return {
    repository: 'acme/payments-api',
    branch: 'main',
    notRead: null,
    excluded: null,
    empty: false,
    classic: { state: 'absent' },
    rules: { state: 'observed', value: [] },
    rulesets: [],
    ...parts,
  }
}

/** An archived repository, of which nothing was read. */
export const archived = protectedBy({ notRead: 'archived', classic: null, rules: null })

/** Both ways refused: nothing is known. */
export const refused = protectedBy({
  classic: { state: 'unknown', reason: 'denied', permission: 'administration:read' },
  rules: { state: 'unknown', reason: 'denied', permission: 'metadata:read' },
})

type Review = NonNullable<ClassicProtection['pullRequest']>

export function classicRule(
  parts: Partial<Omit<ClassicProtection, 'pullRequest'>> & { review?: Partial<Review> | null } = {},
): BranchProtectionRecord['classic'] {
  const { review, ...rest } = parts
  return {
    state: 'observed',
    value: {
      enforceAdmins: true,
      allowForcePushes: false,
      allowDeletions: false,
      signatures: false,
      pullRequest:
        review === null
          ? null
          : {
              approvals: 1,
              dismissStale: true,
              codeOwners: true,
              lastPushApproval: false,
              bypass: { users: 0, teams: [], apps: [] },
              ...review,
            },
      statusChecks: { strict: true, contexts: ['test'] },
      ...rest,
    },
  }
}

export function rule(type: string, parts: Partial<BranchRule> = {}): BranchRule {
  return { type, rulesetId: 42, pullRequest: null, statusChecks: null, ...parts }
}

export function pullRequestRule(review: Partial<NonNullable<BranchRule['pullRequest']>> = {}): BranchRule {
  return rule('pull_request', {
    pullRequest: { approvals: 1, dismissStale: true, codeOwners: true, lastPushApproval: false, ...review },
  })
}

export function rulesOf(...value: BranchRule[]): BranchProtectionRecord['rules'] {
  return { state: 'observed', value }
}

export function ruleset(bypassActors: string[] | null, id = 42): BranchProtectionRecord['rulesets'][number] {
  return { id, read: { state: 'observed', value: { name: 'Default branch', sourceType: 'Repository', bypassActors } } }
}
