import { defineStream, onlyPage, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import { given } from '../given.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { hubIn } from '../data/security-hub.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

/** Active, failed, of high or critical severity. Notes of people are not written. */
export const SecurityHubFindingRecord = z.strictObject({
  id: z.string(),
  /** The rule it comes from. */
  generator: z.string(),
  title: z.string(),
  severity: z.string(),
  /** `NEW`, `NOTIFIED`, `SUPPRESSED` or `RESOLVED`. */
  workflow: z.string(),
  firstObserved: z.iso.datetime(),
  updated: z.iso.datetime(),
  resource: z.string().nullable(),
  /** Whether somebody wrote down why. */
  noted: z.boolean(),
})
export type SecurityHubFindingRecord = z.output<typeof SecurityHubFindingRecord>

const equals = (...values: string[]) => values.map((Value) => ({ Value, Comparison: 'EQUALS' as const }))
const FILTERS = {
  RecordState: equals('ACTIVE'),
  ComplianceStatus: equals('FAILED'),
  SeverityLabel: equals('CRITICAL', 'HIGH'),
  WorkflowStatus: equals('NEW', 'NOTIFIED', 'SUPPRESSED'),
}

export const securityHubFindings = defineStream({
  id: 'aws.security-hub-findings',
  version: 1,
  title: 'Failed controls of Security Hub of high and critical severity',
  record: SecurityHubFindingRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.title,
  permissions: [
    allow('securityhub:DescribeHub', 'Shows whether Security Hub is on.'),
    allow('securityhub:GetFindings', 'Lists failed controls with how long they have failed.'),
  ],
  reproduce: inRegion('aws securityhub get-findings --filters …'),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const hub = await reader.observe('Security Hub', () => hubIn(place), { absentOn: 'not-found' })
    if (hub.state !== 'observed') {
      yield onlyPage([])
      return
    }
    const findings = listOf('Findings', async (NextToken) => {
      const answer = await place.call('securityhub', 'GetFindings', { Filters: FILTERS, MaxResults: 100, NextToken })
      return { items: answer.Findings, next: answer.NextToken }
    })
    yield* pagesOf(findings, (items) =>
      items.map(
        (finding): SecurityHubFindingRecord => ({
          id: given(finding.Id, 'Id'),
          generator: given(finding.GeneratorId, 'GeneratorId'),
          title: given(finding.Title, 'Title'),
          severity: given(finding.Severity?.Label, 'Severity.Label'),
          workflow: given(finding.Workflow?.Status, 'Workflow.Status'),
          firstObserved: new Date(finding.FirstObservedAt ?? given(finding.CreatedAt, 'CreatedAt')).toISOString(),
          updated: new Date(given(finding.UpdatedAt, 'UpdatedAt')).toISOString(),
          resource: textOf(finding.Resources?.[0]?.Id),
          noted: textOf(finding.Note?.Text) !== null,
        }),
      ),
    )
  },
})
