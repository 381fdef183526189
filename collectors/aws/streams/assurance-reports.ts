import { defineStream, InvalidError, z } from 'affiant/sdk'
import { listReports } from '../organization-permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { HOME, type Place, type Session } from '../session.ts'

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
const Answer = z.object({ reports: z.array(Summary), nextToken: z.string().optional() })

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
})
export type AssuranceReportRecord = z.output<typeof AssuranceReportRecord>

async function ask(at: Place, token: string | undefined) {
  const query = new URLSearchParams({ maxResults: '300', ...(token !== undefined && { nextToken: token }) })
  const answer = Answer.safeParse(await at.ask('artifact', 'ListReports', `/v1/report/list?${query.toString()}`))
  if (!answer.success) throw new InvalidError('artifact:ListReports: the answer is not what AWS documents')
  return answer.data
}

/**
 * What Artifact has, without the documents: those are given out only against accepted terms.
 * https://docs.aws.amazon.com/artifact/latest/APIReference/API_ListReports.html
 */
export const assuranceReports = defineStream({
  id: 'aws.assurance-reports',
  version: 1,
  title: "AWS's own certificates and audit reports in Artifact, with the periods they cover",
  record: AssuranceReportRecord,
  key: (record) => `${record.id}/${record.version}`,
  label: (record) => record.name,
  permissions: [listReports],
  appliesTo: [HOME],
  reproduce: () => 'aws artifact list-reports --region us-east-1',
  async *collect(session: Session, scope) {
    const at = await session.in(scope)
    yield* pagesOf(
      list(
        (token) => ask(at, token),
        ({ reports, nextToken }) => ({ items: reports, next: nextToken }),
      ),
      (items) =>
        items.map(({ id, version, name, state, series, category, companyName, periodStart, periodEnd }) => ({
          id,
          version,
          name,
          state,
          series: series ?? null,
          category: category ?? null,
          company: companyName ?? null,
          periodStart: periodStart ?? null,
          periodEnd: periodEnd ?? null,
        })),
    )
  },
})
