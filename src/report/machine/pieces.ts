import { printableJson } from '../printable.ts'

/** A write costs more than a line: pieces are about this many characters. */
const PIECE = 16_384

const ORDINARY = /^[ -~]*$/

/** JSON of a value on one line. Characters that cannot be seen are escaped (`\u202e`): the same value, safe to print. */
export function jsonOf(value: object | string): string {
  const json = JSON.stringify(value)
  // Most lines are plain, and looking at each character for more than that takes longer than all the rest.
  return ORDINARY.test(json) ? json : printableJson(json)
}

/** An object of which the last member is written piece by piece: `{"a":1,"list":[…]}`. */
export async function* objectWith(
  head: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, AsyncIterable<string>>>,
): AsyncIterable<string> {
  let text = jsonOf(head).slice(0, -1)
  for (const [name, pieces] of Object.entries(rest)) {
    yield `${text}${text === '{' ? '' : ','}${jsonOf(name)}:`
    yield* pieces
    // What has been written is followed by a comma or the end.
    text = ''
  }
  yield `${text}}`
}

/** A list, one element a line, in pieces. */
export async function* listOf(elements: Iterable<object> | AsyncIterable<object>): AsyncIterable<string> {
  yield* joined('[\n', textsOf(elements), ',\n', '\n]')
}

async function* textsOf(elements: Iterable<object> | AsyncIterable<object>): AsyncIterable<string> {
  for await (const element of elements) yield jsonOf(element)
}

/** Elements that are written piece by piece themselves. */
export async function* listOfPieces(elements: Iterable<AsyncIterable<string>>): AsyncIterable<string> {
  let first = true
  yield '[\n'
  for (const pieces of elements) {
    if (!first) yield ',\n'
    first = false
    yield* pieces
  }
  yield '\n]'
}

/** Values, one a line (JSON lines). */
export async function* linesOf(values: AsyncIterable<object>): AsyncIterable<string> {
  yield* joined('', textsOf(values), '\n', '\n')
}

async function* joined(
  open: string,
  elements: AsyncIterable<string>,
  between: string,
  close: string,
): AsyncIterable<string> {
  let piece = open
  let first = true
  for await (const element of elements) {
    piece += first ? element : `${between}${element}`
    first = false
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  // Nothing at all is no empty line.
  yield first && open === '' ? '' : `${piece}${close}`
}
