import { createHmac, createSecretKey } from 'node:crypto'
import { InvalidError } from '../sdk/errors.ts'
import type { Redaction, Redactions } from '../sdk/stream.ts'

/** Turns a person's name or address into a token that is the same in every collector of the installation. */
export type Pseudonymise = (person: string) => string

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * `person-` and 80 bits of HMAC-SHA-256 over the trimmed, lower-cased name, in base32. Without the installation's key a
 * token can be neither computed nor confirmed.
 */
export function createPseudonymiser(key: Uint8Array): Pseudonymise {
  const secret = createSecretKey(key)
  return (person) => {
    const digest = createHmac('sha256', secret).update(`person\0${person.trim().toLowerCase()}`).digest()
    return `person-${base32(digest.subarray(0, 5))}${base32(digest.subarray(5, 10))}`
  }
}

/** Five bytes as eight characters, the highest bits first. */
function base32(bytes: Uint8Array): string {
  let text = ''
  for (let bit = 0; bit < 40; bit += 5) {
    const at = bit >> 3
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    text += BASE32[(pair >> (11 - (bit & 7))) & 31]
  }
  return text
}

type Redactor = (record: unknown) => void

/**
 * Compiles redaction rules to a function that changes a parsed record in place. A path that leads nowhere in a record is
 * fine: the field is optional.
 * @throws InvalidError when a field to pseudonymise holds something other than text or null
 */
export function compileRedactions(rules: Redactions | undefined, pseudonymise: Pseudonymise): Redactor {
  const compiled = Object.entries(rules ?? {}).map(([path, rule]) => ({ steps: path.split('.'), rule, path }))
  return (record) => {
    for (const { steps, rule, path } of compiled) redactAt(record, steps, 0, rule, path, pseudonymise)
  }
}

function redactAt(
  node: unknown,
  steps: readonly string[],
  depth: number,
  rule: Redaction,
  path: string,
  pseudonymise: Pseudonymise,
): void {
  if (node === null || typeof node !== 'object') return
  const container = node as Record<string, unknown>
  const step = steps[depth] as string
  const names = step === '*' ? Object.keys(container) : Object.hasOwn(container, step) ? [step] : []
  for (const name of names) {
    const value = container[name]
    if (depth < steps.length - 1) redactAt(value, steps, depth + 1, rule, path, pseudonymise)
    else if (rule === 'drop') delete container[name]
    else if (value === null || value === undefined) continue
    else if (rule === 'mask') container[name] = '[masked]'
    else if (typeof value === 'string') container[name] = pseudonymise(value)
    else throw new InvalidError(`field "${path}" names a person and must be text`)
  }
}
