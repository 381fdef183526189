import { stripVTControlCharacters } from 'node:util'

/**
 * Characters that change how a terminal shows other characters, or that cannot be seen: control characters, bidi marks,
 * overrides and isolates, zero-width and other invisible characters, variation selectors, tags, private use.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g

/**
 * Text of unknown origin, safe to print on one line of a terminal: whole escape sequences and all unseen characters are
 * removed, line breaks and tabs become a space, lone surrogates U+FFFD.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text.toWellFormed()).replaceAll(BREAKS, ' ').replaceAll(UNSEEN, '')
}

/** JSON text in which the same characters are escaped (`\u202e`): the same document, safe to print. */
export function printableJson(json: string): string {
  return json.replaceAll(UNSEEN, escaped).replaceAll(/[\u2028\u2029]/g, escaped)
}

function escaped(character: string): string {
  if (character === '\n') return character
  return character.replaceAll(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
