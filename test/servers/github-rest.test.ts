import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { acmeLabs, type GithubOptions, type GithubServer, startGithub } from './github/index.ts'
import { READ_RIGHTS } from './github/principal.ts'
import { LEAKED } from './github/shapes/alerts.ts'

const List = z.array(z.looseObject({ id: z.number().optional() }))
const pay = '/repos/acme-robotics/payments-api'

let github: GithubServer
beforeAll(async () => {
  github = await startGithub({ others: [acmeLabs] })
})
afterAll(() => github.close())

async function get(path: string, token = github.tokens.owner, server = github, headers: Record<string, string> = {}) {
  const address = path.startsWith('http') ? path : `${server.url}${path}`
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}`, ...headers } })
  const text = await answer.text()
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: answer.status, headers: answer.headers, body, text }
}
const list = async (path: string, token?: string) => List.parse((await get(path, token)).body)

async function onServer<T>(options: GithubOptions, work: (server: GithubServer) => Promise<T>): Promise<T> {
  const server = await startGithub(options)
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

/** A token of the app's installation, as Octokit gets one. */
async function installed(server: GithubServer, organization = 'acme-robotics') {
  const { id: appId, installations, privateKey } = server.app
  const { request } = new Octokit({ baseUrl: server.url })
  const auth = createAppAuth({ appId, installationId: installations[organization] ?? 0, privateKey, request })
  return auth({ type: 'installation' })
}

describe('changes', () => {
  test('pull requests: open ones unless asked otherwise, newest first; reviews name the commit they looked at', async () => {
    expect((await list('/repos/acme-robotics/arm-firmware/pulls')).map(({ number }) => number)).toEqual([23])
    const closed = await list(`${pay}/pulls?state=closed`)
    expect(closed.map(({ number }) => number)).toEqual([50, 49, 47, 44])
    const { body: one } = await get(`${pay}/pulls/47`)
    expect(one).toMatchObject({ merged: true, merged_by: { login: 'umber-newt' }, commits: 2 })
    const { head, merge_commit_sha: merge } = z
      .looseObject({ head: z.object({ sha: z.string() }), merge_commit_sha: z.string() })
      .parse(one)
    const [review] = await list(`${pay}/pulls/47/reviews`)
    const commits = await list(`${pay}/pulls/47/commits`)
    expect([review?.['commit_id'], head.sha]).toEqual(commits.map(({ sha }) => sha))
    expect((await list(`${pay}/commits/${merge}/pulls`)).map(({ number }) => number)).toEqual([47])
    expect(await get(`${pay}/pulls/999`)).toMatchObject({ status: 404 })
  })

  test('the branch has what each way of merging leaves on it, and the bounds of time are inclusive', async () => {
    const Commits = z.array(
      z.object({
        sha: z.string(),
        parents: z.array(z.object({ sha: z.string() })),
        commit: z.object({ committer: z.object({ date: z.string() }), message: z.string() }),
      }),
    )
    const all = Commits.parse(await list(`${pay}/commits?per_page=100`))
    const [first] = all
    // A root, a squash, two commits and a merge of two parents, a squash, a push and a rebase.
    expect(all).toHaveLength(1 + 1 + 3 + 1 + 1 + 1)
    expect(all.filter(({ parents }) => parents.length === 2)).toHaveLength(1)
    const when = first?.commit.committer.date ?? ''
    expect(await list(`${pay}/commits?since=${when}&until=${when}`)).toHaveLength(1)
    expect(await get('/repos/acme-robotics/new-initiative/commits')).toMatchObject({ status: 409 })
  })

  test('rule suites: of the last day unless asked otherwise, with offsets, for those who may change rulesets', async () => {
    expect(await list('/orgs/acme-robotics/rulesets/rule-suites')).toEqual([])
    const month = await list(`${pay}/rulesets/rule-suites?time_period=month`)
    expect(month.map(({ result }) => result)).toEqual(['pass', 'bypass', 'fail', 'bypass', 'pass'])
    expect(month[0]?.['pushed_at']).toMatch(/-06:00$/)
    const bypassed = await list('/orgs/acme-robotics/rulesets/rule-suites?time_period=month&rule_suite_result=bypass')
    expect(bypassed.map(({ actor_name: name }) => name)).toEqual(['ember-fox', 'teal-walrus'])
    const { body } = await get(`/orgs/acme-robotics/rulesets/rule-suites/${bypassed[0]?.id}`)
    expect(body).toMatchObject({
      rule_evaluations: expect.arrayContaining([
        expect.objectContaining({ rule_type: 'pull_request', result: 'fail' }),
      ]),
    })
    const refused = await get(`${pay}/rulesets/rule-suites`, github.tokens.readOnly)
    expect([refused.status, refused.headers.get('x-accepted-github-permissions')]).toEqual([
      403,
      'administration=write',
    ])
  })

  test('activity tells pushes from merges', async () => {
    const events = await list(`${pay}/activity?direction=asc`)
    expect(events.map(({ activity_type: type }) => type)).toEqual([
      'pr_merge',
      'pr_merge',
      'push',
      'pr_merge',
      'pr_merge',
    ])
  })

  test('a deployment leads through its log to the run and to who approved it', async () => {
    const [deployment] = await list(`${pay}/deployments?environment=production`)
    const statuses = await list(`${pay}/deployments/${deployment?.id}/statuses`)
    expect(statuses).toMatchObject([{ state: 'success' }])
    const approvals = await Promise.all(
      (await list(`${pay}/deployments?environment=production`)).map(async ({ id }) => {
        const [status] = await list(`${pay}/deployments/${id}/statuses`)
        const run = /runs\/(\d+)/.exec(String(status?.['log_url']))?.[1]
        return (await list(`${pay}/actions/runs/${run}/approvals`)).map(
          ({ user }) => z.object({ login: z.string() }).parse(user).login,
        )
      }),
    )
    expect(approvals).toEqual([[], ['umber-newt'], ['pearl-dolphin']])
  })
})

describe('security', () => {
  test('alerts of the organisation are paged by cursors', async () => {
    const first = await get('/orgs/acme-robotics/dependabot/alerts?per_page=2')
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect(next).toMatch(/[?&]after=/)
    const second = await get(next)
    expect([List.parse(first.body).length, List.parse(second.body).length]).toEqual([2, 1])
    expect(second.headers.get('link')).not.toContain('rel="next"')
    expect(await list('/orgs/acme-robotics/dependabot/alerts?state=open,dismissed&severity=critical')).toHaveLength(1)
  })

  test('a secret is in the answer, unless it is asked to be hidden', async () => {
    const at = '/orgs/acme-robotics/secret-scanning/alerts'
    expect((await get(at)).text).toContain(LEAKED)
    expect((await get(`${at}?hide_secret=true`)).text).not.toContain(LEAKED)
    expect(await list(`${at}?state=open&hide_secret=true`)).toMatchObject([
      { secret_type: 'aws_access_key_id', state: 'open' },
    ])
  })

  test('what is off, not licensed and not allowed is told apart', async () => {
    const scripts = '/repos/acme-robotics/ops-scripts'
    expect(await get(`${pay}/vulnerability-alerts`)).toMatchObject({ status: 204, body: undefined })
    expect(await get(`${scripts}/vulnerability-alerts`)).toMatchObject({
      status: 404,
      body: { message: 'Vulnerability alerts are disabled.' },
    })
    expect(await get(`${pay}/vulnerability-alerts`, github.tokens.member)).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    })
    expect(await get(`${scripts}/dependabot/alerts`)).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/disabled/) },
    })
    expect(await get(`${scripts}/code-scanning/analyses`)).toMatchObject({
      status: 404,
      body: { message: 'no analysis found' },
    })
    await onServer(
      {
        seed: {
          ...acmeLabs,
          repositories: [{ name: 'lens', pushedAt: '2026-01-01T00:00:00Z' }],
          teams: [],
          plan: 'team',
        },
      },
      async (server) => {
        const { advancedSecurity: _on, ...unlicensed } = server.organization
        await onServer({ seed: unlicensed }, async (poor) => {
          const { status, text } = await get('/repos/acme-labs/lens/code-scanning/alerts', poor.tokens.owner, poor)
          expect([status, text]).toEqual([403, expect.stringContaining('Advanced Security must be enabled')])
        })
        expect(await get('/orgs/acme-labs/audit-log', server.tokens.owner, server)).toMatchObject({ status: 404 })
      },
    )
  })

  test('settings are for owners, and some of them for one kind of token', async () => {
    const org = '/orgs/acme-robotics'
    for (const path of ['/hooks', '/actions/permissions', '/actions/runner-groups', '/installations']) {
      expect([path, (await get(org + path)).status]).toEqual([path, 200])
      expect([path, (await get(org + path, github.tokens.member)).status]).toEqual([path, 404])
    }
    expect(await get(`${org}/personal-access-tokens`)).toMatchObject({ status: 403 })
    const { token } = await installed(github)
    expect(await list(`${org}/personal-access-tokens`, token)).toMatchObject([
      { token_name: 'terraform' },
      { token_expires_at: null },
    ])
    const [, hook] = await list(`${org}/hooks`)
    expect(hook?.['config']).not.toHaveProperty('secret')
  })

  test('the audit log forgets, is searched by phrase, and keeps Git events apart and for a week', async () => {
    const at = '/orgs/acme-labs/audit-log'
    const actions = async (query: string) => (await list(`${at}${query}`)).map(({ action }) => action)
    expect(await actions('')).toEqual([
      'org.update_member',
      'protected_branch.policy_override',
      'org.add_member',
      'repo.create',
    ])
    expect(await actions('?include=git')).toEqual(['git.push'])
    expect(await actions('?include=all&order=asc&per_page=2')).toEqual(['repo.create', 'org.add_member'])
    expect(await actions('?phrase=action:org')).toEqual(['org.update_member', 'org.add_member'])
    const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10)
    expect(await actions(`?phrase=created:>=${since}`)).toEqual([
      'org.update_member',
      'protected_branch.policy_override',
    ])
  })
})

describe('credentials', () => {
  test('an installation’s token works in its organisation, and expires', async () => {
    let now = Date.parse('2026-05-01T12:00:00Z')
    await onServer({ others: [acmeLabs], installationTokenMs: 60_000, now: () => now }, async (server) => {
      const { token, expiresAt } = await installed(server, 'acme-labs')
      expect(expiresAt).toBe('2026-05-01T12:01:00Z')
      expect((await get('/orgs/acme-labs/teams', token, server)).status).toBe(200)
      expect((await get('/orgs/acme-robotics/teams', token, server)).status).toBe(403)
      expect((await get('/repos/acme-labs/lens', token, server)).status).toBe(200)
      expect((await get('/repos/acme-robotics/arm-firmware', token, server)).status).toBe(404)
      now += 60_000
      expect(await get('/orgs/acme-labs/teams', token, server)).toMatchObject({
        status: 401,
        body: { message: 'Bad credentials' },
      })
    })
  })

  test('a token for some repositories sees them and what is public; one without single sign-on is told so', async () => {
    const tokens = {
      some: { login: 'amber-otter', rights: READ_RIGHTS, repositories: ['payments-api'] },
      blocked: { login: 'amber-otter', ssoBlocked: ['acme-robotics'] },
    }
    await onServer({ tokens }, async (server) => {
      const names = List.parse((await get('/orgs/acme-robotics/repos?type=private', 'some', server)).body)
      expect(names).toMatchObject([{ name: 'payments-api' }])
      expect((await get('/repos/acme-robotics/docs', 'some', server)).status).toBe(200)
      expect((await get('/repos/acme-robotics/infrastructure/pulls', 'some', server)).status).toBe(404)
      const blocked = await get('/orgs/acme-robotics/repos', 'blocked', server)
      expect([blocked.status, blocked.headers.get('x-github-sso')]).toEqual([
        403,
        expect.stringMatching(/^required; url=/),
      ])
      server.hide('payments-api', 'forbidden')
      expect((await get(`${pay}/commits`, server.tokens.owner, server)).status).toBe(403)
      server.hide('payments-api', 'absent')
      expect((await get(`${pay}/commits`, server.tokens.owner, server)).status).toBe(404)
    })
  })

  test('an Enterprise Server has its API below /api/v3, links and all', async () => {
    const page = await get('/api/v3/orgs/acme-robotics/repos?per_page=20')
    expect(page.headers.get('link')).toContain(`${github.url}/api/v3/organizations/90000001/repos?per_page=20&page=2`)
    const next = await get(`/api/v3/organizations/90000001/repos?per_page=20&page=2`)
    expect(List.parse(next.body)).toHaveLength(6)
    const graphql = await fetch(`${github.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${github.tokens.owner}` },
      body: JSON.stringify({ query: 'query { viewer { login } }' }),
    })
    expect(await graphql.json()).toEqual({ data: { viewer: { login: 'amber-otter' } } })
  })

  test('what has not changed is free, and the hour passes', async () => {
    let now = Date.parse('2026-05-01T12:00:00Z')
    await onServer({ rateLimit: 2, now: () => now }, async (server) => {
      const ask = (etag = '') => get(pay, server.tokens.owner, server, { 'if-none-match': etag })
      const etag = (await ask()).headers.get('etag') ?? ''
      for (let count = 0; count < 3; count++) expect((await ask(etag)).status).toBe(304)
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 403])
      now += 3_600_000
      expect((await ask()).status).toBe(200)
    })
  })
})
