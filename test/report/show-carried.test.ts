import { expect, test } from 'vitest'
import { showJson } from '../../src/report/json-run.ts'
import { carriedOver, showCarried } from '../../src/report/show-carried.ts'
import { exampleView } from './example-view.ts'

const look = { columns: 200, color: false }
const carried = { count: 990, oldest: '2026-09-28T06:00:00.000Z' }
const sweep = { kind: 'increment' as const, fullAt: '2026-09-27T06:00:00.000Z', basis: 'a'.repeat(64) }
const item = { source: 'okta', stream: 'okta.user-factors', scope: 'acme' }

test('carried-over records are told with their number and since when', () => {
  const view = exampleView({
    sources: [{ id: 'okta', demo: true }],
    items: [
      { ...item, carriedOver: carried, sweep },
      { ...item, stream: 'okta.users' },
    ],
  })
  const expected = { ...item, demo: true, records: 3, ...carried, fullAt: sweep.fullAt }
  expect(carriedOver(view)).toEqual([expected])
  expect(showJson(view).carriedOver).toEqual([expected])
  expect(showCarried(view, look, 8)).toContain(
    'okta (demo data): okta.user-factors, scope acme: 990 of 3 records, the oldest read 2026-09-28 06:00 UTC; last full sweep 2026-09-27 06:00 UTC',
  )
})

test('what is beyond the limit is counted, and nothing is said of nothing', () => {
  const items = ['a', 'b', 'c'].map((scope) => ({ ...item, scope, carriedOver: carried, sweep }))
  expect(showCarried(exampleView({ items }), look, 2)).toContain('and 1 more')
  expect(showCarried(exampleView({ items: [item] }), look, 2)).toBe('')
})
