import { canonicalize } from '../model/canonical.ts'
import type { PopulationHead, PopulationJson } from './json/population.ts'
import { jsonText } from './json-run.ts'
import { type RowSource, rowsOf } from './population-rows.ts'
import { printableJson } from './printable.ts'

const SCHEMA: PopulationJson['schema'] = 'affiant.population/1'

/** A population as one canonical JSON document (RFC 8785) and a line feed, row by row as they are read. */
export async function* populationFile(head: PopulationHead, source: RowSource): AsyncIterable<string> {
  yield `{"population":${canonicalize(head)},"rows":[`
  let first = true
  for await (const rows of rowsOf(source)) {
    yield rows.map((row, place) => `${first && place === 0 ? '' : ','}${canonicalize(row)}`).join('')
    first &&= rows.length === 0
  }
  yield `],"schema":"${SCHEMA}"}\n`
}

/** The same document, safe to print, with a row a line. */
export async function* showPopulationJson(head: PopulationHead, source: RowSource): AsyncIterable<string> {
  yield `${jsonText({ schema: SCHEMA, population: head }).trimEnd().slice(0, -2)},\n  "rows": [`
  let first = true
  for await (const rows of rowsOf(source)) {
    for (const row of rows) {
      yield `${first ? '' : ','}\n    ${printableJson(JSON.stringify(row))}`
      first = false
    }
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n'
}
