import { notApplicable, type Verdict, z } from 'affiant/sdk'

/** Names of repositories, as the evidence has them; `*` stands for all. */
export const Repositories = z.array(z.string().min(1)).default([])

/**
 * The verdict on a repository for which a rule was not declared, `undefined` if it was. Git cannot tell whether a project
 * keeps a rule elsewhere or not at all.
 */
export function undeclared(repository: string, declared: readonly string[], check: string): Verdict | undefined {
  if (declared.includes('*') || declared.includes(repository)) return undefined
  return notApplicable('undeclared', `declare ${repository} in checks.${check}.params.repositories if this is its rule`)
}
