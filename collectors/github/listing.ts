import { InvalidError, type Page, pagesFrom, plural, type Reader, TruncatedError } from 'affiant/sdk'
import { OrganizationAnswer, RepositoryAnswer } from './answers.ts'
import type { ListPage } from './client.ts'
import { metadata } from './permissions.ts'
import type { Organization } from './session.ts'
import { uncounted } from './standing.ts'

/** Turns the pages of a list into pages of records; `records` may read more about each item of its page at once. */
export function pagesOf<T>(
  list: AsyncIterable<ListPage<T>>,
  records: (items: readonly T[]) => readonly unknown[] | Promise<readonly unknown[]>,
  total?: number,
): AsyncIterable<Page> {
  async function* pages() {
    for await (const { items, cursor, last } of list) {
      yield { records: await records(items), cursor, last, ...(total !== undefined && { total }) }
    }
  }
  return pagesFrom(pages(), (page) => page)
}

/**
 * Every repository of the organisation.
 * @throws InvalidError for a repository of somebody else
 */
export async function* listRepositories({
  client,
  organization,
}: Organization): AsyncIterable<ListPage<RepositoryAnswer>> {
  const pages = client.pages(
    '/orgs/{org}/repos',
    { org: organization, type: 'all', sort: 'full_name' },
    RepositoryAnswer,
    {
      permission: metadata.name,
    },
  )
  const owner = `${organization}/`.toLowerCase()
  for await (const page of pages) {
    if (page.items.some(({ full_name }) => !full_name.toLowerCase().startsWith(owner))) {
      throw new InvalidError(`GitHub listed a repository that does not belong to ${organization}`)
    }
    yield page
  }
}

/** GitHub's own count, where it shows both of its parts: to owners, and to apps with the right to read settings. */
export async function countedRepositories({ client, organization: org }: Organization): Promise<number | undefined> {
  const counts = await client.get('/orgs/{org}', { org }, OrganizationAnswer)
  return counts.public_repos !== null && counts.total_private_repos !== null
    ? counts.public_repos + counts.total_private_repos
    : undefined
}

const allOf = (organization: string) => `${organization}: whether all repositories are visible`

/** Records a gap unless the credentials are known to see every repository: for streams that do not list them themselves. */
export async function noteHiddenRepositories(at: Organization, reader: Reader): Promise<void> {
  if (at.standing.allRepositories) return
  await reader.observe(allOf(at.organization), async () => {
    const total = await countedRepositories(at)
    if (total === undefined) throw uncounted(at)
    let visible = 0
    for await (const { items } of listRepositories(at)) visible += items.length
    if (visible !== total) {
      throw new TruncatedError(
        `GitHub counts ${plural(total, 'repository', 'repositories')} and shows ${visible} to these credentials`,
      )
    }
  })
}

/** The count all lists of repositories must have, or a gap where nobody tells it. */
export async function countOrNote(at: Organization, reader: Reader): Promise<number | undefined> {
  const total = await countedRepositories(at)
  if (total === undefined && !at.standing.allRepositories) {
    await reader.observe(allOf(at.organization), async () => {
      throw uncounted(at)
    })
  }
  return total
}

/**
 * One record for each repository of the organisation. GitHub's own count is compared where it shows it; where it does not,
 * credentials that may see only some repositories leave a gap: they cannot pass for complete.
 */
export async function* eachRepository(
  at: Organization,
  reader: Reader,
  record: (repository: RepositoryAnswer) => unknown,
): AsyncIterable<Page> {
  const total = await countOrNote(at, reader)
  // The pool of the HTTP seam bounds how many of a page's requests are under way.
  yield* pagesOf(listRepositories(at), (items) => Promise.all(items.map(record)), total)
}

/** What is known of a repository by whichever route it was listed. */
export type ListedRepository = Pick<RepositoryAnswer, 'name' | 'full_name' | 'archived' | 'default_branch'>

/** Path parameters of a repository's own endpoints. */
export function pathOf(repository: Pick<ListedRepository, 'full_name'>): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.full_name.split('/')
  return { owner, repo }
}

/** Why branch protection and code owners of a repository are not read; `null` if they are. */
export function notRead(
  repository: ListedRepository,
  { excluded }: Organization,
): 'archived' | 'excluded' | 'no-branch' | null {
  if (repository.archived) return 'archived'
  if (excluded.has(repository.name.toLowerCase())) return 'excluded'
  return repository.default_branch === null ? 'no-branch' : null
}
