import { defineStream, onlyPage, z } from 'affiant/sdk'
import { timeOf } from '../answers.ts'
import { identityCentersOf } from '../identity/center.ts'
import { identityCenters as permission } from '../identity/permissions.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const IdentityCenterRecord = z.strictObject({
  arn: z.string(),
  identityStore: z.string(),
  owner: z.string().nullable(),
  region: z.string(),
  /** `ACTIVE`, `CREATE_IN_PROGRESS` … */
  status: z.string().nullable(),
  created: z.iso.datetime().nullable(),
})
export type IdentityCenterRecord = z.output<typeof IdentityCenterRecord>

export const identityCenterInstances = defineStream({
  id: 'aws.identity-center-instances',
  version: 1,
  title: 'IAM Identity Center: where people sign in once for all accounts',
  record: IdentityCenterRecord,
  key: (record) => record.arn,
  permissions: [permission],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws sso-admin list-instances, in each region',
  async *collect(session: Session) {
    const centers = await identityCentersOf(session)
    const records = centers.map(
      ({ instanceArn, storeId, owner, status, created, place }): IdentityCenterRecord => ({
        arn: instanceArn,
        identityStore: storeId,
        owner,
        region: place.region,
        status,
        created: timeOf(created),
      }),
    )
    yield onlyPage(records)
  },
})
