import * as fs from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../collectors/github/index.ts'
import { doctor } from '../../src/cli/doctor.ts'
import type { Environment, Output } from '../../src/cli/environment.ts'
import { permissions, type PermissionsOptions } from '../../src/cli/permissions.ts'
import { readRunView } from '../../src/cli/run-view.ts'
import { DoctorJson, type DoctorSource } from '../../src/report/doctor.ts'
import { PermissionsJson } from '../../src/report/permissions.ts'
import { runExitCode } from '../../src/report/summary.ts'
import * as runtime from '../../src/runtime.ts'
import type { Clock } from '../../src/sdk/context.ts'
import { type GithubServer, startGithub } from '../servers/github/index.ts'
import { READ_RIGHTS } from '../servers/github/principal.ts'
import { silentLog } from '../support/pipeline.ts'
import { wellKept, wellKeptChecks } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

const { systemClock } = runtime
const REMOVED = ['administration:read', 'contents:read', 'organization_administration:read']
/** Rights of the app from which three are removed. */
const LEFT = Object.fromEntries(Object.entries(READ_RIGHTS).filter(([name]) => !REMOVED.includes(`${name}:read`)))

let whole: GithubServer
let lacking: GithubServer
let at: Workspace

beforeAll(async () => {
  whole = await startGithub({ seed: wellKept })
  lacking = await startGithub({ seed: wellKept, appRights: LEFT })
  at = await workspace()
})
afterAll(async () => {
  await Promise.all([whole?.close(), lacking?.close(), at?.[Symbol.asyncDispose]()])
})

async function configFor(server: GithubServer, more: object = {}): Promise<string> {
  await fs.writeFile(at.path('app.pem'), server.app.privateKey, { mode: 0o600 })
  const { id: appId, installationId } = server.app
  const source = githubSource(server)
  return at.config({
    sources: [
      {
        ...source,
        config: { ...source.config, auth: { type: 'app', appId, installationId }, ...more },
        secrets: { privateKey: { file: './app.pem' } },
      },
    ],
    checks: wellKeptChecks,
  })
}

const configForToken = (server: GithubServer, token: string) => {
  process.env.E2E_GITHUB_TOKEN = token
  return at.config({ sources: [githubSource(server)], checks: wellKeptChecks })
}

function terminal(clock: Clock = systemClock) {
  const written: string[] = []
  const output: Output = {
    async write(text) {
      written.push(text)
    },
    isTty: false,
    columns: 4000,
    color: false,
  }
  const environment: Environment = {
    runtime: async () => ({
      ...runtime,
      examineSources: (request) => runtime.examineSources({ ...request, clock }),
    }),
    stdout: output,
    stderr: output,
    env: {},
    cwd: at.folder,
    onInterrupt: () => ({ [Symbol.dispose]() {} }),
    leave() {},
  }
  return { environment, text: () => written.join('') }
}

async function examined(config: string, { json = true, clock = systemClock }: { json?: boolean; clock?: Clock } = {}) {
  const { environment, text } = terminal(clock)
  const options = { config, logLevel: 'silent', ...(json && { json: true as const }) }
  const exitCode = await doctor('github', options, environment)
  return { exitCode, text: text() }
}

async function reported(config: string, clock?: Clock): Promise<DoctorSource & { exitCode: number }> {
  const { exitCode, text } = await examined(config, { ...(clock && { clock }) })
  const [source] = DoctorJson.parse(JSON.parse(text)).sources
  if (source === undefined) throw new Error('no source')
  return { ...source, exitCode }
}

async function ran(config: string) {
  const nothing = () => {}
  const { number } = await runtime.runJob({
    loaded: await runtime.loadConfigFile(config),
    trigger: 'manual',
    signal: new AbortController().signal,
    log: silentLog,
    progress: { sourceOpened: nothing, itemStarted: nothing, itemPage: nothing, itemEnded: nothing },
  })
  const view = await readRunView(runtime.openStore(at.store), number)
  return {
    exitCode: runExitCode(view),
    statuses: new Map(view.results.map(({ summary }) => [summary.check, summary.status])),
    /** Checks of which an input is not whole. */
    incomplete: new Set(
      view.plan.checks
        .filter(({ inputs }) =>
          inputs.some((id) => view.outcomes.some((one) => one.stream === id && one.outcome.status !== 'complete')),
        )
        .map(({ id }) => id),
    ),
  }
}

describe('three rights removed from a source', () => {
  it('doctor names the three, each with what it costs, and ends with 3', async () => {
    const { exitCode, missing } = await reported(await configFor(lacking))
    expect(exitCode).toBe(3)
    expect(missing.map(({ permission }) => permission)).toEqual(REMOVED)
    expect(missing.map(({ streams }) => streams)).toEqual(
      ['github.branch-protection', 'github.code-owners', 'github.organization'].map((id) =>
        expect.arrayContaining([id]),
      ),
    )
    for (const { checks, controls } of missing) {
      expect(checks).not.toEqual([])
      expect(controls).not.toEqual([])
    }
  })

  it('in the text too, one line each, with checks and controls', async () => {
    const { text } = await examined(await configFor(lacking), { json: false })
    const lines = text.split('\n').filter((line) => /missing \S+:read: /.test(line))
    expect(lines.map((line) => REMOVED.find((right) => line.includes(`missing ${right}: `)))).toEqual(REMOVED)
    for (const line of lines) expect(line).toMatch(/Becomes unknown: github\..*; controls A\.\d/)
  })

  it('a run then passes none of the checks doctor named, and ends with 3; they passed with the rights', async () => {
    const { missing } = await reported(await configFor(lacking))
    const named = [...new Set(missing.flatMap(({ checks }) => checks))]
    const before = await ran(await configFor(whole))
    const after = await ran(await configFor(lacking))
    expect(after.exitCode).toBe(3)
    // A check that reads several streams may not need the one that is not whole this time.
    const needed = named.filter((check) => after.incomplete.has(check))
    expect(needed.length).toBeGreaterThan(10)
    expect(needed.filter((check) => after.statuses.get(check) === 'pass')).toEqual([])
    // Nothing in this organisation changed, and nobody shows who may bypass a ruleset: some had nothing to lose.
    expect(needed.filter((check) => before.statuses.get(check) === 'pass').length).toBeGreaterThan(8)
    // Nothing else was lost: doctor named everything.
    const stillPassing = [...before.statuses].filter(([check, status]) => status === 'pass' && !named.includes(check))
    expect(stillPassing.filter(([check]) => after.statuses.get(check) !== 'pass')).toEqual([])
  })
})

describe('doctor', () => {
  it('finds nothing missing with the rights that are declared, only reads, and stores nothing', async () => {
    whole.clearRequests()
    const before = await fs.readdir(at.folder, { recursive: true })
    const source = await reported(await configFor(whole))
    expect(source).toMatchObject({
      exitCode: 0,
      readable: true,
      missing: [],
      unread: [],
      identity: { id: String(wellKept.id), name: wellKept.login, principal: { kind: 'app', name: whole.app.slug } },
      streams: { readable: expect.any(Number), all: expect.any(Number) },
      // Shown to those only who may change rulesets: nothing to grant, but not kept quiet either.
      limits: [{ check: 'github.no-standing-bypass', detail: expect.stringContaining('bypass') }],
    })
    const others = whole.requests().filter(({ method }) => method !== 'GET')
    const reads = /^(?:\/app\/installations\/\d+\/access_tokens|\/graphql)$/
    expect(others.filter(({ url }) => !reads.test(url))).toEqual([])
    const after = await fs.readdir(at.folder, { recursive: true })
    expect(after.filter((name) => !before.includes(name) && !/^(?:app\.pem|affiant\.yaml)$/.test(name))).toEqual([])
  })

  it('reads the first page of a list of members and not the second', async () => {
    whole.clearRequests()
    await reported(await configFor(whole))
    const pages = whole.requests().filter(({ url }) => url.includes('/members?'))
    expect(pages.length).toBeGreaterThan(0)
    expect(pages.filter(({ url }) => /[?&]page=2/.test(url))).toEqual([])
  })

  it('tells another organisation from the configured one by what the source says', async () => {
    const source = await reported(await configFor(whole, { organizationId: 4711 }))
    expect(source).toMatchObject({
      exitCode: 3,
      mismatch: true,
      expected: { id: '4711' },
      identity: { id: String(wellKept.id) },
      problem: { reason: 'invalid' },
    })
  })

  it('says that a token was refused, and what all of it costs', async () => {
    const source = await reported(await configForToken(whole, 'ghp_wrong'))
    expect(source).toMatchObject({ exitCode: 3, problem: { reason: 'denied' }, missing: [] })
    expect(source.problem?.detail).toContain('401')
    expect(source.problem?.checks).toHaveLength(collector.checks.length)
  })

  it('measures the clock against the dates of the answers: two hours ahead is warned of', async () => {
    const ahead: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + 7_200_000) }
    const { clock, exitCode } = await reported(await configForToken(whole, whole.tokens.owner), ahead)
    expect(clock).toMatchObject({ warning: true })
    expect(Math.abs((clock?.aheadSeconds ?? 0) - 7200)).toBeLessThan(30)
    expect(exitCode).toBe(0)
    const { text } = await examined(await configForToken(whole, whole.tokens.owner), { json: false, clock: ahead })
    expect(text).toMatch(/clock of this machine is .* ahead/)
  })

  it('prints no secret', async () => {
    const { text } = await examined(await configForToken(whole, whole.tokens.owner), { json: false })
    const json = await examined(await configForToken(whole, whole.tokens.owner))
    for (const printed of [text, json.text]) expect(printed).not.toContain(whole.tokens.owner)
  })

  it('refuses a source that does not exist, and names those that do', async () => {
    const { environment } = terminal()
    const config = await configForToken(whole, whole.tokens.owner)
    const examination = doctor('gihtub', { config, logLevel: 'silent' }, environment)
    await expect(examination).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('did you mean "github"?'),
      hint: expect.stringContaining('github'),
    })
  })
})

describe('permissions', () => {
  const printed = async (name: string, how: Pick<PermissionsOptions, 'json' | 'format'>) => {
    const { environment, text } = terminal()
    const exitCode = await permissions(name, { config: await configFor(whole), ...how }, environment)
    return { exitCode, text: text() }
  }

  it('of a source is what its streams declare, and makes no request', async () => {
    whole.clearRequests()
    const { exitCode, text } = await printed('github', { json: true })
    expect(exitCode).toBe(0)
    const names = PermissionsJson.parse(JSON.parse(text)).permissions.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([...REMOVED, 'members:read', 'metadata:read']))
    expect(whole.requests()).toEqual([])
  })

  it('of a collector that no source uses is printed all the same', async () => {
    expect((await printed('git', {})).text).toContain('needs no permission at the source')
  })

  it('refuses a name and a format it does not know, and says which there are', async () => {
    await expect(printed('githib', {})).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('"github"'),
    })
    await expect(printed('github', { format: 'jsno' })).rejects.toMatchObject({
      exitCode: 1,
      hint: expect.stringMatching(/^Formats: github-app-manifest/),
    })
  })
})
