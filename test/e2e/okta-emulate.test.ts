import { createServer, type Server } from 'node:http'
import { createEmulator, type Emulator } from 'emulate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fastClock } from './support/fast-clock.ts'
import { runSource, type SourceRun } from './support/run-source.ts'
import { oktaSource } from './support/workspace.ts'

/**
 * The same collector against an Okta that nobody here wrote: npm `emulate`. It serves users, groups with their members, and
 * apps with who is assigned. Its gaps, against the real service:
 * - no /.well-known/okta-organization: it does not say which organisation it is, nor its engine;
 * - no factors, roles, policies, System Log, authenticators, zones, tokens, settings or grants: 404 of another shape;
 * - no statistics of groups (`expand=stats`), no features of apps, no user types;
 * - pages by number (`?page=2`), and the names of GitHub's headers for limits.
 * Without the first nothing can be asked, so that one answer is put in front of it.
 */
const TOKEN = 'emulated_okta_token'
const ORGANIZATION = { id: '00oemulated000000001', pipeline: 'idx', _links: {} }
const people = Array.from({ length: 220 }, (_, index) => `person.${String(index).padStart(3, '0')}@example.com`)

let emulator: Emulator
let front: Server
let run: SourceRun

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'okta',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      tokens: { [TOKEN]: { login: people[0] ?? '' } },
      okta: {
        users: people.map((login) => ({ login, email: login, first_name: 'Some', last_name: 'Body' })),
        groups: [{ name: 'Crew' }],
        group_memberships: people.slice(0, 3).map((user) => ({ group: 'Crew', user })),
        apps: [{ name: 'rota', label: 'Rota' }],
      },
    },
  })
  const { port } = new URL(emulator.url)
  front = createServer((incoming, outgoing) => {
    if (incoming.url === '/.well-known/okta-organization') {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(ORGANIZATION))
      return
    }
    void fetch(`http://127.0.0.1:${port}${incoming.url}`, {
      headers: { authorization: incoming.headers.authorization ?? '' },
    }).then(async (answer) => {
      const link = answer.headers.get('link')?.replaceAll(/http:\/\/(?:localhost|127\.0\.0\.1):\d+/g, url())
      const type = answer.headers.get('content-type') ?? ''
      outgoing.writeHead(answer.status, { 'content-type': type, ...(link && { link }) }).end(await answer.text())
    })
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  process.env.E2E_OKTA_TOKEN = TOKEN
  run = await runSource({ sources: [oktaSource({ url: url() })], clock: fastClock() })
}, 60_000)

afterAll(async () => {
  front.closeAllConnections()
  await Promise.all([new Promise((resolve) => front.close(resolve)), emulator.close()])
})

function url(): string {
  const address = front.address()
  if (address === null || typeof address === 'string') throw new Error('the front has no port')
  return `http://127.0.0.1:${address.port}`
}

describe('what emulate serves', () => {
  it.each([
    // One user of its own.
    ['okta.users', people.length + 1],
    ['okta.apps', 2],
    ['okta.groups', 2],
  ])('%s is read whole', (stream, records) => {
    expect(run.outcomeOf(stream)).toMatchObject({ status: 'complete', records })
  })

  it('lists of more than a page are followed to the end', () => {
    expect(run.outcomeOf('okta.users').pages).toBeGreaterThan(1)
  })

  it('members of groups are listed, without a count to compare them with', () => {
    const members = run.outcomeOf('okta.group-members')
    expect(members).toMatchObject({ status: 'complete' })
    expect(run.statuses['okta.group-memberships-complete']).not.toBe('pass')
  })
})

describe('what emulate lacks', () => {
  it.each([
    'okta.organization',
    'okta.user-factors',
    'okta.authenticators',
    'okta.policies',
    'okta.admin-assignments',
    'okta.api-tokens',
    'okta.network-zones',
    'okta.threat-insight',
    'okta.log-streams',
    'okta.identity-providers',
    'okta.trusted-origins',
    'okta.device-assurances',
    'okta.support-access',
    'okta.joiners',
    'okta.leavers',
  ])('%s is not taken for empty, and nothing that reads it passes', (stream) => {
    const passed = run.checksOf(stream).filter((id) => run.statuses[id] === 'pass')
    expect(passed).toEqual([])
    expect(run.outcomeOf(stream).status).not.toBe('complete')
  })

  it('and the run says so', () => {
    expect(run.exitCode).toBe(3)
    expect(run.verified).toMatchObject({ exitCode: 3, failures: [] })
  })
})
