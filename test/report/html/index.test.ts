import { beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../../src/model/control.ts'
import type { LedgerRun, ReportSource } from '../../../src/model/report-source.ts'
import type { Verification } from '../../../src/model/verification.ts'
import { missingPages } from '../../../src/report/html/overview/missing.ts'
import { indexPage } from '../../../src/report/html/overview/index-page.ts'
import { populationsTable } from '../../../src/report/html/overview/populations.ts'
import { checksTable } from '../../../src/report/html/overview/results.ts'
import { allRows } from '../../../src/report/html/long-table.ts'
import { slotsOf } from '../../../src/report/html/overview/trend.ts'
import { failing, passing } from '../example-view.ts'
import { catalog, exampleSource, readable, type SourceExample, textOf, textsOf } from './example-source.ts'

const HOSTILE = '<script>alert(1)</script>\u202E"onload='
let annexA: Catalog

beforeAll(async () => {
  annexA = await catalog()
})

const EXAMPLE: SourceExample = {
  sources: [{ id: 'github-acme' }, { id: 'okta' }],
  items: [
    { source: 'github-acme', stream: 'github.members' },
    { source: 'github-acme', stream: 'github.audit-log', reason: 'denied', permissions: ['audit:read'], detail: 'no' },
    { source: 'github-acme', stream: 'github.teams', reason: 'denied', permissions: ['audit:read'], detail: 'no' },
    {
      source: 'okta',
      stream: 'okta.users',
      reason: 'throttled',
      partial: true,
      gaps: [{ reason: 'throttled', count: 3, subjects: ['a', 'b'] }],
    },
  ],
  checks: [
    { id: 'okta.mfa', source: 'okta', severity: 'high', results: [passing('a'), failing('b')] },
    { id: 'github.two-factor', source: 'github-acme', severity: 'critical', results: [failing('acme')] },
    { id: 'github.logged', source: 'github-acme', severity: 'low', status: 'unknown', reason: 'denied' },
  ],
  controls: [
    { id: 'A.5.1', status: 'manual', theme: 'organizational' },
    { id: 'A.7.1', status: 'no-evidence', theme: 'physical' },
    { id: 'A.8.5', status: 'fail', theme: 'technological' },
    { id: 'A.8.15', status: 'unknown', theme: 'technological' },
  ],
}

async function shown(
  source: ReportSource & { frame: Parameters<typeof indexPage>[1] },
): Promise<{ page: string; words: string }> {
  const page = await textOf(indexPage(source, source.frame, { catalog: annexA }))
  return { page, words: readable(page) }
}

function part(page: string, id: string): string {
  const [, text = ''] = new RegExp(`<section id="${id}".*?>(.*?)</section>`, 's').exec(page) ?? []
  return readable(text)
}

const LEVEL = { value: 'yes', detail: 'all is well' } as const
const VERIFICATION = {
  exitCode: 3,
  levels: {
    intact: LEVEL,
    authentic: { value: 'unpinned', detail: 'signed with the keys that the evidence itself names' },
    chained: LEVEL,
    timed: { value: 'no', detail: 'no timestamp', tokens: 0, without: 4 },
    complete: { value: 'no', detail: '3 reasons' },
    anchored: { value: 'no', detail: 'no head is known' },
  },
  failures: [],
  omitted: 0,
  incomplete: [],
  incompleteOmitted: 0,
  head: { index: 14, sha256: 'c'.repeat(64) },
} as unknown as Verification

describe('whose evidence it is, and whether to rely on it', () => {
  test('names installation, signer, ledger and head', async () => {
    const { words } = await shown({ ...exampleSource(EXAMPLE), verification: VERIFICATION })
    for (const text of [
      'acme-prod, job daily',
      'affiant.dev/acme-prod, entry 13',
      'b'.repeat(64),
      'head is entry 14',
      'affiant 0.1.0',
    ])
      expect(words).toContain(text)
  })

  test('shows six levels as the verifier found them, and says not to take its word', async () => {
    const { page } = await shown({ ...exampleSource(EXAMPLE), verification: VERIFICATION })
    const found = part(page, 'verification')
    for (const text of [
      'intact: yes',
      'authentic: unpinned',
      'chained: yes',
      'timed: no',
      'complete: no',
      'anchored: no',
    ])
      expect(found).toContain(text)
    expect(found).toContain('Do not take its word')
    expect(found).toContain('affiant verify 12 --policy trust-policy.json')
    expect(found).toContain('What a passing verification does not prove')
  })

  test('what the verifier found incomplete is told apart: of this run, and of others that were verified with it', async () => {
    const lacking = (...runs: number[]) => ({
      ...VERIFICATION,
      incomplete: runs.map((run) => ({ code: 'partial' as const, run, detail: 'denied' })),
    })
    const said = async (...runs: number[]) =>
      part((await shown({ ...exampleSource(EXAMPLE), verification: lacking(...runs) })).page, 'verification')
    expect(await said(12)).toContain('Not all of it: see what is missing. anchored')
    expect(await said(12, 9)).toContain('Elsewhere in the ledger something is lacking too.')
    expect(await said(9)).toContain('Not everywhere in the ledger. Of this run, see what is missing.')
  })

  test('without a verifier no level has a value, and how to find them stands open', async () => {
    const { page } = await shown(exampleSource(EXAMPLE))
    expect(part(page, 'verification')).not.toMatch(/: (?:yes|no|unpinned)/)
    expect(page).toContain('<details open>')
  })

  test('evidence that is not what was sealed is said first', async () => {
    const broken = {
      ...VERIFICATION,
      exitCode: 4 as const,
      failures: [{ code: 'object-changed', file: 'a<b>', detail: 'x' }],
    }
    const { page } = await shown({ ...exampleSource(EXAMPLE), verification: broken })
    expect(part(page, 'verification')).toMatch(/NOT verified: 1 failure\..*object-changed a<b>: x/)
  })
})

describe('what is missing', () => {
  test('stands before results; like things are told once, with reason, permission and what to do', async () => {
    const { page } = await shown(exampleSource(EXAMPLE))
    const missing = part(page, 'missing')
    expect(page.indexOf('id="missing"')).toBeLessThan(page.indexOf('id="results"'))
    expect(missing).toContain('1 of 4 plan items was read whole')
    expect(missing).toContain('2 streams of github-acme 2 plan items')
    expect(missing).toContain('Missing permission: audit:read')
    expect(missing).toContain('Grant audit:read to the credentials of github-acme')
    expect(missing).toContain('3 parts could not be read: a and b')
  })

  test('what is withheld is counted by its reason', async () => {
    const line = { kind: 'withheld', leafHash: 'd'.repeat(64), reason: 'personal data' } as const
    const withheld = [1, 2].map((seq) => ({ ...line, seq }))
    const { page } = await shown(exampleSource({ ...EXAMPLE, withheld }))
    expect(part(page, 'missing')).toMatch(/2 of the lines .* 2 lines: personal data/)
  })

  test('nothing missing is said, with what that does not mean', async () => {
    const { page } = await shown(exampleSource({ items: [{ source: 'git', stream: 'git.commits' }] }))
    expect(part(page, 'missing')).toContain('Nothing that was planned is missing. What was not planned is in no run')
  })

  test('more than fifty go on to a page of their own', async () => {
    const items = Array.from({ length: 60 }, (_, at) => ({
      source: 'git',
      stream: `git.stream${at}`,
      reason: 'denied' as const,
      detail: `number ${at}`,
    }))
    const source = exampleSource({ items })
    const { page } = await shown(source)
    expect(part(page, 'missing')).toContain('All 60 gaps, 10 of which are not listed here')
    const pages = await textsOf(missingPages(source, source.frame))
    expect([...pages.keys()]).toEqual(['incomplete.html'])
    for (let at = 0; at < 60; at++) expect(pages.get('incomplete.html')).toContain(`git.stream${at}.html`)
    expect([...missingPages(exampleSource(EXAMPLE), source.frame)]).toEqual([])
  })
})

describe('results', () => {
  test('every total is the sum of what stands beside it', async () => {
    const { page } = await shown(exampleSource(EXAMPLE))
    const found = part(page, 'results')
    expect(found).toMatch(/3 checks on sources 0 passed 2 failed 0 not applicable 1 unknown/)
    expect(found).toMatch(/4 of Annex A 0 passed 1 failed 1 unknown 0 not applicable 1 no evidence 1 manual/)
    expect(found).not.toContain('%')
  })

  test('checks stand by severity, each with all of its counts', async () => {
    const { page } = await shown(exampleSource(EXAMPLE))
    const checks = part(page, 'checks')
    expect(checks.indexOf('github.two-factor')).toBeLessThan(checks.indexOf('okta.mfa'))
    expect(checks.indexOf('okta.mfa')).toBeLessThan(checks.indexOf('github.logged'))
    expect(checks).toMatch(/okta\.mfa high okta failed 2 1 1 0 0 0/)
    expect(checks).toMatch(/github\.logged low github-acme unknown denied/)
  })

  test('controls stand on a map and in a table, with the attributes that they can be filtered by', async () => {
    const { page } = await shown(exampleSource(EXAMPLE))
    expect(page).toContain('<a href="controls/A.8.5.html" class="fail">')
    expect(page).toContain('<a href="controls/A.7.1.html" class="no-evidence">')
    expect(part(page, 'controls')).toMatch(/A\.8\.15 .*? Technological unknown/)
    const [first = ''] = page.match(/ data-in="[^"]*"/) ?? []
    expect(first).toContain('preventive')
    expect(first).toContain('governance and ecosystem')
    for (const label of ['Control type', 'Property', 'Concept', 'Capability', 'Domain'])
      expect(page).toContain(`&quot;:&quot;${label}&quot;`)
  })
})

describe('a run that is too large for the first page', () => {
  const many = Array.from({ length: 1600 }, (_, at) => ({
    id: `git.check-number-${at}x`,
    source: 'git',
    results: [passing('a')],
  }))
  const items = Array.from({ length: 700 }, (_, at) => ({ source: 'git', stream: `git.stream${at}` }))

  test('has pages with all of its checks and populations, and the first page says so', async () => {
    const source = exampleSource({ checks: many, items })
    const { page } = await shown(source)
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
    expect(part(page, 'checks')).toContain('600 of 1,600 are listed here. All checks')
    expect(part(page, 'populations')).toContain('600 of 700 are listed here. All populations')
    const pages = await textsOf([
      ...allRows(checksTable(source), source.frame),
      ...allRows(populationsTable(source), source.frame),
    ])
    expect([...pages.keys()]).toEqual(['checks/all.html', 'checks/all-2.html', 'populations/all.html'])
    const links = [...pages.values()].flatMap((text) =>
      [...text.matchAll(/class="title" href="([^"]*)"/g)].map(([, href]) => href),
    )
    expect(new Set(links).size).toBe(2300)
    expect(links).toContain('git/git.check-number-1599x.html')
    for (const text of pages.values()) expect(Buffer.byteLength(text)).toBeLessThan(2_000_000)
  })

  test('a smaller one has none of them', () => {
    const source = exampleSource(EXAMPLE)
    expect([...allRows(checksTable(source), source.frame)]).toEqual([])
  })
})

describe('the ledger', () => {
  const sealed = (number: number, day: string, due?: string): LedgerRun => ({
    number,
    job: 'daily',
    trigger: 'schedule',
    openedAt: `2026-10-${day}T06:00:00.000Z`,
    end: {
      kind: 'sealed',
      at: `2026-10-${day}T06:05:00.000Z`,
      status: 'complete',
      results: { pass: 5, fail: 2, unknown: 1, 'not-applicable': 3 },
      subjects: { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 },
      outcomes: { complete: 1, partial: 0, failed: 0 },
      ...(due && { expectedBy: due }),
    },
  })
  const runs: LedgerRun[] = [
    sealed(2, '01', '2026-10-02T07:00:00.000Z'),
    sealed(4, '02', '2026-10-03T07:00:00.000Z'),
    { number: 6, job: 'weekly', trigger: 'manual', openedAt: '2026-10-03T06:00:00.000Z' },
    {
      number: 7,
      job: 'daily',
      trigger: 'schedule',
      openedAt: '2026-10-05T06:00:00.000Z',
      end: { kind: 'aborted', at: '2026-10-05T06:01:00.000Z' },
    },
    sealed(12, '06'),
  ]

  test('a run that was due and did not come has a place of its own', () => {
    expect(slotsOf(runs, 'daily').map((slot) => (slot.kind === 'run' ? slot.run.number : slot.dueAt))).toEqual([
      2,
      4,
      '2026-10-03T07:00:00.000Z',
      7,
      12,
    ])
  })

  test('aborted and missed runs are gaps in the drawing and rows of the table', async () => {
    const { page } = await shown(
      exampleSource({ ...EXAMPLE, ledger: { origin: 'affiant.dev/acme', runs, more: false } }),
    )
    expect(page.match(/<rect class="gap"[^>]*><title>/g)).toHaveLength(2)
    const results = part(page, 'results')
    expect(results).toContain('none due by 2026-10-03 07:00:00 UTC missed')
    expect(results).toContain('7 2026-10-05 06:00:00 UTC aborted')
    expect(results).toContain('12 2026-10-06 06:00:00 UTC complete 11 5 2 1 3')
    expect(part(page, 'jobs')).toContain('weekly 6 2026-10-03 06:00:00 UTC open')
  })
})

test('what changed: which way, and since which run', async () => {
  const none = { inScope: 1, inspected: 1, passed: 1, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
  const AT = '2026-10-01T06:00:00.000Z'
  const diff = {
    from: { run: 4, openedAt: AT },
    to: { run: 12, openedAt: AT },
    plan: [{ about: 'agent', what: 'version', from: '0.1.0', to: '0.2.0' }],
    outcomes: [],
    records: [],
    checks: [
      {
        check: 'okta.mfa',
        source: 'okta',
        demo: false,
        title: 'MFA',
        from: { status: 'pass' as const, counts: none },
        to: { status: 'fail' as const, counts: { ...none, passed: 0, failed: 1 } },
        turns: {
          statuses: [],
          restated: 0,
          subjects: [{ subject: HOSTILE, from: { status: 'pass' as const }, to: { status: 'fail' as const } }],
          omitted: 4,
        },
      },
    ],
    controls: [
      { mapping: 'm', control: 'A.8.5', title: 'Secure authentication', from: 'pass' as const, to: 'fail' as const },
    ],
  }
  const { page } = await shown(exampleSource({ ...EXAMPLE, previous: { number: 4, diff } }))
  const changes = part(page, 'changes')
  expect(changes).toContain('Compared with run 4')
  expect(changes).toMatch(/A\.8\.5 Secure authentication: passed → failed/)
  expect(changes).toMatch(/MFA okta\.mfa on okta .*passed → failed/)
  expect(changes).toContain('and 4 more')
  expect(changes).toMatch(/agent, version: 0\.1\.0 ?→ ?0\.2\.0/)
  const same = { ...diff, plan: [], checks: [], controls: [] }
  const quiet = await shown(exampleSource({ ...EXAMPLE, previous: { number: 4, diff: same } }))
  expect(part(quiet.page, 'changes')).toContain('Nothing differs but number and time')
})

test('five questions lead to places of the page', async () => {
  const { page } = await shown(exampleSource(EXAMPLE))
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(links.filter((id) => !ids.has(id))).toEqual([])
  expect(part(page, 'questions').match(/\?/g)?.length).toBeGreaterThanOrEqual(5)
})

test('hostile evidence is text, wherever it stands', async () => {
  const source = exampleSource({
    sources: [{ id: 'git' }],
    items: [
      {
        source: 'git',
        stream: HOSTILE,
        scope: HOSTILE,
        reason: 'denied',
        detail: HOSTILE,
        permissions: [HOSTILE],
        gaps: [{ reason: 'denied', count: 1, subjects: [HOSTILE] }],
      },
    ],
    checks: [{ id: HOSTILE, source: 'git', title: HOSTILE, reason: HOSTILE, status: 'not-applicable' }],
    controls: [{ id: HOSTILE, status: 'fail' }],
  })
  const { page } = await shown(source)
  expect(page.match(/<script/g)).toHaveLength(1)
  expect(page).not.toContain('\u202E')
  expect(page).not.toMatch(/<[^>]* onload=/)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]&quot;onload=')
})

test('made twice, the first page has the same bytes', async () => {
  const [once, again] = [await shown(exampleSource(EXAMPLE)), await shown(exampleSource(EXAMPLE))]
  expect(again.page).toBe(once.page)
})
