import { shown } from '../machine/texts.ts'

/**
 * A plain-text message (SARIF 2.1.0, section 3.11.5): braces would be places for arguments and are doubled; what would
 * read as a link, `[text](target)`, is taken apart by a space, as evidence links to nothing.
 */
export function message(text: string): { text: string } {
  return {
    text: shown(text).replaceAll(/[{}]/g, '$&$&').replaceAll('](', '] ('),
  }
}
