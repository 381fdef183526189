import { readTimes } from '../model/carried.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Evidence } from '../model/staging.ts'
import type { CheckInput, Dataset, ExternalStream, Item } from '../sdk/check.ts'
import { InvalidError, type Reason } from '../sdk/errors.ts'
import type { Stream } from '../sdk/stream.ts'

/** The records of one plan item, ready to be read back, and how their collection ended. */
export interface Population {
  source: string
  stream: string
  scope: string
  /** Digest of the records object. */
  sha256: string
  /** Digest of the file that says which of the records are carried over, and since when. */
  carried?: string | undefined
  outcome: Outcome
}

/** Which populations an input means: the source's own, or every source's for a stream of another collector. */
export function populationsOf(input: CheckInput, source: string, populations: readonly Population[]): Population[] {
  return populations.filter(
    ({ stream, source: from }) => stream === input.id && ('external' in input || from === source),
  )
}

/** What is missing of an input. `*`: no source of the run has the stream, or its scopes could not be found. */
export interface Missing {
  source: string
  stream: string
  scope: string
  reason: Reason
}

/** Populations whose collection is not complete, or a joined stream that no source of the run has and that is not optional. */
export function incompleteOf(input: CheckInput, populations: readonly Population[]): Missing[] {
  if ('external' in input && populations.length === 0) {
    return input.optional ? [] : [{ source: '*', stream: input.id, scope: '*', reason: 'unavailable' }]
  }
  return populations.flatMap(({ source, stream, scope, outcome: { reason } }) =>
    reason === undefined ? [] : [{ source, stream, scope, reason }],
  )
}

/** Every record of a population, as written. */
export async function* readItems(
  evidence: Evidence,
  population: Population,
  naming: Pick<Stream, 'key' | 'label'>,
): AsyncGenerator<Item<unknown>[]> {
  const { source, scope, outcome } = population
  const startedAt = new Date(outcome.startedAt)
  await using times = population.carried === undefined ? undefined : readTimes(evidence.lines(population.carried))
  for await (const lines of evidence.lines(population.sha256)) {
    const items = lines.map((line): Item<unknown> => {
      const record: unknown = JSON.parse(line)
      const key = naming.key(record)
      return { record, key, label: naming.label?.(record) ?? key, source, scope, readAt: startedAt }
    })
    for (const item of times === undefined ? [] : items) {
      const carried = await times?.of(item.key)
      if (carried !== undefined) item.readAt = new Date(carried.readAt)
    }
    yield items
  }
}

/** What `checkAll` reads: the populations of an input one after the other, anew at each call. */
export function datasetOf(
  evidence: Evidence,
  input: CheckInput,
  populations: readonly Population[],
  streamOf: (id: string) => Stream | undefined,
): Dataset<unknown> {
  return {
    ...(populations.length === 0 && 'external' in input && { absent: true }),
    async *items() {
      for (const population of populations) {
        const stream = streamOf(population.stream)
        if (stream === undefined) throw new InvalidError(`stream ${population.stream} is not loaded`)
        for await (const batch of readItems(evidence, population, stream)) {
          for (const item of batch) yield 'external' in input ? narrowed(item, input) : item
        }
      }
    },
  }
}

/** A record of another collector holds what that collector writes; only what the check declared is let through. */
function narrowed(item: Item<unknown>, input: ExternalStream): Item<unknown> {
  const parsed = input.record.safeParse(item.record)
  if (!parsed.success) throw new InvalidError(`records of ${input.id} do not have the fields this check reads`)
  return { ...item, record: parsed.data }
}
