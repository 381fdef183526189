import { type Reader, z } from 'affiant/sdk'
import { accountOfActor, Actor } from './accounts.ts'
import type { Approval, DeploymentSource } from './deployments-model.ts'
import { pathOf } from '../listing.ts'
import { RepositoryNode, repositoryNodes, withFailures } from '../nodes.ts'
import { deploymentList, workflowRuns } from './permissions.ts'
import type { Organization } from '../session.ts'

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

const DeployedNode = RepositoryNode.extend({
  deployments: z.object({ nodes: z.array(z.object({ createdAt: Time })) }).nullable(),
})

const DeploymentNode = z.object({
  databaseId: z.int(),
  createdAt: Time,
  environment: z.string().nullable(),
  commitOid: z.string(),
  creator: Actor,
  statuses: z.object({ nodes: z.array(z.object({ state: z.string(), createdAt: Time })) }),
})

const SuiteNode = z.object({
  workflowRun: z
    .object({
      deploymentReviews: z.object({
        nodes: z.array(
          z.object({
            state: z.enum(['APPROVED', 'REJECTED']),
            user: z.object({ login: z.string() }).nullable(),
            environments: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
          }),
        ),
      }),
    })
    .nullable(),
})

/** Check suites of a page: with their reviews that costs some points. */
const SUITES = 20

export function deploymentsByGraphql(at: Organization, reader: Reader): DeploymentSource {
  const { client } = at
  const inRepository = ({ full_name }: { full_name: string }) => {
    const { owner, repo } = pathOf({ full_name })
    return { owner, name: repo }
  }
  return {
    async *repositories(since) {
      for await (const page of repositoryNodes(at, reader, 'deployedRepositories', DeployedNode)) {
        const items = withFailures(page).flatMap(({ item, failure }) => {
          const isRecent =
            item.deployments === null || item.deployments.nodes.some(({ createdAt }) => createdAt >= since)
          return isRecent || failure !== undefined ? [{ full_name: item.nameWithOwner, failure }] : []
        })
        yield { all: page.items.map(({ name }) => name.toLowerCase()), items }
      }
    },

    async *deployments(repository, since) {
      const options = { path: ['repository', 'deployments'], item: DeploymentNode, permission: deploymentList.name }
      for await (const { items, cursor } of client.graphqlPages(
        reader,
        'deployments',
        inRepository(repository),
        options,
      )) {
        yield {
          items: items.map((one) => ({
            id: String(one.databaseId),
            environment: one.environment ?? '',
            sha: one.commitOid,
            createdAt: one.createdAt,
            creator: accountOfActor(one.creator),
            statuses: async () =>
              one.statuses.nodes.map(({ state, createdAt }) => ({ state: state.toLowerCase(), at: createdAt })),
          })),
          cursor,
        }
        if (items.some(({ createdAt }) => createdAt < since)) return
      }
    },

    async approvals(repository, oid) {
      const options = {
        path: ['repository', 'object', 'checkSuites'],
        item: SuiteNode,
        pageSize: SUITES,
        permission: workflowRuns.name,
      }
      const variables = { ...inRepository(repository), oid }
      const approvals: Approval[] = []
      for await (const { items } of client.graphqlPages(reader, 'deploymentReviews', variables, options)) {
        for (const { workflowRun } of items) {
          for (const { state, user, environments } of workflowRun?.deploymentReviews.nodes ?? []) {
            approvals.push({
              environments: environments.nodes.map(({ name }) => name),
              reviewer: { login: user?.login ?? null, app: null },
              state: state === 'APPROVED' ? 'approved' : 'rejected',
            })
          }
        }
      }
      return approvals
    },
  }
}
