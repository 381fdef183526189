import { Ajv, type AnySchemaObject } from 'ajv'

export type Schema = AnySchemaObject

/** An object with these members and no others; names that end with `?` may be missing. */
export function object(members: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const names = Object.keys(members)
  return {
    type: 'object',
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema])),
    additionalProperties: false,
    ...more,
  }
}

export const list = (items: Schema, minItems = 0): Schema => ({ type: 'array', minItems, items })
export const oneOf = (...values: readonly (string | number)[]): Schema => ({ enum: [...values] })
export const matching = (pattern: string): Schema => ({ type: 'string', pattern })

/** What is wrong with a document; nothing, if it is valid. */
export function problems(schema: Schema, document: unknown): string[] {
  const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: true }).compile(schema)
  return validate(document) === true
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
