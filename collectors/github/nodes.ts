import { InvalidError, type Reader, type ReadError, z } from 'affiant/sdk'
import { RepositoryAnswer } from './answers.ts'
import type { GraphqlPage } from './graphql.ts'
import { type ListedRepository, pathOf } from './listing.ts'
import { metadata } from './permissions.ts'
import type { QueryName } from './queries.ts'
import type { Organization } from './session.ts'

/** What every document about repositories asks for. https://docs.github.com/en/graphql/reference/objects#repository */
export const RepositoryNode = z.object({
  id: z.string(),
  name: z.string(),
  nameWithOwner: z.string(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  isEmpty: z.boolean(),
  defaultBranchRef: z.object({ name: z.string() }).nullable(),
})
export type RepositoryNode = z.output<typeof RepositoryNode>

/**
 * Every repository of the organisation by GraphQL. A part that GitHub refuses stands in `failures` of the page; `permission` is
 * the right that the parts need.
 */
export async function* repositoryNodes<T extends RepositoryNode>(
  { client, organization: login }: Organization,
  reader: Reader,
  name: QueryName,
  item: z.ZodType<T>,
  permission = metadata.name,
): AsyncIterable<GraphqlPage<T>> {
  const pages = client.graphqlPages(
    reader,
    name,
    { login },
    { path: ['organization', 'repositories'], item, partial: true, permission },
  )
  const owner = `${login}/`.toLowerCase()
  for await (const page of pages) {
    if (page.items.some(({ nameWithOwner }) => !nameWithOwner.toLowerCase().startsWith(owner))) {
      throw new InvalidError(`GitHub listed a repository that does not belong to ${login}`)
    }
    yield page
  }
}

/** A repository of GraphQL as the list of REST has it. The default branch is told only if something was pushed to it. */
export function listed({ name, nameWithOwner, isArchived, defaultBranchRef }: RepositoryNode): ListedRepository {
  return {
    name,
    full_name: nameWithOwner,
    archived: isArchived,
    default_branch: defaultBranchRef?.name ?? null,
  }
}

/** The repository by REST, where GraphQL did not say enough of it. */
export function readRepository(
  { client }: Organization,
  repository: Pick<ListedRepository, 'full_name'>,
): Promise<RepositoryAnswer> {
  return client.get('/repos/{owner}/{repo}', pathOf(repository), RepositoryAnswer, { permission: metadata.name })
}

/**
 * Whether what the credentials may see of one repository they may see of all of its kind: rights of an app and of an owner are
 * the same everywhere, except in public repositories outside of what the app or token was given.
 */
export function hasSameRightsIn({ standing }: Organization, { isPrivate }: Pick<RepositoryNode, 'isPrivate'>): boolean {
  return (standing.kind === 'owner' || standing.kind === 'app') && (isPrivate || standing.allRepositories)
}

/** For each item of a page its failure, if it has one. */
export function withFailures<T>({ items, failures }: GraphqlPage<T>): { item: T; failure: ReadError | undefined }[] {
  return items.map((item, place) => ({ item, failure: failures.get(place) }))
}
