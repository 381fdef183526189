import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { runReport } from '../../../src/report/html/run-report.ts'
import { catalog, exampleSource, textOf } from './example-source.ts'

test('every link of a report leads to a file and a place of it, and no place is there twice', async () => {
  const results = Array.from({ length: 9000 }, (_, i) => ({
    status: i % 3 === 0 ? ('fail' as const) : ('pass' as const),
    subject: `branch ${i}`,
    detail: 'x'.repeat(100),
  }))
  const evidence = (check: string, source: string) => ({
    check,
    source,
    strength: 'direct' as const,
    shows: 'that it is protected',
    'not-shown': 'the rest',
    status: 'fail' as const,
  })
  const source = exampleSource({
    sources: [{ id: 'git' }, { id: 'okta' }],
    items: [
      { source: 'git', stream: 'git.commits', scope: '../api #1?' },
      { source: 'git', stream: 'git.commits', scope: 'web' },
      { source: 'git', stream: 'git.tags', scope: 'web', reason: 'denied' },
      { source: 'okta', stream: 'okta.users', scope: '*', reason: 'timeout', partial: true },
    ],
    inputs: { 'git.signed': ['git.commits', 'okta.users'], 'okta.Odd/id': ['okta.users'] },
    checks: [
      { id: 'git.signed', source: 'git', results },
      { id: 'okta.Odd/id', source: 'okta', results: results.slice(0, 60) },
    ],
    controls: [
      { id: 'A.8.4', status: 'fail', evidence: [evidence('git.signed', 'git'), evidence('okta.Odd/id', 'okta')] },
    ],
  })
  const files = new Map<string, string>()
  for await (const file of runReport(source, { catalog: await catalog() }))
    files.set(file.path, file.path.endsWith('.html') ? await textOf(file) : '')
  expect([...files.keys()].filter((path) => path.startsWith('checks/git/')).length).toBeGreaterThan(1)

  const ids = new Map<string, Set<string>>()
  for (const [path, page] of files) {
    const all = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id ?? '')
    expect(new Set(all).size, path).toBe(all.length)
    ids.set(path, new Set(all))
  }
  const broken: string[] = []
  let followed = 0
  for (const [path, page] of files) {
    for (const [, href = ''] of page.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      const [target = '', anchor] = href.split('#', 2)
      const file = target === '' ? path : posix.join(posix.dirname(path), target)
      followed += 1
      if (!files.has(file) || (anchor !== undefined && !ids.get(file)?.has(anchor))) broken.push(`${path}: ${href}`)
    }
  }
  expect(broken).toEqual([])
  expect(followed).toBeGreaterThan(1000)
})
