import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { screenProgress } from '../../src/cli/progress-screen.ts'
import type { Outcome } from '../../src/model/outcome.ts'

const complete: Outcome = {
  status: 'complete',
  pages: 1,
  records: 12,
  requests: 1,
  gaps: [],
  startedAt: '2026-10-01T06:00:00.000Z',
  endedAt: '2026-10-01T06:00:00.000Z',
}

test('on a terminal each source is a task on the screen that was given, and ends as its plan items did', async () => {
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 })
  let drawn = ''
  screen.on('data', (chunk) => {
    drawn += String(chunk)
  })
  const progress = screenProgress({
    screen: screen as unknown as NodeJS.WriteStream,
    columns: 80,
    sources: ['git', 'github-acme'],
    nameOf: (source) => (source === 'git' ? source : `${source} (demo data)`),
    now: () => new Date(0),
  })
  for (const source of ['git', 'github-acme']) progress.sourceOpened(source, complete, 3)
  progress.itemStarted('git/git.commits/a')
  progress.itemPage('git/git.commits/a', 5)
  progress.itemEnded('git/git.commits/a', complete)
  progress.itemStarted('github-acme/github.members/acme')
  progress.itemEnded('github-acme/github.members/acme', { ...complete, status: 'failed', reason: 'denied', records: 0 })
  progress.sourceOpened('not-planned', complete, 3)
  progress.note('Stopping')
  await progress.finish(false)
  const text = stripVTControlCharacters(drawn)
  expect(text).toMatch(/✔ git: 1 of 3 plan items read, 12 records/)
  expect(text).toMatch(/✖ github-acme \(demo data\): 1 of 3 plan items read, 1 incomplete, 0 records/)
})
