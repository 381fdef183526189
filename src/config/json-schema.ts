import { z } from 'zod'
import type { Collector } from '../sdk/collector.ts'
import { ConfigFile, SecretReference } from './schema.ts'
import { isMapping } from './shape.ts'

type Json = { [key: string]: unknown }

function part(json: Json, key: string): Json {
  const value = json[key]
  return isMapping(value) ? value : {}
}

/** Formats that JSON Schema defines and zod may give together with a pattern. */
const FORMATS = ['date', 'date-time', 'time', 'duration', 'email', 'uri', 'uuid', 'ipv4', 'ipv6']

/** What a person writes: keys with defaults are optional. What JSON Schema cannot say is left to `affiant validate`. */
function schemaOf(schema: z.core.$ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      // zod names its own formats too; the pattern beside them says the same in terms every editor knows.
      if (jsonSchema.pattern !== undefined && !FORMATS.includes(jsonSchema.format ?? '')) delete jsonSchema.format
    },
  })
  return json
}

/**
 * JSON Schema (draft 2020-12) of `affiant.yaml` for completion and hints in editors, from the same schemas that validate:
 * the config, secrets and limits of each collector by the source's `collector`, the params of each check by its id.
 * Collectors and checks of plug-ins are accepted without further hints. Ends with a line feed; the same collectors give
 * the same text in whatever order they come.
 */
export function configJsonSchema(collectors: readonly Collector[]): string {
  const sorted = collectors.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const definitions: Json = {}
  const file = schemaOf(ConfigFile)
  const properties = part(file, 'properties')
  const source = part(part(properties, 'sources'), 'items')
  const sourceProperties = part(source, 'properties')
  sourceProperties['collector'] = {
    ...part(sourceProperties, 'collector'),
    anyOf: [{ enum: sorted.map(({ id }) => id) }, { pattern: otherThan(sorted.map(({ id }) => id)) }],
  }
  source['allOf'] = sorted.map((collector) => ({
    if: { properties: { collector: { const: collector.id } }, required: ['collector'] },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: sourceOf(collector, definitions),
  }))
  properties['checks'] = checksOf(sorted, part(properties, 'checks'), definitions)
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Affiant',
    ...file,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}

function sourceOf(collector: Collector, definitions: Json): Json {
  const config = embed(collector.config, `${collector.id}.config`, definitions)
  const secret = schemaOf(SecretReference)
  const secrets = Object.entries(collector.secrets).map(([name, description]) => [name, { ...secret, description }])
  const limits = collector.limits.map(({ id, perMinute, concurrency, share = 1 }) => [
    id,
    {
      type: 'object',
      description: `Lowers this limit; the collector allows ${perMinute} requests a minute and ${concurrency} at a time, and uses ${share * 100} % of that.`,
      properties: {
        perMinute: { type: 'integer', minimum: 1, maximum: perMinute },
        concurrency: { type: 'integer', minimum: 1, maximum: concurrency },
        share: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      },
      additionalProperties: false,
    },
  ])
  const together = collector.concurrency
  const sweeps = collector.streams.flatMap(({ id, sweep }) =>
    sweep === undefined ? [] : [[id, { type: 'string', description: `Default: ${sweep.every}.` }] as const],
  )
  const isConfigNeeded = Array.isArray(config['required']) && config['required'].length > 0
  return {
    properties: {
      config,
      secrets: { type: 'object', properties: Object.fromEntries(secrets), additionalProperties: false },
      limits: { type: 'object', properties: Object.fromEntries(limits), additionalProperties: false },
      ...(together !== undefined && { concurrency: { type: 'integer', minimum: 1, maximum: together } }),
      ...(sweeps.length > 0 && {
        sweeps: { type: 'object', properties: Object.fromEntries(sweeps), additionalProperties: false },
      }),
    },
    ...(isConfigNeeded && { required: ['config'] }),
  }
}

function checksOf(collectors: readonly Collector[], any: Json, definitions: Json): Json {
  const setting = part(any, 'additionalProperties')
  const settings = collectors.flatMap(({ checks }) =>
    checks.map(({ id, title, params }) => {
      const own = { ...part(setting, 'properties'), params: embed(params, `${id}.params`, definitions) }
      return [id, { ...setting, description: title, properties: own }]
    }),
  )
  const prefixes = collectors.map(({ id }) => `${id}\\.`)
  return {
    type: 'object',
    description: any['description'],
    properties: Object.fromEntries(settings),
    patternProperties: { [`^(?!${prefixes.join('|') || '$'})`]: setting },
    additionalProperties: false,
  }
}

/** Inserts a schema; definitions it brings along move to the root under a name of their own, with the references to them. */
function embed(schema: z.core.$ZodType, name: string, definitions: Json): Json {
  const whole = JSON.stringify(schemaOf(schema)).replaceAll('"$ref":"#/$defs/', `"$ref":"#/$defs/${name}.`)
  const { $defs, ...json }: Json = JSON.parse(whole)
  for (const [key, definition] of isMapping($defs) ? Object.entries($defs) : []) {
    definitions[`${name}.${key}`] = definition
  }
  return json
}

function otherThan(ids: readonly string[]): string {
  return `^(?!(?:${ids.join('|')})$)`
}
