import type { ReadRule } from '../sdk/collector.ts'
import { InvalidError } from '../sdk/errors.ts'

/** A collector tried to send something that is not a read. Whatever it does with the error, its source is not read. */
export class RefusedError extends InvalidError {}

/**
 * Refuses every request that is not a read: GET and HEAD pass, anything else only by a rule of the manifest.
 * @throws RefusedError
 */
export function assertRead(method: string, url: URL, rules: readonly ReadRule[]): void {
  if (method === 'GET' || method === 'HEAD') return
  const allowed = rules.some((rule) => rule.method === method && matches(rule.path, url.pathname))
  if (!allowed) {
    throw new RefusedError(
      `refused ${method} ${url.pathname} before it was sent: Affiant only reads, and the collector's manifest does not list it under "reads"`,
    )
  }
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const found = path.split('/')
  return expected.length === found.length && expected.every((part, i) => part === '*' || part === found[i])
}
