import { grouped } from '../words.ts'
import { type Html, html, unescaped } from './html.ts'

/** Control characters, bidi marks, zero-width and other invisible characters, tags, private use; as in printable.ts. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu
/** The parts of an emoji that belong to it: a variation selector after it, a joiner between two. */
const EMOJI_PARTS =
  /(?<=\p{Extended_Pictographic})\uFE0F|(?<=\p{Extended_Pictographic}\uFE0F?)\u200D(?=\p{Extended_Pictographic})/gu
const ORDINARY = /^[\x20-\x7E]*$/
/** Ordinary, and nothing in it that a template would escape: most of what a page shows. */
const PLAIN = /^[\x20\x21\x23-\x25\x28-\x3B\x3D\x3F-\x7E]*$/
const ANY_UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/u
const BREAKS = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g
/** Letters that are written from right to left: they must not turn round what stands beside them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** So many characters of a text stand on a page, of several lines, of an attribute: a source can send a text without an end. */
const LONGEST = 4000
const LONGEST_LINES = 10_000
const LONGEST_NAME = 200

/**
 * Text of unknown origin for one line of a page: it is escaped, and characters that cannot be seen or that change how others
 * are shown stand as their code points (`[U+202E]`). Line breaks and tabs become a space.
 * @param most characters that are shown; text that is cut says so
 */
export function text(value: string, most = LONGEST): Html {
  if (value.length > most) return text(cutText(value, most), Number.POSITIVE_INFINITY)
  if (PLAIN.test(value)) return unescaped(value)
  const seen = plainText(value)
  return RIGHT_TO_LEFT.test(seen) ? html`<bdi>${seen}</bdi>` : html`${seen}`
}

/** The first characters of a text that has more, and where all of them are. Nothing on a page is evidence: files of the bundle are. */
function cutText(value: string, most: number): string {
  if (value.length <= most) return value
  return `${beginning(value, most)} … (cut; the files of the bundle have all of it)`
}

/** No character is cut in two. */
function beginning(value: string, most: number): string {
  return value.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
}

/** What a title or an attribute has room for; the page says the same with more of it. Not escaped: a template does that. */
export function shortText(value: string): string {
  return plainText(value.length <= LONGEST_NAME ? value : `${beginning(value, LONGEST_NAME)}…`)
}

/** The same as a string, whole; it is not escaped, a template does that. */
export function plainText(value: string): string {
  return ORDINARY.test(value) ? value : visible(value.toWellFormed().replaceAll(BREAKS, ' '))
}

/** The same for text of several lines. */
export function plainLines(value: string): string {
  const lines = cutText(value, LONGEST_LINES).toWellFormed().replaceAll('\r\n', '\n').replaceAll('\t', '  ').split('\n')
  return lines.map(visible).join('\n')
}

function visible(value: string): string {
  if (!ANY_UNSEEN.test(value)) return value
  const emoji = new Set([...value.matchAll(EMOJI_PARTS)].map(({ index }) => index))
  return value.replaceAll(UNSEEN, (character, index: number) =>
    emoji.has(index) ? character : `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  )
}

/** `2026-10-01 06:00:00 UTC` of `2026-10-01T06:00:00.000Z`, for machines too. What is no instant stands as it is. */
export function instant(iso: string): Html {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(iso)) return text(iso)
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

/** A digest in hex, whole and in groups that may wrap. */
export function digest(hex: string): Html {
  return html`<code class="digest">${plainText(hex)}</code>`
}

/** The first 12 hex digits of a digest; the whole of it in the title. */
export function shortDigest(hex: string): Html {
  return html`<code class="digest" title="${plainText(hex)}">${plainText(hex.slice(0, 12))}…</code>`
}

/** A sentence of our own with `2026-10-01 06:00 UTC` in it: a time is not broken at its hyphens. */
export function withTimes(sentence: string): Html {
  const pieces = sentence.split(/(\d{4}-\d\d-\d\d \d\d:\d\d UTC)/)
  return html`${pieces.map((piece, at) => (at % 2 === 1 ? html`<time datetime="${piece.slice(0, 16)}Z">${piece}</time>` : piece))}`
}

/** `1,234,567` */
export function count(n: number): string {
  return grouped(n)
}

/** `1 check`, `3 checks`; `many` where the plural is irregular. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`
}

/** A source's size of something in bytes: `1,234 bytes`. */
export function bytes(n: number): string {
  return plural(n, 'byte')
}
