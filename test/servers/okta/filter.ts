/**
 * Okta's filter language (`eventType eq "a" or (outcome.result eq "SUCCESS" and target.id eq "00u1")`), as far as the
 * System Log and the lists of users and apps are asked with it: eq, ne, sw, co, gt, ge, lt, le, pr; and, or, not.
 * https://developer.okta.com/docs/api/#filter
 */
type Test = (item: unknown) => boolean

const TOKENS = /\s*(?:(?<paren>[()])|"(?<text>(?:[^"\\]|\\.)*)"|(?<word>[^\s()"]+))/y

/** @throws {Error} for what the language does not allow */
export function parseFilter(source: string): Test {
  const tokens: string[] = []
  TOKENS.lastIndex = 0
  const trimmed = source.trim()
  while (TOKENS.lastIndex < trimmed.length) {
    const groups = TOKENS.exec(trimmed)?.groups
    if (!groups) throw new Error(`bad filter: ${source}`)
    tokens.push(groups.paren ?? groups.word ?? `"${groups.text}`)
  }
  let at = 0
  const peek = () => tokens[at]?.toLowerCase()
  const take = () => {
    const token = tokens[at++]
    if (token === undefined) throw new Error(`the filter ends too early: ${source}`)
    return token
  }

  function either(): Test {
    const tests = [both()]
    while (peek() === 'or') {
      take()
      tests.push(both())
    }
    return (item) => tests.some((test) => test(item))
  }
  function both(): Test {
    const tests = [one()]
    while (peek() === 'and') {
      take()
      tests.push(one())
    }
    return (item) => tests.every((test) => test(item))
  }
  function one(): Test {
    if (peek() === 'not') {
      take()
      const test = one()
      return (item) => !test(item)
    }
    if (peek() === '(') {
      take()
      const test = either()
      if (take() !== ')') throw new Error(`a parenthesis is missing: ${source}`)
      return test
    }
    const path = take().split('.')
    const operator = take().toLowerCase()
    if (operator === 'pr') return (item) => valuesAt(item, path).length > 0
    const operand = take().replace(/^"/, '').replaceAll(/\\(.)/g, '$1')
    const compare = COMPARISONS[operator]
    if (!compare) throw new Error(`no such operator: ${operator}`)
    return (item) => valuesAt(item, path).some((value) => compare(String(value), operand))
  }

  const test = either()
  if (at < tokens.length) throw new Error(`bad filter: ${source}`)
  return test
}

const COMPARISONS: Readonly<Record<string, (value: string, operand: string) => boolean>> = {
  eq: (value, operand) => value === operand,
  ne: (value, operand) => value !== operand,
  sw: (value, operand) => value.startsWith(operand),
  co: (value, operand) => value.includes(operand),
  gt: (value, operand) => value > operand,
  ge: (value, operand) => value >= operand,
  lt: (value, operand) => value < operand,
  le: (value, operand) => value <= operand,
}

/** Values at a path; of an array, of each of its members. Absent and null are no values. */
function valuesAt(item: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(item)) return item.flatMap((member) => valuesAt(member, path))
  const [name, ...rest] = path
  if (name === undefined) return item === null || item === undefined ? [] : [item]
  if (typeof item !== 'object' || item === null) return []
  return valuesAt(Reflect.get(item, name), rest)
}
