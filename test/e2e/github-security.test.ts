import { describe, expect, it } from 'vitest'
import { acmeRobotics } from '../servers/github/acme-robotics.ts'
import { startGithub } from '../servers/github/index.ts'
import type { OrganizationSeed } from '../servers/github/seed.ts'
import { LEAKED } from '../servers/github/shapes/alerts.ts'
import { acmeLabs } from '../servers/github/worlds/acme-labs.ts'
import { fastClock } from './support/fast-clock.ts'
import { runSource } from './support/run-source.ts'

/** One organisation, through the whole engine. */
async function run(seed: OrganizationSeed, as: 'owner' | 'app') {
  const server = await startGithub({ seed })
  try {
    process.env.E2E_GITHUB_TOKEN = server.tokens.owner
    process.env.E2E_GITHUB_KEY = server.app.privateKey
    const auth = as === 'app' ? { type: 'app', appId: server.app.id } : { type: 'token' }
    const secrets = as === 'app' ? { privateKey: { env: 'E2E_GITHUB_KEY' } } : { token: { env: 'E2E_GITHUB_TOKEN' } }
    const config = { organization: seed.login, baseUrl: server.url, auth }
    const sources = [{ id: 'github', collector: 'github', demo: true, config, secrets }]
    return await runSource({ sources, clock: fastClock() })
  } finally {
    await server.close()
  }
}

const statusOf = (result: Awaited<ReturnType<typeof run>>, check: string) =>
  result.view.results.find(({ summary }) => summary.check === check)?.summary

describe('an organisation as an owner reads it', () => {
  it('shows what is bad, each thing under its own name, and no secret', async () => {
    const result = await run(acmeRobotics, 'owner')
    const security = [
      'github.secret-scanning-enabled',
      'github.secret-alerts-resolved',
      'github.dependency-scanning-enabled',
      'github.dependency-alerts-in-time',
      'github.code-scanning-runs',
      'github.code-alerts-in-time',
      'github.actions-locked-down',
      'github.runners-not-public',
      'github.production-needs-approval',
      'github.deploy-keys-bounded',
      'github.webhooks-secured',
      'github.apps-approved',
      'github.disclosure-policy-published',
    ]
    expect(security.map((check) => [check, statusOf(result, check)?.status])).toEqual(
      security.map((check) => [check, 'fail']),
    )
    expect(statusOf(result, 'github.access-tokens-expire')).toMatchObject({
      status: 'not-applicable',
      reason: 'undeclared',
    })
    expect(statusOf(result, 'github.audit-log-kept')).toMatchObject({ status: 'not-applicable', reason: 'not-in-plan' })
    const planned = new Set(result.view.outcomes.map(({ stream }) => stream))
    expect([planned.has('github.access-tokens'), planned.has('github.audit-log')]).toEqual([false, false])
    expect(result.view.outcomes.filter(({ outcome }) => outcome.status !== 'complete')).toEqual([])
    expect(JSON.stringify(result)).not.toContain(LEAKED)
  }, 60_000)
})

describe('an organisation on Enterprise as an app reads it', () => {
  it('has its tokens and its audit log read, whole and within the period', async () => {
    const result = await run(acmeLabs, 'app')
    // Of six events two are of Git, and one happened before the period.
    expect(result.outcomeOf('github.audit-log')).toMatchObject({ status: 'complete', records: 3 })
    expect(result.outcomeOf('github.access-tokens')).toMatchObject({ status: 'complete', records: 0 })
    expect(statusOf(result, 'github.access-tokens-expire')?.status).toBe('pass')
    expect(statusOf(result, 'github.audit-log-kept')?.status).toBe('fail')
  }, 60_000)
})
