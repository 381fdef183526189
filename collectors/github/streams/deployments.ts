import { defineStream, type Page, quoted, type Reader } from 'affiant/sdk'
import { noteUncovered } from '../changes/coverage.ts'
import { deploymentsByGraphql } from '../changes/deployments-graphql.ts'
import {
  type DeployedRepository,
  type Deployment,
  DeploymentRecord,
  deploymentRedactions,
  type DeploymentSource,
} from '../changes/deployments-model.ts'
import { deploymentsByRest } from '../changes/deployments-rest.ts'
import { inOrder } from '../in-order.ts'
import { instead } from '../instead.ts'
import { everyRepository, metadata } from '../permissions.ts'
import { deploymentList, workflowRuns } from '../changes/permissions.ts'
import type { Session } from '../session.ts'

const AT_ONCE = 6
/** GitHub says so of a deployment when the next one succeeded. */
const REPLACED = 'inactive'

export const deployments = defineStream({
  id: 'github.deployments',
  version: 1,
  title: 'Deployments, with who consented to those into production',
  record: DeploymentRecord,
  occurredAt: 'occurredAt',
  key: ({ repository, id }) => `${repository}:${id}`,
  label: ({ repository, environment, occurredAt }) => `${repository} to ${environment} at ${occurredAt}`,
  permissions: [metadata, everyRepository, deploymentList, workflowRuns],
  redact: deploymentRedactions,
  limit: 'graphql',
  reproduce: (scope) => `gh api --paginate ${quoted(`/repos/${scope.id}/REPOSITORY/deployments`)}`,
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const at = session.in(scope)
    const from = at.period.from.getTime()
    const to = at.period.to.getTime()
    const production = new RegExp(at.production, 'u')
    const byGraphql = deploymentsByGraphql(at, reader)
    const byRest = deploymentsByRest(at)
    const { pages, route } = await instead(
      reader,
      () => byGraphql.repositories(from),
      () => byRest.repositories(from),
    )
    const source = route === 'first' ? byGraphql : byRest

    async function* deployedFrom(): AsyncIterable<DeployedRepository> {
      const names = new Set<string>()
      for await (const { all, items } of pages) {
        for (const name of all) names.add(name)
        yield* items
      }
      await noteUncovered(at, reader, names)
    }

    async function recordOf(repository: DeployedRepository, one: Deployment, approvals: ApprovalsOf) {
      const statuses = await one.statuses()
      const last = statuses
        .filter(({ state }) => state !== REPLACED)
        .toSorted((a, b) => a.at - b.at)
        .at(-1)
      const isProduction = production.test(one.environment)
      const record: DeploymentRecord = {
        id: one.id,
        repository: repository.full_name,
        environment: one.environment,
        production: isProduction,
        occurredAt: new Date(one.createdAt).toISOString(),
        sha: one.sha,
        creator: one.creator,
        state: last?.state ?? null,
        stateAt: last === undefined ? null : new Date(last.at).toISOString(),
        approvals: isProduction ? await approvals(one) : null,
      }
      return record
    }

    async function read(repository: DeployedRepository) {
      const own: { records: unknown[]; cursor: string }[] = []
      const { full_name: name, failure } = repository
      await reader.observe(`${name}: deployments`, async () => {
        if (failure !== undefined) throw failure
        const approvals = approvalsOf(source, repository, reader)
        for await (const { items, cursor } of source.deployments(repository, from)) {
          const inPeriod = items.filter(({ createdAt }) => from <= createdAt && createdAt < to)
          const records = await Promise.all(inPeriod.map((one) => recordOf(repository, one, approvals)))
          if (items.length > 0) own.push({ records, cursor: `${name} ${cursor}` })
        }
      })
      return own
    }

    let number = 0
    let held: { records: unknown[]; cursor: string } | undefined
    for await (const own of inOrder(deployedFrom(), AT_ONCE, read)) {
      for (const page of own) {
        if (held !== undefined) yield { ...held, number: (number += 1), last: false }
        held = page
      }
    }
    yield { ...(held ?? { records: [], cursor: `${at.organization}: none` }), number: number + 1, last: true }
  },
})

type ApprovalsOf = (one: Deployment) => Promise<NonNullable<DeploymentRecord['approvals']>>
/** Each commit is asked about once, however often it was deployed. */
function approvalsOf(
  source: DeploymentSource,
  repository: DeployedRepository,
  reader: Pick<Reader, 'observe'>,
): ApprovalsOf {
  const byCommit = new Map<string, ReturnType<DeploymentSource['approvals']>>()
  return async ({ sha, environment }) => {
    return reader.observe(`${repository.full_name}: approvals of deployments`, async () => {
      const asked = byCommit.get(sha) ?? source.approvals(repository, sha)
      byCommit.set(sha, asked)
      return (await asked)
        .filter(({ environments }) => environments.includes(environment))
        .map(({ reviewer, state }) => ({ reviewer, state }))
    })
  }
}
