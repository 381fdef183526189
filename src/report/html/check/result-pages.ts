import type { RunEvidence } from '../../../model/report-source.ts'
import { ResultLine, type Status } from '../../../model/result.ts'
import { notOurLine } from '../../../model/user-error.ts'
import type { ResultsLine } from '../../../model/index-line.ts'

/** The order in which the subjects of a check are listed: what somebody must look at comes first. */
export const READING_ORDER = ['fail', 'unknown', 'not-applicable', 'pass'] as const satisfies readonly Status[]

/** Some subjects of one status: those from the place `from` among them up to `to`, which is not one of them. */
export interface Segment {
  status: Status
  from: number
  to: number
}

/** About so many bytes of HTML a page of subjects has; no page is twice as large, unless a single subject is. */
const PAGE_BYTES = 900_000
/** The tags around a subject. */
const ROW_BYTES = 160
/** A file so small fits on one page even if each of its characters is written as an entity. */
const SURELY_ONE_PAGE = 40_000

/**
 * How the subjects of a check are divided into pages, in reading order: a list of segments for each page, at least one page.
 * Reads the file once, unless it is so small that all of it fits on one page.
 */
export async function dividedSubjects(run: RunEvidence, line: ResultsLine): Promise<Segment[][]> {
  const whole = READING_ORDER.map((status) => ({ status, from: 0, to: Number.POSITIVE_INFINITY }))
  if (line.size <= SURELY_ONE_PAGE && line.count * ROW_BYTES < PAGE_BYTES / 2) return [whole]
  const cuts = Object.fromEntries(
    READING_ORDER.map((status) => [status, { pieces: [], open: 0, count: 0 }]),
  ) as unknown as Record<Status, { pieces: { from: number; to: number; bytes: number }[]; open: number; count: number }>
  for await (const batch of run.lines(line)) {
    for (const text of batch) {
      const cut = cuts[statusIn(text)]
      const bytes = ROW_BYTES + shownBytes(text)
      const last = cut.pieces.at(-1)
      if (last === undefined || last.bytes + bytes > PAGE_BYTES)
        cut.pieces.push({ from: cut.count, to: cut.count + 1, bytes })
      else {
        last.to += 1
        last.bytes += bytes
      }
      cut.count += 1
    }
  }
  const pages: { segments: Segment[]; bytes: number }[] = []
  for (const status of READING_ORDER) {
    for (const { from, to, bytes } of cuts[status].pieces) {
      const page = pages.at(-1)
      if (page === undefined || page.bytes + bytes > PAGE_BYTES) pages.push({ segments: [{ status, from, to }], bytes })
      else {
        page.segments.push({ status, from, to })
        page.bytes += bytes
      }
    }
  }
  return pages.length === 0 ? [[]] : pages.map(({ segments }) => segments)
}

/** About how many bytes a line is on a page, more rather than less: some characters are written as entities, or named. */
function shownBytes(line: string): number {
  if (/^[^&<>'\\\u007f-\uffff]*$/.test(line)) return line.length
  return line.length + 10 * (line.match(/[&<>'\\\u007f-\uffff]/g)?.length ?? 0)
}

const MEMBER = ',"status":"'
/** By the first letter. */
const STATUS_OF: Readonly<Record<string, Status>> = { f: 'fail', p: 'pass', u: 'unknown', n: 'not-applicable' }

/**
 * The status that a line of a results file names, without parsing the line. Lines are canonical JSON of flat objects, in which a
 * quotation mark inside of a text has a backslash before it, so that no text can look like this member.
 */
function statusIn(line: string): Status {
  const at = line.indexOf(MEMBER)
  const first = line.startsWith(MEMBER.slice(1), 1) ? MEMBER.length : at < 0 ? -1 : at + MEMBER.length
  return STATUS_OF[line[first] ?? ''] ?? parsed(line).status
}

function parsed(line: string): ResultLine {
  try {
    return ResultLine.parse(JSON.parse(line))
  } catch (cause) {
    throw notOurLine('results', cause)
  }
}

/** A results file that is being read: how many subjects of each status went by. */
interface Place {
  line: ResultsLine
  batches: AsyncIterator<readonly string[]>
  batch: readonly string[]
  next: number
  passed: Record<Status, number>
}

/** Reads subjects of segments, in the order of the file within each. Close it when done. */
export interface SubjectReader {
  read(line: ResultsLine, segments: readonly Segment[]): Promise<Map<Status, ResultLine[]>>
  close(): Promise<void>
}

/**
 * Each reading goes through the file once and ends as soon as everything is found. The next one goes on from there if it can,
 * so that the pages of a long list are written in one pass and not in one pass each.
 */
export function subjectReader(run: RunEvidence): SubjectReader {
  let left: Place | undefined
  const leave = async (place?: Place) => {
    const before = left
    left = place
    await before?.batches.return?.()
  }
  return {
    async read(line, segments) {
      const goesOn = left?.line === line && segments.every(({ status, from }) => from >= (left?.passed[status] ?? 0))
      const place = goesOn && left !== undefined ? left : begun(run, line)
      if (goesOn) left = undefined
      const found = new Map<Status, ResultLine[]>(segments.map(({ status }) => [status, []]))
      const wanted = new Map(segments.map((segment) => [segment.status, segment]))
      let missing = segments.reduce((sum, { from, to }) => sum + to - from, 0)
      while (missing > 0) {
        if (place.next === place.batch.length) {
          const step = await place.batches.next()
          if (step.done === true) return found
          place.batch = step.value
          place.next = 0
        }
        missing -= gather(place, wanted, found, missing)
      }
      await leave(place)
      return found
    },
    close: () => leave(),
  }
}

/** Goes through what is left of a batch, and no further than to the last subject that is missing; how many it found. */
function gather(
  place: Place,
  wanted: ReadonlyMap<Status, Segment>,
  found: ReadonlyMap<Status, ResultLine[]>,
  missing: number,
): number {
  const { batch, passed } = place
  let taken = 0
  while (place.next < batch.length && taken < missing) {
    const text = batch[place.next] ?? ''
    const status = statusIn(text)
    const at = passed[status]
    const segment = wanted.get(status)
    const isWanted = segment !== undefined && at >= segment.from && at < segment.to
    if (isWanted) {
      const result = parsed(text)
      if (result.status !== status) throw notOurLine('results')
      found.get(status)?.push(result)
      taken += 1
    }
    passed[status] += 1
    place.next += 1
  }
  return taken
}

function begun(run: RunEvidence, line: ResultsLine): Place {
  const passed = { fail: 0, unknown: 0, 'not-applicable': 0, pass: 0 }
  return { line, batches: run.lines(line)[Symbol.asyncIterator](), batch: [], next: 0, passed }
}
