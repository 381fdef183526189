/**
 * Looks at GraphQL documents (https://spec.graphql.org/October2021/#sec-Language) as far as it takes to know that one can
 * only read: which definitions it has. Whatever this does not understand is refused.
 */

/** Comments, strings and block strings, names and numbers, punctuators; what may stand between them is skipped. */
const TOKEN =
  /(?<skipped>[\t\n\r ,]+|#[^\n\r]*)|(?<text>"""(?:\\"""|(?!\\?""")[^])*"""|"(?:\\.|[^"\\\n\r])*")|(?<word>[\w-]+(?:\.\d+)?)|(?<mark>\.\.\.|[!$&()[\]{}:=@|])/y

/** What a definition may begin with. */
const FRAGMENT = 'fragment'
const QUERY = 'query'

/** Why a text is not one query operation with its fragments; `undefined` if it is. */
export function queryProblem(document: string): string | undefined {
  let queries = 0
  let depth = 0
  /** Within a definition, until the end of its selections. */
  let isInside = false
  for (const token of tokensOf(document)) {
    if (token === undefined) return 'holds something that is not GraphQL'
    if (!isInside) {
      if (token === QUERY || token === '{') queries += 1
      else if (token !== FRAGMENT) return `holds a definition that is no query: ${token}`
      isInside = true
    }
    if ('({['.includes(token)) depth += 1
    if (')}]'.includes(token)) depth -= 1
    if (depth < 0) return 'has brackets that do not match'
    if (token === '}' && depth === 0) isInside = false
  }
  if (isInside) return 'breaks off'
  return queries === 1 ? undefined : `holds ${queries} queries, and must hold one`
}

/** Tokens that say something; `undefined` for what is none. */
function* tokensOf(document: string): Generator<string | undefined> {
  TOKEN.lastIndex = 0
  for (let at = 0; at < document.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const { skipped, text } = TOKEN.exec(document)?.groups ?? {}
    if (TOKEN.lastIndex <= at) {
      yield undefined
      return
    }
    // A text in quotes is taken for none of the words that matter.
    if (skipped === undefined) yield text === undefined ? document.slice(at, TOKEN.lastIndex) : '""'
  }
}
