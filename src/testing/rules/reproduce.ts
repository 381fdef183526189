import type { Collector } from '../../sdk/collector.ts'
import type { Scope } from '../../sdk/stream.ts'
import type { Finding } from '../violation.ts'

/** A name that a source may give a scope, and what of it must not be left to a shell. */
const WORD = 'HOSTILE'
const NAME = `a';${WORD}"$(${WORD})`
const SCOPE: Scope = { id: NAME, title: NAME }

/** Commands of `reproduce` that a source could change: people paste them. */
export function unsafeCommands({ streams }: Collector): Finding[] {
  return streams.flatMap(({ id, reproduce }): Finding[] => {
    const what = problemOf(() => reproduce?.(SCOPE) ?? '')
    if (what === undefined) return []
    const instead = 'puts ids and titles of scopes through `quoted()` of affiant/sdk, as whole words.'
    return [{ code: 'reproduce-unsafe', what: `${id}: ${what}`, instead }]
  })
}

function problemOf(command: () => string): string | undefined {
  let text: string
  try {
    text = command()
  } catch (error) {
    return `reproduce fails: ${error instanceof Error ? error.message : 'it throws'}`
  }
  return openPlaces(text) > 0 ? `a scope named ${NAME} makes it another command: ${text}` : undefined
}

/** How often the word stands where a shell reads on: outside of single quotes. */
function openPlaces(text: string): number {
  let quote: "'" | '"' | undefined
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (text.startsWith(WORD, at) && quote !== "'") open += 1
    if (character === '\\' && quote !== "'") at += 1
    else if (quote === undefined && (character === "'" || character === '"')) quote = character
    else if (character === quote) quote = undefined
  }
  return open
}
