import { expect, test } from 'vitest'
import { SCRIPT, STYLE } from '../../../src/report/html/assets.ts'
import {
  codeBlock,
  countsTable,
  dataTable,
  definitionList,
  notice,
  statusBadge,
} from '../../../src/report/html/components.ts'
import { html } from '../../../src/report/html/html.ts'
import { frameOf, page } from '../../../src/report/html/layout.ts'
import { exampleSource, readable, textOf } from './example-source.ts'

const HOSTILE = '</title><script>alert(1)</script>\u202E'

test('a page names itself, its run and its installation, and leads to the other parts of the report', async () => {
  const source = exampleSource({ sources: [{ id: 'github-acme', demo: true }] })
  const frame = { path: 'controls/A.5.1.html', title: 'A.5.1', source: source.frame, crumbs: [{ label: 'A.5.1' }] }
  const text = await textOf(page(frame, html`<p>Body</p>`))
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(text).toContain('<title>A.5.1 · Run 12 · acme-prod</title>')
  expect(text).toContain('<link rel="stylesheet" href="../assets/report.css">')
  expect(text).toContain('href="../index.html#checks"')
  expect(text).toContain('<a class="skip" href="#main">')
  expect(text).toContain('Demo data.')
  expect(readable(text)).toContain('verify the bundle that it was made from')
})

test('nothing may run or be loaded but the style and the script of the report', async () => {
  const { frame } = exampleSource()
  const text = await textOf(page({ path: 'index.html', title: HOSTILE, source: frame, crumbs: [] }, html``))
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? []
  const rules = policy.replaceAll('&#39;', "'")
  expect(rules).toContain("default-src 'none'")
  expect(rules).not.toContain('unsafe')
  expect(text.match(/<script/g)).toHaveLength(1)
  expect(text).not.toMatch(/ on[a-z]+=| style=/)
  expect(text).not.toContain('\u202E')
  expect(text).toContain('[U+202E]')
})

test('a part of a longer report leads back to it', async () => {
  const frame = frameOf(exampleSource(), { label: '2026-Q3', path: '../../index.html' })
  const text = await textOf(page({ path: 'runs.html', title: 'Runs', source: frame, crumbs: [] }, html``))
  expect(text).toContain('<a href="../../index.html">2026-Q3</a>')
})

test('a body in pieces is made anew each time it is read', async () => {
  const { frame } = exampleSource()
  let made = 0
  const file = page({ path: 'index.html', title: 'x', source: frame, crumbs: [] }, function* () {
    made += 1
    yield html`<p>one</p>`
    yield html`<p>two</p>`
  })
  expect(await textOf(file)).toBe(await textOf(file))
  expect(made).toBe(2)
})

test('a state is a word with its reason, which is escaped', () => {
  expect(readable(String(statusBadge('unknown', '<denied>')))).toBe(' unknown <denied> ')
  expect(String(statusBadge('fail', '<b>'))).not.toContain('<b>')
})

test('counts are shown as the sums that they are', () => {
  const counts = { inScope: 12, inspected: 9, passed: 5, failed: 3, excepted: 1, notApplicable: 1, unknown: 2 }
  const words = readable(String(countsTable(counts)))
  expect(words).toMatch(/In scope 12 .*Inspected 9 .*passed 5 .*failed 3 .*excepted 1 .*Not applicable 1 .*Unknown 2/)
})

test('a table has its figures, what rows are sorted by, and what they are filtered by', () => {
  const columns = [{ label: 'Name' }, { label: 'Rows', kind: 'number' as const, facet: true as const }]
  const rows = [['<a>', 1000], { id: 'two', cells: ['b', { shown: 'none', sort: 0 }], facets: { type: ['"x"', 'y'] } }]
  const table = { caption: 'Rows', columns, rows, filterable: true, facets: { type: 'Type' } }
  const text = String(dataTable(table))
  expect(text).toContain('<th scope="row">&lt;a&gt;</th>')
  expect(text).toContain('data-v="1000">1,000</td>')
  expect(text).toContain('data-v="0">none</td>')
  const [, facets = ''] = / data-in="([^"]*)"/.exec(text) ?? []
  expect(JSON.parse(facets.replaceAll('&quot;', '"'))).toEqual({ type: ['"x"', 'y'] })
})

test('what is of unknown origin is escaped in every component', () => {
  for (const made of [
    notice('bad', HOSTILE, HOSTILE),
    codeBlock(HOSTILE),
    definitionList([['Name', HOSTILE]]),
    dataTable({ caption: HOSTILE, columns: [{ label: 'x' }], rows: [[HOSTILE]] }),
  ]) {
    expect(String(made)).not.toContain('<script')
    expect(String(made)).toContain('&lt;script&gt;')
  }
})

test('the style and the script load nothing, and hold no name of a machine', () => {
  for (const text of [STYLE, SCRIPT]) {
    expect(text.length).toBeGreaterThan(1000)
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|\/\/#/)
  }
  expect(STYLE).toContain('@media print')
  expect(STYLE).toContain('prefers-color-scheme: dark')
  expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|eval|fetch|localStorage/)
})
