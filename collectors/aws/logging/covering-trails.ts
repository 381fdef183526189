import { about, type Dataset, type Item, notApplicable, type Result, unknown, type Verdict } from 'affiant/sdk'
import type { TrailRecord } from '../streams/trails.ts'

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

/**
 * One result for each trail as a region sees it. Only the account and region it belongs to shows its status: elsewhere it
 * is not applicable if that one was read, and otherwise nobody knows.
 */
export async function* judgeAtHome(
  trails: Dataset<TrailRecord>,
  judge: (own: NonNullable<TrailRecord['own']>, trail: TrailRecord) => Verdict,
): AsyncIterable<Result> {
  const read = new Set<string>()
  for await (const { record } of trails.items()) if (record.own !== null) read.add(record.arn)
  for await (const item of trails.items()) {
    const { own, arn, owner, homeRegion } = item.record
    const belongs = `the trail belongs to ${owner}/${homeRegion}`
    if (own !== null) yield { ...about(item), ...judge(own, item.record) }
    else if (read.has(arn)) yield { ...about(item), ...notApplicable('elsewhere', `${belongs}, and is judged there`) }
    else yield { ...about(item), ...unknown('unavailable', `${belongs}, which was not read`) }
  }
}
