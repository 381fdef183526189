import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubServer, largeOrganization, startGithub } from '../servers/github/index.ts'
import { fastClock } from './support/fast-clock.ts'
import { runSource, type SourceRun } from './support/run-source.ts'
import { wellKept, wellKeptChecks } from './support/well-kept.ts'

const OTHER = { ...largeOrganization(7), id: 90_000_009 }
const ID = `${wellKept.id}+${OTHER.id}`

let server: GithubServer

beforeAll(async () => {
  server = await startGithub({ seed: wellKept, others: [OTHER], installationTokenMs: 4 * 60_000 })
})
afterAll(() => server.close())

function run(auth: object, path = ''): Promise<SourceRun> {
  process.env.E2E_GITHUB_TOKEN = server.tokens.owner
  process.env.E2E_GITHUB_KEY = server.app.privateKey
  const secrets = 'appId' in auth ? { privateKey: { env: 'E2E_GITHUB_KEY' } } : { token: { env: 'E2E_GITHUB_TOKEN' } }
  const organizations = [wellKept.login, { login: OTHER.login, id: OTHER.id }]
  const config = { organizations, baseUrl: server.url + path, auth }
  const sources = [{ id: 'github', collector: 'github', demo: true, config, secrets }]
  return runSource({ sources, checks: wellKeptChecks, clock: fastClock() })
}

/** Outcomes by scope, without repetitions. */
const statusesIn = ({ view }: SourceRun, login: string) => [
  ...new Set(view.outcomes.filter(({ scope }) => scope === login).map(({ outcome }) => outcome.status)),
]

describe('two organisations on one server', () => {
  it('are read whole by an app, whose tokens of four minutes are renewed, on an Enterprise Server', async () => {
    const before = server.requests().length
    const result = await run({ type: 'app', appId: server.app.id }, '/api/v3')
    expect(statusesIn(result, wellKept.login)).toEqual(['complete'])
    // Its plan does not scan code.
    const others = result.view.outcomes.filter(({ scope, outcome }) => scope === OTHER.login && outcome.reason)
    expect(others.filter(({ outcome }) => outcome.reason !== 'unlicensed')).toEqual([])
    expect(result.view.sources[0]).toMatchObject({ identity: { id: ID, principal: { kind: 'app' } } })
    expect(result.verified.failures).toEqual([])
    const asked = server.requests().slice(before)
    expect(asked.every(({ url }) => url.startsWith('/api/v3/') || url === '/api/graphql')).toBe(true)
    expect(asked.filter(({ status }) => status === 401)).toEqual([])
    // Of each organisation more than one: none lives long enough to be used twice safely.
    expect(asked.filter(({ url }) => url.endsWith('/access_tokens')).length).toBeGreaterThan(2)
  })

  it('are told apart where the owner of one has no part in the other', async () => {
    const result = await run({ type: 'token' })
    expect(statusesIn(result, wellKept.login)).toEqual(['complete'])
    expect(statusesIn(result, OTHER.login)).not.toEqual(['complete'])
    const members = result.view.outcomes.find(
      ({ scope, stream }) => scope === OTHER.login && stream === 'github.members',
    )
    expect(members?.outcome).toMatchObject({ status: 'partial', reason: 'denied' })
    expect(result.exitCode).toBe(3)
  })

  it('of which one is gone leave the other whole, and the source not complete', async () => {
    const fault = server.setFault({ kind: 'not-found', on: new RegExp(`/orgs/${OTHER.login}$`) })
    const result = await run({ type: 'token' })
    fault.clear()
    expect(statusesIn(result, wellKept.login)).toEqual(['complete'])
    expect(statusesIn(result, OTHER.login)).toEqual(['failed'])
    expect(result.view.sources[0]?.outcome).toMatchObject({ status: 'partial', reason: 'unavailable' })
    expect(result.exitCode).toBe(3)
  })
})
