import type { PopulationRow } from './json/population.ts'

/** What a population is written from: its records, read anew at each call, as they were sealed. */
export interface RowSource {
  /** Field that says when an event happened, names joined by dots; absent: records of a state. */
  occurredAt?: string | undefined
  keyOf?: ((record: unknown) => string) | undefined
  lines(): AsyncIterable<readonly string[]>
}

/** The rows in the order of the file, in batches as they are read. */
export async function* rowsOf({ occurredAt, keyOf, lines }: RowSource): AsyncIterable<PopulationRow[]> {
  let line = 0
  for await (const batch of lines()) {
    const rows: PopulationRow[] = []
    for (const text of batch) {
      line += 1
      const record = JSON.parse(text) as PopulationRow['record']
      const at = occurredAt === undefined ? undefined : fieldOf(record, occurredAt)
      rows.push({
        line,
        ...(keyOf && { key: keyOf(record) }),
        ...((typeof at === 'string' || at === null) && { occurredAt: at }),
        record,
      })
    }
    yield rows
  }
}

function fieldOf(record: unknown, path: string): unknown {
  let value = record
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value
}
