import type { Item } from 'affiant/sdk'
import type { TrailRecord } from './streams/trails.ts'

export interface CoveredAccount {
  account: string
  /** The trails that write the account's events, each as its own account shows it where that was read. */
  trails: TrailRecord[]
}

/**
 * The trails each account has, by account. A region sees trails of other regions and of the organisation without their
 * status; the record of their own account and region has it.
 * @param places records of something that every region of every account has one of, so that an account without any trail is there too
 */
export async function coverage(
  trails: AsyncIterable<Item<TrailRecord>>,
  places: AsyncIterable<Item<{ account: string }>>,
): Promise<CoveredAccount[]> {
  const seen = new Map<string, Map<string, TrailRecord>>()
  for await (const { record } of places) if (!seen.has(record.account)) seen.set(record.account, new Map())
  const home = new Map<string, TrailRecord>()
  for await (const { record } of trails) {
    const known = seen.get(record.account) ?? new Map<string, TrailRecord>()
    seen.set(record.account, known.set(record.arn, record))
    if (record.own !== null) home.set(record.arn, record)
  }
  return [...seen].map(([account, known]) => ({
    account,
    trails: [...known.values()].map((trail) => home.get(trail.arn) ?? trail),
  }))
}
