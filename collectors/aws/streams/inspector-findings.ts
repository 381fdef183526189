import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

/** Lower ones have no time to be fixed in. */
const FILTER = {
  severity: ['CRITICAL', 'HIGH', 'MEDIUM'].map((value) => ({ comparison: 'EQUALS' as const, value })),
}

export const InspectorFindingRecord = z.strictObject({
  arn: z.string(),
  /** `PACKAGE_VULNERABILITY`, `CODE_VULNERABILITY` or `NETWORK_REACHABILITY`. */
  type: z.string(),
  severity: z.string(),
  /** `ACTIVE`, `SUPPRESSED` or `CLOSED`. AWS forgets closed ones after some days. */
  status: z.string(),
  firstObserved: z.iso.datetime(),
  updated: Time,
  /** Id of the first resource it was found in. */
  resource: z.string().nullable(),
  resourceType: z.string().nullable(),
  /** `CVE-2026-0001` */
  vulnerability: z.string().nullable(),
  /** `YES`, `NO` or `PARTIAL`. */
  fixAvailable: z.string().nullable(),
})
export type InspectorFindingRecord = z.output<typeof InspectorFindingRecord>

export const inspectorFindings = defineStream({
  id: 'aws.inspector-findings',
  version: 1,
  title: 'Vulnerabilities found by Inspector, open ones and those closed lately',
  record: InspectorFindingRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.vulnerability ?? record.arn,
  permissions: [allow('inspector2:ListFindings', 'Lists vulnerabilities with how long they are known.')],
  reproduce: inRegion('aws inspector2 list-findings'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('findings', async (nextToken) => {
      const answer = await place.call('inspector2', 'ListFindings', {
        maxResults: 100,
        filterCriteria: FILTER,
        nextToken,
      })
      return { items: answer.findings, next: answer.nextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (finding): InspectorFindingRecord => ({
          arn: given(finding.findingArn, 'findingArn'),
          type: given(finding.type, 'type'),
          severity: given(finding.severity, 'severity'),
          status: given(finding.status, 'status'),
          firstObserved: given(finding.firstObservedAt, 'firstObservedAt').toISOString(),
          updated: timeOf(finding.updatedAt),
          resource: finding.resources?.[0]?.id ?? null,
          resourceType: finding.resources?.[0]?.type ?? null,
          vulnerability: textOf(finding.packageVulnerabilityDetails?.vulnerabilityId),
          fixAvailable: finding.fixAvailable ?? null,
        }),
      ),
    )
  },
})
