/** A value of JSON, such as an event of CloudTrail. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
/** Says whether an event would be counted. */
export type Matches = (event: Json) => boolean

/**
 * Reads a filter pattern for JSON events of CloudWatch Logs: `{ ($.eventName = "StopLogging") || ($.errorCode = "*Denied*") }`.
 * So two patterns that mean the same are the same, however they are written.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @returns nothing for a pattern of another kind, or one with parts that are not understood (regular expressions)
 */
export function readFilterPattern(pattern: string): Matches | undefined {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(pattern)?.[1]
  const tokens = body === undefined ? undefined : tokensOf(body)
  if (tokens === undefined || tokens.length === 0) return undefined
  const reader = { tokens, at: 0 }
  const matches = alternatives(reader, 0)
  return reader.at === tokens.length ? matches : undefined
}

interface Token {
  kind: 'selector' | 'operator' | 'text' | 'word'
  text: string
}

const TOKEN =
  /\s*(?:(?<operator>&&|\|\||<=|>=|!=|[()=<>])|(?<selector>\$(?:\.[\w-]+|\[(?:"[^"]*"|\d+)\])+)|"(?<text>(?:[^"\\]|\\.)*)"|(?<word>[^\s()=<>!&|"%$]+))/y

function tokensOf(body: string): Token[] | undefined {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const text = body.trimEnd()
  while (pattern.lastIndex < text.length) {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) return undefined
    const found = Object.entries(groups).find(([, value]) => value !== undefined)
    if (found === undefined) return undefined
    const [kind, value] = found as [Token['kind'], string]
    tokens.push({ kind, text: kind === 'text' ? value.replaceAll(/\\(.)/g, '$1') : value })
  }
  return tokens
}

interface TokenReader {
  tokens: readonly Token[]
  at: number
}

/** Patterns have at most 1024 characters; deeper nesting than this is nonsense. */
const DEEPEST = 50

function take(reader: TokenReader, kind: Token['kind'], text?: string): Token | undefined {
  const token = reader.tokens[reader.at]
  if (token?.kind !== kind) return undefined
  if (text !== undefined && token.text.toUpperCase() !== text) return undefined
  reader.at += 1
  return token
}

function alternatives(reader: TokenReader, depth: number): Matches | undefined {
  return chain(reader, '||', depth, conjunction, (parts) => (event) => parts.some((part) => part(event)))
}

function conjunction(reader: TokenReader, depth: number): Matches | undefined {
  return chain(reader, '&&', depth, condition, (parts) => (event) => parts.every((part) => part(event)))
}

function chain(
  reader: TokenReader,
  operator: string,
  depth: number,
  next: (reader: TokenReader, depth: number) => Matches | undefined,
  join: (parts: readonly Matches[]) => Matches,
): Matches | undefined {
  const parts: Matches[] = []
  do {
    const part = next(reader, depth)
    if (part === undefined) return undefined
    parts.push(part)
  } while (take(reader, 'operator', operator))
  return join(parts)
}

function condition(reader: TokenReader, depth: number): Matches | undefined {
  if (take(reader, 'operator', '(')) {
    const inner = depth < DEEPEST ? alternatives(reader, depth + 1) : undefined
    return inner && take(reader, 'operator', ')') && inner
  }
  const selector = take(reader, 'selector')
  if (selector === undefined) return undefined
  const path = [...selector.text.matchAll(/\.([\w-]+)|\[(?:"([^"]*)"|(\d+))\]/g)].map(
    ([, name, quoted, index]) => name ?? quoted ?? index ?? '',
  )
  const test = comparison(reader)
  return test && ((event) => test(valueAt(event, path)))
}

function comparison(reader: TokenReader): ((value: Json | undefined) => boolean) | undefined {
  if (take(reader, 'word', 'NOT')) return take(reader, 'word', 'EXISTS') && ((value) => value === undefined)
  if (take(reader, 'word', 'IS')) {
    const word = take(reader, 'word')?.text.toUpperCase()
    if (word === 'TRUE') return (value) => value === true
    if (word === 'FALSE') return (value) => value === false
    return word === 'NULL' ? (value) => value === null : undefined
  }
  const operator = take(reader, 'operator')?.text
  const operand = take(reader, 'text') ?? take(reader, 'word')
  if (operator === undefined || operand === undefined) return undefined
  return compare(operator, operand)
}

function compare(operator: string, { kind, text }: Token): ((value: Json | undefined) => boolean) | undefined {
  const number = kind === 'word' && text !== '' ? Number(text) : Number.NaN
  const same = Number.isNaN(number) ? like(text) : (value: Json | undefined) => value === number || value === text
  switch (operator) {
    case '=':
      return same
    case '!=':
      return (value) => value !== undefined && !same(value)
    case '<':
      return (value) => typeof value === 'number' && value < number
    case '>':
      return (value) => typeof value === 'number' && value > number
    case '<=':
      return (value) => typeof value === 'number' && value <= number
    case '>=':
      return (value) => typeof value === 'number' && value >= number
    default:
      return undefined
  }
}

/** Text with `*` for anything, found part by part: a regular expression of somebody else's could take for ever. */
function like(wanted: string): (value: Json | undefined) => boolean {
  const [first = '', ...rest] = wanted.split('*')
  const last = rest.pop()
  return (value) => {
    if (value === undefined || value === null || typeof value === 'object') return false
    const text = String(value)
    if (last === undefined) return text === first
    if (!text.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return text.length - last.length >= at && text.endsWith(last)
  }
}

function valueAt(event: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = event
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.hasOwn(value, name) ? (value as { readonly [name: string]: Json })[name] : undefined
  }
  return value
}
