import { expect, test } from 'vitest'
import { anonymous, reduced } from './github/schemas/reduce.ts'

/** A description in which one route that is served has a schema. */
const description = (schema: unknown, schemas: Record<string, unknown> = {}) =>
  JSON.stringify({
    info: { version: '1.2.3' },
    paths: {
      '/repos/{owner}/{repo}/keys': {
        get: { responses: { '200': { content: { 'application/json': { schema } } }, '404': { $ref: '#/x' } } },
      },
      '/never/served': {
        get: { responses: { '200': { content: { 'application/json': { schema: { type: 'null' } } } } } },
      },
    },
    components: { schemas },
  })

const routeOf = (schema: unknown, schemas?: Record<string, unknown>) => {
  const { routes, definitions, version } = reduced(description(schema, schemas))
  return { routes, definitions, version }
}

test('paths are alike but for the names of their parameters', () => {
  expect(anonymous('/repos/{owner}/{repo}/contents/{path}')).toBe(anonymous('/repos/:owner/:repo/contents/*path'))
  expect(anonymous('/orgs/:org')).not.toBe(anonymous('/users/:org'))
})

test('keeps types, required fields, enumerations and null; drops what only people read', () => {
  const key = {
    type: 'object',
    title: 'Key',
    description: 'long',
    example: {},
    required: ['id'],
    properties: {
      id: { type: 'integer', example: 1 },
      state: { type: 'string', enum: ['on', 'off'], nullable: true },
      // A field that is called as a keyword is.
      description: { type: 'string', description: 'x' },
    },
  }
  expect(routeOf({ type: 'array', items: { $ref: '#/components/schemas/key' } }, { key, other: {} })).toEqual({
    version: '1.2.3',
    routes: { '/repos/{}/{}/keys': { type: 'array', items: { $ref: '#/definitions/key' } } },
    definitions: {
      key: {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          state: { type: ['string', 'null'], enum: ['on', 'off', null] },
          description: { type: 'string' },
        },
        required: ['id'],
        additionalProperties: false,
      },
    },
  })
})

test('parts of an allOf leave room for the fields of the others', () => {
  const part = { type: 'object', properties: { a: { type: 'string' } } }
  const schema = {
    allOf: [{ $ref: '#/components/schemas/part' }, { type: 'object', properties: { b: { type: 'string' } } }],
  }
  const { routes, definitions } = routeOf(schema, { part })
  expect(JSON.stringify([routes, definitions])).not.toContain('additionalProperties')
})

test('the same description gives the same text', () => {
  const text = description({ type: 'object', properties: { b: { type: 'string' }, a: { type: 'string' } } })
  expect(JSON.stringify(reduced(text))).toBe(JSON.stringify(reduced(text)))
})
