/** Story S4: no secret and nobody's address leaves a source, whatever is asked and however it ends. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRun } from '../../src/bundle/read.ts'
import { openStore } from '../../src/runtime.ts'
import { CANARY_MAILS, found } from '../../src/testing/canaries.ts'
import { CREDENTIALS } from '../collect/credential-examples.ts'
import { type GithubServer, startGithub } from '../servers/github/index.ts'
import { affiant, type Ended, startAffiant } from './support/cli.ts'
import { wellKept, wellKeptChecks } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

const KINDS = [
  'aws-access-key-id',
  'github',
  'slack',
  'json-web-token',
  'private-key',
  'database-connection-string',
  'url-password',
  'npm',
  'google-api-key',
  'stripe',
  'anthropic',
  'sendgrid',
]
/** On one line, so that they can stand in headers. */
const SECRETS = KINDS.map((kind) => (CREDENTIALS[kind]?.[0] ?? '').replaceAll('\n', ' '))
const [TOKEN = ''] = CREDENTIALS['github'] ?? []
/** What must not be found: a private key is one as soon as its body is there. */
const WORDS = [...SECRETS, ...CANARY_MAILS, SECRETS[4]?.split(' ').at(-1) ?? '']
const EVERYTHING = [...SECRETS, ...CANARY_MAILS].join(' ')
/** Is known under the same name in both systems. */
const SAME_PERSON = 'amber-otter'

const seed = {
  ...wellKept,
  teams: SECRETS.map((secret, place) => ({
    slug: place === 0 ? TOKEN.toLowerCase() : `team-${place}`,
    name: `deploys with ${secret}`,
    members: [],
    repositories: { blades: 'push' as const },
  })),
  repositories: wellKept.repositories.map((repository, place) => ({
    ...repository,
    description: EVERYTHING,
    ...(place === 1 && { defaultBranch: `release/${TOKEN}` }),
  })),
}

let server: GithubServer
let at: Workspace
const said: [where: string, text: string][] = []

beforeAll(async () => {
  server = await startGithub({ seed })
  server.setFault({
    kind: 'status',
    status: 403,
    message: EVERYTHING,
    headers: { 'x-canary': EVERYTHING, 'x-accepted-github-permissions': 'members=read' },
    on: /filter=2fa_disabled/,
  })
  server.setFault({ kind: 'status', status: 500, message: EVERYTHING, times: 1, on: /codeowners|rules\/branches/ })
  at = await prepare()
}, 60_000)
afterAll(async () => {
  await server?.close()
  await at?.[Symbol.asyncDispose]()
})

/** Both collectors, and a repository with everything in every place git has for it. */
async function prepare(more: object = {}): Promise<Workspace> {
  const place = await workspace()
  await fs.mkdir(place.path('tmp'))
  await fs.mkdir(place.path('api'))
  const git = (args: readonly string[], author = SAME_PERSON) => {
    const env = { PATH: process.env.PATH, HOME: place.folder, GIT_CONFIG_NOSYSTEM: '1' }
    const who = {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: author,
      GIT_COMMITTER_NAME: author,
      GIT_COMMITTER_EMAIL: author,
    }
    const { status, stderr } = spawnSync('git', args, {
      cwd: place.path('api'),
      encoding: 'utf8',
      env: { ...env, ...who },
    })
    if (status !== 0) throw new Error(stderr)
  }
  git(['init', '--quiet', `--initial-branch=hot/${TOKEN}`])
  await fs.mkdir(place.path('api/.github/workflows'), { recursive: true })
  await fs.writeFile(place.path('api/.github/workflows/build.yml'), EVERYTHING)
  await fs.writeFile(place.path(`api/.github/workflows/${TOKEN}.yml`), EVERYTHING)
  git(['add', '--all'])
  git(['commit', '--quiet', '-m', EVERYTHING])
  for (const mail of CANARY_MAILS) git(['commit', '--quiet', '--allow-empty', '-m', `By ${mail}`], mail)
  git(['remote', 'add', 'origin', `https://deploy:${TOKEN}@git.example.com/acme/api.git`])
  git(['remote', 'add', 'other', `https://git.example.com/acme/${TOKEN}.git`])
  git(['config', `branch.hot/${TOKEN}.description`, EVERYTHING])
  await place.config({
    sources: [
      githubSource(server),
      { id: 'git', collector: 'git', config: { repositories: [{ path: './api' }] }, secrets: {} },
    ],
    checks: wellKeptChecks,
    jobs: [{ id: 'default', schedule: '0 6 * * *' }],
    ...more,
  })
  return place
}

const environment = (place: Workspace) => ({ E2E_GITHUB_TOKEN: server.tokens.owner, TMPDIR: place.path('tmp') })

async function say(args: readonly string[], place = at): Promise<Ended> {
  const ended = await affiant(['--log-level', 'debug', ...args], { cwd: place.folder, env: environment(place) })
  said.push([`stdout of ${args.join(' ')}`, ended.stdout], [`stderr of ${args.join(' ')}`, ended.stderr])
  return ended
}

/** Names and contents of all files below, and what stands in base64 in signed statements. */
async function filesIn(folder: string): Promise<[string, string][]> {
  const files: [string, string][] = []
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const text = entry.isFile() ? await fs.readFile(path, 'utf8') : ''
    const payloads = [...text.matchAll(/"payload":\s*"([^"]+)"/g)].map(([, one = '']) =>
      Buffer.from(one, 'base64').toString(),
    )
    files.push([path, [path, text, ...payloads].join('\n')])
  }
  return files
}

async function expectNothing(place = at): Promise<void> {
  const files = [...(await filesIn(place.store)), ...(await filesIn(place.path('tmp')))]
  expect(files.length).toBeGreaterThan(0)
  const hits = [...said, ...files].flatMap(([where, text]) =>
    found(text, [...WORDS, server.tokens.owner]).map((word) => ({ where, word })),
  )
  expect(hits).toEqual([])
}

interface Stored {
  credentials: { stream: string; rule: string; field: string; count: number }[]
  reasons: Record<string, string | undefined>
  records: Record<string, unknown>[]
}

async function stored(place: Workspace, run: number): Promise<Stored> {
  const { index, lines } = await readRun(openStore(place.store), run)
  const result: Stored = { credentials: [], reasons: {}, records: [] }
  for await (const line of index()) {
    if (line.kind === 'outcome') {
      result.reasons[line.stream] = line.outcome.reason
      for (const entry of line.outcome.credentials ?? []) result.credentials.push({ stream: line.stream, ...entry })
    }
    if (line.kind !== 'records') continue
    for await (const batch of lines(line)) {
      for (const text of batch) result.records.push({ stream: line.schema, ...JSON.parse(text) })
    }
  }
  return result
}

const tokenIn = ({ records }: Stored, stream: string, field: string): Set<unknown> =>
  new Set(records.filter((record) => record['stream'] === stream).map((record) => record[field]))

describe('twelve secrets and twenty mail addresses, in GitHub and in git', () => {
  it('are in nothing that a run writes; where a listed field holds one, the outcome says so', async () => {
    const run = await say(['run'])
    expect(run.stderr).toContain('request retried')
    await expectNothing()
    const { credentials, reasons } = await stored(at, 1)
    const rules = credentials.filter(({ stream, field }) => stream === 'github.teams' && field === 'name')
    expect(rules.reduce((sum, { count }) => sum + count, 0)).toBe(12)
    expect(credentials.map(({ stream, field }) => `${stream} ${field}`)).toEqual(
      expect.arrayContaining([
        'github.repositories defaultBranch',
        'git.repository defaultBranch',
        'git.repository ref',
        'git.repository remotes.*.location',
        'git.files path',
      ]),
    )
    expect(reasons).toMatchObject({
      'github.repositories': undefined,
      'github.teams': undefined,
      'github.members-without-two-factor': 'denied',
      'git.repository': undefined,
      'git.files': undefined,
      'git.commits': undefined,
    })
    expect(run.stdout).toContain('CREDENTIALS IN A SOURCE')
  })

  it('are in nothing that any command says', async () => {
    const { exitCode, stdout } = await say(['show', '1', '--json'])
    expect(exitCode).toBe(0)
    const { controls, checks } = JSON.parse(stdout)
    for (const more of [[], ['--failed'], ['--unknown'], ['--failed', '--json'], ['--unknown', '--json']]) {
      expect((await say(['show', '1', ...more])).exitCode).toBe(0)
    }
    expect((await say(['show', '1', '--control', controls[0].control, '--json'])).exitCode).toBe(0)
    for (const { check } of checks.filter(({ check: id }: { check: string }) =>
      /team|branch|protected|code-own/.test(id),
    )) {
      expect((await say(['show', '1', '--check', check, '--json'])).exitCode).toBe(0)
    }
    for (const args of [
      ['list'],
      ['controls'],
      ['collectors'],
      ['collectors', 'github'],
      ['permissions', 'github'],
      ['validate'],
    ]) {
      expect({ args, exitCode: (await say(args)).exitCode }).toEqual({ args, exitCode: 0 })
    }
    expect((await say(['verify', '1', '--key', 'key.pub.pem'])).exitCode).toBe(3)
    expect((await say(['doctor'])).exitCode).toBe(3)
    await expectNothing()
  }, 120_000)

  it('are not in what a worker says, nor in its health', async () => {
    const worker = startAffiant(['--log-level', 'debug', 'worker', '--port', '0'], {
      cwd: at.folder,
      env: environment(at),
    })
    let log = ''
    worker.child.stderr?.on('data', (text: string) => (log += text))
    await worker.said('health is served')
    const url = /"url":"(?<url>[^"]+)"/.exec(log)?.groups?.['url'] ?? ''
    said.push(['/healthz', await (await fetch(url)).text()])
    worker.child.kill('SIGTERM')
    const ended = await worker.ended
    said.push(['stdout of worker', ended.stdout], ['stderr of worker', ended.stderr])
    expect(ended.exitCode).toBe(0)
    await expectNothing()
  }, 60_000)
})

describe('a crash in the middle', () => {
  it('kill -9 leaves none of them in the staging folder', async () => {
    await using place = await prepare()
    const hanging = server.setFault({ kind: 'hang', on: /\/codeowners\/errors/ })
    const run = startAffiant(['--log-level', 'debug', 'run'], { cwd: place.folder, env: environment(place) })
    try {
      await run.said(/git\.commits[^\n]*complete/)
    } finally {
      run.child.kill('SIGKILL')
      hanging.clear()
    }
    const { signal, stdout, stderr } = await run.ended
    expect(signal).toBe('SIGKILL')
    said.push(['stdout of a killed run', stdout], ['stderr of a killed run', stderr])
    await expectNothing(place)
  }, 60_000)

  it("an error in a plug-in's timer does not quote them", async () => {
    await using place = await prepare({
      plugins: ['./plugin'],
      sources: [{ id: 'acme', collector: 'acme', config: {}, secrets: {} }],
      checks: {},
    })
    await fs.mkdir(place.path('node_modules'))
    await fs.symlink(join(import.meta.dirname, '..', '..'), place.path('node_modules/affiant'))
    await fs.mkdir(place.path('plugin'))
    const manifest = { name: 'acme', version: '1.0.0', type: 'module', main: './index.js' }
    await fs.writeFile(place.path('plugin/package.json'), JSON.stringify(manifest))
    await fs.writeFile(
      place.path('plugin/index.js'),
      `import { z } from 'affiant/sdk'
export const collector = {
  apiVersion: 1, id: 'acme', title: 'Acme', docs: 'https://example.com', config: z.strictObject({}), secrets: {},
  limits: [{ id: 'all', perMinute: 60, concurrency: 1 }],
  async open({ log }) { log.info({ note: ${JSON.stringify(SECRETS.join(' '))} }, 'opened'); return {} },
  async identify() { return { id: '1', name: 'acme', principal: { kind: 'app', name: 'acme' } } },
  expects: () => ({}),
  async *scopes() { yield { id: 'one' } },
  streams: [{
    id: 'acme.things', version: 1, title: 'Things', permissions: [],
    record: z.strictObject({ id: z.string() }), key: (thing) => thing.id,
    async *collect() {
      setTimeout(() => { throw new Error(${JSON.stringify(EVERYTHING)}) }, 10)
      await new Promise(() => {})
    },
  }],
  checks: [],
}
`,
    )
    const run = await say(['run'], place)
    expect(run.stderr).toContain('"opened"')
    expect(run.stderr).toContain('affiant failed: an error outside of any read')
    expect(run.exitCode).toBe(1)
    await expectNothing(place)
  }, 60_000)
})

describe('a person', () => {
  it('has one token in both systems, and another one in another installation', async () => {
    await using other = await prepare()
    await say(['run'], other)
    const [here, there] = [await stored(at, 1), await stored(other, 1)]
    const [mine, theirs] = [here, there].map((run) => {
      const members = tokenIn(run, 'github.members/2', 'login')
      return [...tokenIn(run, 'git.commits/2', 'author')].filter((author) => members.has(author))
    })
    expect(mine).toEqual([expect.stringMatching(/^person-[a-z2-7]{16}$/)])
    expect(theirs).toEqual([expect.stringMatching(/^person-[a-z2-7]{16}$/)])
    expect(mine).not.toEqual(theirs)
    await expectNothing(other)
  }, 60_000)
})
