import type { Log } from '../sdk/context.ts'
import type { Secret } from '../sdk/secret.ts'
import { maskCredentials } from './credentials.ts'

/** Shorter values would be found by chance in ordinary words. */
const SHORTEST = 6

/**
 * The log as a collector gets it: a secret of its source that it revealed comes out as `[secret]` all the same, and what
 * looks like any other credential as `[credential]`.
 */
export function maskLog(log: Log, secrets: readonly Secret[]): Log {
  const values = secrets.map((secret) => secret.reveal()).filter((value) => value.length >= SHORTEST)
  const mask = (text: string) =>
    maskCredentials(values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text))
  const through =
    (level: keyof Log) =>
    (data: object, message: string): void =>
      log[level](masked(data, mask, 0) as object, mask(message))
  return { debug: through('debug'), info: through('info'), warn: through('warn'), error: through('error') }
}

function masked(value: unknown, mask: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 6) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => masked(item, mask, depth + 1))
  if (value instanceof Error) return { name: value.name, message: mask(value.message) }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name), masked(item, mask, depth + 1)]))
}
