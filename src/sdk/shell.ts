/** What no shell gives a meaning. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/

/**
 * One word of a command line, whatever is in it: the ids and names of a source in `reproduce` are text of strangers, and
 * people paste the command. Plain words stay as they are, others stand between single quotes, and a text with control
 * characters is written `$'…'` (POSIX.1-2024, section 2.2.4).
 */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return text
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`
  const escaped = text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(/\p{Cc}/gu, octal)
  return `$'${escaped}'`
}

/** The UTF-8 bytes of a control character: `\033`. */
function octal(character: string): string {
  const bytes = [...new TextEncoder().encode(character)]
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
