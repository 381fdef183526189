import { expect, test } from 'vitest'
import type { ResultLine } from '../../../src/model/result.ts'
import { controlPages } from '../../../src/report/html/control/control-page.ts'
import { controlsPart } from '../../../src/report/html/overview/controls.ts'
import { catalog, exampleSource, readable, type SourceExample, textsOf } from './example-source.ts'

const HOSTILE = `<img src=x onerror=alert(1)> \u202egnp.exe \u001b[31m "'&`

const many = (status: 'fail' | 'pass', count: number): ResultLine[] =>
  Array.from({ length: count }, (_, i) => ({ status, subject: `${status}-${i}`, detail: 'seen' }))

const link = (check: string, strength: 'direct' | 'supporting' | 'context', status: 'pass' | 'fail' | 'unknown') => ({
  check,
  source: 'git',
  strength,
  shows: `what ${check} shows`,
  'not-shown': `what ${check} leaves open`,
  status,
  ...(status === 'unknown' && { reason: 'denied' }),
})

const EXAMPLE: SourceExample = {
  identity: { id: '4711', name: 'acme', principal: { kind: 'app', name: 'affiant-reader' }, granted: ['repo:read'] },
  items: [
    { source: 'git', stream: 'git.commits', scope: 'api' },
    { source: 'git', stream: 'git.tags', scope: 'api', reason: 'denied', permissions: ['tags:read'] },
  ],
  inputs: { 'git.signed': ['git.commits'], 'git.tagged': ['git.tags'], 'git.noted': ['git.commits'] },
  events: ['git.commits'],
  reproduce: { 'git.commits': "git log 'api'" },
  receipts: [
    {
      kind: 'http',
      at: '2026-10-01T06:00:00.000Z',
      attempt: 1,
      method: 'GET',
      url: 'https://git.example.com/commits?since=1',
    },
  ],
  checks: [
    {
      id: 'git.signed',
      source: 'git',
      title: 'Commits are signed',
      results: [...many('fail', 60), ...many('pass', 7)],
    },
    {
      id: 'git.tagged',
      source: 'git',
      results: [{ status: 'unknown', reason: 'denied', subject: 'v1' }],
      reason: 'denied',
    },
    { id: 'git.noted', source: 'git', results: many('fail', 2) },
  ],
  controls: [
    {
      id: 'A.8.4',
      status: 'fail',
      evidence: [
        link('git.signed', 'direct', 'fail'),
        link('git.tagged', 'supporting', 'unknown'),
        link('git.noted', 'context', 'fail'),
        {
          stream: 'git.commits',
          source: 'git',
          strength: 'context',
          shows: 'the list',
          'not-shown': 'the rest',
          status: 'collected',
        },
        {
          check: 'okta.other',
          strength: 'supporting',
          shows: 'more',
          'not-shown': 'less',
          status: 'not-collected',
          reason: 'no-source',
        },
      ],
      manual: { reason: 'the code of partners is elsewhere', owner: 'CISO', cadence: 'yearly' },
      alsoNeeded: 'The contract',
    },
    {
      id: 'A.5.1',
      status: 'manual',
      manual: { reason: 'policies are read by people', owner: 'CISO', cadence: 'yearly' },
    },
  ],
}

const pagesOf = async (example: SourceExample) => {
  const source = exampleSource(example)
  return textsOf(controlPages(source, source.frame, { catalog: await catalog() }))
}

test('every control of the catalogue has a page, also those that the run says nothing of', async () => {
  const pages = await pagesOf(EXAMPLE)
  expect(pages.size).toBe(93)
  expect(readable(pages.get('controls/A.7.4.html'))).toContain('The mapping of this run does not name it')
  expect(pages.get('controls/A.7.4.html')).not.toContain('is-pass')
})

test('an export that withholds the controls says so on each page, and shows none as passed', async () => {
  const withheld = [{ kind: 'withheld' as const, seq: 0, leafHash: 'a'.repeat(64), reason: 'other controls' }]
  const pages = await pagesOf({ withheld })
  expect(pages.size).toBe(93)
  for (const page of pages.values()) {
    expect(page).toContain('is-withheld')
    expect(page).not.toContain('is-pass')
  }
})

test('counts stand as sums, and the checks that decide add up to them', async () => {
  const page = readable((await pagesOf(EXAMPLE)).get('controls/A.8.4.html'))
  expect(page).toContain('68 in scope = 67 inspected + 0 not applicable + 1 unknown')
  expect(page).toContain('67 inspected = 7 passed + 60 failed + 0 excepted')
  // Check, source, strength, state, then in scope, inspected, passed, failed, excepted, not applicable, unknown.
  expect(page).toContain('git.signed git direct failed 67 67 7 60 0 0 0')
  expect(page).toContain('git.tagged git supporting unknown denied 1 0 0 0 0 0 1')
  expect(page).toContain('All of them 68 67 7 60 0 0 1')
  expect(page).not.toContain('git.noted git context failed 2 2')
})

test('what, where, when, who and how are on the page itself', async () => {
  const page = readable((await pagesOf(EXAMPLE)).get('controls/A.8.4.html'))
  for (const answer of [
    'acme 4711',
    'app affiant-reader',
    'repo:read',
    'All events from 2026-07-03 06:00:00 UTC (inclusive) to 2026-10-01 06:00:00 UTC (exclusive)',
    'GET https://git.example.com/commits',
    '?since=1',
    "git log 'api'",
    'Missing: tags:read',
    'What git.signed shows.',
    'What git.signed leaves open.',
    'At most 4 are there.',
    'None: 0 of 68 subjects excepted',
    'Nobody: not reviewed',
    'Not complete 1 of 2 populations',
    'The contract.',
    'The code of partners is elsewhere.',
    'no source of this kind was read',
  ])
    expect(page).toContain(answer)
})

test('the first fifty failed subjects of a check are named, and the page of the check is linked for the others', async () => {
  const page = (await pagesOf(EXAMPLE)).get('controls/A.8.4.html') ?? ''
  expect(page).toContain('fail-49')
  expect(page).not.toContain('fail-50')
  expect(page).not.toContain('pass-0')
  expect(readable(page)).toContain('10 more: all subjects of git.signed')
  expect(page).toContain('href="../checks/git/git.signed.html"')
})

test('a failure hides nothing: what could not be judged is listed too, and that its counts are short', async () => {
  const source = exampleSource(EXAMPLE)
  const tagged = source.run.results.find(({ summary }) => summary.check === 'git.tagged')
  tagged?.summary.incomplete.push({ planItem: 'git/git.tags/api', reason: 'denied' })
  const pages = await textsOf(controlPages(source, source.frame, { catalog: await catalog() }))
  const page = readable(pages.get('controls/A.8.4.html'))
  expect(page).toMatch(
    /What failed: Commits are signed .*What is unknown: \S.* supporting check on git: denied In short/,
  )
  expect(page).toContain('1 of 2 checks was judged on evidence that is not complete')
  expect(page).toContain('Not complete 1 of 2 populations: git.tags')
  // A list that could not be read does not look like one that was.
  expect(page).toContain('api: failed denied 3 rows')
})

test('counts that lack nothing say nothing of that', async () => {
  expect(readable((await pagesOf(EXAMPLE)).get('controls/A.8.4.html'))).not.toContain('judged on evidence that is not')
})

test('a control that only a person can show says so', async () => {
  const page = (await pagesOf(EXAMPLE)).get('controls/A.5.1.html')
  expect(page).toContain('is-manual')
  expect(readable(page)).toContain('Why no check decides it Policies are read by people.')
})

test('hostile text of evidence is escaped, and what cannot be seen is made visible', async () => {
  const pages = await pagesOf({
    ...EXAMPLE,
    identity: { id: HOSTILE, name: HOSTILE, principal: { kind: 'user', name: HOSTILE }, granted: [HOSTILE] },
    items: [
      {
        source: 'git',
        stream: 'git.commits',
        scope: HOSTILE,
        partial: true,
        reason: 'denied',
        detail: HOSTILE,
        permissions: [HOSTILE],
      },
    ],
    reproduce: { 'git.commits': HOSTILE },
    receipts: [{ kind: 'command', at: '2026-10-01T06:00:00.000Z', attempt: 1, program: HOSTILE, args: [HOSTILE] }],
    checks: [
      {
        id: 'git.signed',
        source: 'git',
        title: HOSTILE,
        results: [{ status: 'fail', subject: HOSTILE, name: HOSTILE, detail: HOSTILE }],
      },
    ],
    controls: [
      {
        id: 'A.8.4',
        status: 'fail',
        evidence: [{ ...link('git.signed', 'direct', 'fail'), shows: HOSTILE, 'not-shown': HOSTILE }],
        alsoNeeded: HOSTILE,
      },
    ],
  })
  const page = pages.get('controls/A.8.4.html') ?? ''
  expect(page).not.toContain('<img')
  expect(page).not.toContain('\u202e')
  expect(page).not.toContain('\u001b')
  expect(page.match(/&lt;img src=x/g)?.length).toBeGreaterThan(10)
})

test('rendering twice gives the same bytes', async () => {
  const source = exampleSource(EXAMPLE)
  const all = { catalog: await catalog() }
  for (const file of controlPages(source, source.frame, all)) {
    const [first, second] = [await textsOf([file]), await textsOf([file])]
    expect(first).toEqual(second)
  }
  expect(await pagesOf(EXAMPLE)).toEqual(await pagesOf(EXAMPLE))
})

test('a control with thousands of sources and subjects stays below two megabytes', async () => {
  const sources = Array.from({ length: 400 }, (_, i) => ({ id: `git-${i}` }))
  const checks = sources.map(({ id }) => ({ id: 'git.signed', source: id, results: many('fail', 60) }))
  const evidence = sources.map(({ id }) => ({ ...link('git.signed', 'direct', 'fail'), source: id }))
  const page = (
    await pagesOf({
      sources,
      checks,
      items: sources.flatMap(({ id }) => ['git.commits', 'git.tags'].map((stream) => ({ source: id, stream }))),
      inputs: { 'git.signed': ['git.commits', 'git.tags'] },
      controls: [{ id: 'A.8.4', status: 'fail', evidence }],
    })
  ).get('controls/A.8.4.html')
  expect(page?.length).toBeLessThan(2_000_000)
  expect(readable(page)).toContain('24,000 in scope')
})

test('a state that rests on results that are withheld says so beside it, on the page and over the map', async () => {
  const withheld = [{ kind: 'withheld' as const, seq: 0, leafHash: 'a'.repeat(64), reason: 'personal data' }]
  const controls = [{ id: 'A.8.4', status: 'pass' as const, evidence: [link('git.signed', 'direct', 'pass')] }]
  const checks = [{ id: 'git.signed', source: 'git', results: many('pass', 3) }]
  const open = exampleSource({ checks, controls })
  const source = { ...open, run: { ...open.run, results: [], withheld } }
  const words = ['Of 1 check that decides, the results of 1 are withheld', 'Of 1 control, 1 rest on results that are']
  const [before, after] = await Promise.all(
    [open, source].map(async (one) => {
      const pages = await textsOf(controlPages(one, one.frame, { catalog: await catalog() }))
      return [pages.get('controls/A.8.4.html'), String(controlsPart(one, undefined))].map(readable)
    }),
  )
  words.forEach((word, at) => {
    expect(before?.[at]).not.toContain(word)
    expect(after?.[at]).toContain(word)
  })
})
