import type { Stream } from '../../src/sdk/index.ts'

/**
 * The fields a stream's key is made of, found by running `key` on a stand-in that notes which of its fields are turned
 * into text. Empty if `key` asks for more than text from the record.
 */
export function keyFields(stream: Stream): string[] {
  const fields = new Set<string>()
  try {
    const key: unknown = stream.key(standIn('', fields))
    // A key that is simply a field comes back as its stand-in and is turned into text only here.
    String(key)
  } catch {
    return []
  }
  return [...fields]
}

function standIn(path: string, fields: Set<string>): object {
  const note = (): string => {
    if (path !== '') fields.add(path)
    return 'x'
  }
  return new Proxy(
    {},
    {
      get(_, name) {
        if (name === Symbol.toPrimitive) return note
        if (typeof name === 'symbol') return undefined
        // A member of the text itself: `record.name.toLowerCase()`, `record.name.length`.
        const member: unknown = Reflect.get(String.prototype, name)
        if (typeof member === 'number') return note().length
        if (typeof member === 'function') return (...args: unknown[]) => Reflect.apply(member, note(), args)
        return standIn(path === '' ? name : `${path}.${name}`, fields)
      },
    },
  )
}
