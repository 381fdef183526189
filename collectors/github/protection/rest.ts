import { DeniedError, NotFoundError, type Observed, type Reader, type z } from 'affiant/sdk'
import { type ListedRepository, pathOf } from '../listing.ts'
import { administration, metadata } from '../permissions.ts'
import { type BranchRule, ClassicAnswer, type ClassicProtection, inOrder, RuleAnswer, RulesetAnswer } from './model.ts'
import type { Organization } from '../session.ts'

/** What REST says of a branch. */
export interface RestProtection {
  /** The branch does not exist: nothing was ever pushed. */
  empty: boolean
  classic: Observed<ClassicProtection>
  rules: Observed<BranchRule[]>
}

export async function readProtection(
  at: Organization,
  repository: ListedRepository,
  branch: string,
  reader: Reader,
): Promise<RestProtection> {
  const [{ classic, empty }, rules] = await Promise.all([
    readClassic(at, repository, branch, reader),
    reader.observe(`${repository.full_name}: rules of the default branch`, async () =>
      inOrder(
        await at.client.all(
          '/repos/{owner}/{repo}/rules/branches/{branch}',
          { ...pathOf(repository), branch },
          RuleAnswer,
          { permission: metadata.name },
        ),
      ),
    ),
  ])
  return { classic, empty, rules }
}

export const classicOf = ({ full_name }: Pick<ListedRepository, 'full_name'>) =>
  `${full_name}: classic protection of the default branch`

async function readClassic(at: Organization, repository: ListedRepository, branch: string, reader: Reader) {
  let empty = false
  const classic = await reader.observe(
    classicOf(repository),
    () =>
      at.client.get(
        '/repos/{owner}/{repo}/branches/{branch}/protection',
        { ...pathOf(repository), branch },
        ClassicAnswer,
        {
          permission: administration.name,
          // GitHub answers 404 for three things and only its message tells them apart. A plain "Not Found" hides
          // protection from credentials that may not see it: that is not the absence of protection.
          explain({ status, message }) {
            if (status !== 404) return undefined
            if (/^branch not found/i.test(message)) empty = true
            else if (!/^branch not protected/i.test(message)) {
              return new DeniedError(
                `${repository.full_name}: GitHub hides classic branch protection (404); grant ${administration.name}`,
                { status, permission: administration.name },
              )
            }
            return new NotFoundError(`${repository.full_name}: no classic branch protection`, { status })
          },
        },
      ),
    { absentOn: 'not-found' },
  )
  return { classic, empty }
}

type RulesetAnswer = z.output<typeof RulesetAnswer>

/** Reads rulesets by REST. Those of the organisation bind many repositories; each is read once. */
export function rulesetReader({ client }: Organization) {
  const shared = new Map<number, Promise<RulesetAnswer>>()
  return (repository: ListedRepository, id: number): Promise<RulesetAnswer> => {
    const known = shared.get(id)
    if (known !== undefined) return known
    const ruleset = client.get('/repos/{owner}/{repo}/rulesets/{id}', { ...pathOf(repository), id }, RulesetAnswer, {
      permission: metadata.name,
    })
    shared.set(id, ruleset)
    return ruleset
  }
}
export type ReadRuleset = ReturnType<typeof rulesetReader>
