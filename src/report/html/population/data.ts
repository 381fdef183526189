import type { Population } from '../../../model/population.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import type { Stream } from '../../../sdk/stream.ts'
import type { PopulationHead } from '../../json/population.ts'
import { columnsOf, populationCsv } from '../../population-csv.ts'
import { populationFile } from '../../population-json.ts'
import { type ReadLines, readHead, rowsIn } from '../../population-read.ts'
import type { RowSource } from '../../population-rows.ts'
import { dataPath } from '../paths.ts'

/** What is asked for again within a page, or by the files beside it, is not read again. */
const REMEMBERED = 64

/** Reads populations for the pages and files of a report. */
export interface PopulationReader {
  head(population: Population): Promise<PopulationHead>
  rows(population: Population): RowSource
  columns(population: Population): Promise<string[]>
}

export function populationReader(lines: ReadLines, streamOf: (id: string) => Stream | undefined): PopulationReader {
  const rows = (population: Population) => rowsIn(population, lines, streamOf)
  return {
    head: remembered((population) => readHead(population, lines)),
    rows,
    columns: remembered((population) => columnsOf(rows(population))),
  }
}

/** The last few results by plan item. One that failed is not kept. */
function remembered<Value>(
  read: (population: Population) => Promise<Value>,
): (population: Population) => Promise<Value> {
  const known = new Map<string, Value>()
  return async (population) => {
    const { planItem } = population.end
    const found = known.get(planItem) ?? (await read(population))
    known.delete(planItem)
    known.set(planItem, found)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    return found
  }
}

/** Whether it has rows that can be shown: an export withholds them with the line of the index that names their file. */
export function hasRows({ records }: { records?: Population['records'] | undefined }): boolean {
  return records !== undefined && records.count > 0
}

/**
 * A population as CSV and as JSON, as `affiant population export` writes it. None without rows: its card says all there is to
 * say, and there can be thousands.
 */
export function* dataFiles(population: Population, reader: PopulationReader): Iterable<ReportFile> {
  if (!hasRows(population)) return
  const { source, stream, scope } = population.end
  yield {
    path: dataPath(source, stream, scope, 'csv'),
    async *content() {
      const head = await reader.head(population)
      yield* populationCsv(head, reader.rows(population), await reader.columns(population))
    },
  }
  yield {
    path: dataPath(source, stream, scope, 'json'),
    async *content() {
      yield* populationFile(await reader.head(population), reader.rows(population))
    },
  }
}
