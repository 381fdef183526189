/** RFC 3339 in UTC, whole seconds or finer. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/** A period as the plan writes it: instants, half-open. */
export interface Bounds {
  from: string
  to: string
}

/**
 * When what a record tells of happened, in epoch milliseconds; `undefined` where the record says that nothing tells.
 * @param path of the field, dot-separated
 * @throws TypeError if there is no such field, or it holds neither null nor a time in UTC
 */
export function occurrenceIn(record: unknown, path: string): number | undefined {
  let value = record
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      throw new TypeError(`no field ${path}`)
    value = (value as Record<string, unknown>)[name]
  }
  if (value === null) return undefined
  const time = typeof value === 'string' && UTC.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw new TypeError(`${path} is no time in UTC`)
  return time
}

/** Whether an event of that time, from {@link occurrenceIn}, belongs to `[from, to)`. One of no known time does. */
export function isWithin({ from, to }: Bounds, time: number | undefined): boolean {
  return time === undefined || (time >= Date.parse(from) && time < Date.parse(to))
}
