import type { z } from 'zod'

type Schema = z.core.$ZodType

/** The definition of a schema, which zod keeps under this name for tools such as this one. */
function defOf<Known extends z.core.$ZodTypes>(schema: Known): Known['_zod']['def'] {
  // oxlint-disable-next-line no-underscore-dangle
  return schema._zod.def
}

/** The schema inside `optional`, `default`, `readonly`, `pipe` and the like. */
function unwrap(schema: Schema): z.core.$ZodTypes {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the union of all schemas zod has; ours are no others
  const known = schema as z.core.$ZodTypes
  const def = defOf(known)
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- only wrappers are looked through
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrap(def.innerType)
    case 'lazy':
      return unwrap(def.getter())
    case 'pipe':
      return unwrap(def.in)
    default:
      return known
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the literals of an object schema (`type: 'app'`) agree with the value. */
function agrees(option: Schema, value: unknown): boolean {
  const def = defOf(unwrap(option))
  if (def.type !== 'object' || !isMapping(value)) return true
  return Object.entries(def.shape).every(([key, field]) => {
    const inner = defOf(unwrap(field))
    return (
      inner.type !== 'literal' || value[key] === undefined || inner.values.some((literal) => literal === value[key])
    )
  })
}

/** The object, array and scalar schemas that may describe the value: of a union, the branches its literals agree with. */
function branches(schema: Schema, value: unknown): z.core.$ZodTypes[] {
  const inner = unwrap(schema)
  const def = defOf(inner)
  if (def.type === 'intersection') return [...branches(def.left, value), ...branches(def.right, value)]
  if (def.type !== 'union') return [inner]
  const agreeing = def.options.filter((option) => agrees(option, value))
  return (agreeing.length > 0 ? agreeing : def.options).flatMap((option) => branches(option, value))
}

function step(schema: Schema, value: unknown, key: PropertyKey): Schema[] {
  return branches(schema, value).flatMap((branch) => {
    const def = defOf(branch)
    if (def.type === 'object')
      return Object.entries(def.shape).flatMap(([name, field]) => (name === key ? [field] : []))
    if (def.type === 'array') return [def.element]
    if (def.type === 'record') return [def.valueType]
    if (def.type === 'tuple') return [def.items[Number(key)] ?? def.rest].filter((item) => item !== null)
    return []
  })
}

/** The schemas that describe what stands, or should stand, at `path` of `value`. */
export function schemasAt(schema: Schema, value: unknown, path: readonly PropertyKey[]): Schema[] {
  let schemas = [schema]
  for (const [index, key] of path.entries()) {
    const here = valueAt(value, path.slice(0, index))
    schemas = schemas.flatMap((candidate) => step(candidate, here, key))
  }
  return schemas
}

/** Keys an object schema knows, in order; `undefined` if it takes any key. */
export function keysOf(schema: Schema, value: unknown): string[] | undefined {
  const keys = new Set<string>()
  for (const branch of branches(schema, value)) {
    const def = defOf(branch)
    if (def.type === 'record' || def.type === 'any' || def.type === 'unknown') return undefined
    if (def.type !== 'object') continue
    const rest = def.catchall && defOf(unwrap(def.catchall)).type
    if (rest !== undefined && rest !== 'never') return undefined
    for (const key of Object.keys(def.shape)) keys.add(key)
  }
  return [...keys]
}

/** What stands at `path`; `undefined` if there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = Object.getOwnPropertyDescriptor(here, key)?.value
  }
  return here
}
