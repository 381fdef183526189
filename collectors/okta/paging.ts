import { type Page, pagesFrom } from 'affiant/sdk'
import type { ListPage } from './client.ts'

/** Most items Okta gives in one answer, by list. https://developer.okta.com/docs/api/openapi/okta-management/ */
export const LIMITS = {
  users: 200,
  groups: 200,
  groupMembers: 1000,
  groupRules: 200,
  apps: 200,
  appUsers: 500,
  logs: 1000,
  assignees: 100,
}

/** Turns the pages of a list into pages of records; `records` may read more about each item of its page at once. */
export function pagesOf<T>(
  list: AsyncIterable<ListPage<T>>,
  records: (items: readonly T[]) => readonly unknown[] | Promise<readonly unknown[]>,
): AsyncIterable<Page> {
  async function* pages() {
    for await (const { records: items, cursor, last } of list) yield { records: await records(items), cursor, last }
  }
  return pagesFrom(pages(), (page) => page)
}
