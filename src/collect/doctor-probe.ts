import type { Collector } from '../sdk/collector.ts'
import type { Page, Reader, Stream } from '../sdk/stream.ts'

/**
 * Sub-reads of one plan item that are really made, as a missing right shows in the first of them: so many before any has
 * ended, and so many later. A page's worth started at once must not use up what those started by their answers need.
 */
const SUB_READS = { atOnce: 20, later: 30 }

/** The collector with streams that end after their first page. All else is its own. */
export function probing(collector: Collector): Collector {
  return { ...collector, streams: collector.streams.map(firstPageOf) }
}

function firstPageOf(stream: Stream): Stream {
  return {
    ...stream,
    async *collect(session, scope, reader) {
      for await (const page of stream.collect(session, scope, sparing(reader))) {
        yield asOnlyPage(page)
        return
      }
    },
  }
}

/** The page as the end of the list. The source's count is of the whole list, so it is kept only if this is all of it. */
function asOnlyPage({ total, ...page }: Page): Page {
  return { ...page, last: true, ...(page.last && total !== undefined && { total }) }
}

/** A page of a hundred repositories may mean hundreds of sub-reads: the rest is told apart as not read, without a request. */
function sparing(reader: Reader): Reader {
  const left = { ...SUB_READS }
  let when: keyof typeof left = 'atOnce'
  return {
    async observe(subject, read, options) {
      if (left[when] === 0) return { state: 'unknown', reason: 'aborted' }
      left[when] -= 1
      try {
        return await reader.observe(subject, read, options)
      } finally {
        when = 'later'
      }
    },
    orElse: (first, otherwise) => reader.orElse(first, otherwise),
    credentialIn: (text) => reader.credentialIn(text),
  }
}
