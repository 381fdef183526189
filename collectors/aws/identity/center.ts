import { given } from '../given.ts'
import { list, listAll } from '../paging.ts'
import type { Place, Session } from '../session.ts'

/** An instance of IAM Identity Center, and the place it answers from. */
export interface IdentityCenter {
  place: Place
  instanceArn: string
  storeId: string
  owner: string | null
  status: string | null
  created: Date | undefined
}

/**
 * Every instance the account of the credentials can see, each once. It lives in one region, and AWS does not tell
 * which: so all regions of the account are asked.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
 */
export async function identityCentersOf(session: Session): Promise<IdentityCenter[]> {
  const { account, region: homeRegion } = session.home
  const regions = session.accounts.get(account)?.regions ?? [homeRegion]
  const found = new Map<string, IdentityCenter>()
  for (const region of [...regions].sort()) {
    const place = await session.at(account, region)
    const instances = await listAll(
      (NextToken) => place.call('sso', 'ListInstances', { MaxResults: 100, NextToken }),
      ({ Instances, NextToken }) => ({ items: given(Instances, 'Instances'), next: NextToken }),
    )
    for (const instance of instances) {
      const instanceArn = given(instance.InstanceArn, 'InstanceArn')
      found.set(instanceArn, {
        place,
        instanceArn,
        storeId: given(instance.IdentityStoreId, 'IdentityStoreId'),
        owner: instance.OwnerAccountId ?? null,
        status: instance.Status ?? null,
        created: instance.CreatedDate,
      })
    }
  }
  return [...found.values()]
}

/** Permission sets of an instance, page by page. */
export function permissionSetPages({ place, instanceArn: InstanceArn }: IdentityCenter) {
  return list(
    (NextToken) => place.call('sso', 'ListPermissionSets', { InstanceArn, MaxResults: 100, NextToken }),
    ({ PermissionSets, NextToken }) => ({ items: given(PermissionSets, 'PermissionSets'), next: NextToken }),
  )
}

/** Name of a permission set; `ReadOnly`. */
export async function describePermissionSet({ place, instanceArn }: IdentityCenter, arn: string) {
  const { PermissionSet } = await place.call('sso', 'DescribePermissionSet', {
    InstanceArn: instanceArn,
    PermissionSetArn: arn,
  })
  const set = given(PermissionSet, 'PermissionSet')
  return { name: given(set.Name, 'Name'), sessionDuration: set.SessionDuration ?? null, created: set.CreatedDate }
}

/**
 * The pages of every instance one after the other as one list: only the last page of the last instance is the last.
 * Without any instance, it is one empty page.
 */
export async function* throughInstances<T>(
  session: Session,
  pages: (center: IdentityCenter) => AsyncIterable<{ records: readonly T[]; cursor: string; last: boolean }>,
): AsyncIterable<{ records: readonly T[]; cursor: string; last: boolean }> {
  const centers = await identityCentersOf(session)
  if (centers.length === 0) yield { records: [], cursor: 'no instance', last: true }
  for (const [index, center] of centers.entries()) {
    for await (const { records, cursor, last } of pages(center)) {
      yield { records, cursor: `${center.instanceArn} ${cursor}`, last: last && index === centers.length - 1 }
    }
  }
}
