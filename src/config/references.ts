import { nearest } from '../model/did-you-mean.ts'
import type { Finding } from './problem.ts'
import { ENV_NAME } from './schema.ts'
import { listAt } from './raw.ts'
import { isMapping, valueAt } from './shape.ts'
import { looksSecret } from './show.ts'

const BY_REFERENCE =
  'secrets are given by reference: write { env: NAME } or { file: PATH } and keep the value itself out of this file'

/** Places in the file where a secret is referred to. */
export function isReferencePath(path: readonly PropertyKey[]): boolean {
  const [first, , third] = path
  if (first === 'signing') return path[1] === 'key' || path[1] === 'passphrase'
  if (first === 'pseudonyms') return path[1] === 'key'
  return first === 'sources' && third === 'secrets' && path.length > 3
}

const NAMES: Readonly<Record<string, readonly string[]>> = { signing: ['key', 'passphrase'], pseudonyms: ['key'] }

/** What is wrong with the references of the file to secrets, wherever they stand. */
export function referenceFindings(raw: unknown): Finding[] {
  const groups: PropertyKey[][] = [['signing'], ['pseudonyms']]
  groups.push(...listAt(raw, 'sources').map((_, index) => ['sources', index, 'secrets']))
  return groups.flatMap((path) => {
    const group = valueAt(raw, path)
    if (typeof group === 'string') return checkReference(group, path)
    const names = path[0] === 'sources' && isMapping(group) ? Object.keys(group) : (NAMES[String(path[0])] ?? [])
    return names.flatMap((name) => {
      const value = valueAt(group, [name])
      return value === undefined ? [] : checkReference(value, [...path, name])
    })
  })
}

/**
 * What is wrong with a reference to a secret. Written by hand rather than taken from the schema, because whatever stands
 * here may be the secret itself: no value and no unknown key is ever repeated.
 */
function checkReference(value: unknown, path: readonly PropertyKey[]): Finding[] {
  if (value === null || Array.isArray(value)) {
    return [{ code: 'invalid-value', path, message: 'expected { env: NAME } or { file: PATH }' }]
  }
  if (!isMapping(value)) return [inClear(path)]
  const entries = Object.entries(value)
  const unknown = entries.filter(([key]) => key !== 'env' && key !== 'file')
  if (unknown.length > 0) return unknown.map(([key]) => strangeKey(key, path))
  if (entries.length === 2) return [{ code: 'invalid-value', path, message: 'give either env or file, not both' }]
  return entries.length === 0
    ? [{ code: 'missing-key', path, message: 'expected { env: NAME } or { file: PATH }' }]
    : entries.flatMap(([key, target]) => checkTarget(key, target, [...path, key]))
}

function checkTarget(key: string, target: unknown, path: readonly PropertyKey[]): Finding[] {
  const what = key === 'env' ? 'the name of an environment variable' : 'the path of a file'
  if (typeof target !== 'string' || target === '') return [{ code: 'invalid-value', path, message: `expected ${what}` }]
  if (looksSecret(target) || /[\0\r\n]/.test(target)) return [inClear(path)]
  if (key === 'env' && !ENV_NAME.test(target)) {
    return [{ code: 'invalid-value', path, message: `expected ${what}: letters, digits and underscores` }]
  }
  return []
}

function inClear(path: readonly PropertyKey[]): Finding {
  return { code: 'secret-in-clear', path, message: BY_REFERENCE, found: 'a value that is not shown' }
}

function strangeKey(key: string, path: readonly PropertyKey[]): Finding {
  const meant = nearest(key, ['env', 'file'])
  if (meant === undefined) return { ...inClear(path) }
  return {
    code: 'unknown-key',
    path: [...path, key],
    at: 'key',
    message: `unknown key; did you mean "${meant}"?`,
    expected: 'env or file',
    nearest: meant,
  }
}
