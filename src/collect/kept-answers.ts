import type { KeptFiles } from '../model/kept-files.ts'
import type { Log } from '../sdk/context.ts'
import type { Wanted } from './asked-request.ts'
import { keptCipher, type KeptAnswer } from './kept-entry.ts'

/** A request, as far as it decides what the answer is. */
type Question = Pick<Wanted, 'method' | 'headers' | 'url'>

/** Answers of a source that are kept between runs, for {@link Collector.conditional}. None of its functions ever throws. */
export interface KeptAnswers {
  /** What was answered to this request in an earlier run, or in this one. */
  find(request: Question): Promise<KeptAnswer | undefined>
  /** Keeps an answer of status 200, if it is of a kind that can be. */
  keep(request: Question, answer: Response, body: Uint8Array<ArrayBuffer>, at: Date): Promise<void>
  /** Lets go of what several runs had no use for. */
  close(): Promise<void>
}

export interface KeptAnswersOptions {
  files: KeptFiles
  /** Of the installation. */
  secret: Uint8Array
  /** What the answers belong to besides the request: source, config and credentials. */
  owner: readonly string[]
  log: Log
  /** Bytes on disk of this source. */
  mostBytes?: number
}

const MOST_BYTES = 256 * 1024 * 1024
const MOST_BODY_BYTES = 8 * 1024 * 1024
/** An answer that this many runs in a row did not ask for is removed. */
const UNUSED_RUNS = 10
/** Page size where the request names none: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const DEFAULT_PAGE = 30
/** https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]+"$/
const KEPT_HEADERS = ['content-type', 'last-modified']
/** They say who asks or what is known already; everything else makes for another answer. */
const NOT_PART_OF_THE_QUESTION = new Set(['authorization', 'if-none-match', 'user-agent'])

/** A file is named `<name>.<runs in a row without use>`. */
interface Entry {
  unused: number
  size: number
  used: boolean
}

export function createKeptAnswers({
  files,
  secret,
  owner,
  log,
  mostBytes = MOST_BYTES,
}: KeptAnswersOptions): KeptAnswers {
  const cipher = keptCipher(secret)
  let told = false
  let listing: Promise<Map<string, Entry>> | undefined
  let bytesKept = 0

  /** What goes wrong costs requests and nothing else. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!told)
        log.warn(
          { error: error instanceof Error ? error.name : typeof error },
          'answers could not be kept between runs',
        )
      told = true
      return undefined
    }
  }

  const list = () => (listing ??= readList())
  async function readList(): Promise<Map<string, Entry>> {
    const entries = new Map<string, Entry>()
    for (const { name: file, size } of (await attempt(() => files.list())) ?? []) {
      const [, name, unused] = /^([0-9a-f]{64})\.(\d{1,4})$/.exec(file) ?? []
      if (name === undefined || entries.has(name)) {
        await attempt(() => files.remove(file))
        continue
      }
      entries.set(name, { unused: Number(unused), size, used: false })
      bytesKept += size
    }
    return entries
  }

  const nameOf = ({ method, url, headers }: Question) =>
    cipher.nameOf([
      ...owner,
      method,
      url.href,
      ...[...headers].filter(([name]) => !NOT_PART_OF_THE_QUESTION.has(name)).flat(),
    ])
  const fileOf = (name: string, { unused }: Entry) => `${name}.${unused}`

  return {
    async find(request) {
      if (!mayBeAsked(request)) return undefined
      return attempt(async () => {
        const name = nameOf(request)
        const entry = (await list()).get(name)
        const bytes = entry && (await files.read(fileOf(name, entry)))
        const answer = bytes && (await cipher.open(name, bytes))
        if (answer !== undefined && entry !== undefined) entry.used = true
        return answer
      })
    },
    async keep(request, answer, body, at) {
      const etag = answer.headers.get('etag') ?? ''
      if (!ETAG.test(etag) || !mayBeAsked(request) || !mayBeKept(request, answer, body)) return
      await attempt(async () => {
        const headers = Object.fromEntries(
          KEPT_HEADERS.flatMap((header) => {
            const value = answer.headers.get(header)
            return value === null ? [] : [[header, value]]
          }),
        )
        const name = nameOf(request)
        const sealed = await cipher.seal(name, { etag, headers, receivedAt: at.toISOString(), body })
        const entries = await list()
        const before = entries.get(name)
        if (bytesKept - (before?.size ?? 0) + sealed.length > mostBytes) return
        const entry = { unused: before?.unused ?? 0, size: sealed.length, used: true }
        await files.write(fileOf(name, entry), sealed)
        bytesKept += sealed.length - (before?.size ?? 0)
        entries.set(name, entry)
      })
    },
    async close() {
      if (listing === undefined) return
      for (const [name, entry] of await listing) {
        const unused = entry.used ? 0 : entry.unused + 1
        if (unused === entry.unused) continue
        await attempt(() =>
          unused >= UNUSED_RUNS
            ? files.remove(fileOf(name, entry))
            : files.rename(fileOf(name, entry), fileOf(name, { ...entry, unused })),
        )
      }
    },
  }
}

/** A collector that asks for a part, or under conditions of its own, gets what it asks for. */
function mayBeAsked({ method, headers }: Question): boolean {
  if (/\bno-store\b/i.test(headers.get('cache-control') ?? '')) return false
  return (
    method === 'GET' && !['if-none-match', 'if-modified-since', 'range', 'cookie'].some((name) => headers.has(name))
  )
}

/**
 * An ETag vouches for a body. Whether a list goes on after this page stands in a header, so nothing is kept of a list that may
 * go on without the body of this page changing: a page with links to others, or a full one.
 */
function mayBeKept({ url }: Question, { headers }: Response, body: Uint8Array): boolean {
  if (headers.has('link') || headers.has('set-cookie') || body.length > MOST_BODY_BYTES) return false
  if (/\bno-store\b/i.test(headers.get('cache-control') ?? '') || /[*]/.test(headers.get('vary') ?? '')) return false
  if (!/[/+]json\b/.test(headers.get('content-type') ?? '')) return true
  const value: unknown = JSON.parse(new TextDecoder().decode(body))
  if (!Array.isArray(value)) return true
  const pageSize = Number(url.searchParams.get('per_page') ?? DEFAULT_PAGE)
  return value.length < pageSize
}

/** The kept answer as if it had come now: headers of the 304 hold, such as those about rate limits. */
export function asAnswered({ body, headers }: KeptAnswer, notModified: Response): Response {
  const merged = new Headers(notModified.headers)
  for (const name of ['content-encoding', 'content-length']) merged.delete(name)
  for (const [name, value] of Object.entries(headers)) merged.set(name, value)
  return new Response(body, { status: 200, headers: merged })
}
