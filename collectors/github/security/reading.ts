import { daysSince, notApplicable, type Page, pagesFrom, plural, type Reader, type Verdict, z } from 'affiant/sdk'
import type { RepositoryAnswer } from '../answers.ts'
import type { RequestOptions } from '../errors.ts'
import { countedRepositories, eachRepository, type ListedRepository } from '../listing.ts'
import type { Organization, Session } from '../session.ts'

/** Fields of every record that tells what was read in one repository. */
export const readingFields = {
  repository: z.string(),
  /** Why nothing was read. `null`: it was. */
  notRead: z.enum(['archived', 'excluded']).nullable(),
  /** The reason config gives for `excluded`. */
  excluded: z.string().nullable(),
}

export interface Reading {
  repository: string
  notRead: 'archived' | 'excluded' | null
  excluded: string | null
}

export function readingOf(repository: ListedRepository, { excluded }: Organization): Reading {
  const reason = excluded.get(repository.name.toLowerCase()) ?? null
  const notRead = repository.archived ? 'archived' : reason === null ? null : 'excluded'
  return { repository: repository.full_name, notRead, excluded: notRead === 'excluded' ? reason : null }
}

/** One record for each repository; `read` is called for those that are neither archived nor excluded, and gives the rest of it. */
export function readEach<Rest extends object>(
  at: Organization,
  reader: Reader,
  nothing: object,
  read: (repository: RepositoryAnswer) => Promise<Rest>,
): AsyncIterable<Page> {
  return eachRepository(at, reader, async (repository) => {
    const reading = readingOf(repository, at)
    return { ...reading, ...(reading.notRead === null ? await read(repository) : nothing) }
  })
}

/** Why a repository is not judged at all. */
export function outOfReading({ repository, notRead, excluded }: Reading): Verdict | undefined {
  if (notRead === 'archived') return notApplicable('archived', `${repository} is archived: it is read-only`)
  if (notRead === 'excluded') {
    return notApplicable('excluded', `${repository} is left out by config: ${excluded ?? 'no reason given'}`)
  }
  return undefined
}

/** For `affiant doctor`: so many requests for each repository, and the list of them. */
export function estimateForEach(perRepository: number) {
  return async (session: Session, scope: { readonly id: string }): Promise<Record<string, number>> => {
    const count = (await countedRepositories(session.in(scope))) ?? 0
    return { rest: Math.ceil(count / PAGE_SIZE) + count * perRepository }
  }
}

const PAGE_SIZE = 100

/**
 * A list that stands in an object beside its count (`{ total_count, runner_groups: [] }`), page by page until so many were read.
 * The count is handed on, so that a list that ends early is noticed.
 */
export async function* countedPages<T>(
  { client }: Organization,
  route: string,
  params: Readonly<Record<string, string | number>>,
  name: string,
  item: z.ZodType<T>,
  options: RequestOptions,
): AsyncIterable<{ items: T[]; total: number; last: boolean; cursor: string }> {
  const Answer = z
    .object({ total_count: z.int(), [name]: z.array(item) })
    .transform((answer) => ({ total: Number(answer['total_count']), items: answer[name] as T[] }))
  let read = 0
  for (let page = 1; ; page++) {
    const { items, total } = await client.get(route, { ...params, per_page: PAGE_SIZE, page }, Answer, options)
    read += items.length
    const last = read >= total || items.length === 0
    yield { items, total, last, cursor: `${name} page ${page}` }
    if (last) return
  }
}

export function countedRecords<T>(
  pages: ReturnType<typeof countedPages<T>>,
  records: (items: readonly T[]) => Promise<readonly unknown[]> | readonly unknown[],
): AsyncIterable<Page> {
  async function* made() {
    for await (const { items, total, last, cursor } of pages) {
      yield { records: await records(items), total, last, cursor }
    }
  }
  return pagesFrom(made(), (page) => page)
}

/** A moment as GitHub writes it, in UTC. */
export const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

/** Whole days from one moment to another, none if it lies after that. */
export function daysFrom(time: string | Date, to: string | Date): number {
  return Math.max(0, daysSince(time, to))
}

/** `1 day`, `3 days` */
export const days = (count: number): string => plural(count, 'day')

/** A name that somebody chose freely, unless it looks like the address of a person or a machine of theirs (`jo@laptop`). */
export const nameUnlessAddress = (text: string | null): string | null => (text?.includes('@') === true ? null : text)
