import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ResultLine } from '../../src/model/result.ts'
import { incompleteEvidence } from '../../src/report/incomplete.ts'
import { checksOf, checkTally, runExitCode, runStatus, themeTallies } from '../../src/report/summary.ts'
import { REASONS } from '../../src/sdk/errors.ts'
import { exampleView, failing, passing } from './example-view.ts'

const unknownResult: ResultLine = { status: 'unknown', reason: 'denied', subject: 'x' }

test('exit status: nothing failed 0, a failure 2, anything missing or unknown 3', () => {
  const whole = { source: 'git', stream: 'git.commits' }
  const pass = { id: 'git.a', source: 'git', results: [passing('a')] }
  const fail = { id: 'git.b', source: 'git', results: [failing('b')] }
  const unknown = { id: 'git.c', source: 'git', results: [unknownResult] }
  expect(runExitCode(exampleView({ items: [whole], checks: [pass] }))).toBe(0)
  expect(runExitCode(exampleView({ items: [whole], checks: [pass, fail] }))).toBe(2)
  expect(runExitCode(exampleView({ items: [whole], checks: [fail, unknown] }))).toBe(3)
  expect(runExitCode(exampleView({ items: [{ ...whole, reason: 'denied' }], checks: [pass] }))).toBe(3)
  expect(runExitCode(exampleView({ sources: [{ id: 'git', failed: 'denied' }], checks: [fail] }))).toBe(3)
  const unsealed = exampleView({ unsealed: true })
  expect(runExitCode(unsealed)).toBe(3)
  expect(runStatus(unsealed)).toBe('never-sealed')
})

test('a run with one read that failed, for whatever reason, never ends with 0', () => {
  fc.assert(
    fc.property(fc.constantFrom(...REASONS), fc.boolean(), fc.nat({ max: 5 }), (reason, partial, others) => {
      const items = Array.from({ length: others }, (_, index) => ({ source: 'git', stream: `git.s${index}` }))
      const view = exampleView({ items: [...items, { source: 'git', stream: 'git.bad', reason, partial }] })
      expect(runExitCode(view)).toBe(3)
      const [incomplete] = incompleteEvidence(view)
      expect(incomplete).toMatchObject({ reason, stream: 'git.bad', status: partial ? 'partial' : 'failed' })
      expect(incomplete?.whatToDo).toMatch(/\.$/)
    }),
  )
})

test('a source that did not open is told once, not once for each of its plan items', () => {
  const view = exampleView({
    sources: [{ id: 'github-acme', failed: 'denied' }, { id: 'git' }],
    items: [
      { source: 'github-acme', stream: 'github.teams', scope: '*', reason: 'denied' },
      { source: 'github-acme', stream: 'github.members', scope: '*', reason: 'denied' },
      { source: 'git', stream: 'git.commits' },
    ],
  })
  expect(incompleteEvidence(view)).toMatchObject([
    { source: 'github-acme', planItems: 2, scopes: [], reason: 'denied' },
  ])
  expect(incompleteEvidence(view)[0]).not.toHaveProperty('stream')
})

test('like outcomes of one stream are told once, with every scope; failed before partial', () => {
  const shared = { source: 'git', stream: 'git.commits' }
  const view = exampleView({
    items: [
      { ...shared, scope: 'a', reason: 'truncated', partial: true, detail: 'broke off' },
      { ...shared, scope: 'b', reason: 'denied', permissions: ['contents:read'] },
      { ...shared, scope: 'c', reason: 'denied', permissions: ['contents:read'] },
      { ...shared, scope: 'd', reason: 'timeout' },
    ],
  })
  expect(incompleteEvidence(view).map(({ reason, scopes }) => [reason, scopes])).toEqual([
    ['denied', ['b', 'c']],
    ['timeout', ['d']],
    ['truncated', ['a']],
  ])
  expect(incompleteEvidence(view)[0]?.whatToDo).toContain('contents:read')
})

test('checks are ordered by severity, then failures, then id; context does not touch a control', () => {
  const link = (check: string, strength: 'direct' | 'context') => ({
    check,
    source: 'git',
    strength,
    shows: 'x',
    'not-shown': 'y',
    status: 'fail' as const,
  })
  const view = exampleView({
    checks: [
      { id: 'git.low', source: 'git', severity: 'low', results: [failing('a')] },
      { id: 'git.one', source: 'git', severity: 'high', results: [failing('a')] },
      { id: 'git.two', source: 'git', severity: 'high', results: [failing('a'), failing('b')] },
      { id: 'git.worst', source: 'git', severity: 'critical', results: [failing('a')] },
    ],
    controls: [
      { id: 'A.8.4', status: 'fail', evidence: [link('git.worst', 'direct')] },
      { id: 'A.8.9', status: 'pass', evidence: [link('git.worst', 'context')] },
    ],
  })
  const failed = checksOf(view, ['fail'])
  expect(failed.map(({ check }) => check)).toEqual(['git.worst', 'git.two', 'git.one', 'git.low'])
  expect(failed[0]?.controls).toEqual(['A.8.4'])
})

test('tallies add up', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('pass', 'fail', 'unknown', 'not-applicable')), (statuses) => {
      const view = exampleView({
        checks: statuses.map((status, index) => ({ id: `git.c${index}`, source: 'git', status })),
        controls: statuses.map((status, index) => ({ id: `A.8.${index}`, status })),
      })
      const { all, ...counts } = checkTally(view)
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(all)
      expect(themeTallies(view).reduce((sum, { tally }) => sum + tally.all, 0)).toBe(statuses.length)
    }),
  )
})
