import { expect, it } from 'vitest'
import { appliesTo } from '../../src/collect/collect.ts'
import { checkIndex } from '../../src/bundle/check-index.ts'
import type { IndexLine, SourceLine } from '../../src/model/index-line.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Plan } from '../../src/model/plan.ts'

const outcome: Outcome = {
  status: 'complete',
  pages: 1,
  records: 0,
  requests: 1,
  gaps: [],
  startedAt: '2026-01-05T06:00:00.000Z',
  endedAt: '2026-01-05T06:00:01.000Z',
}
const salt = '0'.repeat(32)
const scopes: SourceLine['scopes'] = [
  { id: '1/global', kind: 'account' },
  { id: '1/eu', kind: 'region' },
  { id: '1/us', kind: 'region', excluded: 'not used' },
]

/** Codes the index is rejected with; `items` are stream and scope of its outcomes. */
function codesOf(items: readonly (readonly [string, string])[]): string[] {
  const plan = {
    sources: [
      {
        id: 'cloud',
        collector: 'cloud',
        streams: [
          { id: 'cloud.users', version: 1, permissions: [], appliesTo: ['account'] },
          { id: 'cloud.networks', version: 1, permissions: [], appliesTo: ['region'] },
          { id: 'cloud.all', version: 1, permissions: [] },
        ],
      },
    ],
    checks: [],
    mappings: [],
  } as unknown as Plan
  const codes: string[] = []
  const check = checkIndex(plan, (code) => void codes.push(code))
  const lines: IndexLine[] = [
    { kind: 'source', seq: 0, salt, source: 'cloud', collector: 'cloud', scopes, outcome },
    ...items.map(([stream, scope], place): IndexLine => {
      const planItem = `cloud/${stream}/${scope}`
      return { kind: 'outcome', seq: place + 1, salt, planItem, source: 'cloud', stream, scope, outcome }
    }),
  ]
  for (const line of lines) check.add(line, JSON.stringify(line))
  check.finish()
  return codes
}

const due = [
  ['cloud.users', '1/global'],
  ['cloud.networks', '1/eu'],
  ['cloud.all', '1/global'],
  ['cloud.all', '1/eu'],
] as const

it('a stream has a plan item for each scope of its kinds that is not left out', () => {
  expect(codesOf(due)).toEqual([])
})

it.each(due.map((item) => [item]))('without %j the index is rejected', (missing) => {
  expect(codesOf(due.filter((item) => item !== missing))).toEqual(['outcome-missing'])
})

it('with a plan item of another kind the index is rejected', () => {
  expect(codesOf([...due, ['cloud.users', '1/eu']])).toEqual(['index-invalid'])
})

it('the engine plans what the verifier asks for', () => {
  expect(appliesTo({ appliesTo: ['account'] }, { kind: 'account' })).toBe(true)
  expect(appliesTo({ appliesTo: ['account'] }, { kind: 'region' })).toBe(false)
  expect(appliesTo({ appliesTo: ['account'] }, {})).toBe(false)
  expect(appliesTo({}, { kind: 'region' })).toBe(true)
})
