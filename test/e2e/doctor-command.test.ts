import * as fs from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DoctorJson } from '../../src/report/doctor.ts'
import { type GithubServer, startGithub } from '../servers/github/index.ts'
import { READ_RIGHTS } from '../servers/github/principal.ts'
import { affiant } from './support/cli.ts'
import { wellKept } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

const LACKED = ['administration', 'contents', 'organization_administration']
const appRights = {
  ...Object.fromEntries(Object.entries(READ_RIGHTS).filter(([right]) => !LACKED.includes(right))),
  members: 'write' as const,
}

let server: GithubServer
let at: Workspace

beforeAll(async () => {
  server = await startGithub({ seed: wellKept, appRights })
  at = await workspace()
})
afterAll(async () => {
  await Promise.all([server?.close(), at?.[Symbol.asyncDispose]()])
})

async function asApp() {
  await fs.writeFile(at.path('app.pem'), server.app.privateKey, { mode: 0o600 })
  const auth = { type: 'app', appId: server.app.id, installationId: server.app.installationId }
  const source = githubSource(server)
  const secrets = { privateKey: { file: './app.pem' } }
  await at.config({ sources: [{ ...source, config: { ...source.config, auth }, secrets }] })
}

it('names three missing rights and one too many of an app, by what GitHub lists as granted', async () => {
  await asApp()
  const { exitCode, stdout, stderr } = await affiant(['doctor', '--json'], { cwd: at.folder })
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' })
  const [source] = DoctorJson.parse(JSON.parse(stdout)).sources
  expect(source?.missing.map(({ permission, by }) => [permission, by])).toEqual([
    ['administration:read', ['not-granted', 'refused']],
    ['contents:read', ['not-granted', 'refused']],
    ['organization_administration:read', ['hidden', 'not-granted', 'refused']],
  ])
  expect(source?.excess).toEqual([
    { right: 'members:write', instead: expect.stringContaining('"Read-only" is enough') },
  ])
  const text = await affiant(['doctor', 'github'], { cwd: at.folder })
  expect(text.exitCode).toBe(3)
  const printed = text.stdout.replaceAll(/\s+/g, ' ')
  expect(printed).toContain('Grant administration:read: Repository permissions, "Administration": "Read-only"')
  expect(printed).toContain('over-privileged: members:write')
})

it('warns of a classic token of an owner, and ends with 0 as all can be read', async () => {
  await at.config({ sources: [githubSource(server)] })
  const { exitCode, stdout } = await affiant(['doctor'], {
    cwd: at.folder,
    env: { E2E_GITHUB_TOKEN: server.tokens.owner },
  })
  expect(exitCode).toBe(0)
  for (const text of ['over-privileged: admin:org', 'over-privileged: repo', 'long-lived'])
    expect(stdout).toContain(text)
  expect(stdout).not.toContain(server.tokens.owner)
})

it('ends with 1 and names the secret that is not set', async () => {
  await at.config({ sources: [githubSource(server)] })
  const { exitCode, stdout, stderr } = await affiant(['doctor'], { cwd: at.folder })
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('E2E_GITHUB_TOKEN')
})

it('prints a manifest that GitHub takes, without a config', async () => {
  const { exitCode, stdout } = await affiant(['permissions', 'github', '--format', 'github-app-manifest'], { cwd: '/' })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout).default_permissions).toEqual(READ_RIGHTS)
})
