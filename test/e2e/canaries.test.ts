import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Fault, type GithubServer, startGithub } from '../servers/github/index.ts'
import { affiant, type Ended } from './support/cli.ts'
import { CANARY, wellKept, wellKeptChecks } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

let server: GithubServer
let at: Workspace

beforeAll(async () => {
  server = await startGithub({ seed: wellKept })
  at = await workspace()
})
afterAll(async () => {
  await server.close()
  await at[Symbol.asyncDispose]()
})

const LOGINS = [...wellKept.members, ...wellKept.outsideCollaborators].map(({ login }) => login)

/** Tokens of people and apps, and the signed statements apps sign in with. */
const CREDENTIALS = /\bgh[ps]_[A-Za-z0-9]{8}|Bearer |\beyJ[\w-]{10,}\.eyJ/

/** Every file of the store with its name, and what stands in the base64 payload of its signed statements. */
async function everythingIn(folder: string): Promise<string> {
  const texts: string[] = []
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    texts.push(path)
    if (!entry.isFile()) continue
    const text = await fs.readFile(path, 'utf8')
    texts.push(text)
    for (const [, payload = ''] of text.matchAll(/"payload":\s*"([^"]+)"/g)) {
      texts.push(Buffer.from(payload, 'base64').toString())
    }
  }
  return texts.join('\n')
}

async function expectNothingLeaked(run: Ended, secrets: readonly string[]): Promise<void> {
  const stored = await everythingIn(at.store)
  expect(stored).toContain(wellKept.login)
  for (const [where, text] of Object.entries({ store: stored, stdout: run.stdout, stderr: run.stderr })) {
    const found = [...secrets, ...LOGINS, CANARY, 'billing@example.com'].filter((secret) => text.includes(secret))
    expect({ where, found, credentials: text.match(CREDENTIALS) }).toEqual({ where, found: [], credentials: null })
  }
}

/** GitHub's errors can quote what was asked for. */
const TALKATIVE: readonly Fault[] = [
  { kind: 'status', status: 403, message: `${CANARY} ${LOGINS[0]}@example.com may not`, on: /\/teams\/rotor\/repos/ },
  { kind: 'status', status: 500, message: `${CANARY} internal`, times: 1, on: /codeowners/ },
  { kind: 'status', status: 422, message: `${CANARY} ${LOGINS[1]}`, on: /filter=2fa_disabled/ },
  { kind: 'status', status: 404, message: CANARY, on: /\/blades\/.*\/protection$/ },
  { kind: 'malformed-json', on: /\/outside_collaborators/ },
]

it('no secret and no person gets out with a token, while things go wrong and everything is logged', async () => {
  for (const fault of TALKATIVE) server.setFault(fault)
  await at.config({ sources: [githubSource(server)], checks: wellKeptChecks })
  const { owner } = server.tokens
  const run = await affiant(['--log-level', 'debug', 'run'], { cwd: at.folder, env: { E2E_GITHUB_TOKEN: owner } })
  server.clearFaults()
  expect(run.exitCode).toBe(3)
  expect(run.stderr).toContain('request retried')
  expect(run.stdout).toContain('github.team-repositories')
  await expectNothingLeaked(run, [owner, Buffer.from(owner).toString('base64')])
  const shown = await affiant(['show', '--unknown'], { cwd: at.folder })
  await expectNothingLeaked(shown, [owner])
})

it('no secret and no person gets out with a GitHub App', async () => {
  const { app } = server
  await fs.writeFile(at.path('app.pem'), app.privateKey)
  const source = githubSource(server)
  await at.config({
    sources: [
      {
        ...source,
        config: { ...source.config, auth: { type: 'app', appId: app.id, installationId: app.installationId } },
        secrets: { privateKey: { file: './app.pem' } },
      },
    ],
    checks: wellKeptChecks,
  })
  const run = await affiant(['--log-level', 'debug', 'run'], { cwd: at.folder })
  expect(run.stderr).toMatch(/github\.members .*: complete, 103 records/)
  expect(run.stderr).not.toContain('not opened')
  await expectNothingLeaked(
    run,
    app.privateKey.split('\n').filter((line) => line.length > 20),
  )
})

it('a key that cannot be read is not shown', async () => {
  await fs.writeFile(at.path('app.pem'), `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----\n`)
  const run = await affiant(['--log-level', 'debug', 'run'], { cwd: at.folder })
  expect(run.exitCode).toBe(3)
  expect(run.stdout).toContain('private key')
  await expectNothingLeaked(run, [])
})
