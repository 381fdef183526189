import { defineStream, observedOf, type Reader, z } from 'affiant/sdk'
import type { RepositoryAnswer } from '../answers.ts'
import { eachRepository, notRead, pathOf } from '../listing.ts'
import { contents, everyRepository, metadata } from '../permissions.ts'
import type { Session } from '../session.ts'

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

/** https://docs.github.com/en/rest/repos/repos#list-codeowners-errors */
const ErrorsAnswer = z.object({
  errors: z.array(z.object({ kind: z.string(), path: z.string(), line: z.int() })),
})

async function codeOwnersOf(session: Session, repository: RepositoryAnswer, reader: Reader): Promise<CodeOwnersRecord> {
  const base = { repository: repository.full_name, notRead: notRead(repository, session) }
  if (base.notRead !== null) return { ...base, file: null }
  const file = await reader.observe(
    `${repository.full_name}: CODEOWNERS`,
    async () => {
      const { errors } = await session.client.get(
        '/repos/{owner}/{repo}/codeowners/errors',
        pathOf(repository),
        ErrorsAnswer,
        {
          permission: contents.name,
        },
      )
      return { errors: errors.length, first: errors.slice(0, NAMED_ERRORS) }
    },
    // The repository was listed a moment ago, so 404 is about the file.
    { absentOn: 'not-found' },
  )
  return { ...base, file }
}

export const codeOwners = defineStream({
  id: 'github.code-owners',
  version: 1,
  title: 'CODEOWNERS file of each repository and its errors',
  record: CodeOwnersRecord,
  key: (record) => record.repository,
  permissions: [metadata, contents, everyRepository],
  reproduce: (scope) =>
    `gh api --paginate /orgs/${scope.id}/repos --jq '.[].full_name' | xargs -I{} gh api '/repos/{}/codeowners/errors'`,
  collect: (session: Session, _scope, reader) =>
    eachRepository(session, reader, (repository) => codeOwnersOf(session, repository, reader)),
})
