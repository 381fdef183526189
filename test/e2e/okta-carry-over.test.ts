import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ShowJson } from '../../src/report/json/run.ts'
import { acmeRobotics, type GithubServer, startGithub } from '../servers/github/index.ts'
import { acmeIdentity, type OktaServer, startOkta } from '../servers/okta/index.ts'
import { affiant } from './support/cli.ts'
import { oktaSource, type Workspace, workspace } from './support/workspace.ts'

let okta: OktaServer
let github: GithubServer
let at: Workspace
beforeAll(async () => {
  ;[okta, github] = await Promise.all([startOkta({ seed: { ...acmeIdentity(new Date()), apps: [] } }), startGithub()])
  at = await workspace()
  await at.config({
    sources: [
      { ...oktaSource(okta, { profile: { githubLogin: 'githubLogin' } }), share: 1 },
      {
        id: 'github',
        collector: 'github',
        demo: true,
        config: { organization: acmeRobotics.login, baseUrl: github.url },
        secrets: { token: { env: 'E2E_GITHUB_TOKEN' } },
      },
    ],
  })
})
afterAll(async () => {
  await Promise.all([okta.close(), github.close(), at[Symbol.asyncDispose]()])
})

/** Runs, and says what the run read of factors. */
async function run() {
  const env = { E2E_OKTA_TOKEN: okta.tokens.superAdmin, E2E_GITHUB_TOKEN: github.tokens.owner }
  okta.clearRequests()
  const ran = await affiant(['run'], { cwd: at.folder, env })
  const factors = okta.requests().filter(({ url }) => url.includes('/factors'))
  const shown = ShowJson.parse(JSON.parse((await affiant(['show', '--json'], { cwd: at.folder })).stdout))
  return { ran, shown, asked: factors.length }
}

const checkOf = ({ shown }: Awaited<ReturnType<typeof run>>, id: string) =>
  shown.checks.find(({ check }) => check === id)

describe('a second run', () => {
  it('asks for the factors of nobody whose account is as it was, and says since when they are known', async () => {
    const first = await run()
    const second = await run()
    expect(first.shown.incomplete).toEqual([])
    expect(second.shown.incomplete).toEqual([])
    expect(first.shown.carriedOver).toEqual([])
    expect(first.asked).toBeGreaterThan(40)
    expect(second.asked).toBeLessThan(first.asked / 4)
    const [carried] = second.shown.carriedOver
    expect(carried).toMatchObject({ stream: 'okta.user-factors', demo: true, oldest: carried?.fullAt })
    expect(carried?.count).toBeGreaterThan(40)
    expect(second.ran.stdout).toContain('Carried over from earlier runs')
    for (const id of ['okta.mfa-enrolled', 'okta.leavers-gone-everywhere', 'github.members-are-staff']) {
      expect(checkOf(second, id)).toMatchObject({ status: 'fail', counts: checkOf(first, id)?.counts })
    }
    expect(checkOf(second, 'github.members-are-staff')?.counts.passed).toBeGreaterThan(0)
    const { number } = second.shown.run
    const verified = await affiant(['verify', String(number), '--key', at.path('key.pub.pem')], { cwd: at.folder })
    expect(verified.exitCode).toBe(0)
    const replayed = await affiant(['replay', String(number)], { cwd: at.folder })
    expect(replayed.exitCode).toBe(0)
  }, 120_000)
})
