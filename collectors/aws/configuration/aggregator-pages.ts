import type { Page } from 'affiant/sdk'
import { type Listed, list } from '../paging.ts'
import type { Place } from '../session.ts'
import { listAggregators } from '../streams/config-aggregators.ts'

/**
 * Pages of a list that every aggregator of the region has, one aggregator after the other.
 * @param ask one answer of the list of this aggregator
 * @param record the record of an item, given the ARN of the aggregator and its name
 */
export async function* ofEachAggregator<T>(
  place: Place,
  ask: (aggregator: string, token: string | undefined) => Promise<Listed<T>>,
  record: (item: T, arn: string, aggregator: string) => unknown,
): AsyncIterable<Page> {
  let number = 0
  for await (const { items: aggregators } of listAggregators(place)) {
    for (const { name, arn } of aggregators) {
      const pages = list(
        (token) => ask(name, token),
        (answer) => answer,
      )
      for await (const { items, cursor } of pages) {
        number += 1
        const records = items.map((item) => record(item, arn, name))
        yield { records, number, last: false, ...(cursor !== undefined && { cursor: `${name} ${cursor}` }) }
      }
    }
  }
  // Which answer is the last is known when no aggregator is left.
  yield { records: [], number: number + 1, last: true }
}
