import type { AllCheck, Check, Dataset, EachCheck, Result } from 'affiant/sdk'

/** After most times of the examples, so that ages have a meaning. */
export const AT = new Date('2026-01-15T12:00:00.000Z')

interface Placed {
  record: unknown
  scope: string
}

/** Every result of a check. Records are of one region, unless they say another scope with {@link at}. */
export async function judge(
  check: Check,
  inputs: Readonly<Record<string, readonly unknown[] | undefined>>,
  params: unknown = {},
): Promise<Result[]> {
  const context = { params: check.params.parse(params), at: AT }
  if (check.kind === 'each') {
    const each: EachCheck = check
    return (inputs['records'] ?? []).map((given, index) => {
      const record = each.inputs['records']?.record.parse(given)
      return { subject: String(index), ...each.evaluate(record, { ...context, readAt: AT }) }
    })
  }
  const all: AllCheck = check
  const datasets: Record<string, Dataset<unknown>> = {}
  for (const [name, stream] of Object.entries(all.inputs)) {
    const key = (record: unknown) =>
      'key' in stream && typeof stream.key === 'function' ? String(stream.key(record)) : 'record'
    const items = (inputs[name] ?? []).map((given) => {
      const { record, scope } = isPlaced(given) ? given : { record: given, scope: '111122223333/eu-west-1' }
      const parsed = stream.record.parse(record)
      return { record: parsed, key: key(parsed), label: key(parsed), source: 'aws', scope, readAt: AT }
    })
    datasets[name] = {
      async *items() {
        yield* items
      },
    }
  }
  const results: Result[] = []
  for await (const result of all.evaluate(datasets, context)) results.push(result)
  return results
}

const PLACED = Symbol('placed')

export function at(scope: string, record: unknown): Placed {
  return { record, scope, [PLACED]: true } as Placed
}

function isPlaced(value: unknown): value is Placed {
  return typeof value === 'object' && value !== null && PLACED in value
}

/** Status and reason of each result, by its subject. */
export async function statuses(...given: Parameters<typeof judge>): Promise<Record<string, string>> {
  const results = await judge(...given)
  return Object.fromEntries(
    results.map((result) => [
      result.subject,
      'reason' in result ? `${result.status}: ${result.reason}` : result.status,
    ]),
  )
}
