import { z } from 'zod'
import type { Check } from '../../src/sdk/index.ts'

export interface Param {
  name: string
  type: string
  /** JSON of the default, if there is one. */
  default: string | undefined
  description: string
}

/** What the docs need of a JSON Schema, of whatever it holds. */
const Property = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  get items() {
    return Property.optional()
  },
})
type Property = z.output<typeof Property>

/** The params a check takes, as config writes them. */
export function paramsOf(check: Check): Param[] {
  const schema = z.toJSONSchema(check.params, { io: 'input', unrepresentable: 'any' })
  return Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const property = Property.parse(value)
    return {
      name,
      type: typeText(property),
      default: property.default === undefined ? undefined : JSON.stringify(property.default),
      description: property.description ?? '',
    }
  })
}

/**
 * Pass and fail in words, with the defaults filled in.
 * @throws Error if a param has no default
 */
export function defaultCriteria(check: Check): { pass: string; fail: string } {
  const defaults = check.params.safeParse({})
  if (!defaults.success) throw new Error(`check ${check.id}: every param needs a default; ${defaults.error.message}`)
  return check.criteria(defaults.data)
}

function typeText({ type, items, format, enum: values }: Property): string {
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  if (items) return `list of ${typeText(items)}`
  return format ?? (typeof type === 'string' ? type : (type?.join(' or ') ?? 'any'))
}
