import { type Stream, z } from '../../src/sdk/index.ts'

/** Where the JSON Schema of a stream's records stands: an older version's file stays beside the newer one's. */
export function recordSchemaPath({ id, version }: Stream): string {
  return `docs/schemas/${id}.v${version}.schema.json`
}

/** JSON Schema (draft 2020-12) of one line of a records file, for whoever reads evidence without Affiant. */
export function recordSchemaText({ id, version, title, record }: Stream): string {
  const schema = z.toJSONSchema(record, { io: 'output' })
  return `${JSON.stringify({ ...schema, title: `${title} (${id}/${version})` }, undefined, 2)}\n`
}
