import { defineStream, InvalidError, onlyPage, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import { given } from '../given.ts'
import { detectorIn } from '../data/guardduty.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

/** High ones only, archived or not. AWS keeps findings for 90 days. */
export const GuardDutyFindingRecord = z.strictObject({
  id: z.string(),
  type: z.string(),
  severity: z.number(),
  /** `null`: AWS did not say. */
  archived: z.boolean().nullable(),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  resourceType: z.string().nullable(),
  count: z.int().nullable(),
})
export type GuardDutyFindingRecord = z.output<typeof GuardDutyFindingRecord>

const HIGH = { Criterion: { severity: { GreaterThanOrEqual: 7 } } }

export const guardDutyFindings = defineStream({
  id: 'aws.guardduty-findings',
  version: 1,
  title: 'Findings of GuardDuty of high severity',
  record: GuardDutyFindingRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.type,
  permissions: [
    allow('guardduty:ListDetectors', 'Shows whether GuardDuty is on.'),
    allow('guardduty:ListFindings', 'Lists findings of high severity.'),
    allow('guardduty:GetFindings', 'Shows how old a finding is, and whether it was archived.'),
  ],
  reproduce: inRegion(
    'aws guardduty list-findings --detector-id ID; aws guardduty get-findings --detector-id ID --finding-ids …',
  ),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const DetectorId = await detectorIn(place)
    if (DetectorId === undefined) {
      yield onlyPage([])
      return
    }
    const ids = listOf('FindingIds', async (NextToken) => {
      const input = { DetectorId, FindingCriteria: HIGH, MaxResults: 50, NextToken }
      const answer = await place.call('guardduty', 'ListFindings', input)
      return { items: answer.FindingIds, next: answer.NextToken }
    })
    yield* pagesOf(ids, async (FindingIds) => {
      if (FindingIds.length === 0) return []
      const answer = await place.call('guardduty', 'GetFindings', { DetectorId, FindingIds: [...FindingIds] })
      const findings = given(answer.Findings, 'Findings')
      if (findings.length !== FindingIds.length) throw new InvalidError('AWS listed findings that it does not show')
      return findings.map(
        (finding): GuardDutyFindingRecord => ({
          id: given(finding.Id, 'Id'),
          type: given(finding.Type, 'Type'),
          severity: given(finding.Severity, 'Severity'),
          archived: finding.Service?.Archived ?? null,
          created: new Date(given(finding.CreatedAt, 'CreatedAt')).toISOString(),
          updated: new Date(given(finding.UpdatedAt, 'UpdatedAt')).toISOString(),
          resourceType: textOf(finding.Resource?.ResourceType),
          count: finding.Service?.Count ?? null,
        }),
      )
    })
  },
})
