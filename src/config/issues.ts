import { z } from 'zod'
import { nearest, suggest } from '../model/did-you-mean.ts'
import type { Finding } from './problem.ts'
import { keysOf, schemasAt, valueAt } from './shape.ts'
import { show, showKey } from './show.ts'
import { bestBranch, choicesOf, expectation, type Issue, OURS, oneOf, wording } from './wording.ts'

/**
 * Everything that is wrong with a value, by its zod schema, in words for a person. `path` is where the value stands in
 * the file. Gives `data` when nothing is wrong.
 */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: readonly PropertyKey[],
): { data: T; findings: [] } | { data?: undefined; findings: Finding[] } {
  const parsed = schema.safeParse(value, { error: (issue) => OURS + expectation(issue) })
  const context: Context = { schema, value, prefix: path }
  const findings = parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, context))
  findings.push(...ignoredKeys(context, findings))
  if (parsed.success && findings.length === 0) return { data: parsed.data, findings: [] }
  return { findings: withoutEchoes(findings) }
}

interface Context {
  schema: z.core.$ZodType
  value: unknown
  prefix: readonly PropertyKey[]
}

function findingsOf(issue: Issue, context: Context): Finding[] {
  const { schema, value, prefix } = context
  const path = [...prefix, ...issue.path]
  const here = valueAt(value, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = schemasAt(schema, value, issue.path).flatMap((object) => keysOf(object, here) ?? [])
    return issue.keys.map((key) => unknownKey(path, key, known, here))
  }
  if (here === undefined && path.length > 0) return [missingKey(issue, context)]
  if (issue.code === 'invalid_union' && issue.message === OURS && issue.errors.length > 0) {
    return bestBranch(issue.errors, issue.path).flatMap((inner) => findingsOf(inner, context))
  }
  if (issue.code === 'invalid_key') return [invalidKey(issue, path)]
  return [invalidValue(issue, path, here, choicesOf(issue))]
}

function unknownKey(parent: readonly PropertyKey[], key: string, known: readonly string[], siblings: unknown): Finding {
  const open = known.filter((name) => valueAt(siblings, [name]) === undefined)
  const meant = nearest(key, open)
  const given = meant === undefined ? nearest(key, known) : undefined
  return {
    code: 'unknown-key',
    path: [...parent, key],
    at: 'key',
    message: `unknown key${given === undefined ? suggest(meant, open) : `; "${given}" is already given`}`,
    expected: oneOf(known),
    nearest: meant,
  }
}

function missingKey(issue: Issue, { schema, value, prefix }: Context): Finding {
  const description = schemasAt(schema, value, issue.path)
    .map((candidate) => (candidate instanceof z.ZodType ? candidate.description : undefined))
    .find((text) => text !== undefined)
  const expected = description ?? (wording(issue).text || 'a value')
  return {
    code: 'missing-key',
    path: [...prefix, ...issue.path],
    message: `missing key ${JSON.stringify(String(issue.path.at(-1) ?? prefix.at(-1)))}: ${expected}`,
    expected,
  }
}

function invalidKey(issue: Extract<Issue, { code: 'invalid_key' }>, path: readonly PropertyKey[]): Finding {
  const inner = issue.issues[0]
  const key = String(path.at(-1))
  const meant = nearest(key, inner ? choicesOf(inner) : [])
  const { text } = inner ? wording(inner) : { text: 'another key' }
  return {
    code: 'unknown-key',
    path,
    at: 'key',
    message: `the key ${showKey(key)} is not valid; expected ${text.replace(/^expected /, '')}${suggest(meant, [])}`,
    expected: text,
    nearest: meant,
  }
}

function invalidValue(issue: Issue, path: readonly PropertyKey[], here: unknown, choices: readonly string[]): Finding {
  const { text, ours } = wording(issue)
  const expected = text.replace(/^expected /, '') || 'another value'
  const found = show(here, path)
  // Messages of refinements are sentences ("two entries have the same name"); all others name what is expected.
  const isSentence = !ours && issue.code === 'custom'
  const meant = typeof here === 'string' ? nearest(here, choices) : undefined
  const tail = meant === undefined ? '' : suggest(meant, choices)
  return {
    code: 'invalid-value',
    path,
    message: `${isSentence ? expected : `expected ${expected}`}, found ${found}${tail}`,
    expected,
    found,
    nearest: meant,
  }
}

/** A schema that drops unknown keys in silence would hide a typing error: they are reported all the same. */
function ignoredKeys({ schema, value, prefix }: Context, findings: readonly Finding[]): Finding[] {
  const reported = new Set(findings.map(({ path }) => JSON.stringify(path)))
  const look = (here: unknown, path: readonly PropertyKey[]): Finding[] => {
    if (typeof here !== 'object' || here === null || path.length > DEEPEST) return []
    const schemas = schemasAt(schema, value, path)
    if (schemas.length === 0) return []
    const inside = Array.isArray(here) ? [...here.entries()] : Object.entries(here)
    const nested = inside.flatMap(([key, child]) => look(child, [...path, key]))
    const known = schemas.flatMap((candidate) => keysOf(candidate, here) ?? [ANY])
    if (Array.isArray(here) || known.length === 0 || known.includes(ANY)) return nested
    const unknown = Object.keys(here).filter((key) => !known.includes(key))
    return [...unknown.map((key) => unknownKey([...prefix, ...path], key, known, here)), ...nested]
  }
  return look(value, []).filter(({ path }) => !reported.has(JSON.stringify(path)))
}

/** Stands for every key. */
const ANY = '*'

/** Nobody nests a config deeper by hand; a schema that refers to itself could. */
const DEEPEST = 32

/** A misspelt key is also a missing one: said once, at the misspelt key. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const meant = new Set(
    findings
      .filter(({ nearest: key }) => key !== undefined)
      .map((found) => JSON.stringify([...found.path.slice(0, -1), found.nearest])),
  )
  return findings.filter(({ code, path }) => code !== 'missing-key' || !meant.has(JSON.stringify(path)))
}
