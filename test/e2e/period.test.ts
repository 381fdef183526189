import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunView } from '../../src/cli/run-view.ts'
import { UserError } from '../../src/model/user-error.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import { runExitCode } from '../../src/report/summary.ts'
import type { Clock, Period } from '../../src/sdk/context.ts'
import { verifyStore } from '../bundle/verify-fixture.ts'
import { Sandbox } from '../collectors/git/harness.ts'
import { silentLog } from '../support/pipeline.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const day = (text: string) => new Date(`${text}T00:00:00Z`)
const SEPTEMBER = { from: day('2026-09-01'), to: day('2026-10-01') }

/** Any clock will do that stands at a time: nothing here waits. */
const clockAt = (now: string): Clock => ({
  now: () => day(now),
  sleep: () => Promise.reject(new Error('nothing sleeps')),
  after: () => ({ [Symbol.dispose]: () => undefined }),
})

let sandbox: Sandbox
let at: Workspace
beforeAll(async () => {
  sandbox = new Sandbox()
  sandbox.init('api')
  for (const date of ['2026-08-31T23:59:59Z', '2026-09-01T00:00:00Z', '2026-09-30T23:59:59Z', '2026-10-01T00:00:00Z'])
    sandbox.commit('api', { at: date })
  at = await workspace()
})
afterAll(async () => {
  sandbox[Symbol.dispose]()
  await at[Symbol.asyncDispose]()
})

async function runOver(period: Period | undefined, now: string, source = 'code') {
  const config = {
    sources: [
      { id: 'code', collector: 'git', config: { repositories: [{ path: sandbox.path('api') }] } },
      { id: 'cloud', collector: 'aws', config: { account: '111122223333' } },
    ],
  }
  const nothing = () => {}
  const { number } = await runJob({
    loaded: await loadConfigFile(await at.config(config)),
    sources: [source],
    trigger: 'manual',
    signal: new AbortController().signal,
    log: silentLog,
    progress: { sourceOpened: nothing, itemStarted: nothing, itemPage: nothing, itemEnded: nothing },
    ...(period && { period }),
    clock: clockAt(now),
  })
  const store = openStore(at.store)
  const view = await readRunView(store, number)
  const verified = await verifyStore(store, { runs: [number], pem: at.publicPem })
  const { outcome } = view.outcomes.find(({ stream }) => stream === 'git.commits') ?? {}
  const streams = view.plan.sources[0]?.streams.map(({ id }) => id)
  return { view, outcome, streams, checks: view.plan.checks.map(({ id }) => id), failures: verified.failures }
}

describe('a run over a period', () => {
  it('that is over reads all of its events and nothing else, and judges what can be judged by them', async () => {
    const { view, outcome, streams, checks, failures } = await runOver(SEPTEMBER, '2026-10-05')
    expect(outcome).toMatchObject({ status: 'complete', records: 2 })
    expect(view.plan.run.period).toEqual({ from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' })
    expect(streams).toEqual(['git.commits', 'git.changes'])
    expect(checks).toContain('git.commits-signed')
    expect(checks).not.toContain('git.security-policy-present')
    expect(view.plan.sources[0]?.streams[0]?.occurredAt).toBe('occurredAt')
    expect(failures).toEqual([])
  })

  it('that has not ended is premature, and not complete', async () => {
    const { view, outcome, streams, failures } = await runOver(SEPTEMBER, '2026-09-30')
    expect(outcome).toMatchObject({ status: 'partial', reason: 'premature' })
    expect(streams).toContain('git.files')
    expect(view.results.find(({ summary }) => summary.check === 'git.commits-signed')?.summary).toMatchObject({
      incomplete: [{ reason: 'premature' }],
    })
    expect(runExitCode(view)).toBe(3)
    expect(failures).toEqual([])
  })

  it('that nobody named ends when the run begins', async () => {
    const { view, outcome } = await runOver(undefined, '2026-10-01')
    expect(view.plan.run.period.to).toBe('2026-10-01T00:00:00.000Z')
    expect(outcome).toMatchObject({ status: 'complete', records: 3 })
  })

  it.each([
    ['that has not begun', '2026-09-01', 'has not begun', 'code'],
    ['of which nothing can be read any more', '2026-10-01', 'reads no events', 'cloud'],
  ])('%s is refused before a run is opened', async (_, now, message, source) => {
    const refused = runOver(SEPTEMBER, now, source)
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(message)
  })
})
