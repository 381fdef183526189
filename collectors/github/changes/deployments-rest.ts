import { z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { accountOfUser, Someone } from './accounts.ts'
import type { Approval, DeploymentSource } from './deployments-model.ts'
import { listRepositories, pathOf } from '../listing.ts'
import { deploymentList, workflowRuns } from './permissions.ts'
import type { Organization } from '../session.ts'

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

const DeploymentItem = z.object({
  id: z.int(),
  sha: z.string(),
  environment: z.string(),
  created_at: Time,
  creator: Someone,
})
const StatusItem = z.object({ state: z.string(), created_at: Time })
const Runs = z.object({ total_count: z.int(), workflow_runs: z.array(z.object({ id: z.int() })) })
const ApprovalItem = z.object({
  state: z.enum(['approved', 'rejected', 'pending']),
  user: Someone,
  environments: told(z.array(z.object({ name: z.string() }))),
})

const PAGE_SIZE = 100

/** Reads deployments by REST, where GraphQL is refused: each repository is asked. */
export function deploymentsByRest(at: Organization): DeploymentSource {
  const { client } = at
  const options = { permission: deploymentList.name }
  return {
    async *repositories() {
      for await (const { items } of listRepositories(at)) {
        yield {
          all: items.map(({ name }) => name.toLowerCase()),
          items: items.map(({ full_name }) => ({ full_name, failure: undefined })),
        }
      }
    },

    async *deployments(repository, since) {
      const path = pathOf(repository)
      const pages = client.pages('/repos/{owner}/{repo}/deployments', path, DeploymentItem, options)
      for await (const { items, cursor } of pages) {
        yield {
          items: items.map(({ id, sha, environment, created_at: createdAt, creator }) => ({
            id: String(id),
            environment,
            sha,
            createdAt,
            creator: accountOfUser(creator),
            statuses: async () => {
              const all = await client.all(
                '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
                { ...path, deployment_id: id },
                StatusItem,
                options,
              )
              return all.map(({ state, created_at: time }) => ({ state, at: time }))
            },
          })),
          cursor,
        }
        if (items.some(({ created_at: createdAt }) => createdAt < since)) return
      }
    },

    async approvals(repository, sha) {
      const path = pathOf(repository)
      const asking = { permission: workflowRuns.name }
      const runs: number[] = []
      for (let page = 1; ; page++) {
        const { total_count: total, workflow_runs: items } = await client.get(
          '/repos/{owner}/{repo}/actions/runs',
          { ...path, head_sha: sha, per_page: PAGE_SIZE, page },
          Runs,
          asking,
        )
        runs.push(...items.map(({ id }) => id))
        if (runs.length >= total || items.length === 0) break
      }
      const reviews = await Promise.all(
        runs.map((run) =>
          client.get(
            '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
            { ...path, run_id: run },
            z.array(ApprovalItem),
            asking,
          ),
        ),
      )
      return reviews.flat().map(
        ({ state, user, environments }): Approval => ({
          environments: (environments ?? []).map(({ name }) => name),
          reviewer: accountOfUser(user),
          state,
        }),
      )
    },
  }
}
