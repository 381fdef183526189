import type { Check, Dataset, Verdict } from 'affiant/sdk'
import { collector } from '../../../collectors/git/index.ts'

const AT = new Date('2026-11-01T00:00:00Z')

/** Statuses and reasons a check gives on records of one scope. */
export async function verdicts(
  check: Check,
  example: { record?: unknown; inputs?: Readonly<Record<string, readonly unknown[]>>; params?: object },
): Promise<Verdict[]> {
  const params = check.params.parse(example.params ?? {})
  if (check.kind === 'each') return [check.evaluate(example.record, { params, at: AT, readAt: AT })]
  const datasets = Object.entries(example.inputs ?? {}).map(([name, records]): [string, Dataset<unknown>] => [
    name,
    {
      async *items() {
        for (const record of records)
          yield {
            record: check.inputs[name]?.record.parse(record),
            key: 'k',
            label: 'l',
            source: 's',
            scope: 'c',
            readAt: AT,
          }
      },
    },
  ])
  const results: Verdict[] = []
  for await (const result of check.evaluate(Object.fromEntries(datasets), { params, at: AT })) results.push(result)
  return results
}

export function checkOf(id: string): Check {
  const check = (collector.checks as readonly Check[]).find((candidate) => candidate.id === id)
  if (!check) throw new Error(`no check ${id}`)
  return check
}

/** The verdict of a check of single records. */
export async function verdictOn(
  check: Check,
  example: { record: unknown; params?: object },
): Promise<Verdict | undefined> {
  return (await verdicts(check, example))[0]
}
