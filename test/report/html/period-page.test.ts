import { describe, expect, test } from 'vitest'
import type { Deviation, PeriodView } from '../../../src/model/period-view.ts'
import type { PeriodSource } from '../../../src/model/period-source.ts'
import { LISTS } from '../../../src/report/html/period/lists.ts'
import { periodPage } from '../../../src/report/html/period/period-page.ts'
import { periodReport } from '../../../src/report/html/period/period-report.ts'
import { dueWords } from '../../../src/report/period/words.ts'
import { readable, textOf, textsOf } from './example-source.ts'

const DAY = 86_400_000
const HOSTILE = '<img src=x onerror=alert(1)>"\'&\u202e\u001b[31m=1+1'
const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}T06:00:00.000Z`
const witness = (number: number) => ({ run: number * 2 + 1, at: day(number) })
const counts = { inScope: 2, inspected: 2, passed: 1, failed: 1, notApplicable: 0, unknown: 0, excepted: 0 }

const deviation: Deviation = {
  check: 'cloud.buckets-private',
  source: 'cloud',
  demo: false,
  severity: 'critical',
  subject: HOSTILE,
  scope: HOSTILE,
  name: HOSTILE,
  detail: HOSTILE,
  opened: witness(4),
  before: false,
  lastGood: { ...witness(3), status: 'pass' },
  lastFailed: witness(5),
  closed: { ...witness(6), as: 'pass' },
  seenFor: 2 * DAY,
  atLeast: DAY,
  atMost: 3 * DAY,
}

function viewOf(change: Partial<PeriodView> = {}): PeriodView {
  const { check, source, demo, severity, subject } = deviation
  return {
    origin: 'affiant.dev/acme',
    evidence: 'store',
    period: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-11T00:00:00.000Z' },
    until: '2026-03-11T06:00:00.000Z',
    ended: true,
    clockTurns: [],
    agents: ['0.1.0'],
    jobs: [
      {
        job: 'daily',
        schedule: { cron: `0 6 * * * ${HOSTILE}`, timeZone: HOSTILE },
        known: 'schedule',
        expected: 10,
        performed: 7,
        missed: 3,
        late: 1,
        pending: 0,
        missedDues: [
          { dueAt: day(2), cause: 'aborted', run: 5 },
          { dueAt: day(7), cause: 'missed' },
          { dueAt: day(8), cause: 'missed', caughtUpBy: { run: 17, openedAt: day(9), trigger: 'catch-up' } },
        ],
        omitted: 0,
        runs: { all: 9, complete: 7, partial: 0, failed: 0, aborted: 1, open: 1, manual: 0, catchUp: 1 },
      },
    ],
    runs: [
      { number: 5, job: 'daily', trigger: 'schedule', openedAt: day(2), end: 'aborted', endedAt: day(2) },
      {
        number: 7,
        job: 'daily',
        trigger: 'manual',
        openedAt: day(3),
        end: 'sealed',
        endedAt: day(3),
        status: 'partial',
        outcomes: { complete: 1, partial: 1, failed: 0 },
        results: { pass: 1, fail: 0, 'not-applicable': 0, unknown: 0 },
        filesMissing: true,
      },
    ],
    before: [],
    checks: [
      {
        check,
        source,
        demo,
        severity,
        title: HOSTILE,
        basis: { kind: 'snapshots', runs: 8, maxGap: 3 * DAY },
        segments: [
          { status: 'fail', reason: HOSTILE, first: witness(4), last: witness(5), runs: 2 },
          { status: 'pass', first: witness(6), last: witness(10), runs: 3 },
        ],
        last: { ...witness(10), status: 'pass', counts },
        deviations: 1,
        open: 0,
      },
    ],
    deviations: [deviation],
    deviationsOmitted: 0,
    subjects: [
      {
        check,
        source,
        demo,
        severity,
        subject,
        states: [{ status: 'fail', detail: HOSTILE, first: witness(4), last: witness(5) }],
      },
    ],
    subjectsOmitted: 0,
    changes: [
      {
        job: 'daily',
        from: witness(3),
        to: witness(4),
        changes: [{ about: HOSTILE, what: 'parameter days', from: '30', to: HOSTILE }],
      },
    ],
    freshness: [
      {
        source,
        demo,
        stream: 'cloud.buckets',
        scopes: 1,
        state: 'stale',
        readAt: day(8),
        age: 3 * DAY,
        cadence: DAY,
        behind: [HOSTILE],
      },
    ],
    populations: [
      {
        source,
        demo,
        stream: 'cloud.events',
        scope: HOSTILE,
        state: 'premature',
        missing: [{ from: day(10), to: '2026-03-11T00:00:00.000Z' }],
        premature: [21],
      },
    ],
    ...change,
  }
}

/** No run is sealed in it, so no run report is part of it. */
const noSource = {} as PeriodSource

const pagesOf = (view: PeriodView) => textsOf(periodReport(noSource, { view }))

describe('the pages of a period', () => {
  test('say what was missed and why, and what was mended and how long it lasted', async () => {
    const index = readable((await pagesOf(viewOf())).get('index.html') ?? '')
    for (const words of [
      'a run was opened and thrown away',
      'nobody ran',
      '2 days',
      'at least 1 day, at most 3 days',
      'seen to pass',
      'premature',
      'stale older than the schedule allows',
      'run 7 was sealed, and its files are not there',
    ])
      expect(index).toContain(words)
    expect(index).toContain('by run 17')
  })

  test('count with words that agree, and say how checks and streams stood', async () => {
    const pages = await pagesOf(viewOf())
    const index = readable(pages.get('index.html') ?? '')
    for (const words of [
      '1 check: 1 passed, 0 failed, 0 not applicable, 0 unknown',
      '1 of 1 stream, late or never read whole',
      '1 of 1 stream was older than the time from one run to the next',
      '1 of 1 check did not pass in every run',
      '2 of 2 runs were not opened by the schedule',
      'up to but not including 2026-03-11 00:00:00 UTC',
    ])
      expect(index).toContain(words)
    const lead = (path: string) => /<p class="lead">([^<]*)/.exec(pages.get(path) ?? '')?.[1]
    expect(Object.values(LISTS).map(({ path }) => lead(path))).toEqual([
      '1 deviation.',
      '1 check.',
      '1 subject.',
      '2 runs.',
      '3 missed times.',
      '1 stream.',
      '1 list.',
      '1 change.',
    ])
  })

  test('where no schedule is known, none is said to be kept or missed', async () => {
    const nothing = { expected: 0, performed: 0, missed: 0, late: 0, pending: 0, missedDues: [] }
    const [job] = viewOf().jobs
    if (job === undefined) throw new Error('no job')
    const { schedule: _, ...without } = job
    const view = viewOf({ jobs: [{ ...without, ...nothing, known: 'none' }] })
    const index = readable((await pagesOf(view)).get('index.html') ?? '')
    expect(index).toContain('2 runs; no schedule is known, so it cannot be said whether one is missing')
    expect(index).not.toMatch(/0 missed|0 kept|is known to be missing/)
    const [unscheduled] = view.jobs
    expect(unscheduled && dueWords(unscheduled)).toContain('it cannot be said whether a run is missing')
  })

  test('a page that nothing leads to would not be found: each list has a link on the first page', async () => {
    const index = (await pagesOf(viewOf())).get('index.html') ?? ''
    for (const { path } of Object.values(LISTS)) expect(index).toContain(`href="${path}"`)
  })

  test('let nothing of the evidence become markup, and show what cannot be seen', async () => {
    for (const [path, page] of await pagesOf(viewOf())) {
      if (!path.endsWith('.html')) continue
      expect(page, path).not.toContain('<img')
      for (const unseen of ['\u202e', '\u001b']) expect(page, path).not.toContain(unseen)
    }
  })

  test('lead to pages that are there', async () => {
    const pages = await pagesOf(viewOf())
    for (const { path } of Object.values(LISTS)) expect([...pages.keys()]).toContain(path)
    for (const [path, page] of pages) {
      for (const [, href = ''] of page.matchAll(/href="([^"#]+)/g))
        expect([...pages.keys()], `${path} leads to ${href}`).toContain(href)
    }
  })

  test('lead from a list of events to its card, where the report of that run is there', async () => {
    const view = viewOf()
    const bounds = { from: day(1), to: day(9) }
    const populations = view.populations.map((one) => ({ ...one, best: { ...witness(9), ...bounds } }))
    const frame = { installation: 'acme', subject: 'March', at: view.until, demo: false, agent: '0.1.0' }
    const linked = async (lastSealed: number) => {
      const jobs = view.jobs.map((job) => ({ ...job, lastSealed }))
      return /<a href="([^"]*)">run 19<\/a>/.exec(await textOf(periodPage({ ...view, jobs, populations }, frame)))?.[1]
    }
    expect(await linked(19)).toMatch(/^runs\/19\/populations\/cloud\/cloud\.events\.html#scope-/)
    expect(await linked(21)).toBeUndefined()
  })

  test('are the same when they are made again', async () => {
    expect(await pagesOf(viewOf())).toEqual(await pagesOf(viewOf()))
  })

  test('a long list goes on, and no page is large', async () => {
    const deviations = Array.from({ length: 3000 }, (_, i) => ({
      ...deviation,
      subject: `bucket-${i}`,
      name: `bucket-${i}`,
    }))
    const pages = await pagesOf(viewOf({ deviations, deviationsOmitted: 7 }))
    const lists = [...pages].filter(([path]) => path.startsWith('deviations'))
    expect(lists.length).toBeGreaterThan(2)
    for (const [path, page] of pages) expect(Buffer.byteLength(page), path).toBeLessThan(1_000_000)
    const found = lists.flatMap(([, page]) => page.match(/bucket-\d+<\/span>/g) ?? [])
    expect(new Set(found).size).toBe(3000)
    expect(pages.get('deviations.html')).toContain('rel="next" href="deviations-2.html"')
    expect(pages.get('deviations.html')).toContain('7 more are not listed')
    expect(pages.get('index.html')).toContain('3,007')
  })

  test('no page is large however long every text is that a source gave, and what is cut says so', async () => {
    const long = JSON.stringify(`<'&"é`.repeat(200_000)).slice(1, -1)
    const view: PeriodView = JSON.parse(
      JSON.stringify(viewOf()).replaceAll(JSON.stringify(HOSTILE).slice(1, -1), () => long),
    )
    const pages = await pagesOf(view)
    for (const [path, page] of pages) expect(Buffer.byteLength(page), path).toBeLessThan(1_000_000)
    for (const path of ['index.html', 'deviations.html', 'checks.html', 'subjects.html', 'populations.html'])
      expect(pages.get(path), path).toContain('(cut; the files of the bundle have all of it)')
  })

  test('have every stream and every list of events, the worst on the first page, however many there are', async () => {
    const MANY = 10_000
    const [stream] = viewOf().freshness
    const [list] = viewOf().populations
    if (stream === undefined || list === undefined) throw new Error('no example')
    const last = (place: number) => place === MANY - 1
    const freshness = Array.from({ length: MANY }, (_, place) => ({
      ...stream,
      stream: `cloud.stream-${place}-`,
      state: last(place) ? ('never' as const) : ('current' as const),
    }))
    const populations = Array.from({ length: MANY }, (_, place) => ({
      ...list,
      scope: `scope-${place}-`,
      state: last(place) ? ('partial' as const) : ('whole' as const),
    }))
    const pages = await pagesOf(viewOf({ freshness, populations }))
    for (const [path, page] of pages) expect(Buffer.byteLength(page), path).toBeLessThan(1_000_000)
    for (const [name, of] of [
      ['freshness', /cloud\.stream-\d+-/g],
      ['populations', /scope-\d+-/g],
    ] as const) {
      const whole = [...pages].filter(([path]) => path.startsWith(name)).map(([, page]) => page)
      expect(whole.length).toBeGreaterThan(2)
      expect(new Set(whole.join('').match(of)).size).toBe(MANY)
      expect(whole[0]).toContain(`rel="next" href="${name}-2.html"`)
      const index = pages.get('index.html') ?? ''
      expect(index).toContain(`<a href="${name}.html">All 10,000</a>`)
      expect(index.match(of)?.[0]).toContain(`-${MANY - 1}-`)
    }
  })

  test('a time in a sentence is one word, as every other time is', async () => {
    const open = viewOf({ ended: false, until: day(9), clockTurns: [{ run: witness(2), before: witness(5) }] })
    const index = (await pagesOf(open)).get('index.html') ?? ''
    expect(index).toContain('<time datetime="2026-03-09 06:00Z">2026-03-09 06:00 UTC</time>')
    const outside = index.replaceAll(/<(time|title)\b.*?<\/\1>/gs, '')
    expect(outside.match(/\d{4}-\d\d-\d\d \d\d:\d\d/g)).toBeNull()
  })

  test('have every change somewhere, however many others there are, and show where a long value differs', async () => {
    const noise = { about: 'config', what: 'digest', from: 'a', to: 'b' }
    const long = (last: string) => `[${'"someone",'.repeat(1000)}"${last}"]`
    const threshold = {
      about: 'check iam.approved of aws',
      what: 'parameter approved',
      from: long('ada'),
      to: long('eve'),
    }
    const head = { job: 'daily', from: witness(1), to: witness(2) }
    const few = (many: number) => Array.from({ length: many }, () => ({ ...head, changes: [noise] }))
    const crowd = { ...head, changes: [...Array.from({ length: 300 }, () => noise), threshold] }
    for (const changes of [[...few(50), crowd, ...few(50)], [crowd]]) {
      const pages = await pagesOf(viewOf({ changes }))
      const found = [...pages].filter(([path]) => path.startsWith('changes')).map(([, page]) => readable(page))
      expect(found.join('')).toContain('check iam.approved of aws')
      expect(found.join('')).toContain('eve')
      expect(pages.get('index.html')).toContain('href="changes.html"')
      for (const [path, page] of pages) expect(Buffer.byteLength(page), path).toBeLessThan(2_000_000)
    }
  })

  test('tell that a clock was changed', async () => {
    const turned = viewOf({ clockTurns: [{ run: witness(2), before: witness(5) }] })
    const index = readable((await pagesOf(turned)).get('index.html') ?? '')
    expect(index).toContain('A clock was changed')
    expect(index).toContain('run 5 after run 11, and it says that it was opened 2026-03-02')
  })

  test('say how far the evidence goes', async () => {
    const open = viewOf({ ended: false, evidence: 'export', until: day(9) })
    const index = readable((await pagesOf(open)).get('index.html') ?? '')
    expect(index).toContain('The period had not ended, or nothing is known of its end')
    expect(index).toContain('Only runs in the export are spoken of')
  })
})
