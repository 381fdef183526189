import type { z } from 'zod'

export type Issue = z.core.$ZodIssue
type RawIssue = z.core.$ZodRawIssue

/** Marks our own wording, so that a message an author wrote into a schema is told apart and kept. */
export const OURS = '\u0000'

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
  array: 'a list',
  tuple: 'a list',
  null: 'nothing',
  date: 'a date',
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL such as https://example.com',
  email: 'a mail address',
  date: 'a date such as 2026-10-31',
  datetime: 'a date and time such as 2026-10-31T06:00:00Z',
  ipv4: 'an IPv4 address',
  uuid: 'a UUID',
}

/** What a schema expects, in words, for issues without a message of their own. */
export function expectation(issue: RawIssue): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others have no expectation of their own
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[String(issue.expected)] ?? String(issue.expected)
    case 'invalid_value':
      return oneOf(issue.values)
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)
    case 'invalid_format':
      if (issue.format === 'regex') return `text that matches ${issue.pattern}`
      return FORMATS[String(issue.format)] ?? `a valid ${issue.format}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return ''
  }
}

export function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)))
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = { string: 'character', array: 'entry', set: 'entry', object: 'key', map: 'key' }[origin]
  if (unit === undefined) return `${relation} ${limit}`
  const plural = unit === 'entry' ? 'entries' : `${unit}s`
  return `${relation} ${limit} ${Number(limit) === 1 ? unit : plural}`
}

/** What an issue expects, and whether the words are ours or an author's. */
export function wording(issue: Issue): { text: string; ours: boolean } {
  const ours = issue.message.startsWith(OURS)
  if (!ours) return { text: issue.message, ours }
  if (issue.code === 'invalid_union') return { text: alternatives(issue), ours }
  return { text: issue.message.slice(OURS.length), ours }
}

/** `text or a number`, `one of "token", "app"`. */
function alternatives(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (issue.errors.length === 0) return oneOf(choicesOf(issue))
  const texts = issue.errors.flatMap((branch) => (branch[0] ? [wording(branch[0]).text] : []))
  return [...new Set(texts)].join(' or ')
}

/** The texts a value may be, where the schema names them. */
export function choicesOf(issue: Issue): string[] {
  const values: unknown = issue.code === 'invalid_value' ? issue.values : 'options' in issue ? issue.options : []
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}

/**
 * The issues of the branch of a union that the value was probably meant for: of the right kind, with agreeing literals,
 * with the fewest things wrong. If it is of no branch's kind, one issue that names them all.
 */
export function bestBranch(errors: readonly (readonly Issue[])[], path: readonly PropertyKey[]): Issue[] {
  const ofKind = errors.filter((issues) => issues.every((issue) => issue.path.length > 0 || !isMismatch(issue)))
  const ranked = ofKind.toSorted((a, b) => wrongness(a) - wrongness(b))
  const best = ranked[0]
  if (best) return best.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
  const texts = errors.flatMap((issues) => issues.filter(isMismatch).map((issue) => wording(issue).text))
  return [{ code: 'custom', path: [...path], message: OURS + [...new Set(texts)].join(' or '), input: undefined }]
}

const isMismatch = ({ code }: Issue): boolean => code === 'invalid_type' || code === 'invalid_value'

function wrongness(issues: readonly Issue[]): number {
  const literals = issues.filter(({ code }) => code === 'invalid_value').length
  const unknown = issues.filter(({ code }) => code === 'unrecognized_keys')
  // A key that the branch itself does not have says more than one somewhere inside it.
  const own = unknown.filter(({ path }) => path.length === 0).length
  return literals * 100 + own * 50 + unknown.length * 10 + issues.length
}
