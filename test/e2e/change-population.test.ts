import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PopulationJson } from '../../src/report/json/population.ts'
import { RunJson } from '../../src/report/json/run.ts'
import {
  type GithubServer,
  QUARTER,
  QUARTER_COUNTS,
  QUARTER_OPTIONS,
  startGithub,
  UNSEEN,
} from '../servers/github/index.ts'
import { affiant } from './support/cli.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

/*
 * Story A2: the change population of a quarter, and why it is complete. Three pages, 57 merged pull requests in the quarter and
 * 4 outside, 2 direct pushes to main, an archived repository, and one that the token cannot see.
 */
const STREAM = 'github.changes'
const { merged, pushes } = QUARTER_COUNTS

let server: GithubServer
let at: Workspace
beforeAll(async () => {
  server = await startGithub(QUARTER_OPTIONS)
  at = await workspace()
  const { config, ...source } = githubSource(server)
  await at.config({
    sources: [{ ...source, config: { ...config, repositories: { expected: [UNSEEN] } } }],
  })
})
afterAll(async () => {
  await at[Symbol.asyncDispose]()
  await server.close()
})

const cli = (...args: string[]) => affiant(args, { cwd: at.folder, env: { E2E_GITHUB_TOKEN: server.tokens.owner } })

async function collected() {
  const run = await cli('run', '--period', '2026-Q1', '--json')
  const shown = await cli('population', 'show', STREAM, '--json')
  const { population: head, rows } = PopulationJson.parse(JSON.parse(shown.stdout))
  const records = rows.map(
    ({ record }) => record as { kind: string; repository: string; branch: string; occurredAt: string },
  )
  return { run, shown, head, records, kinds: Object.groupBy(records, ({ kind }) => kind) }
}

// Each starts the program twice, and the last waits for what GitHub does not answer.
describe('the change population of a quarter', { timeout: 120_000 }, () => {
  it('has every change, says what it does not cover, and is not complete while a repository cannot be seen', async () => {
    const { run, shown, head, records, kinds } = await collected()
    expect(run.exitCode).toBe(3)
    expect(shown.exitCode).toBe(3)
    expect(records).toHaveLength(merged + pushes)
    expect(kinds['pull-request']).toHaveLength(merged)
    expect(kinds['direct-push']).toHaveLength(pushes)
    expect(kinds['direct-push']?.map(({ branch }) => branch)).toEqual(['main', 'main'])
    const times = records.map(({ occurredAt }) => Date.parse(occurredAt))
    expect(Math.min(...times)).toBe(Date.parse(QUARTER.from))
    expect(Math.max(...times)).toBeLessThan(Date.parse(QUARTER.to))
    expect(head).toMatchObject({
      complete: false,
      kind: 'events',
      period: { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
      count: merged + pushes,
      pages: 3,
    })
    expect(head.asked.map(({ request }) => request).join('\n')).toContain('mergedPulls')
    const uncovered = head.gaps.flatMap(({ subjects }) => subjects)
    expect(uncovered).toContain(`quarter-works/${UNSEEN}`)
    expect(uncovered).toContain('quarter-works: 1 of 3 repositories, which GitHub counts and does not show')
  })

  it('is complete once access is granted', async () => {
    server.hide(UNSEEN, undefined)
    const { run, shown, head, records } = await collected()
    expect(head).toMatchObject({ complete: true, pages: 3, endMarker: 'reached', gaps: [] })
    expect(shown.exitCode).toBe(0)
    expect(records).toHaveLength(merged + pushes)
    // It has changes that nobody reviewed: findings, and nothing unread.
    expect(run.exitCode).toBe(2)
    const { checks } = RunJson.parse(JSON.parse(run.stdout))
    const failed = checks.filter(({ status }) => status === 'fail').map(({ check }) => check)
    expect(failed).toEqual(
      expect.arrayContaining(['github.changes-by-pull-request', 'github.changes-reviewed', 'github.duties-separated']),
    )
  })

  it('names nobody, and keeps no text of a pull request', async () => {
    const shown = await cli('population', 'show', STREAM, '--json')
    for (const word of ['green-otter', 'black-heron', 'Turn the pump off', 'change 12']) {
      expect(shown.stdout).not.toContain(word)
    }
    expect(shown.stdout).toContain('OPS-112')
  })

  it('is never complete while the third page is not answered', async () => {
    const third = Buffer.from('cursor:v2:50').toString('base64').replaceAll('=', '')
    const fault = server.setFault({ kind: 'status', status: 502, on: new RegExp(`mergedPulls.*"after":"${third}`) })
    const { run, shown, head, records } = await collected()
    expect(fault.hits()).toBeGreaterThan(3)
    fault.clear()
    expect(run.exitCode).toBe(3)
    expect(shown.exitCode).toBe(3)
    expect(head).toMatchObject({ complete: false, status: 'partial', reason: 'unavailable' })
    expect(head.gaps.flatMap(({ subjects }) => subjects)).toContain('quarter-works/control-plane: changes')
    // What was read is kept, and nothing is called a direct push by what is missing.
    expect(records.length).toBeLessThan(merged)
    expect(records.every(({ kind }) => kind === 'pull-request')).toBe(true)
  })
})
