import { expect, test } from 'vitest'
import { FRAMEWORKS } from '../../src/model/crosswalk.ts'
import { frameworkAttachments, frameworkPages } from '../../src/report/html/framework.ts'
import type { ReportFrame } from '../../src/report/html/layout.ts'
import { loadCrosswalks } from '../../src/runtime/crosswalks.ts'
import { exampleView } from './example-view.ts'
import { textOf } from './html/example-source.ts'

const frame: ReportFrame = {
  installation: 'acme-prod',
  subject: 'Run 12',
  at: '2026-10-01T06:00:00.000Z',
  demo: false,
  agent: '0.1.0',
}
const view = exampleView({
  controls: [
    { id: 'A.5.2', status: 'manual' },
    { id: 'A.5.3', status: 'fail' },
    { id: 'A.5.4', status: 'pass' },
    { id: 'A.8.34', status: 'fail' },
  ],
})
const crosswalks = await loadCrosswalks(FRAMEWORKS)

function rowOf(html: string, item: string): string {
  const row = html.split('<tr').find((one) => one.includes(`>${item}</th>`)) ?? ''
  return row
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

test('a page for each framework, of which the first page of the report knows', () => {
  const pages = frameworkPages(view, frame, crosswalks)
  expect(pages.map(({ path }) => path)).toEqual(FRAMEWORKS.map((id) => `frameworks/${id}.html`))
  const links = frameworkAttachments(view, crosswalks)
  expect(links.map(({ path }) => path)).toEqual(pages.map(({ path }) => path))
  for (const { what } of links) expect(what).toMatch(/^Derived through Annex A, trust: \w+\. Worst control behind \d+ /)
  expect(frameworkPages(view, frame, [])).toEqual([])
})

test.each(crosswalks)(
  '$crosswalk.id: every item, what it is derived from, source and trust, and no conclusion',
  async (loaded) => {
    const [page] = frameworkPages(view, frame, [loaded])
    if (page === undefined) throw new Error('there is no page')
    const html = await textOf(page)
    const { crosswalk, sha256 } = loaded
    for (const item of crosswalk.all ?? []) expect(html).toContain(`>${item}</th>`)
    expect(html).toContain('Derived: nobody tested the ')
    expect(html).toContain(`<strong>${crosswalk.trust.level}</strong>`)
    expect(html).toContain(`<strong>${crosswalk.relation.kind}</strong>`)
    expect(html).toContain(sha256)
    // Of all that is said only that it is not said.
    expect(html).not.toMatch(/compliant|certified|effective|\d ?%/i)
    expect(html).not.toMatch(/href="(?!\.\.\/|#)/)
    expect(await textOf(page)).toBe(html)
    expect(html.length).toBeLessThan(500_000)
  },
)

test('an item stands with its worst control, links to those of the run, and names those that the run does not have', async () => {
  const pages = frameworkPages(view, frame, await loadCrosswalks(['nist-csf-2.0', 'nist-800-53r5', 'hipaa']))
  const [csf = '', nist = '', hipaa = ''] = await Promise.all(pages.map(textOf))
  expect(rowOf(nist, 'AC-5')).toMatch(/AC-5 failed failed A\.5\.3$/)
  expect(nist).toContain('<a href="../controls/A.5.3.html">A.5.3</a>')
  expect(rowOf(csf, 'GV.RR-01')).toMatch(/GV\.RR-01 passed passed A\.5\.4$/)
  expect(rowOf(csf, 'GV.RM-02')).toMatch(/GV\.RM-02 unknown unknown not in this run A\.5\.1$/)
  expect(csf).not.toContain('controls/A.5.1.html')
  expect(rowOf(csf, 'GV.RR-02')).toMatch(/no pair .*only with clause 7\.2 of ISO\/IEC 27001$/)
  expect(rowOf(hipaa, '164.308(a)(2)')).toContain('manual manual A.5.2 (weak)')
  // A control that no item has, and that failed, is not lost.
  expect(csf).toMatch(/26 of 93 controls of Annex A have no pair[\s\S]*controls\/A\.8\.34\.html/)
})

test('what a file of a user says is shown as text', async () => {
  const [loaded] = await loadCrosswalks(['iso27701'])
  if (loaded === undefined) throw new Error('there is none')
  const hostile = '<img src=x onerror=alert(1)>\u202e"\u200b'
  const crosswalk = { ...loaded.crosswalk, title: hostile, source: hostile, notes: [hostile], item: hostile }
  const [page] = frameworkPages(view, frame, [{ ...loaded, crosswalk }])
  if (page === undefined) throw new Error('there is no page')
  const html = await textOf(page)
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;[U+202E]')
  expect(html).not.toMatch(/<img|[\u202e\u200b]/)
})
