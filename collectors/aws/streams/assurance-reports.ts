import { defineStream, observedOf, z } from 'affiant/sdk'
import { metadataOf, reportsIn } from '../organization/assurance.ts'
import { listReports, reportMetadata } from '../organization/permissions.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { HOME, type Session } from '../session.ts'

export const AssuranceReportRecord = z.strictObject({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  /** `PUBLISHED` or `UNPUBLISHED`. */
  state: z.string(),
  series: z.string().nullable(),
  category: z.string().nullable(),
  /** Whose report it is; Artifact has those of other suppliers too. */
  company: z.string().nullable(),
  periodStart: z.string().nullable(),
  periodEnd: z.string().nullable(),
  details: observedOf(
    z.strictObject({
      modified: z.string().nullable(),
      /** `EXPLICIT`: somebody has to accept terms before a download; `PASSTHROUGH`: nobody has to. */
      terms: z.string().nullable(),
    }),
  ),
})
export type AssuranceReportRecord = z.output<typeof AssuranceReportRecord>

/**
 * What Artifact has, without the documents: those are given out only against accepted terms, see `aws.assurance-documents`.
 * https://docs.aws.amazon.com/artifact/latest/APIReference/API_ListReports.html
 */
export const assuranceReports = defineStream({
  id: 'aws.assurance-reports',
  version: 1,
  title: "AWS's own certificates and audit reports in Artifact, with the periods they cover",
  record: AssuranceReportRecord,
  key: (record) => `${record.id}/${record.version}`,
  label: (record) => record.name,
  permissions: [listReports, reportMetadata],
  appliesTo: [HOME],
  reproduce: () =>
    'aws artifact list-reports --region us-east-1; aws artifact get-report-metadata --region us-east-1 --report-id ID',
  async *collect(session: Session, scope, reader) {
    const at = await session.in(scope)
    yield* pagesOf(reportsIn(at), (reports) =>
      eachOf(reports, 8, async (report): Promise<AssuranceReportRecord> => {
        const { id, version, name, state, series, category, companyName, periodStart, periodEnd } = report
        return {
          id,
          version,
          name,
          state,
          series: series ?? null,
          category: category ?? null,
          company: companyName ?? null,
          periodStart: periodStart ?? null,
          periodEnd: periodEnd ?? null,
          details: await reader.observe(`report ${id}`, () => metadataOf(at, report)),
        }
      }),
    )
  },
})
