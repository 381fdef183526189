import type { Page } from 'affiant/sdk'

/** Records a page. */
const PAGE = 1000

/** A page is given out when the next record is there, so that the final one is known to be final. */
export async function* paged<T>(records: AsyncIterable<T>): AsyncIterable<Page> {
  let page: T[] = []
  let number = 1
  for await (const record of records) {
    if (page.length === PAGE) {
      yield { records: page, number, last: false }
      page = []
      number += 1
    }
    page.push(record)
  }
  yield { records: page, number, last: true }
}
