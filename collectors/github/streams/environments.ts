import { defineStream, type Observed, observedOf, quoted, type Reader, TruncatedError, z } from 'affiant/sdk'
import { type RepositoryAnswer, told } from '../answers.ts'
import { pathOf } from '../listing.ts'
import { contents, everyRepository, metadata } from '../permissions.ts'
import { environments as permission } from '../security/permissions.ts'
import { countedPages, estimateForEach, readEach, readingFields } from '../security/reading.ts'
import type { Organization, Session } from '../session.ts'

const Environment = z.strictObject({
  name: z.string(),
  /** How many people must be asked, not who; teams by name. `null`: nobody has to approve. */
  reviewers: z.strictObject({ people: z.int(), teams: z.array(z.string()) }).nullable(),
  preventSelfReview: z.boolean().nullable(),
  waitMinutes: z.int().nullable(),
  canAdminsBypass: z.boolean().nullable(),
  /** From which branches it may be deployed to: every one, those that are protected, or those of the patterns. */
  branches: z.enum(['all', 'protected', 'patterns']),
  /** With `protected`: whether any branch is. Where none is, GitHub lets every branch deploy. */
  anyProtected: observedOf(z.boolean()).nullable(),
  /** With `patterns`, those. */
  patterns: observedOf(z.array(z.string())).nullable(),
})
export type Environment = z.output<typeof Environment>

export const EnvironmentsRecord = z.strictObject({
  ...readingFields,
  defaultBranch: z.string().nullable(),
  /** `null` when not read. */
  environments: observedOf(z.array(Environment)).nullable(),
})
export type EnvironmentsRecord = z.output<typeof EnvironmentsRecord>

/** https://docs.github.com/en/rest/deployments/environments#list-environments */
const EnvironmentAnswer = z.object({
  name: z.string(),
  can_admins_bypass: told(z.boolean()),
  protection_rules: told(
    z.array(
      z.object({
        type: z.string(),
        wait_timer: told(z.int()),
        prevent_self_review: told(z.boolean()),
        reviewers: told(
          z.array(z.object({ type: told(z.string()), reviewer: told(z.object({ slug: told(z.string()) })) })),
        ),
      }),
    ),
  ),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable(),
})
type EnvironmentAnswer = z.output<typeof EnvironmentAnswer>
const PatternAnswer = z.object({ name: z.string() })

/** @throws TruncatedError if the list ends before GitHub's own count */
async function whole<T>(pages: AsyncIterable<{ items: T[]; total: number; last: boolean }>): Promise<T[]> {
  const all: T[] = []
  for await (const { items, total, last } of pages) {
    all.push(...items)
    if (last && all.length < total) throw new TruncatedError(`GitHub counts ${total} and listed ${all.length}`)
  }
  return all
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-branches-and-tags */
function protectedBranches(at: Organization, repository: RepositoryAnswer, reader: Reader) {
  return reader.observe(`${repository.full_name}: protected branches`, async () => {
    const params = { ...pathOf(repository), protected: 'true', per_page: 1 }
    const options = { permission: contents.name }
    return (await at.client.get('/repos/{owner}/{repo}/branches', params, z.array(PatternAnswer), options)).length > 0
  })
}

async function environmentOf(
  at: Organization,
  repository: RepositoryAnswer,
  answer: EnvironmentAnswer,
  reader: Reader,
  anyProtected: () => Promise<Observed<boolean>>,
): Promise<Environment> {
  const { name, deployment_branch_policy: policy } = answer
  const rules = answer.protection_rules ?? []
  const review = rules.find(({ type }) => type === 'required_reviewers')
  const asked = review?.reviewers ?? []
  const teams = asked.flatMap(({ type, reviewer }) => (type === 'Team' ? (reviewer?.slug ?? 'a team') : [])).sort()
  const route = '/repos/{owner}/{repo}/environments/{name}/deployment-branch-policies'
  const params = { ...pathOf(repository), name }
  const branches = policy === null ? 'all' : policy.custom_branch_policies ? 'patterns' : 'protected'
  return {
    name,
    reviewers: asked.length === 0 ? null : { people: asked.length - teams.length, teams },
    preventSelfReview: review?.prevent_self_review ?? null,
    waitMinutes: rules.find(({ type }) => type === 'wait_timer')?.wait_timer ?? null,
    canAdminsBypass: answer.can_admins_bypass,
    branches,
    anyProtected: branches === 'protected' ? await anyProtected() : null,
    patterns:
      branches === 'patterns'
        ? await reader.observe(`${repository.full_name}: branches that may deploy to ${name}`, async () => {
            const options = { permission: permission.name }
            const list = await whole(countedPages(at, route, params, 'branch_policies', PatternAnswer, options))
            return list.map((pattern) => pattern.name).sort()
          })
        : null,
  }
}

export const environments = defineStream({
  id: 'github.environments',
  version: 1,
  title: 'Deployment environments of each repository, who approves and from which branches',
  record: EnvironmentsRecord,
  key: ({ repository }) => repository,
  permissions: [metadata, permission, contents, everyRepository],
  estimate: estimateForEach(1),
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api --paginate /repos/{}/environments`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const nothing = { defaultBranch: null, environments: null }
    yield* readEach(at, reader, nothing, async (repository) => ({
      defaultBranch: repository.default_branch,
      environments: await reader.observe(`${repository.full_name}: environments`, async () => {
        const route = '/repos/{owner}/{repo}/environments'
        const options = { permission: permission.name }
        const list = await whole(
          countedPages(at, route, pathOf(repository), 'environments', EnvironmentAnswer, options),
        )
        let asked: Promise<Observed<boolean>> | undefined
        const anyProtected = () => (asked ??= protectedBranches(at, repository, reader))
        const found = await Promise.all(list.map((one) => environmentOf(at, repository, one, reader, anyProtected)))
        return found.sort((a, b) => (a.name < b.name ? -1 : 1))
      }),
    }))
  },
})
