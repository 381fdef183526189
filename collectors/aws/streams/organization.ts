import { defineStream, onlyPage, z } from 'affiant/sdk'
import { describeOrganization } from '../organization/permissions.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const OrganizationRecord = z.strictObject({
  id: z.string(),
  /** `ALL`, or `CONSOLIDATED_BILLING`: then it has no guardrails. */
  featureSet: z.string(),
  managementAccount: z.string(),
})
export type OrganizationRecord = z.output<typeof OrganizationRecord>

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html */
export const organization = defineStream({
  id: 'aws.organization',
  version: 1,
  title: 'The organisation, and whether all of its features are on',
  record: OrganizationRecord,
  key: (record) => record.id,
  label: (record) => `organisation ${record.id}`,
  permissions: [describeOrganization],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws organizations describe-organization',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { Organization: found } = await place.call('organizations', 'DescribeOrganization', {})
    yield onlyPage([{ id: found?.Id, featureSet: found?.FeatureSet, managementAccount: found?.MasterAccountId }])
  },
})
