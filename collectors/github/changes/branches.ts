import { DeniedError, type Reader, type ReadError, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { accountOfUser, Someone } from './accounts.ts'
import type { Activity, Branch, ChangedRepository } from './model.ts'
import { isRefusal } from '../instead.ts'
import { pathOf } from '../listing.ts'
import { metadata } from '../permissions.ts'
import { history } from './permissions.ts'
import type { Organization } from '../session.ts'

/** https://docs.github.com/en/rest/branches/branches#list-branches; classic checks stand beside the branch for everybody. */
const BranchItem = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string() }),
  protection: told(z.object({ required_status_checks: told(z.object({ contexts: z.array(z.string()) })) })),
})
type BranchItem = z.output<typeof BranchItem>

const RuleItem = z.object({
  type: z.string(),
  parameters: told(z.object({ required_status_checks: told(z.array(z.object({ context: z.string() }))) })),
})

/** https://docs.github.com/en/rest/repos/repos#list-repository-activities */
const ActivityItem = z.object({
  before: z.string(),
  after: z.string(),
  timestamp: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  activity_type: z.string(),
  actor: Someone,
})

/** The branches besides the default one that are protected, by a classic rule or a ruleset. */
export async function otherProtectedBranches(at: Organization, repository: ChangedRepository): Promise<Branch[]> {
  const path = { ...pathOf(repository), protected: 'true' }
  const listed = await at.client.all('/repos/{owner}/{repo}/branches', path, BranchItem, { permission: history.name })
  const others = listed.filter(({ name }) => name !== repository.main?.name)
  return Promise.all(others.map((item) => withRules(at, repository, item)))
}

/** GitHub answers 404 for a branch that is not there, saying so, and for one that it hides. */
export const branchOptions = {
  permission: history.name,
  explain({ status, message }: { status: number; message: string }): ReadError | undefined {
    return status === 404 && !/^branch not found/i.test(message)
      ? new DeniedError(`GitHub hides the branches (404); grant ${history.name}`, { status, permission: history.name })
      : undefined
  },
}

/** A branch by name. @throws NotFoundError if it does not exist */
export async function branchByRest(
  at: Organization,
  repository: Pick<ChangedRepository, 'full_name'>,
  branch: string,
): Promise<Branch> {
  const path = { ...pathOf(repository), branch }
  const item = await at.client.get('/repos/{owner}/{repo}/branches/{branch}', path, BranchItem, branchOptions)
  return withRules(at, repository, item)
}

async function withRules(
  { client }: Organization,
  repository: Pick<ChangedRepository, 'full_name'>,
  { name, commit, protection }: BranchItem,
): Promise<Branch> {
  const path = { ...pathOf(repository), branch: name }
  const rules = await client.all('/repos/{owner}/{repo}/rules/branches/{branch}', path, RuleItem, {
    permission: metadata.name,
  })
  const required = [
    ...(protection?.required_status_checks?.contexts ?? []),
    ...rules.flatMap(({ parameters }) => (parameters?.required_status_checks ?? []).map(({ context }) => context)),
  ]
  return {
    name,
    head: commit.sha,
    required: [...new Set(required)].toSorted(),
    queue: rules.some(({ type }) => type === 'merge_queue'),
  }
}

/**
 * GitHub's own record of what was pushed to a branch since a time, the newest first. How far it reaches back GitHub does not
 * say, and older Enterprise Servers have none: nothing rests on it alone.
 */
export function activityOf(
  { client }: Organization,
  reader: Reader,
  repository: ChangedRepository,
  branch: string,
  since: number,
): Promise<readonly Activity[]> {
  return reader.orElse<readonly Activity[]>(
    async () => {
      const path = { ...pathOf(repository), ref: `refs/heads/${branch}`, direction: 'desc' }
      const all: Activity[] = []
      const pages = client.pages('/repos/{owner}/{repo}/activity', path, ActivityItem, {
        permission: history.name,
        byCursor: true,
      })
      for await (const { items } of pages) {
        all.push(
          ...items.map(({ before, after, timestamp, activity_type: type, actor }) => {
            return { before, after, at: timestamp, type, actor: accountOfUser(actor) }
          }),
        )
        // One from before the period says where it began.
        if (items.some(({ timestamp }) => timestamp < since)) break
      }
      return all
    },
    async (failure) => {
      if (!isRefusal(failure)) throw failure
      return []
    },
  )
}
