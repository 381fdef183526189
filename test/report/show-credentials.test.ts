import { expect, test } from 'vitest'
import { showJson } from '../../src/report/json-run.ts'
import { credentialsFound, showCredentials } from '../../src/report/show-credentials.ts'
import { exampleView } from './example-view.ts'

const look = { columns: 200, color: false }
const found = (field: string, count: number) => ({ rule: 'github', field, count })

test('credentials are added up over scopes, told once for each field, with what to do', () => {
  const view = exampleView({
    sources: [{ id: 'github', demo: true }],
    items: [
      { source: 'github', stream: 'github.teams', scope: 'acme', credentials: [found('name', 2)] },
      { source: 'github', stream: 'github.teams', scope: 'other', credentials: [found('name', 1)] },
      { source: 'github', stream: 'github.members', scope: 'acme' },
    ],
  })
  const expected = {
    source: 'github',
    demo: true,
    stream: 'github.teams',
    scopes: ['acme', 'other'],
    ...found('name', 3),
  }
  expect(credentialsFound(view)).toEqual([expected])
  expect(showJson(view).credentials).toEqual([expected])
  const text = showCredentials(view, look, 8).replaceAll(/\s+/g, ' ')
  expect(text).toContain('CREDENTIALS IN A SOURCE 3 values that look like a credential')
  expect(text).toContain(
    'github (demo data): github.teams, field name, 3 values by the rule github, scopes acme and other',
  )
  expect(text).toContain('To do: Rotate them first')
})

test('what is beyond the limit is counted, and nothing is said of nothing', () => {
  const credentials = Array.from({ length: 5 }, (_, i) => found(`field${i}`, 1))
  const view = exampleView({ items: [{ source: 'git', stream: 'git.files', credentials }] })
  expect(showCredentials(view, look, 3)).toContain('and 2 more')
  expect(showCredentials(exampleView({ items: [{ source: 'git', stream: 'git.files' }] }), look, 3)).toBe('')
})
