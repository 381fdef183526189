import { generateKeyPairSync } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ShowJson } from '../../src/report/json/run.ts'
import { acmeRobotics, type GithubServer, startGithub } from '../servers/github/index.ts'
import {
  acmeIdentity,
  acmeServiceAccounts,
  classicOkta,
  type OktaServer,
  READ_SCOPES,
  startOkta,
} from '../servers/okta/index.ts'
import { affiant, type Ended } from './support/cli.ts'
import { oktaSource as source, type Workspace, workspace } from './support/workspace.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const CLIENT = {
  clientId: '0oaEvidence0000000001',
  keys: { 'kid-1': publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  granted: READ_SCOPES,
  superAdmin: true,
}
const acmeConfig = {
  serviceAccounts: acmeServiceAccounts.map((login) => ({ login, reason: 'A program; IT answers for it.' })),
  profile: { githubLogin: 'githubLogin' },
}

/** Nobody else asks the emulated Okta, so all of its budget is ours. */
const oktaSource = (server: OktaServer, config: object = {}) => ({ ...source(server, config), share: 1 })

let okta: OktaServer
let github: GithubServer
beforeAll(async () => {
  ;[okta, github] = await Promise.all([startOkta({ seed: acmeIdentity(new Date()), clients: [CLIENT] }), startGithub()])
})
afterAll(() => Promise.all([okta.close(), github.close()]))

async function shown(at: Workspace): Promise<ShowJson> {
  return ShowJson.parse(JSON.parse((await affiant(['show', '--json'], { cwd: at.folder })).stdout))
}

async function verified(at: Workspace): Promise<Ended> {
  return affiant(['verify', '1', '--store', at.store, '--key', at.path('key.pub.pem')], { cwd: at.folder })
}

/** Every byte that the run wrote. */
async function everything(at: Workspace): Promise<string> {
  const entries = await fs.readdir(at.store, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
  return (await Promise.all(files.map((path) => fs.readFile(path, 'latin1')))).join('\n')
}

describe('a whole run over an organisation on Identity Engine, with a service app', () => {
  let at: Workspace
  let ran: Ended
  beforeAll(async () => {
    at = await workspace()
    await fs.writeFile(at.path('okta.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const app = {
      ...oktaSource(okta, { ...acmeConfig, auth: { type: 'oauth', clientId: CLIENT.clientId, keyId: 'kid-1' } }),
      secrets: { privateKey: { file: './okta.pem' } },
    }
    await at.config({ sources: [app] })
    okta.clearRequests()
    ran = await affiant(['run'], { cwd: at.folder })
  }, 60_000)
  afterAll(() => at[Symbol.asyncDispose]())

  it('reads everything, finds something, and seals it', async () => {
    expect(ran.stdout).not.toContain('INCOMPLETE')
    expect(ran.exitCode).toBe(2)
    const { incomplete, checkTally } = await shown(at)
    expect(incomplete).toEqual([])
    expect(checkTally).toMatchObject({ unknown: 0 })
  })

  it('verifies', async () => {
    expect(await verified(at)).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('gives the same verdicts again from the bundle alone', async () => {
    expect(await affiant(['replay', '1'], { cwd: at.folder })).toMatchObject({ exitCode: 0 })
  })

  it('asks as the app, only to read, and for one access token', () => {
    const requests = okta.requests()
    expect(new Set(requests.map(({ by }) => by))).toEqual(new Set([CLIENT.clientId]))
    expect(requests.filter(({ method }) => method !== 'GET').map(({ url }) => url)).toEqual(['/oauth2/v1/token'])
    expect(requests.filter(({ status }) => status === 429)).toEqual([])
  })

  it('finds what is bad in the organisation, and only that', async () => {
    const { checks } = await shown(at)
    const withStatus = (status: string) => checks.filter((check) => check.status === status).map(({ check }) => check)
    expect(new Set(withStatus('fail'))).toEqual(
      new Set([
        'okta.admin-console-phishing-resistant',
        'okta.api-tokens-bounded',
        'okta.apps-federated',
        'okta.inactivity-automation',
        'okta.mfa-enrolled',
        'okta.no-inactive-users',
        'okta.service-app-grants-narrow',
        'okta.sign-on-requires-mfa',
        'okta.super-admins-few-and-approved',
        'okta.support-access-off',
        'okta.weak-authenticators-off',
      ]),
    )
    const { stdout } = await affiant(['show', '--failed'], { cwd: at.folder })
    expect(stdout).toContain('"Sales on the road"')
  })

  it('writes down no name, address, number or credential of anybody', async () => {
    const written = await everything(at)
    const people = okta.seed.users.flatMap(({ login, github: other }) => [login, other ?? []].flat())
    const others = ['+15550100', '555 0100', '@acme-robotics.example', 'credentialId']
    expect(okta.accessTokens()).toHaveLength(1)
    for (const canary of [...people, ...others, ...okta.accessTokens()]) expect(written).not.toContain(canary)
  })
})

describe('with an API token', () => {
  it('of a read-only admin: what only super admins see is a gap, and no verdict', async () => {
    await using at = await workspace()
    await at.config({ sources: [oktaSource(okta, acmeConfig)] })
    const env = { E2E_OKTA_TOKEN: okta.tokens.readOnly }
    const ran = await affiant(['run'], { cwd: at.folder, env })
    expect(ran.exitCode).toBe(3)
    const { incomplete } = await shown(at)
    expect(incomplete).toContainEqual(expect.objectContaining({ stream: 'okta.admin-assignments', reason: 'denied' }))
    expect(incomplete).toContainEqual(
      expect.objectContaining({ stream: 'okta.first-party-app-settings', reason: 'denied' }),
    )
    expect((await verified(at)).exitCode).toBe(3)
    expect(await everything(at)).not.toContain(okta.tokens.readOnly)
  })

  it('that is wrong: nothing is read', async () => {
    await using at = await workspace()
    await at.config({ sources: [oktaSource(okta)] })
    const ran = await affiant(['run'], { cwd: at.folder, env: { E2E_OKTA_TOKEN: '00wrong' } })
    expect(ran.exitCode).toBe(3)
    expect(ran.stderr).toContain('denied')
    expect(ran.stderr + ran.stdout).not.toContain('00wrong')
  })
})

describe('an organisation on Classic', () => {
  it('is judged by its sign-on policies', async () => {
    const classic = await startOkta({ seed: classicOkta(new Date()) })
    await using at = await workspace()
    try {
      await at.config({ sources: [oktaSource(classic)] })
      const ran = await affiant(['run'], { cwd: at.folder, env: { E2E_OKTA_TOKEN: classic.tokens.superAdmin } })
      const { checks } = await shown(at)
      expect(ran.stderr).toContain('okta.policies')
      expect(checks.find(({ check }) => check === 'okta.sign-on-requires-mfa')).toMatchObject({ status: 'fail' })
    } finally {
      await classic.close()
    }
  })
})

describe('together with GitHub', () => {
  it('knows one person by one token in both', async () => {
    await using at = await workspace()
    const githubSource = {
      id: 'github',
      collector: 'github',
      demo: true,
      config: { organization: acmeRobotics.login, baseUrl: github.url },
      secrets: { token: { env: 'E2E_GITHUB_TOKEN' } },
    }
    await at.config({ sources: [oktaSource(okta, acmeConfig), githubSource] })
    const env = { E2E_OKTA_TOKEN: okta.tokens.superAdmin, E2E_GITHUB_TOKEN: github.tokens.owner }
    const ran = await affiant(['run'], { cwd: at.folder, env })
    expect(ran.exitCode).toBe(2)
    const { checks } = await shown(at)
    expect(checks.find(({ check }) => check === 'github.members-are-staff')).toMatchObject({ status: 'fail' })
  })
})
