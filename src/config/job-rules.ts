import { validate } from 'node-cron'
import { nearest, suggest } from '../model/did-you-mean.ts'
import type { Finding } from './problem.ts'
import { duplicates, idsOf, listAt, notFound, type Path } from './raw.ts'
import { valueAt } from './shape.ts'
import { show } from './show.ts'

/** Checks what jobs say of sources and times. A source that no job reads would be a silent gap: a warning. */
export function checkJobs(raw: unknown): Finding[] {
  const jobs = listAt(raw, 'jobs')
  const sources = Array.isArray(valueAt(raw, ['sources'])) ? idsOf(listAt(raw, 'sources')) : undefined
  const findings = duplicates(
    jobs.map((job) => valueAt(job, ['id'])),
    'job id',
    (index) => ['jobs', index, 'id'],
  )
  for (const [index, job] of jobs.entries()) findings.push(...checkJob(job, ['jobs', index], sources))
  if (jobs.length === 0 || jobs.some((job) => !Array.isArray(valueAt(job, ['sources'])))) return findings
  const read = new Set(jobs.flatMap((job) => listAt(job, 'sources')))
  for (const [index, source] of listAt(raw, 'sources').entries()) {
    const id = valueAt(source, ['id'])
    if (typeof id !== 'string' || read.has(id)) continue
    const message = `no job reads the source ${show(id)}; add it to the sources of a job`
    findings.push({ code: 'no-effect', severity: 'warning', path: ['sources', index, 'id'], message })
  }
  return findings
}

function checkJob(job: unknown, path: Path, sources: readonly string[] | undefined): Finding[] {
  const read = listAt(job, 'sources')
  const findings = duplicates(read, 'source', (index) => [...path, 'sources', index])
  for (const [index, id] of read.entries()) {
    if (typeof id !== 'string' || sources === undefined || sources.includes(id)) continue
    findings.push(notFound('unknown-source', 'source', id, [...path, 'sources', index], sources))
  }
  const schedule = valueAt(job, ['schedule'])
  if (typeof schedule === 'string' && !isCron(schedule)) {
    const expected = 'a cron expression: minute hour day-of-month month day-of-week, such as "0 6 * * *"'
    const found = show(schedule)
    const message = `expected ${expected}, found ${found}`
    findings.push({ code: 'invalid-value', path: [...path, 'schedule'], message, expected, found })
  }
  const zone = valueAt(job, ['timeZone'])
  if (typeof zone === 'string' && !isTimeZone(zone)) {
    const meant = nearest(zone, Intl.supportedValuesOf('timeZone'))
    const found = show(zone)
    const message = `expected an IANA time zone such as Europe/Zurich, found ${found}${suggest(meant, [])}`
    findings.push({ code: 'invalid-value', path: [...path, 'timeZone'], message, found, nearest: meant })
  }
  return findings
}

function isCron(text: string): boolean {
  try {
    return validate(text)
  } catch {
    return false
  }
}

/** Offsets such as `+02:00` are refused: they know no summer time. */
function isTimeZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
