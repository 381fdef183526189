import { stripVTControlCharacters } from 'node:util'

/** East Asian wide and full-width characters and pictographs, which take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const COMBINING = /\p{M}/u
/** What `styleText` writes before and after a styled text. */
const STYLE = new RegExp(String.raw`(${'\u001b'}\[[\d;]*m)`)

/** Columns a text takes on a terminal; styles take none. An approximation of Unicode's annex 11. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(text)) {
    if (COMBINING.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

/** Breaks text at spaces into lines of at most `columns`; words that are longer are broken. See `paragraph`. */
export function wrapText(text: string, columns: number, lead = ''): string {
  const indent = ' '.repeat(widthOf(lead))
  const room = Math.max(1, columns - indent.length)
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(' ').flatMap((part) => pieces(part, room))) {
    const width = widthOf(word)
    if (line !== '' && used + 1 + width > room) {
      lines.push(line)
      line = word
      used = width
      continue
    }
    used += width + (line === '' ? 0 : 1)
    line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((one, index) => (index === 0 ? lead : indent) + one).join('\n')
}

/** A word in pieces that fit. Escape sequences stay whole. */
function pieces(word: string, room: number): string[] {
  if (widthOf(word) <= room) return [word]
  const all: string[] = []
  let piece = ''
  let used = 0
  for (const part of word.split(STYLE)) {
    if (part.startsWith('\u001b')) {
      piece += part
      continue
    }
    for (const character of part) {
      const width = widthOf(character)
      if (used + width > room && used > 0) {
        all.push(piece)
        piece = ''
        used = 0
      }
      piece += character
      used += width
    }
  }
  return [...all, piece]
}

/** At most `columns` wide: what is longer ends in `…`. For unstyled text. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > columns - 1) break
    kept += character
  }
  return `${kept}…`
}
