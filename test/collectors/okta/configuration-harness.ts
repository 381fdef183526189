import {
  type AllCheck,
  asReadError,
  type Dataset,
  type EachCheck,
  type Fetch,
  NotFoundError,
  type Page,
  type Reader,
  type Reason,
  type Result,
  Secret,
  type Stream,
  type Verdict,
} from 'affiant/sdk'
import { createClient } from '../../../collectors/okta/client.ts'
import { OktaConfig } from '../../../collectors/okta/config.ts'
import type { Session } from '../../../collectors/okta/session.ts'

export const BASE = 'https://acme.okta.example.com'
/** When the source is opened. */
export const NOW = new Date('2026-01-15T12:00:00.000Z')

/** What the fake Okta answers to one path with query. */
export interface Answer {
  status?: number
  body?: unknown
  headers?: Record<string, string>
}
/** Answers by path and query as they are asked, decoded, without `limit`. */
export type Answers = Record<string, Answer>

export const error = (status: number, errorCode: string, errorSummary = 'refused'): Answer => ({
  status,
  body: { errorCode, errorSummary, errorLink: errorCode, errorId: 'oae1', errorCauses: [] },
})
/** A `Link` header with a next page. */
export const next = (pathAndQuery: string) => ({
  link: `<${BASE}/self>; rel="self", <${BASE}${encodeURI(pathAndQuery)}>; rel="next"`,
})

export function sessionOver(answers: Answers, parts: Partial<Session> = {}): { session: Session; asked: string[] } {
  const asked: string[] = []
  const fetch: Fetch = async (input) => {
    const url = new URL(input instanceof Request ? input.url : input)
    url.searchParams.delete('limit')
    const key = decodeURIComponent((url.pathname + url.search).replaceAll('+', ' '))
    asked.push(key)
    const { status = 200, body = [], headers = {} } = answers[key] ?? error(500, 'E0000009', `no answer for ${key}`)
    return Response.json(body, { status, headers })
  }
  const config = OktaConfig.parse({ orgUrl: BASE })
  const clock = { now: () => NOW, sleep: async () => {}, after: () => ({ [Symbol.dispose]() {} }) }
  const client = createClient({ config, fetch, clock, secrets: { token: new Secret('made-up-token') } })
  const session: Session = {
    client,
    principal: { kind: 'user', name: 'admin@example.com' },
    organizationId: '00o1',
    organization: 'acme.okta.example.com',
    engine: 'identity',
    period: { from: new Date('2025-12-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') },
    now: NOW,
    config,
    serviceAccounts: new Set(),
    ...parts,
  }
  return { session, asked }
}

export interface Collected {
  pages: Page[]
  records: unknown[]
  gaps: { subject: string; reason: Reason; permission?: string }[]
  asked: string[]
}

/** Runs a stream to its end with a reader that keeps the contract of `reader.observe`. Throws what the stream throws. */
export async function collect(
  stream: Pick<Stream<string, unknown, Session>, 'id' | 'record' | 'key' | 'collect'>,
  answers: Answers,
  parts?: Partial<Session>,
): Promise<Collected> {
  const { session, asked } = sessionOver(answers, parts)
  const gaps: Collected['gaps'] = []
  const reader: Reader = {
    orElse: (first, otherwise) => first().catch((cause: unknown) => otherwise(asReadError(cause))),
    credentialIn: () => undefined,
    async observe(subject, read, options) {
      try {
        return { state: 'observed', value: await read() }
      } catch (thrown) {
        const failure = asReadError(thrown)
        if (failure instanceof NotFoundError && options?.absentOn === 'not-found') return { state: 'absent' }
        const { reason, permission } = failure
        const gap = { reason, ...(permission !== undefined && { permission }) }
        gaps.push({ subject, ...gap })
        return { state: 'unknown', ...gap }
      }
    },
  }
  const pages: Page[] = []
  for await (const page of stream.collect(session, { id: '00o1' }, reader)) pages.push(page)
  const records = pages.flatMap((page) => page.records).map((record) => stream.record.parse(record))
  return { pages, records, gaps, asked }
}

/** The verdict of a check of single records. */
export function verdict(check: EachCheck, record: unknown, params: unknown = {}): Verdict {
  const parsed = check.inputs['records']?.record.parse(record)
  return check.evaluate(parsed, { params: check.params.parse(params), at: NOW, readAt: NOW })
}

/** Every result of a check of whole populations. */
export async function results(
  check: AllCheck,
  inputs: Readonly<Record<string, readonly unknown[]>>,
  params: unknown = {},
): Promise<Result[]> {
  const datasets: Record<string, Dataset<unknown>> = {}
  for (const [name, stream] of Object.entries(check.inputs)) {
    const key = (record: unknown) =>
      'key' in stream && typeof stream.key === 'function' ? String(stream.key(record)) : ''
    const records = (inputs[name] ?? []).map((record) => stream.record.parse(record))
    datasets[name] = {
      async *items() {
        for (const record of records) {
          yield { record, key: key(record), label: key(record), source: 'okta', scope: '00o1', readAt: NOW }
        }
      },
    }
  }
  const found: Result[] = []
  for await (const result of check.evaluate(datasets, { params: check.params.parse(params), at: NOW }))
    found.push(result)
  return found
}

/** Status and reason of each result, by its subject. */
export async function statuses(...given: Parameters<typeof results>): Promise<Record<string, string>> {
  const found = await results(...given)
  return Object.fromEntries(
    found.map((result) => [result.subject, 'reason' in result ? `${result.status}: ${result.reason}` : result.status]),
  )
}
