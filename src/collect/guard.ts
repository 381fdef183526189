import type { ReadRule } from '../sdk/collector.ts'
import { InvalidError } from '../sdk/errors.ts'
import type { Asked } from './naming.ts'

/** A collector tried to send something that is not a read. Whatever it does with the error, its source is not read. */
export class RefusedError extends InvalidError {}

/**
 * Refuses every request that is not a read: GET and HEAD pass, anything else only by a rule of the manifest; and whoever
 * names an operation must find it listed, whatever the method.
 * @returns the operation that is asked for, where it is known
 * @throws RefusedError
 */
export function assertRead(
  method: string,
  url: URL,
  rules: readonly ReadRule[],
  { service, operations }: Pick<Asked, 'service' | 'operations'> = { service: undefined, operations: [] },
): string | undefined {
  const [named, ...others] = operations
  if (others.length > 0) throw refused(method, url, `a request that names ${operations.join(' and ')}`)
  const fitting = readyRules(rules).filter((rule) => rule.method === method && !rule.queries && matches(rule, url))
  if (named !== undefined) {
    const operation = `${service ?? ''}:${named}`
    const isListed = fitting.some((rule) => rule.operation === operation && rule.byPath === undefined)
    if (!isListed) throw refused(method, url, operation)
    return operation
  }
  const rule = fitting.find((one) => one.operation === undefined || (one.byPath && serviceOf(one) === service))
  if (rule === undefined && method !== 'GET' && method !== 'HEAD') throw refused(method, url)
  return rule?.operation
}

/** What to throw for a request that is not sent. `what`: what it asks, where method and path do not tell. */
export function refused(method: string, url: URL, what?: string): RefusedError {
  const asked = `${method} ${url.pathname}${what === undefined ? '' : `, ${what},`}`
  return new RefusedError(
    `refused ${asked} before it was sent: Affiant only reads, and the collector's manifest does not list it under "reads"`,
  )
}

function serviceOf({ operation }: ReadRule): string | undefined {
  return operation?.split(':')[0]
}

/** A rule with its path taken apart. */
interface ReadyRule extends ReadRule {
  segments: readonly string[]
  parameters: readonly string[]
}

/** Of each list of rules, once: hundreds of rules are compared with tens of thousands of requests. */
const ready = new WeakMap<readonly ReadRule[], readonly ReadyRule[]>()

function readyRules(rules: readonly ReadRule[]): readonly ReadyRule[] {
  const known = ready.get(rules)
  if (known !== undefined) return known
  const made = rules.map((rule): ReadyRule => {
    const [path = '', query = ''] = rule.path.split('?')
    return { ...rule, segments: path.split('/'), parameters: [...new URLSearchParams(query).keys()] }
  })
  ready.set(rules, made)
  return made
}

function matches({ segments, parameters }: ReadyRule, { pathname, searchParams }: URL): boolean {
  const found = pathname.split('/')
  if (segments.length !== found.length || !segments.every((part, i) => part === '*' || part === found[i])) return false
  return parameters.every((name) => searchParams.has(name))
}
