import { createHash } from 'node:crypto'
import { defineStream, observedOf, z } from 'affiant/sdk'
import { documentOf, isOfAws, kindOf, reportsIn } from '../organization/assurance.ts'
import { getReport, listReports, termForReport } from '../organization/permissions.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { DOCUMENTS, type Session } from '../session.ts'

export const AssuranceDocumentRecord = z.strictObject({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  document: observedOf(
    z.strictObject({
      /** Of the copy that this run was given, in hex. */
      sha256: z.string(),
      bytes: z.int(),
    }),
  ),
})
export type AssuranceDocumentRecord = z.output<typeof AssuranceDocumentRecord>

/**
 * The certificate and the audit report of AWS as Artifact gave them to this run: size and digest, never the document.
 * AWS makes each download for the account that asks, with a watermark of its own ("Securing your documents",
 * https://docs.aws.amazon.com/artifact/latest/ug/what-is-aws-artifact.html, to be checked for reports from the API), so the digest
 * need not be that of another copy. See docs/adr/0027-terms-are-accepted-by-people.md.
 */
export const assuranceDocuments = defineStream({
  id: 'aws.assurance-documents',
  version: 1,
  title: "Digests of AWS's certificate and audit report, as downloaded from Artifact",
  record: AssuranceDocumentRecord,
  key: (record) => `${record.id}/${record.version}`,
  label: (record) => record.name,
  permissions: [listReports, termForReport, getReport],
  appliesTo: [DOCUMENTS],
  reproduce: () =>
    'aws artifact get-term-for-report --region us-east-1 --report-id ID; aws artifact get-report --region us-east-1 --report-id ID --term-token TOKEN',
  async *collect(session: Session, scope, reader) {
    const at = await session.in(scope)
    yield* pagesOf(reportsIn(at), (reports) => {
      const judged = reports.filter(
        (report) =>
          isOfAws({ state: report.state, company: report.companyName ?? null }) && kindOf(report) !== undefined,
      )
      // One after the other: a report may have many megabytes.
      return eachOf(judged, 1, async (report): Promise<AssuranceDocumentRecord> => {
        const { id, version, name } = report
        const document = await reader.observe(`document of report ${id}`, async () => {
          const bytes = await documentOf(at, report)
          return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
        })
        return { id, version, name, document }
      })
    })
  },
})
