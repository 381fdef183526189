import { defineStream, type Page, pagesFrom, z } from 'affiant/sdk'
import { EXTERNAL, listAnalyzers } from '../identity/analyzers.ts'
import type { OutputOf } from '../clients/index.ts'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { analyzerFindings as permission, analyzers } from '../identity/permissions.ts'
import { inRegion } from '../in-region.ts'
import { list } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const FindingRecord = z.strictObject({
  id: z.string(),
  analyzer: z.string(),
  /** `ACTIVE`, or `ARCHIVED` by somebody who looked at it. Resolved ones are over, and not read. */
  status: z.string(),
  /** What can be reached; `null` where AWS could not look into it. */
  resource: z.string().nullable(),
  resourceType: z.string(),
  owner: z.string(),
  created: z.iso.datetime().nullable(),
  updated: z.iso.datetime().nullable(),
  /** AWS could not look into the resource. */
  error: z.string().nullable(),
})
export type FindingRecord = z.output<typeof FindingRecord>

type Finding = NonNullable<OutputOf<'access-analyzer', 'ListFindingsV2'>['findings']>[number]

function recordOf(finding: Finding, analyzer: string): FindingRecord {
  return {
    id: given(finding.id, 'id'),
    analyzer,
    status: given(finding.status, 'status'),
    resource: finding.resource ?? null,
    resourceType: given(finding.resourceType, 'resourceType'),
    owner: given(finding.resourceOwnerAccount, 'resourceOwnerAccount'),
    created: timeOf(finding.createdAt),
    updated: timeOf(finding.updatedAt),
    error: finding.error ?? null,
  }
}

async function* everyFinding(place: Place): AsyncIterable<Omit<Page, 'number'>> {
  const analyzersHere = await listAnalyzers(place)
  const arns = analyzersHere.filter(({ type }) => EXTERNAL.has(type ?? '')).map(({ arn }) => given(arn, 'arn'))
  if (arns.length === 0) yield { records: [], cursor: 'no analyzer', last: true }
  for (const [index, analyzerArn] of arns.entries()) {
    const pages = list(
      (nextToken) =>
        place.call('access-analyzer', 'ListFindingsV2', {
          analyzerArn,
          filter: { status: { eq: ['ACTIVE', 'ARCHIVED'] } },
          maxResults: 100,
          nextToken,
        }),
      (answer) => ({ items: given(answer.findings, 'findings'), next: answer.nextToken }),
    )
    for await (const { items, cursor = 'start', last } of pages) {
      yield {
        records: items.map((finding) => recordOf(finding, analyzerArn)),
        cursor: `${analyzerArn} ${cursor}`,
        last: last && index === arns.length - 1,
      }
    }
  }
}

/** https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html */
export const externalAccessFindings = defineStream({
  id: 'aws.external-access-findings',
  version: 1,
  title: 'What Access Analyzer found to be reachable from outside',
  record: FindingRecord,
  key: (record) => `${record.analyzer} ${record.id}`,
  label: (record) => record.resource ?? record.id,
  permissions: [permission, analyzers],
  appliesTo: [REGION],
  reproduce: inRegion('aws accessanalyzer list-findings-v2 --analyzer-arn "$ANALYZER", for each external analyzer'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    yield* pagesFrom(everyFinding(place), (page) => page)
  },
})
