import { type Commit, trailerLines } from './commit.ts'

/** Trailers that name a person who looked at a change, as projects use them. */
export const REVIEW_TRAILERS = ['reviewed-by', 'approved-by', 'acked-by', 'tested-by', 'signed-off-by'] as const
export type ReviewTrailer = (typeof REVIEW_TRAILERS)[number]

/** A person as a commit names them, in lower case. */
export interface Person {
  name: string | null
  mail: string | null
}

/** What a commit's message says besides what was changed. The text itself is not kept. */
export interface Message {
  reviews: readonly (Person & { trailer: ReviewTrailer })[]
  coAuthors: readonly Person[]
  /** Ids that Gerrit gives a change, the same through all its revisions. */
  changeIds: readonly string[]
  /** Issues it closes or refers to (`#4`, `acme/api#4`), and keys of trackers (`OPS-12`). */
  workItems: readonly string[]
  /** Request that the title names: `#12` (GitHub and others), `!12` (GitLab). Anybody can type it. */
  request: string | null
}

export function readMessage({ message }: Commit): Message {
  const trailers = trailerLines(message).flatMap((line) => {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):\s*(\S.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [{ name: name.toLowerCase(), value }]
  })
  const title = message.split('\n', 1)[0] ?? ''
  return {
    reviews: trailers.flatMap(({ name, value }) => {
      const trailer = REVIEW_TRAILERS.find((known) => known === name)
      return trailer === undefined ? [] : [{ trailer, ...person(value) }]
    }),
    coAuthors: trailers.flatMap(({ name, value }) => (name === 'co-authored-by' ? [person(value)] : [])),
    changeIds: trailers.flatMap(({ name, value }) =>
      name === 'change-id' && /^I[0-9a-f]{40}$/.test(value.trim()) ? [value.trim()] : [],
    ),
    workItems: workItems(message),
    request: requestIn(title, message),
  }
}

/** `Name <mail>`, or only one of the two. */
function person(value: string): Person {
  const mail = (/<([^<>]+)>/.exec(value)?.[1] ?? (/^\S+@\S+$/.test(value.trim()) ? value : '')).trim().toLowerCase()
  const name = value.includes('@') && !value.includes('<') ? '' : (value.split('<', 1)[0] ?? '').trim().toLowerCase()
  return { name: name || null, mail: mail || null }
}

/** Words that hosts and projects put before an issue. */
const REFERENCE =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references|issue|bug|ticket|see)\b:?\s+((?:[\w.-]+\/[\w.-]+)?#\d+(?:(?:,|\s+and)\s+(?:[\w.-]+\/[\w.-]+)?#\d+)*)/gi

/** Keys of trackers. Names of standards look the same (`SHA-256`, `UTF-8`, `ISO-27001`); the best known are left out. */
const KEY =
  /\b(?!(?:SHA|UTF|ISO|RFC|CVE|CWE|AES|RSA|MD|GPL|BSD|TLS|HTTP|IEEE|PEP|X|GHSA)-)[A-Z][A-Z0-9]{1,9}-[1-9]\d{0,6}\b/g

/** Texts beyond this length are logs, not descriptions. */
const LONGEST_TEXT = 20_000

function workItems(whole: string): string[] {
  const message = whole.slice(0, LONGEST_TEXT)
  const issues = [...message.matchAll(REFERENCE)].flatMap(
    ([, list = '']) => list.match(/(?:[\w.-]+\/[\w.-]+)?#\d+/g) ?? [],
  )
  return [...new Set([...issues, ...(message.match(KEY) ?? [])])]
}

function requestIn(title: string, message: string): string | null {
  const number = /^Merge pull request (#\d+) /.exec(title)?.[1] ?? /\((#\d+)\)$/.exec(title.trimEnd())?.[1]
  return number ?? /^See merge request \S*?(!\d+)$/m.exec(message)?.[1] ?? null
}
