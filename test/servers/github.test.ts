import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acmeRobotics, type Fault, type GithubServer, largeOrganization, startGithub } from './github/index.ts'

const org = 'acme-robotics'
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const connect = (baseUrl: string, auth?: string) => new Octokit({ baseUrl, log: silent, ...(auth && { auth }) })

let github: GithubServer
let owner: Octokit
let member: Octokit
let readOnly: Octokit

beforeAll(async () => {
  github = await startGithub()
  owner = connect(github.url, github.tokens.owner)
  member = connect(github.url, github.tokens.member)
  readOnly = connect(github.url, github.tokens.readOnly)
})
afterEach(() => {
  github.clearFaults()
  github.clearRequests()
})
afterAll(() => github.close())

const refused = (status: number, message: RegExp | string = /./) => ({
  status,
  message: expect.stringMatching(message),
})
const repositoryNames = (kind: (one: (typeof acmeRobotics.repositories)[number]) => boolean) =>
  acmeRobotics.repositories.filter(kind).map(({ name }) => name)

const at = (repo: string, branch = 'main') => ({ owner: org, repo, branch })
const large = (number: number) => ({ owner: 'big-robotics', repo: `service-00000${number}`, branch: 'main' })
const get = (init: RequestInit = {}) =>
  fetch(`${github.url}/orgs/${org}/repos?per_page=10`, {
    ...init,
    headers: { authorization: `token ${github.tokens.owner}` },
  })

/** Level and type of each rule in force, read in pages of two. */
async function ruleTypes(repo: string, branch?: string): Promise<string[]> {
  const all = await owner.paginate(owner.rest.repos.getBranchRules, { ...at(repo, branch), per_page: 2 })
  return all.map(({ type, ruleset_source_type: level }) => `${level} ${type}`)
}

describe('organisation', () => {
  test('shows its settings to an owner with admin:org, and leaves them out for anyone else', async () => {
    const { data } = await owner.rest.orgs.get({ org })
    expect(data).toMatchObject({
      login: org,
      id: acmeRobotics.id,
      two_factor_requirement_enabled: false,
      default_repository_permission: 'read',
      members_can_create_public_repositories: true,
      members_can_delete_repositories: false,
    })
    expect(data.public_repos + (data.total_private_repos ?? 0)).toBe(acmeRobotics.repositories.length)
    for (const client of [member, connect(github.url)]) {
      const { data: seen } = await client.rest.orgs.get({ org })
      expect(seen).toMatchObject({ login: org, id: acmeRobotics.id })
      expect(seen).not.toHaveProperty('two_factor_requirement_enabled')
      expect(seen).not.toHaveProperty('total_private_repos')
    }
  })

  test('another organisation is not found', async () => {
    await expect(owner.rest.orgs.get({ org: 'other' })).rejects.toMatchObject(refused(404, /^Not Found/))
    await expect(owner.rest.repos.listForOrg({ org: 'other' })).rejects.toMatchObject(refused(404))
  })

  test('lists every repository over several pages, by type, with links by number', async () => {
    const all = await owner.paginate(owner.rest.repos.listForOrg, { org, per_page: 7 })
    expect(all.map(({ name }) => name).toSorted()).toEqual(repositoryNames(() => true).toSorted())
    expect(github.requests()).toHaveLength(4)
    expect(github.requests()[1]?.url).toBe(`/organizations/${acmeRobotics.id}/repos?per_page=7&page=2`)
    const open = await owner.paginate(owner.rest.repos.listForOrg, { org, type: 'public' })
    expect(open.map(({ name }) => name).toSorted()).toEqual(
      repositoryNames(({ visibility }) => visibility === 'public').toSorted(),
    )
    const { data: forks } = await owner.rest.repos.listForOrg({ org, type: 'forks' })
    expect(forks).toMatchObject([{ name: 'ros-bridge', fork: true, default_branch: 'release/2.x' }])
    const { data: anonymous } = await connect(github.url).rest.repos.listForOrg({ org })
    expect(anonymous.every(({ visibility }) => visibility === 'public')).toBe(true)
  })

  test('lists people by role and second factor; the filter is for owners', async () => {
    const everyone = await owner.paginate(owner.rest.orgs.listMembers, { org, per_page: 4 })
    expect(everyone).toHaveLength(acmeRobotics.members.length)
    const admins = await owner.paginate(owner.rest.orgs.listMembers, { org, role: 'admin' })
    const members = await owner.paginate(owner.rest.orgs.listMembers, { org, role: 'member', per_page: 100 })
    expect([admins.length, members.length]).toEqual([6, 24])
    const { data: without } = await owner.rest.orgs.listMembers({ org, filter: '2fa_disabled' })
    expect(without.map(({ login }) => login)).toEqual(['lilac-wombat', 'teal-walrus'])
    await expect(member.rest.orgs.listMembers({ org, filter: '2fa_disabled' })).rejects.toMatchObject(
      refused(422, /^Only owners/),
    )
    const { data: outside } = await owner.rest.orgs.listOutsideCollaborators({ org })
    expect(outside.map(({ login }) => login)).toEqual(acmeRobotics.outsideCollaborators.map(({ login }) => login))
    await expect(member.rest.orgs.listOutsideCollaborators({ org })).rejects.toMatchObject(refused(403))
  })

  test('lists teams with their parent, and their repositories with the team’s role', async () => {
    const teams = await owner.paginate(owner.rest.teams.list, { org, per_page: 4 })
    expect(teams.map(({ slug }) => slug)).toEqual(acmeRobotics.teams.map(({ slug }) => slug))
    expect(teams.find(({ slug }) => slug === 'platform')?.parent?.slug).toBe('engineering')
    const { data: seen } = await member.rest.teams.list({ org })
    expect(seen.map(({ slug }) => slug)).not.toContain('incident-response')
    const repositories = await owner.paginate(owner.rest.teams.listReposInOrg, {
      org,
      team_slug: 'platform',
      per_page: 2,
    })
    expect(repositories.map(({ name, role_name }) => [name, role_name])).toEqual([
      ['infrastructure', 'admin'],
      ['deploy-tools', 'maintain'],
      ['build-images', 'maintain'],
    ])
    expect(repositories[1]?.permissions).toEqual({ pull: true, triage: true, push: true, maintain: true, admin: false })
    const { data: people } = await owner.rest.teams.listMembersInOrg({ org, team_slug: 'security' })
    expect(people.map(({ login }) => login)).toEqual(['pearl-dolphin', 'amber-otter'])
  })

  test('shows its rulesets', async () => {
    const { data: list } = await owner.rest.repos.getOrgRulesets({ org })
    expect(list.map(({ name, enforcement }) => [name, enforcement])).toEqual([
      ['critical services', 'active'],
      ['tried out: signatures everywhere', 'evaluate'],
    ])
    const { data: one } = await owner.rest.repos.getOrgRuleset({ org, ruleset_id: list[0]?.id ?? 0 })
    expect(one).toMatchObject({ source_type: 'Organization', bypass_actors: [] })
  })
})

describe('standing of the caller', () => {
  const ask = async (path: string, token: string) => {
    const answer = await fetch(`${github.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, body: await answer.json() }
  }
  const membership = '/user/memberships/orgs/acme-robotics'

  test('an owner and a member are told their role', async () => {
    expect(await ask(membership, github.tokens.owner)).toMatchObject({
      status: 200,
      body: { state: 'active', role: 'admin' },
    })
    expect(await ask(membership, github.tokens.member)).toMatchObject({ status: 200, body: { role: 'member' } })
    expect(await ask('/user/memberships/orgs/other', github.tokens.owner)).toMatchObject({ status: 404 })
  })

  test('only an installation may ask for its repositories', async () => {
    expect(await ask('/installation/repositories', github.tokens.owner)).toMatchObject({ status: 403 })
  })
})

describe('repository', () => {
  test('answers the classic rule, its absence, and that a branch or repository is missing', async () => {
    const { data } = await owner.rest.repos.getBranchProtection(at('customer-portal'))
    expect(data).toMatchObject({
      required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
      required_status_checks: { strict: true, contexts: ['build', 'security-scan'] },
      enforce_admins: { enabled: true },
      allow_force_pushes: { enabled: false },
    })
    const allowed = data.required_pull_request_reviews?.bypass_pull_request_allowances?.users
    expect(allowed?.map(({ login }) => login)).toEqual(['ember-fox', 'quartz-beetle'])
    const { data: slashed } = await owner.rest.repos.getBranchProtection(at('ros-bridge', 'release/2.x'))
    expect(slashed.required_pull_request_reviews?.required_approving_review_count).toBe(1)
    const protection = (client: Octokit, repo: string) => client.rest.repos.getBranchProtection(at(repo))
    await expect(protection(owner, 'ops-scripts')).rejects.toMatchObject({
      status: 404,
      response: { data: { message: 'Branch not protected' } },
    })
    await expect(protection(owner, 'new-initiative')).rejects.toMatchObject(refused(404, /^Branch not found/))
    await expect(protection(owner, 'nowhere')).rejects.toMatchObject(refused(404, /^Not Found/))
    await expect(protection(member, 'customer-portal')).rejects.toMatchObject(refused(404, /^Not Found/))
  })

  test('answers the rules in force: own and organisation rulesets, only active ones', async () => {
    expect(await ruleTypes('arm-firmware')).toEqual([
      'Repository pull_request',
      'Repository required_status_checks',
      'Repository non_fast_forward',
      'Repository deletion',
    ])
    expect(await ruleTypes('payments-api')).toEqual([
      'Organization pull_request',
      'Organization non_fast_forward',
      'Organization deletion',
    ])
    expect(await ruleTypes('motion-lab')).toEqual([])
    expect(await ruleTypes('arm-firmware', 'feature/x')).toEqual([])
  })

  test('lists rulesets with parents; shows bypass actors only to those who may edit them', async () => {
    const { data: list } = await owner.rest.repos.getRepoRulesets({ owner: org, repo: 'vision-pipeline' })
    expect(list.map(({ source_type: level }) => level)).toEqual(['Repository', 'Organization'])
    const one = { owner: org, repo: 'vision-pipeline', ruleset_id: list[0]?.id ?? 0 }
    const { data: full } = await owner.rest.repos.getRepoRuleset(one)
    expect(full.bypass_actors).toEqual([{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }])
    for (const client of [member, readOnly]) {
      const { data: partial } = await client.rest.repos.getRepoRuleset(one)
      expect(partial.rules).toHaveLength(4)
      expect(partial).not.toHaveProperty('bypass_actors')
    }
    const own = await owner.rest.repos.getRepoRulesets({ owner: org, repo: 'vision-pipeline', includes_parents: false })
    expect(own.data).toHaveLength(1)
  })

  test('lists outside collaborators with their role, to those with push access', async () => {
    const query = { owner: org, repo: 'customer-portal', affiliation: 'outside' } as const
    const { data } = await owner.rest.repos.listCollaborators(query)
    expect(data).toMatchObject([{ login: 'visiting-swift', role_name: 'admin', permissions: { admin: true } }])
    const { data: everyone } = await owner.rest.repos.listCollaborators({ ...query, affiliation: 'all' })
    expect(everyone).toHaveLength(7)
    await expect(member.rest.repos.listCollaborators(query)).rejects.toMatchObject(refused(403, /^Must have push/))
  })

  test('tells no CODEOWNERS from a valid one and from errors, and serves a file that has them', async () => {
    const errors = async (repo: string) => (await owner.rest.repos.codeownersErrors({ owner: org, repo })).data.errors
    expect(await errors('arm-firmware')).toEqual([])
    const found = await errors('customer-portal')
    expect(found.map(({ line, kind }) => [line, kind])).toEqual([
      [4, 'Unknown owner'],
      [9, 'Unknown owner'],
    ])
    await expect(errors('ops-scripts')).rejects.toMatchObject(refused(404))
    const { data } = await owner.rest.repos.getContent({
      owner: org,
      repo: 'customer-portal',
      path: '.github/CODEOWNERS',
      mediaType: { format: 'json' },
    })
    if (Array.isArray(data) || data.type !== 'file') throw new Error('expected a file')
    const lines = Buffer.from(data.content, 'base64').toString().split('\n')
    expect(found.map(({ line }) => lines[line - 1])).toEqual(found.map(({ source }) => source))
  })

  test('what emulate serves agrees with the seed', async () => {
    const { data: archived } = await owner.rest.repos.get({ owner: org, repo: 'legacy-controller' })
    expect(archived).toMatchObject({ archived: true, private: true, visibility: 'private' })
    const { data: branch } = await owner.rest.repos.getBranch(at('ros-bridge', 'release/2.x'))
    expect(branch).toMatchObject({ name: 'release/2.x', protected: true })
    expect(branch.protection_url.startsWith(github.url)).toBe(true)
    expect(branch.commit.url.startsWith(github.url)).toBe(true)
    await expect(owner.rest.repos.getBranch(at('new-initiative'))).rejects.toMatchObject(refused(404))
    await expect(owner.rest.repos.listCommits({ owner: org, repo: 'new-initiative' })).rejects.toMatchObject(
      refused(409),
    )
  })

  test('the free plan has no protection for private repositories', async () => {
    const free = await startGithub({ seed: { ...acmeRobotics, plan: 'free' } })
    try {
      const client = connect(free.url, free.tokens.owner)
      const upgrade = refused(403, /^Upgrade to GitHub Pro or make this repository public to enable this feature\./)
      await expect(client.rest.repos.getBranchProtection(at('infrastructure'))).rejects.toMatchObject(upgrade)
      await expect(client.rest.repos.getBranchRules(at('arm-firmware'))).rejects.toMatchObject(upgrade)
      expect((await client.rest.repos.getBranchRules(at('docs'))).data).toHaveLength(4)
    } finally {
      await free.close()
    }
  })
})

describe('credentials', () => {
  test('a classic token shows its scopes and its person', async () => {
    const { data, headers } = await owner.rest.users.getAuthenticated()
    expect(data.login).toBe('amber-otter')
    expect(headers).toMatchObject({
      'x-oauth-scopes': 'admin:org, admin:org_hook, read:audit_log, repo',
      'x-ratelimit-limit': '5000',
      'x-github-request-id': expect.stringMatching(/^[0-9A-F]{4}(:[0-9A-F]+){4}$/),
      date: expect.stringMatching(/GMT$/),
    })
    expect(headers).not.toHaveProperty('x-accepted-github-permissions')
  })

  test('an unknown token is refused, and no token at all where one is needed', async () => {
    const stranger = connect(github.url, 'ghp_unknown')
    await expect(stranger.rest.orgs.get({ org })).rejects.toMatchObject(refused(401, /^Bad credentials/))
    await expect(connect(github.url).rest.teams.list({ org })).rejects.toMatchObject(
      refused(401, /^Requires authentication/),
    )
  })

  test('a GitHub App gets an installation token for its JWT and reads with its rights only', async () => {
    const { id: appId, installationId, privateKey } = github.app
    const app = new Octokit({
      baseUrl: github.url,
      log: silent,
      authStrategy: createAppAuth,
      auth: { appId, installationId, privateKey },
    })
    const { data, headers } = await app.rest.orgs.get({ org })
    expect(data.two_factor_requirement_enabled).toBe(false)
    expect(headers).not.toHaveProperty('x-oauth-scopes')
    expect(headers).toHaveProperty('x-accepted-github-permissions', 'metadata=read')
    const { data: rule } = await app.rest.repos
      .getBranchProtection({ owner: org, repo: 'docs', branch: 'main' })
      .catch(({ response }: { response: { data: { message: string } } }) => response)
    expect(rule).toMatchObject({ message: 'Branch not protected' })
    await expect(app.rest.users.getAuthenticated()).rejects.toMatchObject(refused(403, /^Resource not accessible/))
    expect(github.requests().map(({ by }) => by)).toEqual([
      'app-jwt',
      ...Array.from({ length: 3 }, () => github.app.slug),
    ])
    const other = new Octokit({
      baseUrl: github.url,
      log: silent,
      authStrategy: createAppAuth,
      auth: { appId: appId + 1, installationId, privateKey },
    })
    await expect(other.rest.orgs.get({ org })).rejects.toMatchObject(refused(401))
  })

  test('a missing right is named', async () => {
    const narrow = await startGithub({
      tokens: { narrow: { login: 'amber-otter', rights: { metadata: 'read' } } },
    })
    try {
      const client = connect(narrow.url, 'narrow')
      await expect(client.rest.orgs.listMembers({ org })).rejects.toMatchObject({
        status: 403,
        response: { headers: { 'x-accepted-github-permissions': 'members=read' } },
      })
    } finally {
      await narrow.close()
    }
  })

  test('requests are recorded without the token', async () => {
    await owner.rest.orgs.get({ org })
    expect(github.requests()).toEqual([
      { method: 'GET', url: `/orgs/${org}`, scheme: 'token', by: 'amber-otter', status: 200 },
    ])
    expect(JSON.stringify(github.requests())).not.toContain(github.tokens.owner)
  })

  test('unchanged answers are 304 by ETag', async () => {
    const { headers } = await owner.rest.orgs.get({ org })
    await expect(owner.rest.orgs.get({ org, headers: { 'if-none-match': headers.etag ?? '' } })).rejects.toMatchObject({
      status: 304,
    })
  })

  test('the hourly limit is enforced', async () => {
    const busy = await startGithub({ rateLimit: 2 })
    try {
      const client = connect(busy.url, busy.tokens.owner)
      await client.rest.orgs.get({ org })
      expect((await client.rest.orgs.get({ org })).headers['x-ratelimit-remaining']).toBe('0')
      await expect(client.rest.orgs.get({ org })).rejects.toMatchObject(refused(403, /^API rate limit exceeded/))
    } finally {
      await busy.close()
    }
  })
})

describe('faults', () => {
  const on = /^GET \/orgs\/acme-robotics\/repos/

  test.each<[Fault, number, RegExp, Record<string, string>]>([
    [{ on, kind: 'unauthorized' }, 401, /^Bad credentials$/, {}],
    [{ on, kind: 'forbidden' }, 403, /^Resource not accessible/, { 'x-accepted-github-permissions': 'metadata=read' }],
    [{ on, kind: 'upgrade' }, 403, /^Upgrade to GitHub/, {}],
    [
      { on, kind: 'sso' },
      403,
      /SAML/,
      { 'x-github-sso': 'required; url=https://github.example.com/orgs/acme-robotics/sso' },
    ],
    [{ on, kind: 'not-found' }, 404, /^Not Found$/, {}],
    [{ on, kind: 'too-many-requests', seconds: 7 }, 429, /./, { 'retry-after': '7' }],
    [{ on, kind: 'rate-limit' }, 403, /^API rate limit exceeded/, { 'x-ratelimit-remaining': '0' }],
    [{ on, kind: 'secondary-rate-limit', seconds: 3 }, 403, /secondary rate limit/, { 'retry-after': '3' }],
    [{ on, kind: 'status', status: 502 }, 502, /^Server Error$/, {}],
  ])('%j', async (fault, status, message, headers) => {
    const set = github.setFault(fault)
    const response = await get()
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(message) })
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(set.hits()).toBe(1)
    expect(github.requests()).toMatchObject([{ fault: fault.kind, status }])
  })

  test('strike after so many requests, so many times, only where told, until cleared', async () => {
    const set = github.setFault({ on, kind: 'status', status: 500, after: 1, times: 2 })
    const statuses: number[] = []
    for (let count = 0; count < 5; count++) statuses.push((await get()).status)
    expect(statuses).toEqual([200, 500, 500, 200, 200])
    expect(set.hits()).toBe(2)
    const other = github.setFault({ on, kind: 'not-found' })
    expect((await owner.rest.orgs.get({ org })).status).toBe(200)
    other.clear()
    expect((await get()).status).toBe(200)
  })

  test('a page can fail for good', async () => {
    github.setFault({ on: /repos\?.*page=2$/, kind: 'status', status: 500 })
    const pages = owner.paginate(owner.rest.repos.listForOrg, { org, per_page: 10 })
    await expect(pages).rejects.toMatchObject({ status: 500 })
  })

  test('hang: no answer ever comes', async () => {
    github.setFault({ on, kind: 'hang' })
    await expect(get({ signal: AbortSignal.timeout(150) })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(github.requests()).toMatchObject([{ fault: 'hang' }])
  })

  test('reset: the connection breaks before the answer', async () => {
    github.setFault({ on, kind: 'reset' })
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  test('truncated-body: the connection breaks inside the answer', async () => {
    github.setFault({ on, kind: 'truncated-body' })
    const response = await get()
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(/terminated/)
  })

  test('malformed-json and empty-body: a whole answer that does not parse', async () => {
    github.setFault({ on, kind: 'malformed-json', times: 1 })
    github.setFault({ on, kind: 'empty-body' })
    const cut = await (await get()).text()
    expect(cut.length).toBeGreaterThan(100)
    expect(() => JSON.parse(cut)).toThrow(SyntaxError)
    expect(await (await get()).text()).toBe('')
  })

  test('lost-page: the list ends early, while the organisation counts more', async () => {
    github.setFault({ on: /repos\?.*page=2$/, kind: 'lost-page' })
    const listed = await owner.paginate(owner.rest.repos.listForOrg, { org, per_page: 10 })
    const { data } = await owner.rest.orgs.get({ org })
    expect(listed).toHaveLength(20)
    expect(data.public_repos + (data.total_private_repos ?? 0)).toBeGreaterThan(20)
  })

  test('cursor-loop: the next page is one that was already read', async () => {
    github.setFault({ on: /repos\?.*page=2$/, kind: 'cursor-loop', to: 1 })
    const seen: string[] = []
    for await (const { data } of owner.paginate.iterator(owner.rest.repos.listForOrg, { org, per_page: 10 })) {
      seen.push(data[0]?.name ?? '')
      if (seen.length === 4) break
    }
    expect(seen.slice(2)).toEqual(seen.slice(0, 2))
  })

  test('wrong-organization: the answer is about somebody else', async () => {
    github.setFault({ on: /^GET \/orgs\//, kind: 'wrong-organization', login: 'evil-robotics', id: 66 })
    expect((await owner.rest.orgs.get({ org })).data).toMatchObject({ login: 'evil-robotics', id: 66 })
    const { data } = await owner.rest.repos.listForOrg({ org, per_page: 1 })
    expect(data[0]?.owner.login).toBe('evil-robotics')
  })
})

describe('large organisation', () => {
  test('has the repositories asked for, protected in four ways in turn', async () => {
    const big = await startGithub({ seed: largeOrganization(250) })
    try {
      const client = connect(big.url, big.tokens.owner)
      const all = await client.paginate(client.rest.repos.listForOrg, { org: 'big-robotics', per_page: 100 })
      expect(new Set(all.map(({ name }) => name)).size).toBe(250)
      const rules = await Promise.all([1, 2, 3, 4].map((number) => client.rest.repos.getBranchRules(large(number))))
      expect(rules.map(({ data }) => data.length)).toEqual([4, 0, 4, 0])
      const classic = await Promise.allSettled([1, 2, 3, 4].map((n) => client.rest.repos.getBranchProtection(large(n))))
      expect(classic.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected'])
    } finally {
      await big.close()
    }
  })
})

describe('life of the server', () => {
  test('listens on loopback only, starts fast, and close ends hanging clients', async () => {
    const before = performance.now()
    const own = await startGithub({ faults: [{ on: /./, kind: 'hang' }], latencyMs: 5 })
    expect(performance.now() - before).toBeLessThan(1500)
    expect(new URL(own.url).hostname).toBe('127.0.0.1')
    const waiting = fetch(`${own.url}/user`).then(
      () => 'answered',
      () => 'cut off',
    )
    await expect.poll(() => own.requests().length).toBe(1)
    await own.close()
    expect(await waiting).toBe('cut off')
    await expect(fetch(`${own.url}/user`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  test('a seed that refers to what it does not have is refused', async () => {
    const teams = [{ slug: 't', name: 'T', members: ['nobody'], repositories: { nowhere: 'pull' as const } }]
    await expect(startGithub({ seed: { ...acmeRobotics, teams } })).rejects.toThrow(/nowhere.*nobody/)
  })
})
