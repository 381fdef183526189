import { defineStream, onlyPage, z } from 'affiant/sdk'
import { listAnalyzers } from '../identity/analyzers.ts'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { analyzers as permission } from '../identity/permissions.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

export const AnalyzerRecord = z.discriminatedUnion('kind', [
  /** The region itself, so that one without analyzers is seen. */
  z.strictObject({ kind: z.literal('region'), account: z.string(), region: z.string(), analyzers: z.int() }),
  z.strictObject({
    kind: z.literal('analyzer'),
    arn: z.string(),
    name: z.string(),
    /** `ACCOUNT` and `ORGANIZATION` look for access from outside, the others for unused or internal access. */
    type: z.string(),
    status: z.string(),
    created: z.iso.datetime().nullable(),
  }),
])
export type AnalyzerRecord = z.output<typeof AnalyzerRecord>

/** https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzers.html */
export const accessAnalyzers = defineStream({
  id: 'aws.access-analyzers',
  version: 1,
  title: 'Analyzers of IAM Access Analyzer in a region',
  record: AnalyzerRecord,
  key: (record) => (record.kind === 'region' ? `region:${record.region}` : record.arn),
  label: (record) => (record.kind === 'region' ? `${record.account} ${record.region}` : record.name),
  permissions: [permission],
  appliesTo: [REGION],
  reproduce: inRegion('aws accessanalyzer list-analyzers'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const found = await listAnalyzers(place)
    const analyzers = found.map(
      ({ arn, name, type, status, createdAt }): AnalyzerRecord => ({
        kind: 'analyzer',
        arn: given(arn, 'arn'),
        name: given(name, 'name'),
        type: given(type, 'type'),
        status: given(status, 'status'),
        created: timeOf(createdAt),
      }),
    )
    const { account, region } = place
    yield onlyPage([{ kind: 'region' as const, account, region, analyzers: analyzers.length }, ...analyzers])
  },
})
