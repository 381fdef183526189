import type { AllCheck, Check, Dataset, Result } from 'affiant/sdk'

export const NOW = new Date('2026-01-15T12:00:00.000Z')
export const SCOPE = '111122223333/global'
export const daysBefore = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString()

const codeOf = (verdict: { status: string; reason?: string }) =>
  verdict.reason === undefined ? verdict.status : `${verdict.status}: ${verdict.reason}`

type Inputs = Readonly<Record<string, readonly unknown[]>>
/** Records by input, and of those of other scopes their scope: `{ 'identities@222233334444/global': [] }`. */
export async function results(check: AllCheck, inputs: Inputs, params: unknown = {}): Promise<Result[]> {
  const datasets: Record<string, Dataset<unknown>> = {}
  for (const [name, stream] of Object.entries(check.inputs)) {
    const naming = stream as { key?(record: unknown): string; label?(record: unknown): string }
    const parts = Object.entries(inputs).filter(([of]) => of === name || of.startsWith(`${name}@`))
    datasets[name] = {
      ...(parts.length === 0 && 'external' in stream && { absent: true as const }),
      async *items() {
        for (const [of, records] of parts) {
          const scope = of.split('@')[1] ?? SCOPE
          for (const given of records) {
            const record = stream.record.parse(given)
            const key = naming.key?.(record) ?? ''
            const label = naming.label?.(record) ?? key
            yield { record, key, label, source: 'aws', scope, readAt: NOW }
          }
        }
      },
    }
  }
  const found: Result[] = []
  const context = { params: check.params.parse(params), at: NOW }
  for await (const result of check.evaluate(datasets, context)) found.push(result)
  return found
}

/** Status and reason of each result, by its subject. */
export async function statuses(check: AllCheck, inputs: Inputs, params: unknown = {}): Promise<Record<string, string>> {
  const found = await results(check, inputs, params)
  return Object.fromEntries(found.map((result) => [result.subject, codeOf(result)]))
}

/** Status and reason of one record. */
export function status(check: Check, record: unknown, params: unknown = {}): string {
  if (check.kind !== 'each') throw new TypeError(`${check.id} looks at whole populations`)
  const parsed = check.inputs['records']?.record.parse(record)
  return codeOf(check.evaluate(parsed, { params: check.params.parse(params), at: NOW, readAt: NOW }))
}

/** Results of either kind of check over records by input and scope. */
export async function judged(check: Check, inputs: Inputs, given: unknown = {}): Promise<Result[]> {
  if (check.kind === 'all') return results(check, inputs, given)
  const records = Object.values(inputs).flat()
  const params = check.params.parse(given)
  return records.map((record, index) => ({
    subject: String(index),
    ...check.evaluate(record, { params, at: NOW, readAt: NOW }),
  }))
}
