import { DeniedError, defineStream, NotFoundError, observedOf, type Reader, z } from 'affiant/sdk'
import type { RepositoryAnswer } from '../answers.ts'
import { eachRepository, notRead, pathOf } from '../listing.ts'
import { administration, everyRepository, metadata } from '../permissions.ts'
import { BranchRule, ClassicAnswer, ClassicProtection, RuleAnswer, Ruleset, RulesetAnswer } from '../protection.ts'
import type { Session } from '../session.ts'

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

export const branchProtection = defineStream({
  id: 'github.branch-protection',
  version: 1,
  title: 'Protection of each default branch, by classic rules and by rulesets',
  record: BranchProtectionRecord,
  key: (record) => record.repository,
  permissions: [metadata, administration, everyRepository],
  reproduce: (scope) =>
    `gh api --paginate /orgs/${scope.id}/repos --jq '.[] | [.full_name, .default_branch] | @tsv' | while read -r repo branch; do gh api "/repos/$repo/branches/$branch/protection"; gh api --paginate "/repos/$repo/rules/branches/$branch"; done`,
  collect(session: Session, _scope, reader) {
    const shared: SharedRulesets = new Map()
    return eachRepository(session, reader, (repository) => protectionOf(session, repository, reader, shared))
  },
})

/** Organisation rulesets bind many repositories; each is read once. */
type SharedRulesets = Map<number, Promise<z.output<typeof RulesetAnswer>>>

async function protectionOf(
  session: Session,
  repository: RepositoryAnswer,
  reader: Reader,
  shared: SharedRulesets,
): Promise<BranchProtectionRecord> {
  const { full_name: name, default_branch: branch } = repository
  const skipped = notRead(repository, session)
  const excluded = skipped === 'excluded' ? (session.excluded.get(repository.name.toLowerCase()) ?? null) : null
  const base = { repository: name, branch, notRead: skipped, excluded }
  if (skipped !== null || branch === null) return { ...base, empty: false, classic: null, rules: null, rulesets: [] }

  const [{ classic, empty }, rules] = await Promise.all([
    readClassic(session, repository, branch, reader),
    reader.observe(`${name}: rules of the default branch`, () =>
      session.client.all(
        '/repos/{owner}/{repo}/rules/branches/{branch}',
        { ...pathOf(repository), branch },
        RuleAnswer,
        {
          permission: metadata.name,
        },
      ),
    ),
  ])
  const ids = rules.state === 'observed' ? new Set(rules.value.flatMap((rule) => rule.rulesetId ?? [])) : []
  const rulesets = await Promise.all(
    [...ids]
      .sort((a, b) => a - b)
      .map(async (id) => ({
        id,
        read: await reader.observe(`${name}: ruleset ${id}`, () => readRuleset(session, repository, id, shared)),
      })),
  )
  return { ...base, empty, classic, rules, rulesets }
}

async function readClassic(session: Session, repository: RepositoryAnswer, branch: string, reader: Reader) {
  let empty = false
  const classic = await reader.observe(
    `${repository.full_name}: classic protection of the default branch`,
    () =>
      session.client.get(
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

function readRuleset(session: Session, repository: RepositoryAnswer, id: number, shared: SharedRulesets) {
  let ruleset = shared.get(id)
  if (ruleset === undefined) {
    ruleset = session.client.get('/repos/{owner}/{repo}/rulesets/{id}', { ...pathOf(repository), id }, RulesetAnswer, {
      permission: metadata.name,
    })
    shared.set(id, ruleset)
  }
  return ruleset
}
