import { defineStream, observedOf, type Page, pagesFrom, quoted, type Reader, z } from 'affiant/sdk'
import { instead } from '../instead.ts'
import { countOrNote, eachRepository, type ListedRepository, notRead, pathOf } from '../listing.ts'
import { listed, RepositoryNode, repositoryNodes, withFailures } from '../nodes.ts'
import { contents, everyRepository, metadata } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'

/** Errors named in the record; the count is of all. */
const NAMED_ERRORS = 20

export const CodeOwnersRecord = z.strictObject({
  repository: z.string(),
  /** Why nothing was read. `null`: it was. */
  notRead: z.enum(['archived', 'excluded', 'no-branch']).nullable(),
  /** The CODEOWNERS file of the default branch; `absent` when there is none, `null` when not read. */
  file: observedOf(
    z.strictObject({
      errors: z.int(),
      /** The first of them, without the line's text: it names people. */
      first: z.array(z.strictObject({ kind: z.string(), path: z.string(), line: z.int() })),
    }),
  ).nullable(),
})
export type CodeOwnersRecord = z.output<typeof CodeOwnersRecord>

/** https://docs.github.com/en/rest/repos/repos#list-codeowners-errors; GraphQL has the same fields. */
const ErrorsAnswer = z.object({
  errors: z.array(z.object({ kind: z.string(), path: z.string(), line: z.int() })),
})

const OwnedNode = RepositoryNode.extend({ codeowners: ErrorsAnswer.nullable() })
type OwnedNode = z.output<typeof OwnedNode>

function fileOf({ errors }: z.output<typeof ErrorsAnswer>) {
  return { errors: errors.length, first: errors.slice(0, NAMED_ERRORS) }
}

async function byRest(at: Organization, repository: ListedRepository, reader: Reader): Promise<CodeOwnersRecord> {
  const base = { repository: repository.full_name, notRead: notRead(repository, at) }
  if (base.notRead !== null) return { ...base, file: null }
  const file = await reader.observe(
    `${repository.full_name}: CODEOWNERS`,
    async () =>
      fileOf(
        await at.client.get('/repos/{owner}/{repo}/codeowners/errors', pathOf(repository), ErrorsAnswer, {
          permission: contents.name,
        }),
      ),
    { absentOn: 'not-found' },
  )
  return { ...base, file }
}

/**
 * A file is taken at GraphQL's word, which says the same as REST; that there is none is asked of REST as well, because GraphQL
 * has the same `null` for a file it does not show.
 */
async function* bulk(at: Organization, reader: Reader): AsyncIterable<Omit<Page, 'number'>> {
  let counted: number | undefined
  let isFirst = true
  for await (const page of repositoryNodes(at, reader, 'codeOwners', OwnedNode)) {
    if (isFirst) counted = await countOrNote(at, reader)
    isFirst = false
    const records = await Promise.all(
      withFailures(page).map(({ item, failure }) => recordOf(at, item, failure !== undefined, reader)),
    )
    const total = counted ?? page.total
    yield { records, cursor: page.cursor, last: page.last, ...(total !== undefined && { total }) }
  }
}

async function recordOf(at: Organization, node: OwnedNode, isPart: boolean, reader: Reader): Promise<CodeOwnersRecord> {
  const repository = listed(node)
  // The name of a branch that does not exist is not needed: without a commit there is no file.
  const base = { repository: repository.full_name, notRead: notRead(repository, at) }
  if (base.notRead === 'archived' || base.notRead === 'excluded') return { ...base, file: null }
  if (!isPart && node.isEmpty) return { ...base, file: null }
  if (isPart || node.codeowners === null) return byRest(at, { ...repository, default_branch: 'HEAD' }, reader)
  return { ...base, notRead: null, file: { state: 'observed', value: fileOf(node.codeowners) } }
}

export const codeOwners = defineStream({
  id: 'github.code-owners',
  version: 1,
  title: 'CODEOWNERS file of each repository and its errors',
  record: CodeOwnersRecord,
  key: (record) => record.repository,
  permissions: [metadata, contents, everyRepository],
  limit: 'graphql',
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api '/repos/{}/codeowners/errors'`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const { pages } = await instead(
      reader,
      () => pagesFrom(bulk(at, reader), (page) => page),
      () => eachRepository(at, reader, (repository) => byRest(at, repository, reader)),
    )
    yield* pages
  },
})
