import { describe, expect, it } from 'vitest'
import type { Examination } from '../../src/model/examination.ts'
import type { LoadedMapping } from '../../src/model/control.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import { DoctorJson, doctorReport, showDoctor } from '../../src/report/doctor.ts'
import { jsonText } from '../../src/report/json-run.ts'
import { widthOf } from '../../src/report/wrap.ts'

const outcome = (parts: Partial<Outcome> = {}): Outcome => ({
  status: 'complete',
  pages: 1,
  records: 1,
  requests: 1,
  gaps: [],
  startedAt: '2026-01-05T06:00:00.000Z',
  endedAt: '2026-01-05T06:00:01.000Z',
  ...parts,
})

const link = (check: string, strength: 'direct' | 'supporting' | 'context') => ({
  check,
  strength,
  shows: 'Something.',
  'not-shown': 'Something else.',
})

const mapping: LoadedMapping = {
  mapping: {
    id: 'small',
    catalog: 'small',
    controls: [
      { control: 'A.5.9', evidence: [link('demo.b', 'supporting')] },
      { control: 'A.8.4', evidence: [link('demo.a', 'context')] },
      { control: 'A.8.5', evidence: [link('demo.a', 'direct'), link('demo.b', 'supporting')] },
    ],
  },
  catalog: { id: 'small', title: 'Small', source: 'test', controls: [] },
  sha256: '0'.repeat(64),
}

const base: Examination = {
  source: 'demo-acme',
  collector: 'demo',
  title: 'Demo',
  demo: false,
  outcome: outcome(),
  identity: { id: '7', name: 'acme', principal: { kind: 'app', name: 'evidence' } },
  expected: { name: 'acme' },
  mismatch: false,
  scopes: [{ id: 'one' }],
  items: [
    { stream: 'demo.x', scope: 'one', outcome: outcome() },
    { stream: 'demo.y', scope: 'one', outcome: outcome() },
  ],
  compared: false,
  missing: [],
  excess: [],
  steps: [],
  checks: [
    { id: 'demo.a', inputs: ['demo.x'] },
    { id: 'demo.b', inputs: ['demo.x', 'demo.y'] },
    { id: 'demo.c', inputs: ['demo.y'] },
  ],
  limits: [],
}
const report = (parts: Partial<Examination> = {}) => doctorReport([{ ...base, ...parts }], mapping)
const text = (parts: Partial<Examination> = {}, columns = 200) =>
  showDoctor(report(parts), { columns, color: false, options: '--config x.yaml' })
const item = (stream: string, scope: string, parts: Partial<Outcome>) => ({ stream, scope, outcome: outcome(parts) })

const missing = {
  permission: 'x:read',
  by: ['refused' as const],
  streams: ['demo.x'],
  why: 'Lists x.',
  url: 'https://example.com',
  grant: 'Settings > X: read',
}

it('tells how long reading everything takes, and which stream takes longer than it may', () => {
  const effort = {
    minutes: 17,
    streams: ['demo.x'],
    budgets: [{ limit: 'rest', requests: 10_000, perMinute: 600 }],
    deadlineMinutes: 10,
    tooLong: [{ stream: 'demo.x', minutes: 17 }],
  }
  const told = report({ effort })
  expect(DoctorJson.parse(told).sources[0]?.effort).toEqual(effort)
  expect(told.exitCode).toBe(0)
  const shown = text({ effort }, 300)
  expect(shown).toContain(
    'about 17 minutes to read everything once, by 1 of 2 streams: rest 10,000 requests at 600 a minute',
  )
  expect(shown).toContain('Raise "deadline" in the config to more than 17m, or the share of the limits of demo-acme.')
})

it('tells what is billed, where the price stands and since when, and which price is not known', () => {
  const url = 'https://example.com/prices'
  const operations = [
    { operation: 'kms:*', requests: 2000, usdPerThousand: 0.003, url, readOn: '2026-11-23' },
    { operation: 'monitoring:*', requests: 1, usdPerThousand: 'unknown' as const, url, readOn: '2026-11-23' },
  ]
  const effort = {
    minutes: 1,
    streams: ['demo.x'],
    budgets: [],
    deadlineMinutes: 10,
    tooLong: [],
    atLeast: true as const,
    scopes: [{ kind: 'region', count: 17, requests: 1300 }],
    billed: { requests: 2001, usd: 0.006, operations },
  }
  expect(DoctorJson.parse(report({ effort })).sources[0]?.effort).toEqual(effort)
  const shown = text({ effort }, 500)
  expect(shown).toContain('1,300 requests in 17 scopes of the kind "region", 77 in each')
  expect(shown).toContain('2,001 requests are billed: less than 0.01 US dollars by list price')
  expect(shown).toContain(
    'kms:* 2,000 requests, 0.003 US dollars a thousand (https://example.com/prices, read 2026-11-23)',
  )
  expect(shown).toContain('monitoring:* 1 request, price unknown')
})

describe('exit status', () => {
  it('is 0 when everything declared can be read, whatever is warned of', () => {
    const warned = report({
      clock: { aheadSeconds: 4000, answers: 1 },
      excess: [{ right: 'all', instead: 'Use less' }],
      longLived: 'Use a role',
      limits: [{ check: 'demo.a', detail: 'not shown' }],
    })
    expect(warned).toMatchObject({ exitCode: 0, sources: [{ readable: true }] })
  })

  it.each<[string, Partial<Examination>]>([
    ['a permission is missing', { missing: [missing] }],
    ['a source did not open', { outcome: outcome({ status: 'failed', reason: 'unavailable' }) }],
    ['a stream is not whole', { items: [item('demo.x', 'one', { status: 'partial', reason: 'timeout' })] }],
  ])('is 3 when %s', (_, parts) => {
    expect(report(parts)).toMatchObject({ exitCode: 3, sources: [{ readable: false }] })
  })

  it('is 3 when one source of several is not readable', () => {
    expect(doctorReport([base, { ...base, missing: [missing] }], mapping).exitCode).toBe(3)
  })
})

describe('what a gap costs', () => {
  it('checks that read the stream, and controls to which they are more than context', () => {
    const [source] = report({ missing: [missing] }).sources
    expect(source?.missing[0]).toMatchObject({ checks: ['demo.a', 'demo.b'], controls: ['A.5.9', 'A.8.5'] })
    expect(source?.streams).toEqual({ readable: 1, all: 2 })
  })

  it('all of them, if the source did not open', () => {
    const closed = outcome({ status: 'failed', reason: 'denied', detail: 'GitHub did not accept the credentials' })
    const items = base.items.map((one) => ({ ...one, scope: '*', outcome: closed }))
    const [source] = report({ outcome: closed, items }).sources
    expect(source?.problem).toMatchObject({ reason: 'denied', checks: ['demo.a', 'demo.b', 'demo.c'] })
    expect(source).toMatchObject({ unread: [], streams: { readable: 0, all: 2 } })
  })
})

describe('unread', () => {
  const unread = (...items: Examination['items']) => report({ items }).sources[0]?.unread

  it('is told once for each stream and reason, with the scopes', () => {
    const down = { status: 'failed', reason: 'unavailable', detail: 'HTTP 502' } as const
    expect(unread(item('demo.x', 'one', down), item('demo.x', 'two', down))).toMatchObject([
      { stream: 'demo.x', scopes: ['one', 'two'], reason: 'unavailable', detail: 'HTTP 502' },
    ])
  })

  it('leaves out what a missing permission explains, and keeps the other reasons of the same item', () => {
    const gaps = [
      { reason: 'denied' as const, permission: 'x:read', count: 2, subjects: ['p'] },
      { reason: 'unlicensed' as const, count: 3, subjects: ['q'] },
    ]
    const partial = { status: 'partial', reason: 'denied', permissions: ['x:read'], gaps } as const
    const found = unread(item('demo.x', 'one', { ...partial, permissions: [...partial.permissions] }))
    expect(found).toMatchObject([{ reason: 'unlicensed', detail: expect.stringContaining('3 parts') }])
    expect(found).toHaveLength(1)
  })

  it('keeps a denied item for which no permission can be named', () => {
    expect(unread(item('demo.x', 'one', { status: 'failed', reason: 'denied' }))).toMatchObject([{ reason: 'denied' }])
  })
})

describe('clock', () => {
  it.each([
    [60, false],
    [61, true],
    [-61, true],
    [-60, false],
  ])('%i s ahead: warning %s', (aheadSeconds, warning) => {
    expect(report({ clock: { aheadSeconds, answers: 3 } }).sources[0]?.clock?.warning).toBe(warning)
  })

  it('says which side is late, and what it does to a bundle', () => {
    expect(text({ clock: { aheadSeconds: -7200, answers: 3 } })).toMatch(/7,200 seconds behind .*would mislead/)
    expect(text({ clock: { aheadSeconds: 5, answers: 3 } })).toContain(
      'agrees with the source (5 seconds ahead, 3 answers)',
    )
  })
})

describe('text', () => {
  it('has one line for a missing permission: name, streams, checks, controls', () => {
    const line = text({ missing: [missing] })
      .split('\n')
      .find((each) => each.includes('missing x:read'))
    expect(line).toMatch(/needed for demo\.x\. .*demo\.a and demo\.b; controls A\.5\.9 and A\.8\.5\.$/)
  })

  it('tells many scopes once for each reason, and counts what is too much to name', () => {
    const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)
    const all = text({
      scopes: [{ id: 'one' }, { id: 'two' }, ...ids('off-', 40).map((id) => ({ id, excluded: 'not enabled' }))],
      missing: [{ ...missing, streams: ids('demo.s', 30) }],
    }).replaceAll(/\s+/g, ' ')
    expect(all).toContain('40 scopes (not enabled): off-0, off-1, off-2 and 37 more')
    expect(all).toContain('demo.s11 and 18 more.')
    expect(all).toContain('readable in every scope')
  })

  it('ends with the exact change: where to go, what to set, how to look again', () => {
    const all = text({ missing: [missing], steps: ['Open the settings'] })
    const at = [
      '1. Open the settings.',
      '2. Grant x:read: Settings > X: read.',
      '3. affiant doctor demo-acme --config x.yaml',
    ]
    expect(at.map((line) => all.includes(line))).toEqual([true, true, true])
    expect(text()).not.toContain('To do')
  })

  it('shows what the source said beside what config says', () => {
    expect(text()).toContain('"acme", id 7, as configured')
    const mismatch = {
      mismatch: true,
      expected: { name: 'corp', id: '8' },
      outcome: outcome({ status: 'failed', reason: 'invalid' }),
    }
    expect(text(mismatch)).toContain('"acme", id 7; config says "corp", id 8')
  })

  it('names scopes that were left out, over-privileged rights, and emulated sources', () => {
    const all = text({
      demo: true,
      scopes: [{ id: 'one' }, { id: 'old', excluded: 'sold' }],
      excess: [{ right: 'admin', instead: 'Use reading' }],
    })
    expect(all).toContain('left out by config: old (sold)')
    expect(all).toContain('over-privileged: admin. Use reading.')
    expect(all).toContain('demo data')
  })

  it('says when granted rights were not compared', () => {
    const granted = { id: '7', name: 'acme', principal: { kind: 'app' as const, name: 'e' }, granted: ['z'] }
    expect(text({ identity: granted })).toContain('not compared')
    expect(text({ identity: granted, compared: true })).not.toContain('not compared')
  })

  const hostile = {
    identity: { id: '7', name: '\u001b[2Jacme\u202e', principal: { kind: 'user' as const, name: 'a\nb' } },
    missing: [missing],
    steps: ['A step that is long enough to be wrapped at every width a terminal has, and then some more of it'],
    longLived: 'Use a role',
  }
  it.each([60, 80, 120])('fits %i columns and prints nothing that a source smuggled in', (columns) => {
    const lines = text(hostile, columns).split('\n')
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
    for (const character of ['\u001b', '\u202e']) expect(lines.join('')).not.toContain(character)
  })
})

it('is JSON of a strict schema', () => {
  const full = report({
    missing: [missing],
    clock: { aheadSeconds: 0, answers: 1 },
    items: [item('demo.y', 'one', { status: 'failed', reason: 'timeout', detail: 'late' })],
    excess: [{ right: 'a', instead: 'b' }],
    longLived: 'c',
    limits: [{ check: 'demo.a', detail: 'd' }],
  })
  expect(DoctorJson.parse(JSON.parse(jsonText(full)))).toEqual(full)
})
