import { defineStream, type Page, z } from 'affiant/sdk'
import { Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const CoverageRecord = z.strictObject({
  resource: z.string(),
  /** `AWS_EC2_INSTANCE`, `AWS_ECR_REPOSITORY`, `AWS_LAMBDA_FUNCTION` … */
  resourceType: z.string(),
  /** `PACKAGE`, `NETWORK` or `CODE`. */
  scanType: z.string(),
  /** `ACTIVE` or `INACTIVE`. */
  status: z.string(),
  reason: z.string().nullable(),
  lastScanned: Time,
})
export type CoverageRecord = z.output<typeof CoverageRecord>

export const inspectorCoverage = defineStream({
  id: 'aws.inspector-coverage',
  version: 1,
  title: 'What Inspector scans, and what it does not',
  record: CoverageRecord,
  appliesTo: [REGION],
  key: (record) => `${record.resource}:${record.scanType}`,
  label: (record) => record.resource,
  permissions: [allow('inspector2:ListCoverage', 'Shows which resources are scanned.')],
  reproduce: inRegion('aws inspector2 list-coverage'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('coveredResources', async (nextToken) => {
      const answer = await place.call('inspector2', 'ListCoverage', { maxResults: 200, nextToken })
      return { items: answer.coveredResources, next: answer.nextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (covered): CoverageRecord => ({
          resource: given(covered.resourceId, 'resourceId'),
          resourceType: given(covered.resourceType, 'resourceType'),
          scanType: given(covered.scanType, 'scanType'),
          status: given(given(covered.scanStatus, 'scanStatus').statusCode, 'statusCode'),
          reason: covered.scanStatus?.reason ?? null,
          lastScanned: timeOf(covered.lastScannedAt),
        }),
      ),
    )
  },
})
