import type { Clock } from '../sdk/context.ts'
import type { Reason } from '../sdk/errors.ts'
import { canaryFields, canaryHeaders } from './canaries.ts'
import { type FaultyRequest, respond, textOf } from './fake-source.ts'

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
  (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  async () =>
    respond({ status, headers: { ...canaryHeaders, ...headers }, body: { message, ...canaryFields } })

/** What every stream is put through, one request at a time and with all of its requests. */
export const FAULTS: readonly Fault[] = [
  { title: 'is answered 401', reasons: ['denied'], answer: refuse(401, 'Bad credentials') },
  { title: 'is answered 403', reasons: ['denied', 'unlicensed'], answer: refuse(403, 'Forbidden') },
  { title: 'is answered 404', reasons: ['unavailable', 'denied', 'unlicensed'], answer: refuse(404, 'Not Found') },
  {
    title: 'is answered 429 once, with Retry-After',
    reasons: [],
    answer: async (request) =>
      request.times > 0
        ? respond(request.planned)
        : refuse(429, 'Slow down', { 'retry-after': String(RETRY_AFTER_SECONDS) })(),
  },
  {
    title: 'is answered 429 again and again',
    reasons: ['throttled'],
    answer: refuse(429, 'Slow down', { 'retry-after': String(RETRY_AFTER_SECONDS) }),
  },
  { title: 'is answered 500 again and again', reasons: ['unavailable'], answer: refuse(500, 'Oops') },
  {
    title: 'is never answered',
    reasons: ['timeout'],
    async answer({ signal }, clock) {
      await clock.sleep(HOUR, signal)
      throw new TypeError('nobody waits an hour')
    },
  },
  {
    title: 'is answered with JSON that is cut off',
    reasons: ['invalid', 'truncated'],
    async answer({ planned }) {
      const text = textOf(planned)
      const headers = { ...planned.headers, 'content-type': 'application/json' }
      return respond({ headers, body: text.slice(0, Math.max(1, text.length - 2)) })
    },
  },
  {
    title: 'is answered and the connection breaks',
    reasons: ['truncated', 'unavailable'],
    async answer({ planned }) {
      const text = textOf(planned)
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text.slice(0, text.length / 2)))
        },
        pull(controller) {
          controller.error(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
        },
      })
      return new Response(body, { headers: { 'content-type': 'application/json', ...planned.headers } })
    },
  },
  {
    title: 'is answered with an empty body',
    reasons: ['invalid'],
    answer: async ({ planned }) =>
      respond({ headers: { ...planned.headers, 'content-type': 'application/json' }, body: '' }),
  },
  {
    title: 'is answered with an object without any field',
    reasons: ['invalid', 'truncated'],
    answer: async ({ planned: { headers = {} } }) => respond({ headers, body: {} }),
  },
]

/** The 404 fault, which some answers may take for absence. */
export const NOT_FOUND = 'is answered 404'
/** The fault some answers may take for information. */
export const BLANK = 'is answered with an object without any field'
/** The fault that must name a permission. */
export const FORBIDDEN = 'is answered 403'
