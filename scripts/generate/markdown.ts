/** A Markdown table; cells may hold any text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}

export const code = (text: string): string => `\`${text}\``

/** The anchor GitHub and most Markdown viewers give a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-')
}

/** Thrown where a README has no place for a generated block. */
export class MissingBlockError extends Error {
  override readonly name = 'MissingBlockError'
}

/**
 * Puts text between `<!-- generated:<name> -->` and the next `<!-- /generated -->`.
 * @throws MissingBlockError if the pair is not there exactly once
 */
export function replaceBlock(document: string, name: string, text: string): string {
  const open = `<!-- generated:${name} -->`
  const close = '<!-- /generated -->'
  const [before, rest, ...more] = document.split(open)
  const end = rest?.indexOf(close) ?? -1
  if (before === undefined || rest === undefined || more.length > 0 || end < 0) {
    throw new MissingBlockError(`needs exactly one block "${open} … ${close}"`)
  }
  return `${before}${open}\n${text}\n${rest.slice(end)}`
}
