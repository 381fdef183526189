import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { Ajv, type ValidateFunction } from 'ajv'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { acmeLabs, acmeRobotics, type GithubServer, startGithub } from './github/index.ts'
import { findRoute, ROUTES } from './github/rest/index.ts'

const Schemas = z.object({
  version: z.string(),
  source: z.url(),
  /** Routes that GitHub's description of api.github.com leaves out. */
  unknown: z.array(z.string()),
  routes: z.record(z.string(), z.unknown()),
  definitions: z.record(z.string(), z.unknown()),
})
const { routes, definitions, unknown } = Schemas.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'github/schemas/rest.json'), 'utf8')),
)
const ajv = new Ajv({ strict: false, allErrors: true, schemas: [{ $id: 'github', definitions }] })
const anonymous = (path: string) => path.replaceAll(/[:*]\w+/g, '{}')

/** Validators by route; each is made once. Undefined for a route without a body. */
const validators = new Map<string, ValidateFunction>()
function validatorOf(template: string): ValidateFunction | undefined {
  const schema = routes[template]
  if (schema === undefined || schema === null) return undefined
  const text = JSON.stringify(schema).replaceAll('"#/definitions/', '"github#/definitions/')
  const made = validators.get(template) ?? ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(text)))
  validators.set(template, made)
  return made
}

/** What is wrong with an answer, by its schema. */
function faultsOf(template: string, answer: unknown): unknown[] {
  const validate = validatorOf(template)
  if (!validate || validate(answer)) return []
  return (validate.errors ?? [])
    .slice(0, 8)
    .map(({ instancePath, message, params }) => ({ instancePath, message, params }))
}

let github: GithubServer
let sha: string
let deployment: number
let run: number

beforeAll(async () => {
  github = await startGithub({ others: [acmeLabs] })
  const first = async (path: string) => z.array(z.record(z.string(), z.unknown())).parse(await body(path))[0] ?? {}
  sha = z.object({ sha: z.string() }).parse(await first('/repos/acme-robotics/payments-api/commits')).sha
  deployment = z.object({ id: z.number() }).parse(await first('/repos/acme-robotics/payments-api/deployments')).id
  const runs = z.object({ workflow_runs: z.array(z.object({ id: z.number() })) })
  run = runs.parse(await body('/repos/acme-robotics/payments-api/actions/runs')).workflow_runs[0]?.id ?? 0
})
afterAll(() => github.close())

async function ask(path: string, token = github.tokens.owner) {
  const answer = await fetch(`${github.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}
const body = async (path: string) => (await ask(path)).body

async function installationToken(): Promise<string> {
  const { id: appId, installationId, privateKey } = github.app
  const { request } = new Octokit({ baseUrl: github.url })
  return (await createAppAuth({ appId, installationId, privateKey, request })({ type: 'installation' })).token
}

/** What is asked of each route; where there are several, more than one form of its answer is looked at. */
function requests(): string[] {
  const org = '/orgs/acme-robotics'
  const at = (name: string) => `/repos/acme-robotics/${name}`
  const pay = at('payments-api')
  return [
    '/user',
    '/user/memberships/orgs/acme-robotics',
    ...['', '/repos?per_page=100', '/members', '/outside_collaborators', '/teams', '/teams/platform/repos'].map(
      (rest) => org + rest,
    ),
    ...['/teams/web/members', '/rulesets', '/rulesets/40001', '/rulesets/rule-suites?time_period=month'].map(
      (rest) => org + rest,
    ),
    ...['/actions/permissions', '/actions/permissions/workflow', '/actions/permissions/selected-actions'].map(
      (rest) => org + rest,
    ),
    ...['/actions/runner-groups', '/actions/runner-groups/1/runners', '/hooks', '/installations'].map(
      (rest) => org + rest,
    ),
    ...['secret-scanning', 'dependabot', 'code-scanning'].map((kind) => `${org}/${kind}/alerts`),
    '/orgs/acme-labs/audit-log?include=all',
    ...acmeRobotics.repositories.map(({ name }) => at(name)),
    ...['/collaborators', '/branches', '/branches/main', '/rules/branches/main', '/rulesets'].map((rest) => pay + rest),
    `${pay}/branches/main/protection`,
    `${at('arm-firmware')}/rulesets/40003`,
    `${at('customer-portal')}/codeowners/errors`,
    `${at('customer-portal')}/branches/main/protection`,
    `${pay}/contents/.github/CODEOWNERS`,
    `${at('docs')}/contents/SECURITY.md`,
    `${pay}/rulesets/rule-suites?time_period=month`,
    ...['/pulls?state=all', '/pulls/47', '/pulls/47/reviews', '/pulls/47/commits'].map((rest) => pay + rest),
    `${at('arm-firmware')}/pulls/23/requested_reviewers`,
    `${at('arm-firmware')}/pulls/23`,
    `${pay}/activity`,
    ...['', '/pulls', '/check-runs', '/status', '/statuses'].map((rest) => `${pay}/commits/${sha}${rest}`),
    `${pay}/commits`,
    ...['', `/${deployment}`, `/${deployment}/statuses`].map((rest) => `${pay}/deployments${rest}`),
    ...['', '/production', '/production/deployment-branch-policies'].map((rest) => `${pay}/environments${rest}`),
    `${at('infrastructure')}/environments`,
    ...['', `/${run}`, `/${run}/approvals`].map((rest) => `${pay}/actions/runs${rest}`),
    ...['secret-scanning/alerts', 'dependabot/alerts', 'code-scanning/alerts', 'code-scanning/analyses'].map(
      (rest) => `${pay}/${rest}`,
    ),
    ...['code-scanning/default-setup', 'vulnerability-alerts', 'automated-security-fixes', 'keys', 'hooks'].map(
      (rest) => `${pay}/${rest}`,
    ),
    ...['', '/workflow', '/selected-actions'].map((rest) => `${pay}/actions/permissions${rest}`),
  ]
}

describe('answers are what GitHub describes', () => {
  test('every route served is in the reduced description, but for those GitHub keeps out of it', () => {
    expect(unknown).toEqual(['/orgs/{}/audit-log'])
    for (const { path } of ROUTES) expect([...Object.keys(routes), ...unknown]).toContain(anonymous(path))
  })

  test('every request of the owner is answered as its schema says', async () => {
    const asked = new Set<string>()
    const wrong: unknown[] = []
    for (const path of requests()) {
      const found = findRoute(path.split('?')[0] ?? '')
      if (!found) throw new Error(`no route for ${path}`)
      const template = anonymous(found.route.path)
      asked.add(template)
      const { status, body: answer } = await ask(path)
      if (status !== (template.endsWith('/vulnerability-alerts') ? 204 : 200)) wrong.push({ path, status, answer })
      const faults = faultsOf(template, answer)
      if (faults.length > 0) wrong.push({ path, faults })
    }
    expect(wrong).toEqual([])
    const suites = z
      .array(z.object({ id: z.number() }))
      .parse(await body('/orgs/acme-robotics/rulesets/rule-suites?time_period=month'))
    for (const scope of ['/orgs/acme-robotics', '/repos/acme-robotics/payments-api']) {
      const { status, body: suite } = await ask(`${scope}/rulesets/rule-suites/${suites[0]?.id}`)
      expect(status).toBe(200)
      const template = scope.startsWith('/orgs')
        ? '/orgs/{}/rulesets/rule-suites/{}'
        : '/repos/{}/{}/rulesets/rule-suites/{}'
      asked.add(template)
      expect(faultsOf(template, suite)).toEqual([])
    }
    const token = await installationToken()
    for (const path of ['/installation/repositories', '/orgs/acme-robotics/personal-access-tokens']) {
      const template = anonymous(findRoute(path)?.route.path ?? '')
      asked.add(template)
      expect(await ask(path)).toMatchObject({ status: 403 })
      const { status, body: answer } = await ask(path, token)
      expect([path, status, faultsOf(template, answer)]).toEqual([path, 200, []])
    }
    expect(ROUTES.map(({ path }) => anonymous(path)).filter((path) => !asked.has(path))).toEqual([])
  })

  test('a list that is not a list, or a field GitHub does not have, is not accepted', () => {
    const faults = (answer: unknown) => faultsOf('/repos/{}/{}/keys', answer).length
    const key = { id: 1, key: 'k', url: 'u', title: 't', verified: true, created_at: 'c', read_only: true }
    expect(faults([key])).toBe(0)
    expect(faults(key)).toBeGreaterThan(0)
    expect(faults([{ ...key, invented: 1 }])).toBeGreaterThan(0)
    expect(faults([{ ...key, read_only: 'yes' }])).toBeGreaterThan(0)
  })
})
