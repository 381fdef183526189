import type { RunEvidence } from '../../model/report-source.ts'
import { ResultLine, type Status } from '../../model/result.ts'
import { UserError } from '../../model/user-error.ts'
import type { ResultsLine } from '../../model/index-line.ts'

/** The order in which the subjects of a check are listed: what somebody must look at comes first. */
export const READING_ORDER = ['fail', 'unknown', 'not-applicable', 'pass'] as const satisfies readonly Status[]

/** Some subjects of one status: those from the place `from` among them up to `to`, which is not one of them. */
export interface Segment {
  status: Status
  from: number
  to: number
}

/** About so many bytes of HTML a page of subjects has; no page is twice as large, unless a single subject is. */
const PAGE_BYTES = 700_000
/** The tags around a subject. */
const ROW_BYTES = 260
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

/**
 * The status that a line of a results file names. Lines are canonical JSON of flat objects, in which a quotation mark inside of a
 * text has a backslash before it, so that no text can look like this member.
 */
function statusIn(line: string): Status {
  const named = /[{,]"status":"(?<status>fail|pass|unknown|not-applicable)"/.exec(line)?.groups?.status
  return (named as Status | undefined) ?? parsed(line).status
}

function parsed(line: string): ResultLine {
  try {
    return ResultLine.parse(JSON.parse(line))
  } catch (cause) {
    throw notOurs(cause)
  }
}

function notOurs(cause?: unknown): UserError {
  return new UserError('a line of the results is not what affiant writes', 'affiant verify RUN says more.', {
    exitCode: 4,
    cause,
  })
}

/** Subjects of segments, read in one pass that ends as soon as all of them are found; in the order of the file within each. */
export async function subjectsOf(
  run: RunEvidence,
  line: ResultsLine,
  segments: readonly Segment[],
): Promise<Map<Status, ResultLine[]>> {
  const found = new Map<Status, ResultLine[]>()
  const wanted = new Map(segments.map((segment) => [segment.status, { ...segment, at: 0 }]))
  for (const { status } of segments) found.set(status, [])
  let missing = segments.reduce((sum, { from, to }) => sum + to - from, 0)
  if (missing === 0) return found
  for await (const batch of run.lines(line)) {
    for (const text of batch) {
      const place = wanted.get(statusIn(text))
      if (place === undefined) continue
      const at = place.at
      place.at += 1
      if (at < place.from || at >= place.to) continue
      const result = parsed(text)
      if (result.status !== place.status) throw notOurs()
      found.get(place.status)?.push(result)
      missing -= 1
    }
    if (missing === 0) break
  }
  return found
}
