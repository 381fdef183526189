import { InvalidError, z } from 'affiant/sdk'
import { list, type ListPage } from '../paging.ts'
import type { Place } from '../session.ts'

/** Times come as text, or as seconds since 1970. */
const time = z.union([z.string(), z.number().transform((seconds) => new Date(seconds * 1000).toISOString())])

const Summary = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  version: z.number(),
  series: z.string().optional(),
  category: z.string().optional(),
  companyName: z.string().optional(),
  periodStart: time.optional(),
  periodEnd: time.optional(),
})
/** A report as a list of Artifact has it. https://docs.aws.amazon.com/artifact/latest/APIReference/API_ReportSummary.html */
export type ReportSummary = z.output<typeof Summary>

const Reports = z.object({ reports: z.array(Summary), nextToken: z.string().optional() })
const Metadata = z.object({
  reportDetails: z.object({ lastModifiedAt: time.optional(), acceptanceType: z.string().optional() }),
})
const Term = z.object({ termToken: z.string().min(1) })
const Report = z.object({ documentPresignedUrl: z.string().min(1) })

async function ask<T>(at: Place, operation: string, path: string, query: Record<string, string>, shape: z.ZodType<T>) {
  const answer = shape.safeParse(
    await at.ask('artifact', operation, `${path}?${new URLSearchParams(query).toString()}`),
  )
  if (!answer.success) throw new InvalidError(`artifact:${operation}: the answer is not what AWS documents`)
  return answer.data
}

const named = ({ id, version }: ReportSummary) => ({ reportId: id, reportVersion: String(version) })

/** https://docs.aws.amazon.com/artifact/latest/APIReference/API_ListReports.html */
export function reportsIn(at: Place): AsyncIterable<ListPage<ReportSummary>> {
  return list(
    (nextToken) =>
      ask(
        at,
        'ListReports',
        '/v1/report/list',
        { maxResults: '300', ...(nextToken !== undefined && { nextToken }) },
        Reports,
      ),
    ({ reports, nextToken }) => ({ items: reports, next: nextToken }),
  )
}

/** https://docs.aws.amazon.com/artifact/latest/APIReference/API_GetReportMetadata.html: it has no digest of the document. */
export async function metadataOf(at: Place, report: ReportSummary) {
  const { reportDetails } = await ask(at, 'GetReportMetadata', '/v1/report/getMetadata', named(report), Metadata)
  return { modified: reportDetails.lastModifiedAt ?? null, terms: reportDetails.acceptanceType ?? null }
}

/**
 * The document of a report. To ask for the terms gives a token, and to use the token is to accept them.
 * https://docs.aws.amazon.com/artifact/latest/APIReference/API_GetReport.html
 */
export async function documentOf(at: Place, report: ReportSummary): Promise<Uint8Array> {
  const asked = named(report)
  const { termToken } = await ask(at, 'GetTermForReport', '/v1/report/getTermForReport', asked, Term)
  const found = await ask(at, 'GetReport', '/v1/report/get', { ...asked, termToken }, Report)
  const document = await at.download('artifact', 'GetReport', found.documentPresignedUrl)
  assertWhole(document)
  return document
}

/**
 * The last line of a PDF is `%%EOF` (ISO 32000-1, 7.5.5); other formats are taken as they come.
 * @throws InvalidError for a part of one
 */
function assertWhole(document: Uint8Array): void {
  const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
  const isPdf = text(document.subarray(0, 5)) === '%PDF-'
  if (isPdf && !text(document.subarray(-1024)).includes('%%EOF'))
    throw new InvalidError('artifact:GetReport: the document came without its end')
}

/** Of a report: whether it is one of AWS itself that is published. */
export function isOfAws({ state, company }: { state: string; company: string | null }): boolean {
  return state === 'PUBLISHED' && /amazon|aws/i.test(company ?? 'aws')
}

/** What a report is by its name: AWS gives no code for it. */
export function kindOf({ name }: { name: string }): 'certificate' | 'audit' | undefined {
  if (/\b27001\b/.test(name)) return 'certificate'
  return /\bSOC\)? ?2\b/i.test(name) ? 'audit' : undefined
}
