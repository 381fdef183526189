import { expect, test } from 'vitest'
import { runReport } from '../../../src/report/html/run-report.ts'
import { text } from '../../../src/report/html/text.ts'
import { exampleSource, readable, type SourceExample, textOf } from './example-source.ts'

/** As a source can send it: nearly all of it takes more bytes on a page than in a record. */
const LONG = `begins ${`<'&"é\u202e`.repeat(170_000)}`
const LETTERS = `begins ${'a'.repeat(1_000_000)}`

const link = (shows: string) => ({
  check: 'okta.mfa',
  source: 'okta',
  strength: 'direct' as const,
  status: 'fail' as const,
  shows,
  'not-shown': shows,
})

const item = { source: 'okta', stream: 'okta.users', reason: 'denied' as const, partial: true }
const check = { id: 'okta.mfa', source: 'okta' }
const result = { status: 'fail' as const, subject: 'ada', detail: 'it is off' }

/** One text of the evidence after the other. */
const PLACES: Readonly<Record<string, (long: string) => SourceExample>> = {
  'detail of an outcome': (long) => ({ items: [{ ...item, detail: long }] }),
  'name of a scope': (long) => ({ items: [{ ...item, scope: long }] }),
  'name of a stream': (long) => ({ items: [{ ...item, stream: long }] }),
  'a missing permission': (long) => ({ items: [{ ...item, permissions: [long] }] }),
  'a gap': (long) => ({ items: [{ ...item, gaps: [{ reason: 'denied', count: 1, subjects: [long] }] }] }),
  'name of an instance': (long) => ({
    items: [item],
    identity: { id: long, name: long, principal: { kind: 'app', name: long }, granted: [long] },
  }),
  'why a scope is left out': (long) => ({ sources: [{ id: 'okta', excluded: [long, long] }], items: [item] }),
  'a command': (long) => ({ items: [item], reproduce: { 'okta.users': long } }),
  'detail of a result': (long) => ({ checks: [{ ...check, results: [{ ...result, detail: long }] }] }),
  'name of a subject': (long) => ({
    checks: [{ ...check, results: [{ ...result, subject: long, name: `${long}!` }] }],
  }),
  'reason of a result': (long) => ({
    checks: [{ ...check, results: [{ ...result, status: 'unknown', reason: long }] }],
  }),
  'title of a check': (long) => ({ checks: [{ ...check, title: long, remediation: long, reason: long }] }),
  'why a check is off': (long) => ({ checks: [{ ...check, disabled: long }] }),
  'id of a check': (long) => ({ checks: [{ ...check, id: long }] }),
  'what evidence shows': (long) => ({
    checks: [{ ...check, results: [result] }],
    controls: [{ id: 'A.8.5', status: 'fail', evidence: [link(long)], alsoNeeded: long }],
  }),
  'what a person must add': (long) => ({
    controls: [{ id: 'A.5.1', status: 'manual', manual: { reason: long, owner: long, cadence: long } }],
  }),
}

for (const [place, example] of Object.entries(PLACES))
  test(`no page is large if one text is: ${place}`, async () => {
    for (const long of [LONG, LETTERS]) {
      const given = { sources: [{ id: 'okta' }], ...example(long) }
      const pages: [path: string, page: string][] = []
      for await (const file of runReport(exampleSource(given)))
        if (file.path.endsWith('.html')) pages.push([file.path, await textOf(file)])
      for (const [path, page] of pages) expect(Buffer.byteLength(page), path).toBeLessThan(1_000_000)
      const all = pages.map(([, page]) => readable(page)).join('')
      expect(all).toMatch(/begins /i)
      expect(all).toContain('… (cut; the files of the bundle have all of it)')
    }
  })

test('a text that is cut is cut between characters, and one that fits is whole', () => {
  expect(String(text('🙂🙂🙂', 3))).toBe('🙂 … (cut; the files of the bundle have all of it)')
  expect(String(text('🙂🙂🙂', 6))).toBe('🙂🙂🙂')
})
