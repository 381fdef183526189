import { expect, test } from 'vitest'
import { lineProgress } from '../../src/cli/progress-lines.ts'
import {
  detailsOf,
  itemEnded,
  itemPage,
  itemStarted,
  newSourceProgress,
  titleOf,
} from '../../src/cli/progress-state.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import { widthOf } from '../../src/report/wrap.ts'

function outcome(reason?: Outcome['reason'], records = 0): Outcome {
  return {
    status: reason === undefined ? 'complete' : records > 0 ? 'partial' : 'failed',
    ...(reason && { reason }),
    pages: 1,
    records,
    requests: 1,
    gaps: [],
    startedAt: '2026-10-01T06:00:00.000Z',
    endedAt: '2026-10-01T06:00:00.000Z',
  }
}

test('without a terminal there is one plain line for each source and each plan item that ended', () => {
  const lines: string[] = []
  const progress = lineProgress(
    (line) => lines.push(line),
    (source) => `${source} (demo data)`,
  )
  progress.sourceOpened('git', outcome(), 3)
  progress.itemStarted('git/git.commits/a/b')
  progress.itemPage('git/git.commits/a/b', 5)
  progress.itemEnded('git/git.commits/a/b', outcome(undefined, 12))
  progress.itemEnded('git/git.files/\u001b[2Jx', outcome('denied'))
  expect(lines).toEqual([
    'git (demo data): opened',
    'git (demo data) · git.commits · a/b: complete, 12 records',
    'git (demo data) · git.files · x: failed: denied',
  ])
})

test('without a terminal a source of many plan items has a line for each tenth, and the first that fail', () => {
  const lines: string[] = []
  const progress = lineProgress(
    (line) => lines.push(line),
    (source) => source,
  )
  progress.sourceOpened('aws', outcome(), 800)
  for (let item = 0; item < 800; item += 1) {
    progress.itemStarted(`aws/aws.trails/${item}`)
    progress.itemEnded(`aws/aws.trails/${item}`, item < 20 ? outcome('denied') : outcome(undefined, 2))
  }
  expect(lines).toHaveLength(16)
  expect(lines.slice(0, 7)).toEqual([
    'aws: opened, 800 plan items',
    'aws · aws.trails · 0: failed: denied',
    'aws · aws.trails · 1: failed: denied',
    'aws · aws.trails · 2: failed: denied',
    'aws · aws.trails · 3: failed: denied',
    'aws · aws.trails · 4: failed: denied',
    'aws: 80 of 800 plan items read, 20 incomplete, 120 records',
  ])
  expect(lines.at(-1)).toBe('aws: 800 of 800 plan items read, 20 incomplete, 1,560 records')
})

test('on a terminal hundreds of plan items stay readable: a count, what is being read, what went wrong', () => {
  const state = newSourceProgress()
  expect(titleOf('git', state)).toBe('git: opening')
  state.opened = outcome()
  state.items = 300
  for (let item = 0; item < 300; item += 1) itemStarted(state, `git/git.commits/repository-${item}`)
  for (let item = 0; item < 280; item += 1) {
    itemEnded(state, `git/git.commits/repository-${item}`, item < 30 ? outcome('denied') : outcome(undefined, 10))
  }
  itemPage(state, 'git/git.commits/repository-280', 1500)
  expect(titleOf('git', state)).toBe('git: 280 of 300 plan items read, 30 incomplete, 4,000 records')
  const lines = detailsOf(state, 60)
  expect(lines).toHaveLength(10)
  expect(lines[0]).toBe('✗ git.commits · repository-0: failed: denied')
  expect(lines[3]).toContain('and 27 more incomplete')
  expect(lines[4]).toBe('git.commits · repository-280: 1,500 records')
  expect(lines[9]).toBe('and 15 more being read')
  for (const line of detailsOf(state, 30)) expect(widthOf(line)).toBeLessThanOrEqual(30)
})

test('a source that did not open says why', () => {
  const state = newSourceProgress()
  state.opened = outcome('denied')
  expect(titleOf('git', state)).toBe('git: not opened: denied')
})
