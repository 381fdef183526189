import { expect, test } from 'vitest'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { z } from 'affiant/sdk'
import { fakes } from './fakes.ts'

const parsed: unknown = JSON.parse(configJsonSchema(fakes))

/** The schema at this path of keys. */
function at(...keys: (string | number)[]): unknown {
  return keys.reduce((here: unknown, key) => Reflect.get(Object(here), key), parsed)
}

test('names its dialect and describes every option of the file', () => {
  expect(at('$schema')).toBe('https://json-schema.org/draft/2020-12/schema')
  const undescribed = Object.entries(Object(at('properties'))).filter(([, option]) => !Object(option).description)
  expect(undescribed).toEqual([])
})

test('gives config, secrets and limits of a source by its collector', () => {
  const source = ['properties', 'sources', 'items', 'allOf', 1] as const
  expect(at(...source, 'if', 'properties', 'collector')).toEqual({ const: 'hub' })
  expect(at(...source, 'then', 'properties', 'config')).toMatchObject({
    properties: { organization: { description: 'Login of the organization.' } },
    required: ['organization'],
    additionalProperties: false,
  })
  expect(at(...source, 'then', 'properties', 'secrets')).toMatchObject({
    properties: { token: { description: 'a read-only token' }, privateKey: {} },
    additionalProperties: false,
  })
  expect(at(...source, 'then', 'properties', 'limits', 'properties', 'rest', 'properties')).toMatchObject({
    perMinute: { maximum: 900 },
    concurrency: { maximum: 10 },
  })
  expect(at(...source, 'then', 'required')).toEqual(['config'])
})

test('gives params of a check by its id, and leaves checks of plug-ins alone', () => {
  expect(at('properties', 'checks', 'properties', 'hub.few-owners', 'properties', 'params')).toMatchObject({
    properties: { max: { default: 3, description: 'Most owners allowed.' } },
  })
  const [pattern = ''] = Object.keys(Object(at('properties', 'checks', 'patternProperties')))
  expect('jira.tickets-closed').toMatch(new RegExp(pattern))
  expect('hub.few-ownrs').not.toMatch(new RegExp(pattern))
  const other = String(at('properties', 'sources', 'items', 'properties', 'collector', 'anyOf', 1, 'pattern'))
  expect('jira').toMatch(new RegExp(other))
  expect('hub').not.toMatch(new RegExp(other))
})

test('is the same text whatever the order of the collectors', () => {
  expect(configJsonSchema(fakes.toReversed())).toBe(configJsonSchema(fakes))
})

test('moves the definitions of a schema that refers to itself, so that references hold', () => {
  const Group = z.strictObject({
    name: z.string(),
    get groups() {
      return z.array(Group).optional()
    },
  })
  const hub = fakes[0]
  if (!hub) throw new Error('no collector')
  const recursive = { ...hub, config: z.strictObject({ root: Group.meta({ id: 'Group' }) }) }
  const schema: unknown = JSON.parse(configJsonSchema([recursive]))
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name)
  const definitions: unknown = Reflect.get(Object(schema), '$defs')
  expect(references.length).toBeGreaterThan(0)
  for (const name of references) expect(Object.keys(Object(definitions))).toContain(name)
})
