import { styleText } from 'node:util'
import { printable } from './printable.ts'
import { wrapText } from './wrap.ts'

/** How wide the terminal is, whether it shows colours, and what a command needs to find the same run again. */
export interface Look {
  /** Columns of text; lines are at most this wide. */
  columns: number
  color: boolean
  /** Options for commands that are suggested, such as `--store evidence`. */
  options?: string
}

/** A command to go on with: `affiant show 12 --failed`, with the options that lead to the same store. */
export function suggest(words: string, { options = '' }: Pick<Look, 'options'>): string {
  return `affiant ${words}${options === '' ? '' : ` ${options}`}`
}

const STYLES = {
  plain: undefined,
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  bad: 'red',
  alarm: ['bold', 'red'],
  warning: 'yellow',
  caution: ['bold', 'yellow'],
  heading: ['bold', 'underline'],
} as const
export type Style = keyof typeof STYLES

/** Makes text safe to print and styles it. The only way from evidence to a terminal. */
export type Pen = { readonly [Name in Style]: (text: string) => string }

export function penFor({ color }: Pick<Look, 'color'>): Pen {
  const draw = (style: Style) => (text: string) => {
    const clean = printable(text)
    const format = STYLES[style]
    if (!color || format === undefined || clean === '') return clean
    return styleText(typeof format === 'string' ? format : [...format], clean, { validateStream: false })
  }
  const styles = Object.keys(STYLES) as Style[]
  return Object.fromEntries(styles.map((style) => [style, draw(style)])) as Pen
}

/** A terminal is never taken to be narrower: shorter lines would not be readable. */
const NARROWEST = 40

/**
 * A paragraph from pieces a {@link Pen} drew: wrapped to the terminal, its first line after `lead`, the others
 * indented as far.
 */
export function paragraph(text: string, { columns }: Pick<Look, 'columns'>, lead = ''): string {
  return wrapText(text, Math.max(columns, NARROWEST), lead)
}
