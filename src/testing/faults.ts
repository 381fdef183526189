import type { Clock } from '../sdk/context.ts'
import type { Reason } from '../sdk/errors.ts'
import { type FaultyRequest, respond } from './fake-source.ts'
import type { Refusal } from './wire.ts'

const HOUR = 3_600_000
export const RETRY_AFTER_SECONDS = 120

/** One way in which a source fails. */
export interface Fault {
  /** Completes "when a request …". */
  title: string
  /** Reasons that name it rightly. Empty: the source recovers, and evidence is complete. */
  reasons: readonly Reason[]
  answer(request: FaultyRequest, clock: Clock): Promise<Response>
}

const refuse =
  (refusal: Refusal, headers: Readonly<Record<string, string>> = {}) =>
  async (request: FaultyRequest) => {
    const written = request.refuse(refusal)
    return respond({ ...written, headers: { ...written.headers, ...headers } })
  }

const slowDown = refuse('throttled', { 'retry-after': String(RETRY_AFTER_SECONDS) })

/** The planned answer as if all were well, with another body. */
const spoilt = ({ write, planned }: FaultyRequest, spoil: (body: string) => string) => {
  const { headers, body } = write(planned)
  return respond({ status: 200, headers, body: spoil(body) })
}

/** What every stream is put through, one request at a time and with all of its requests. */
export const FAULTS: readonly Fault[] = [
  { title: 'is answered 401', reasons: ['denied'], answer: refuse('unauthorized') },
  { title: 'is answered 403', reasons: ['denied', 'unlicensed'], answer: refuse('denied') },
  { title: 'is answered 404', reasons: ['unavailable', 'denied', 'unlicensed'], answer: refuse('not-found') },
  {
    title: 'is answered 429 once, with Retry-After',
    reasons: [],
    answer: async (request) => (request.times > 0 ? respond(request.write(request.planned)) : slowDown(request)),
  },
  {
    title: 'is answered 429 again and again',
    reasons: ['throttled'],
    answer: slowDown,
  },
  { title: 'is answered 500 again and again', reasons: ['unavailable'], answer: refuse('error') },
  {
    title: 'is never answered',
    reasons: ['timeout'],
    async answer({ signal }, clock) {
      await clock.sleep(HOUR, signal)
      throw new TypeError('nobody waits an hour')
    },
  },
  {
    title: 'is answered with a body that is cut off',
    reasons: ['invalid', 'truncated'],
    answer: async (request) => spoilt(request, (text) => text.slice(0, Math.max(1, text.length - 2))),
  },
  {
    title: 'is answered and the connection breaks',
    reasons: ['truncated', 'unavailable'],
    async answer({ write, planned }) {
      const { headers, body: text } = write(planned)
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text.slice(0, text.length / 2)))
        },
        pull(controller) {
          controller.error(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
        },
      })
      return new Response(body, { headers: { ...headers } })
    },
  },
  {
    title: 'is answered with an empty body',
    reasons: ['invalid'],
    answer: async (request) => spoilt(request, () => ''),
  },
  {
    title: 'is answered with an object without any field',
    reasons: ['invalid', 'truncated'],
    answer: async ({ write, planned: { headers = {} } }) => respond(write({ headers, body: {} })),
  },
]

/** The 404 fault, which some answers may take for absence. */
export const NOT_FOUND = 'is answered 404'
/** The fault some answers may take for information. */
export const BLANK = 'is answered with an object without any field'
/** The fault that must name a permission. */
export const FORBIDDEN = 'is answered 403'
