import { defineStream, z } from 'affiant/sdk'
import { listRegions } from '../organization/permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { ACCOUNT, type Session } from '../session.ts'

export const RegionRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  /** `ENABLED_BY_DEFAULT`, `ENABLED`, `ENABLING`, `DISABLING` or `DISABLED`. */
  status: z.string(),
})
export type RegionRecord = z.output<typeof RegionRecord>

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
export const regions = defineStream({
  id: 'aws.regions',
  version: 1,
  title: 'Regions of an account, with those that are not enabled',
  record: RegionRecord,
  key: (record) => `${record.account}/${record.region}`,
  permissions: [listRegions],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws account list-regions',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    yield* pagesOf(
      list(
        (NextToken) => place.call('account', 'ListRegions', { MaxResults: 50, NextToken }),
        (answer) => ({ items: answer.Regions, next: answer.NextToken }),
      ),
      (items) =>
        items.map(({ RegionName: region, RegionOptStatus: status }) => ({ account: place.account, region, status })),
    )
  },
})
