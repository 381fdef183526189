import type { Outcome } from '../model/outcome.ts'
import { asReadError } from '../sdk/errors.ts'
import type { Page, Previous, Reader, Scope, Stream } from '../sdk/stream.ts'
import { DEADLINE_MS } from './setting.ts'
import type { Said } from './watch.ts'

/** What a stream did with the failures it met. */
export interface Account {
  /** The stream threw, or something that was observed threw. */
  raised: boolean
  swallowed: string | undefined
}

/** The stream, with a witness who sees what its code throws and what it keeps to itself. */
export function accountedFor(stream: Stream, account: Account, said: Said[]): Stream {
  const raise = (error: unknown) => {
    account.raised = true
    said.push({ where: `an error of ${stream.id}`, text: asReadError(error).message })
  }
  const witness = (reader: Reader): Reader => ({
    async observe(subject, read, options) {
      let threw = false
      const observed = await reader.observe(
        subject,
        async () => {
          try {
            return await read()
          } catch (error) {
            threw = true
            raise(error)
            throw error
          }
        },
        options,
      )
      if (observed.state === 'unknown' && !threw) account.swallowed ??= `a request of "${subject}" failed`
      return observed
    },
    orElse: (first, otherwise) => reader.orElse(first, otherwise),
    credentialIn: (text) => reader.credentialIn(text),
  })
  async function* watch(pages: AsyncIterable<Page>): AsyncIterable<Page> {
    try {
      yield* pages
    } catch (error) {
      raise(error)
      throw error
    }
  }
  const { sweep } = stream
  return {
    ...stream,
    collect: (session, scope, reader) => watch(stream.collect(session, scope, witness(reader))),
    ...(sweep && {
      sweep: {
        ...sweep,
        increment: (session: unknown, scope: Scope, reader: Reader, previous: Previous) =>
          watch(sweep.increment(session, scope, witness(reader), previous)),
      },
    }),
  }
}

/** The engine found a failed request, but the stream ended as if nothing had happened. */
export function unraised(outcome: Outcome, { raised }: Account): string | undefined {
  const { reason, detail } = outcome
  const bySource = reason === 'denied' || reason === 'throttled' || reason === 'unavailable' || reason === 'timeout'
  // At the deadline the engine ends the reading, whatever the stream is doing.
  const outOfTime = Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt) >= DEADLINE_MS
  return bySource && !raised && !outOfTime ? `the stream went on after this: ${detail}` : undefined
}
