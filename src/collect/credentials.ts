import { canonicalize } from '../model/canonical.ts'
import type { CredentialCount } from '../model/outcome.ts'
import type * as CredentialRules from './credential-rules.ts'
import { mayHoldCredential } from './credential-prefilter.ts'

/** Stands in place of what looks like a credential. */
const REPLACED = '[credential]'

/** Entries of one outcome: names of fields can come from the source, and there can be any number of those. */
const MOST = 100

/** The rules cost some 20 ms to load, so only what reads a source pays for them. */
let rules: typeof CredentialRules | undefined

/** Must have ended before a text is examined; until then what may hold a credential is replaced as a whole. */
export async function loadCredentialRules(): Promise<void> {
  rules ??= await import('./credential-rules.ts')
}

/** How many values of which field looked like a credential to which rule. */
export interface CredentialTally {
  add(rule: string, field: string): void
  /** By rule, then field; `undefined` if there was none. */
  list(): CredentialCount[] | undefined
}

export function tallyCredentials(): CredentialTally {
  const counts = new Map<string, CredentialCount>()
  return {
    add(rule, field) {
      const own = `${rule}\0${field}`
      const key = counts.has(own) || counts.size < MOST ? own : `${rule}\0*`
      const entry = counts.get(key) ?? { rule, field: key === own ? field : '*', count: 0 }
      entry.count += 1
      counts.set(key, entry)
    },
    list() {
      if (counts.size === 0) return undefined
      return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
    },
  }
}

/**
 * The record without values that look like a credential, and its canonical line. Such a value is replaced as a whole, as
 * nobody knows where a credential ends; so is the name of a field, if a source made one of it.
 */
export function withoutCredentials<T>(record: T, tally: CredentialTally): { record: T; line: string } {
  const line = canonicalize(record)
  if (!mayHoldCredential(line)) return { record, line }
  const clean = mapTexts(record, '', (text, field) => {
    const rule = ruleOf(text)
    if (rule === undefined) return text
    tally.add(rule, field)
    return REPLACED
  })
  // Texts stay texts, so the shape does too.
  return { record: clean as T, line: canonicalize(clean) }
}

/** The first rule that finds something in the text. */
export function ruleOf(text: string): string | undefined {
  if (!mayHoldCredential(text)) return undefined
  return rules === undefined ? 'not-examined' : rules.findCredentials(text)[0]?.rule
}

/** The text with every credential in it replaced: for messages, whose other words are needed. */
export function maskCredentials(text: string): string {
  if (!mayHoldCredential(text)) return text
  if (rules === undefined) return REPLACED
  let masked = ''
  let end = 0
  for (const found of rules.findCredentials(text).sort((a, b) => a.start - b.start)) {
    if (found.start >= end) masked += `${text.slice(end, found.start)}${REPLACED}`
    end = Math.max(end, found.end)
  }
  return masked + text.slice(end)
}

/** {@link maskCredentials} for every text in plain data. */
export function maskCredentialsIn<T>(value: T): T {
  // Texts stay texts.
  return mapTexts(value, '', maskCredentials) as T
}

/** The URL with every segment and parameter replaced that holds a credential, encoded or not. */
export function maskCredentialsInUrl(href: string): string {
  if (!mayHoldCredential(href) && !mayHoldCredential(decoded(href))) return href
  const masked = href.replace(/[^/?&=#]+/g, (part) =>
    ruleOf(part) === undefined && ruleOf(decoded(part)) === undefined ? part : REPLACED,
  )
  // What was not encoded may have been taken apart.
  return maskCredentials(masked)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** `field`: names joined by dots, `*` for every place of an array. */
function mapTexts(value: unknown, field: string, change: (text: string, field: string) => string): unknown {
  if (typeof value === 'string') return change(value, field)
  if (typeof value !== 'object' || value === null) return value
  const below = (name: string) => (field === '' ? name : `${field}.${name}`)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, below('*'), change))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const written = change(name, below('*'))
      return [written, mapTexts(item, below(written), change)]
    }),
  )
}
