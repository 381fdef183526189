import { DAY_MS, defineStream, type Page, quoted, type Reader } from 'affiant/sdk'
import { changesByGraphql } from '../changes/graphql.ts'
import { ChangeRecord, changeRedactions } from '../changes/record.ts'
import { changesIn } from '../changes/repository.ts'
import { changesByRest } from '../changes/rest.ts'
import type { ChangedRepository } from '../changes/model.ts'
import type { ChangeSource } from '../changes/source.ts'
import { inOrder } from '../in-order.ts'
import { instead } from '../instead.ts'
import { noteUncovered } from '../changes/coverage.ts'
import { everyRepository, metadata } from '../permissions.ts'
import { checkRuns, commitStatuses, history, linkedIssues, pullRequests } from '../changes/permissions.ts'
import type { Organization, Session } from '../session.ts'

/** Repositories that are read at once; the seam bounds the requests. */
const AT_ONCE = 6
/** What is called the last push may lie a little before it, by another of GitHub's clocks. */

export const changes = defineStream({
  id: 'github.changes',
  version: 1,
  title: 'Changes that reached the default branch or a protected one: merged pull requests and direct pushes',
  record: ChangeRecord,
  occurredAt: 'occurredAt',
  key: ({ repository, branch, number, sha, occurredAt }) =>
    number === null ? `${repository}@${branch}:${sha}:${occurredAt}` : `${repository}#${number}`,
  label: ({ repository, branch, number, sha }) =>
    number === null ? `${repository}: ${sha?.slice(0, 10)} on ${branch}` : `${repository}#${number}`,
  permissions: [metadata, everyRepository, history, pullRequests, checkRuns, commitStatuses, linkedIssues],
  redact: changeRedactions,
  limit: 'graphql',
  reproduce: (scope) =>
    `gh pr list --repo ${quoted(`${scope.id}/REPOSITORY`)} --state merged --limit 10000 --search 'merged:FROM..TO' --json number,mergedAt,author,reviews,statusCheckRollup; git log --first-parent origin/main`,
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const at = session.in(scope)
    const from = at.period.from.getTime()
    const to = Math.min(at.period.to.getTime(), at.now.getTime())
    const { source, pages } = await sourceOf(at, reader)
    const names = new Set<string>()

    async function* pushedTo(): AsyncIterable<ChangedRepository> {
      for await (const { items } of pages) {
        for (const { repository, failure } of items) {
          names.add(repository.name.toLowerCase())
          const { pushedAt } = repository
          if (failure === undefined && (pushedAt === null || pushedAt < from - DAY_MS)) continue
          if (failure !== undefined) {
            await reader.observe(`${repository.full_name}: its default branch`, () => Promise.reject(failure))
          }
          yield repository
        }
      }
      await noteUncovered(at, reader, names)
    }

    let number = 0
    let held: { records: unknown[]; cursor: string } = { records: [], cursor: `${at.organization}: none` }
    let isFirst = true
    const read = inOrder(pushedTo(), AT_ONCE, async (repository) => ({
      repository,
      read: await changesIn({ at, reader, source, repository, from, to }),
    }))
    for await (const { repository, read: own } of read) {
      for (const { records, cursor } of own) {
        if (!isFirst) yield { ...held, number: (number += 1), last: false }
        held = { records, cursor: `${repository.full_name} ${cursor}` }
        isFirst = false
      }
    }
    yield { ...held, number: number + 1, last: true }
  },
})

interface Chosen {
  source: ChangeSource
  pages: ReturnType<ChangeSource['repositories']>
}

/** By GraphQL, or by REST where GitHub refuses it. */
async function sourceOf(at: Organization, reader: Reader): Promise<Chosen> {
  const keys = new RegExp(at.workItems, 'gu')
  const byGraphql = changesByGraphql(at, reader, keys)
  const byRest = changesByRest(at, reader, keys)
  const { pages, route } = await instead(reader, byGraphql.repositories, byRest.repositories)
  return { pages, source: route === 'first' ? byGraphql : byRest }
}
