import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReportSource } from '../../../src/model/report-source.ts'
import type { ResultLine, Status } from '../../../src/model/result.ts'
import { checkPages } from '../../../src/report/html/check/check-page.ts'
import { exampleSource, readable, type SourceExample, textsOf } from './example-source.ts'

const PAGE = 'checks/git/git.signed.html'

const pagesOf = (example: SourceExample) => {
  const source = exampleSource(example)
  return textsOf(checkPages(source, source.frame))
}

const signed = (results: readonly ResultLine[], more: object = {}): SourceExample => ({
  checks: [{ id: 'git.signed', source: 'git', title: 'Commits are signed', results, ...more }],
  items: [{ source: 'git', stream: 'git.commits' }],
  inputs: { 'git.signed': ['git.commits', 'okta.users'] },
})

const MIXED: ResultLine[] = [
  { status: 'pass', subject: 'a-passed' },
  { status: 'unknown', subject: 'b-unknown', reason: 'denied', detail: 'the log could not be read' },
  { status: 'not-applicable', subject: 'c-archived', reason: 'archived' },
  { status: 'fail', subject: 'd-failed', detail: 'd-failed: no signature' },
]

test('criteria, thresholds, counts as sums, remediation, and subjects with failures first', async () => {
  const page = readable((await pagesOf(signed(MIXED))).get(PAGE))
  expect(page).toContain('At most 4 are there.')
  expect(page).toContain('More than 4 are there.')
  expect(page).toContain('max 4')
  expect(page).toContain(
    '4 in scope = 2 inspected + 1 not applicable + 1 unknown; 2 inspected = 1 passed + 1 failed + 0 excepted',
  )
  expect(page).toContain('Turn it on.')
  const places = ['d-failed', 'b-unknown', 'c-archived', 'a-passed'].map((subject) => page.indexOf(subject))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places.every((place) => place > 0)).toBe(true)
  // A detail that begins with the name does not say it twice.
  expect(page).toContain('d-failed failed no signature')
  expect(page).toContain('denied: the log could not be read')
})

test('what it reads leads to the cards; a stream that no source has is named', async () => {
  const page = (await pagesOf(signed(MIXED))).get(PAGE) ?? ''
  expect(page).toContain('href="../../populations/git/git.commits.html"')
  expect(readable(page)).toContain('No source of this run has okta.users')
})

test('a stream that a source has, and of which nothing is in the evidence, is not said to be of no source', async () => {
  const source = exampleSource(signed(MIXED))
  const withheld = { ...source, run: { ...source.run, outcomes: [] } }
  const page = (await textsOf(checkPages(withheld, source.frame))).get(PAGE) ?? ''
  expect(readable(page)).toContain('Nothing of git.commits on git is in the evidence; its page says why.')
  expect(page).toContain('href="../../populations/git/git.commits.html"')
  expect(readable(page)).not.toContain('No source of this run has git.commits')
})

test('a check that did not apply says whether it found nothing, applies to nothing, or was not told what it needs', async () => {
  const other: ResultLine[] = [{ status: 'not-applicable', subject: 'c', reason: 'archived' }]
  const page = async (results: ResultLine[], reason: string) =>
    readable((await pagesOf(signed(results, { status: 'not-applicable', reason }))).get(PAGE))
  expect(await page([], 'empty-population')).toContain('It found nothing to judge. That is not a pass.')
  expect(await page([], 'no-scope')).toContain('nobody looked, and it judged nothing. That is not a pass.')
  expect(await page(other, 'archived')).toContain('It applies to none of its subjects. That is not a pass.')
  expect(await page(other, 'undeclared')).toContain('The config does not declare what it needs to know')
})

test('a check that could not be judged is never shown as passed, and says what is missing', async () => {
  const source = exampleSource({ ...signed([], { status: 'unknown', reason: 'denied' }) })
  const [line] = source.run.results
  line?.summary.incomplete.push({ planItem: 'git/git.commits/acme', reason: 'denied' })
  const page = (await textsOf(checkPages(source, source.frame))).get(PAGE) ?? ''
  expect(page).toContain('is-unknown')
  expect(page).not.toContain('badge good is-pass')
  expect(readable(page)).toContain('git/git.commits/acme: denied')
  expect(readable(page)).toContain('That is not a pass')
})

test('a check whose results are withheld has a page that says so, with its criteria', async () => {
  const source = exampleSource(signed(MIXED))
  const withheld = { ...source, run: { ...source.run, results: [] } }
  const page = (await textsOf(checkPages(withheld, source.frame))).get(PAGE) ?? ''
  expect(page).toContain('is-withheld')
  expect(page).not.toContain('is-pass')
  expect(readable(page)).toContain('At most 4 are there.')
})

test('how it ended before, and what of that is withheld or gone', async () => {
  const counts = { inScope: 1, inspected: 1, passed: 1, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
  const key = 'git git.signed'
  const run = (number: number, verdicts: ReportSource['earlier'][number]['verdicts']) => ({
    number,
    openedAt: `2026-09-${number}T06:00:00.000Z`,
    ...(verdicts && { verdicts }),
  })
  const pass = { status: 'pass' as const, counts, revision: 9 }
  const earlier = [run(10, new Map([[key, pass]])), run(11, undefined), run(12, new Map([[key, 'withheld' as const]]))]
  const text = readable((await pagesOf({ ...signed(MIXED), earlier })).get(PAGE))
  expect(text).toMatch(/Run 12 2026-09-12 06:00:00 UTC withheld/)
  expect(text).toMatch(/Run 11 2026-09-11 06:00:00 UTC its plan or index is gone, or is not what was sealed/)
  expect(text).toMatch(/Run 10 2026-09-10 06:00:00 UTC passed 1 0 0/)

  const next = readable(
    (await pagesOf({ ...signed(MIXED), earlier: [run(9, new Map()), earlier[0] ?? run(10, undefined)] })).get(PAGE),
  )
  expect(next).toMatch(/its logic changed: revision \d+, 9 before/)
  expect(next).toMatch(/Run 9 .*? absent/)
})

test('what turned since the run before, and what it demands otherwise', async () => {
  const counts = { inScope: 1, inspected: 1, passed: 1, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
  const opened = {
    from: { run: 10, openedAt: '2026-09-30T06:00:00.000Z' },
    to: { run: 12, openedAt: '2026-10-01T06:00:00.000Z' },
  }
  const diff = { ...opened, plan: [], outcomes: [], records: [], checks: [], controls: [] }
  const same = await pagesOf({ ...signed(MIXED), previous: { number: 10, diff } })
  expect(readable(same.get(PAGE))).toContain('same state, same subjects and same reasons as in run 10')

  const changed = {
    ...diff,
    plan: [{ about: 'check git.signed of git', what: 'parameter max', from: '3', to: '4' }],
    checks: [
      {
        check: 'git.signed',
        source: 'git',
        demo: false,
        title: 'Commits are signed',
        from: { status: 'pass' as const, counts },
        to: { status: 'fail' as const, counts: { ...counts, passed: 0, failed: 1 } },
        turns: {
          statuses: [{ from: 'pass' as const, to: 'fail' as const, count: 1 }],
          restated: 2,
          subjects: [
            {
              subject: 'd',
              from: { status: 'pass' as const },
              to: { status: 'fail' as const, detail: 'no signature' },
            },
          ],
          omitted: 0,
        },
      },
    ],
  }
  const page = readable((await pagesOf({ ...signed(MIXED), previous: { number: 10, diff: changed } })).get(PAGE))
  expect(page).toContain('1 from pass to fail; 2 subjects of the same state for another reason')
  expect(page).toContain('d passed failed no signature')
  expect(page).toContain('parameter max 3 4')

  expect(readable((await pagesOf(signed(MIXED))).get(PAGE))).toContain('no earlier sealed run of the job')
})

test('many subjects go on over pages that lead to each other; every subject is on one of them, failures first', async () => {
  const results = Array.from({ length: 12_000 }, (_, i): ResultLine => {
    const status: Status = i % 10 === 0 ? 'fail' : i % 10 === 1 ? 'unknown' : 'pass'
    return {
      status,
      subject: `subject-${i}.`,
      ...(status !== 'pass' && { detail: 'x'.repeat(300) }),
      ...(status === 'unknown' && { reason: 'denied' }),
    }
  })
  const pages = await pagesOf(signed(results))
  const paths = [...pages.keys()]
  expect(paths.length).toBeGreaterThan(3)
  for (const page of pages.values()) expect(page.length).toBeLessThan(1_400_000)
  const followers = paths.map((path) => / rel="next" href="([^"]*)"/.exec(pages.get(path) ?? '')?.[1])
  expect(followers).toEqual([...paths.slice(1).map((path) => path.split('/').at(-1)), undefined])
  const leaders = paths.map((path) => / rel="prev" href="([^"]*)"/.exec(pages.get(path) ?? '')?.[1])
  expect(leaders).toEqual([undefined, ...paths.slice(0, -1).map((path) => path.split('/').at(-1))])
  const listed = [...pages.values()].join('').match(/subject-\d+\./g) ?? []
  expect(listed.length).toBe(results.length)
  expect(new Set(listed).size).toBe(results.length)
  const first = pages.get(PAGE) ?? ''
  expect(first).toContain('subject-0.')
  expect(first).not.toContain('badge good is-pass')
  expect(await pagesOf(signed(results))).toEqual(pages)
})

test('pages are the same in whatever order and however many at once they are read, and nothing is left open', async () => {
  const results = Array.from(
    { length: 12_000 },
    (_, i): ResultLine => ({ status: i % 2 ? 'pass' : 'fail', subject: `${i}` }),
  )
  const source = exampleSource(signed(results))
  let open = 0
  const run = {
    ...source.run,
    async *lines(file: { path: string; sha256: string }) {
      open += 1
      try {
        for await (const batch of source.run.lines(file))
          for (let at = 0; at < batch.length; at += 100) yield batch.slice(at, at + 100)
      } finally {
        open -= 1
      }
    },
  }
  const files = await Array.fromAsync(checkPages({ ...source, run }, source.frame))
  expect(files.length).toBeGreaterThan(3)
  const texts = async (some: typeof files) => [...(await textsOf(some)).entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const inOrder = await texts(files)
  expect(open).toBe(0)
  expect(await texts(files.toReversed())).toEqual(inOrder)
  const atOnce = await Promise.all(files.map((file) => texts([file])))
  expect(atOnce.flat().sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(inOrder)
})

test('no page grows beyond its bounds, whatever characters subjects have', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', minLength: 100, maxLength: 400 }), { minLength: 5, maxLength: 20 }),
      async (texts) => {
        const results = Array.from({ length: 3000 }, (_, i): ResultLine => {
          const detail = (texts[i % texts.length] ?? '').toWellFormed()
          return { status: 'fail', subject: `${i}`, detail }
        })
        const pages = await pagesOf(signed(results))
        for (const page of pages.values()) expect(Buffer.byteLength(page)).toBeLessThan(1_500_000)
      },
    ),
    { numRuns: 5 },
  )
}, 60_000)

test('hostile text is escaped, and what cannot be seen is made visible', async () => {
  const hostile = `</td><script>alert(1)</script>\u202e\u0000"'`
  const pages = await pagesOf({
    checks: [
      {
        id: 'git.signed',
        source: 'git',
        title: hostile,
        remediation: hostile,
        disabled: hostile,
        results: [{ status: 'fail', subject: hostile, name: `${hostile}.`, detail: hostile, scope: hostile }],
      },
    ],
    identity: { id: hostile, name: hostile, principal: { kind: 'user', name: hostile } },
  })
  const page = pages.get(PAGE) ?? ''
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('\u202e')
  expect(page).not.toContain('\u0000')
  expect(page).toContain('&lt;script&gt;alert(1)')
})

test('a line that says another state than it seems to is refused', async () => {
  const source = exampleSource(signed(MIXED))
  const run = {
    ...source.run,
    async *lines() {
      yield ['{"x":{"a":1,"status":"pass"},"status":"fail","subject":"a"}']
    },
  }
  await expect(textsOf(checkPages({ ...source, run }, source.frame))).rejects.toThrow('not what affiant writes')
})
