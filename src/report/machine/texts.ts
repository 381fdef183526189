import { hash } from 'node:crypto'
import { plainText } from '../html/text.ts'

/**
 * Text of unknown origin on one line, as the pages show it: characters that cannot be seen stand as their code points. Never
 * empty, and no space begins or ends it.
 */
export function shown(text: string): string {
  const line = plainText(text).trim()
  return line === '' ? '(empty)' : line
}

/** The same for a text in which Markdown has a meaning: it has none in what comes from evidence. */
export function markup(text: string): string {
  return shown(text).replaceAll(/[\\`*_{}[\]<>#&~^|$!]/g, String.raw`\$&`)
}

/** A name where only letters, digits, `.`, `-` and `_` may stand; any other gets 16 hex digits of its SHA-256. */
export function token(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9._-]{0,199}$/.test(text)) return text
  return `_${hash('sha256', text.toWellFormed()).slice(0, 16)}`
}
