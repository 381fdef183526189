import { describe, expect, it } from 'vitest'
import { collector } from '../../../collectors/github/index.ts'
import { accessTokens } from '../../../collectors/github/streams/access-tokens.ts'
import { actionsSettings } from '../../../collectors/github/streams/actions-settings.ts'
import { appInstallations } from '../../../collectors/github/streams/app-installations.ts'
import { auditLog } from '../../../collectors/github/streams/audit-log.ts'
import { codeScanningSetup } from '../../../collectors/github/streams/code-scanning-setup.ts'
import { dependabotAlerts } from '../../../collectors/github/streams/dependabot-alerts.ts'
import { dependencyScanning } from '../../../collectors/github/streams/dependency-scanning.ts'
import { deployKeys } from '../../../collectors/github/streams/deploy-keys.ts'
import { environments } from '../../../collectors/github/streams/environments.ts'
import { runnerGroups } from '../../../collectors/github/streams/runner-groups.ts'
import { secretScanningAlerts } from '../../../collectors/github/streams/secret-scanning-alerts.ts'
import { securityPolicies } from '../../../collectors/github/streams/security-policies.ts'
import { webhooks } from '../../../collectors/github/streams/webhooks.ts'
import {
  type Answers,
  collect,
  contextOf,
  fakeFetch,
  next,
  ORG,
  person,
  readerInto,
  REPOSITORIES,
  repositoryAnswer,
} from './harness.ts'

/** An owner who is told how many repositories there are. */
const of = (...repositories: unknown[]): Answers => ({
  '/orgs/acme': { body: { ...ORG, public_repos: 0, total_private_repos: repositories.length } },
  [REPOSITORIES]: { body: repositories },
})
const one = of(repositoryAnswer('api'))
const notFound = { status: 404, body: { message: 'Not Found' } }
const SECRETS = '/orgs/acme/secret-scanning/alerts?hide_secret=true&sort=created&direction=asc'
const DEPENDENCIES = '/orgs/acme/dependabot/alerts?sort=created&direction=asc'

const secret = (number: number, parts: Record<string, unknown> = {}) => ({
  number,
  created_at: '2025-11-01T00:00:00Z',
  repository: { full_name: 'acme/api' },
  secret_type: 'aws_access_key_id',
  secret: 'a-secret-that-must-not-be-kept',
  state: 'open',
  resolved_at: null,
  resolution: null,
  resolved_by: null,
  ...parts,
})

describe('alerts', () => {
  it('asks GitHub to leave the secret out, and keeps none that it sends all the same', async () => {
    const { records, seen } = await collect(secretScanningAlerts, { [SECRETS]: { body: [secret(1)] } })
    expect(seen.filter(({ path }) => path.includes('secret-scanning')).map(({ path }) => path)).toEqual([SECRETS])
    expect(records).toHaveLength(1)
    expect(JSON.stringify(records)).not.toContain('must-not-be-kept')
  })

  it('keeps what is open and what was closed since the period began', async () => {
    const closed = (number: number, resolved_at: string) =>
      secret(number, { state: 'resolved', resolved_at, resolution: 'revoked', resolved_by: person('red-fox') })
    const list = [secret(1), closed(2, '2025-09-30T23:59:59Z'), closed(3, '2025-10-01T00:00:00Z')]
    const { records, pages } = await collect(secretScanningAlerts, { [SECRETS]: { body: list } })
    expect(records).toMatchObject([{ number: 1 }, { number: 3, resolution: 'revoked', by: { login: 'red-fox' } }])
    expect(pages.map(({ last }) => last)).toEqual([true])
  })

  it('follows cursors, and notices that the list goes on after a full page without a link', async () => {
    const full = Array.from({ length: 100 }, (_, index) => secret(index + 1))
    const newest = SECRETS.replace('asc', 'desc')
    const after = `${SECRETS}&after=c1`
    const linked = { [SECRETS]: { body: full, headers: next(after) }, [after]: { body: [secret(101)] } }
    expect((await collect(secretScanningAlerts, linked)).records).toHaveLength(101)
    const whole = { [SECRETS]: { body: full }, [newest]: { body: [secret(100)] } }
    expect((await collect(secretScanningAlerts, whole)).records).toHaveLength(100)
    const lost = { [SECRETS]: { body: full }, [newest]: { body: [secret(101)] } }
    await expect(collect(secretScanningAlerts, lost)).rejects.toMatchObject({ reason: 'truncated' })
    const later = {
      [SECRETS]: { body: full },
      [newest]: { body: [secret(101, { created_at: '2026-01-02T03:04:06Z' })] },
    }
    expect((await collect(secretScanningAlerts, later)).records).toHaveLength(100)
  })

  it.each([
    [404, 'Not Found', 'denied'],
    [403, 'Resource not accessible by integration', 'denied'],
    [403, 'Dependabot alerts are not enabled for this organization.', 'unlicensed'],
    [404, 'Secret scanning is disabled on this organization.', 'unlicensed'],
    [500, 'Server Error', 'unavailable'],
  ])('takes %i "%s" for %s', async (status, message, reason) => {
    const refused = collect(dependabotAlerts, { [DEPENDENCIES]: { status, body: { message } } })
    await expect(refused).rejects.toMatchObject({ reason })
  })

  it('refuses an alert of a repository of somebody else', async () => {
    const foreign = secret(1, { repository: { full_name: 'other/api' } })
    const read = collect(secretScanningAlerts, { [SECRETS]: { body: [foreign] } })
    await expect(read).rejects.toMatchObject({ reason: 'invalid' })
  })

  it('leaves a gap where the credentials may not see every repository', async () => {
    const { gaps } = await collect(secretScanningAlerts, {
      '/user': { body: { login: 'owner-one' } },
      ...of(),
      '/orgs/acme': { body: ORG },
      [SECRETS]: { body: [] },
    })
    expect(gaps).toMatchObject([{ reason: 'denied' }])
  })
})

describe('github.dependency-scanning', () => {
  const path = '/repos/acme/api/vulnerability-alerts'
  const disabled = { status: 404, body: { message: 'Vulnerability alerts are disabled.' } }

  it('takes 204 for on, and 404 for off where an administrator asks', async () => {
    const answers = {
      ...of(repositoryAnswer('api'), repositoryAnswer('web')),
      '/repos/acme/web/vulnerability-alerts': disabled,
    }
    // A response with status 204 can have no body, which the table of answers always gives.
    const { fetch } = fakeFetch(answers)
    const session = await collector.open(
      contextOf(async (input, init) =>
        new Request(input, init).url.endsWith('/api/vulnerability-alerts')
          ? new Response(null, { status: 204 })
          : fetch(input, init),
      ),
    )
    const records: unknown[] = []
    for await (const page of dependencyScanning.collect(session, { id: 'acme' }, readerInto([]))) {
      records.push(...page.records)
    }
    expect(records).toMatchObject([
      { repository: 'acme/api', alerts: { state: 'observed', value: 'on' } },
      { repository: 'acme/web', alerts: { state: 'absent' } },
    ])
  })

  it.each<[string, Answers]>([
    ['hides it', { [path]: notFound }],
    [
      'says it to a member who is no administrator',
      { [path]: disabled, '/user/memberships/orgs/acme': { body: { state: 'active', role: 'member' } } },
    ],
    [
      'says it to a token without the right',
      { [path]: disabled, '/user': { body: { login: 'owner-one' }, headers: { 'x-oauth-scopes': 'read:org' } } },
    ],
  ])('does not take 404 for off where GitHub %s', async (_, answers) => {
    const { records, gaps } = await collect(dependencyScanning, { ...one, ...answers })
    expect(records).toMatchObject([
      { alerts: { state: 'unknown', reason: 'denied', permission: 'administration:read' } },
    ])
    expect(gaps).toContainEqual(expect.objectContaining({ permission: 'administration:read' }))
  })

  it('leaves archived and excluded repositories alone, and says so', async () => {
    const { records, gaps } = await collect(
      dependencyScanning,
      of(repositoryAnswer('old', { archived: true }), repositoryAnswer('lab')),
      { repositories: { exclude: [{ name: 'lab', reason: 'a playground' }] } },
    )
    expect(records).toEqual([
      { repository: 'acme/old', notRead: 'archived', excluded: null, alerts: null },
      { repository: 'acme/lab', notRead: 'excluded', excluded: 'a playground', alerts: null },
    ])
    expect(gaps).toEqual([])
  })
})

describe('github.code-scanning-setup', () => {
  const analyses = '/repos/acme/api/code-scanning/analyses?ref=refs%2Fheads%2Fmain&sort=created&direction=desc'
  const none = { status: 404, body: { message: 'no analysis found' } }
  const setup = { state: 'not-configured', languages: ['python'], updated_at: null }

  it('keeps the newest analysis of each tool', async () => {
    const analysis = (name: string, created_at: string, error = '') => ({ created_at, error, tool: { name } })
    const { records } = await collect(codeScanningSetup, {
      ...one,
      [analyses]: {
        body: [
          analysis('CodeQL', '2026-01-01T00:00:00Z'),
          analysis('Other', '2025-12-01T00:00:00Z', 'it broke'),
          analysis('CodeQL', '2025-12-01T00:00:00Z'),
        ],
      },
    })
    expect(records).toMatchObject([
      {
        analyses: {
          value: [
            { tool: 'CodeQL', at: '2026-01-01T00:00:00.000Z', failed: false },
            { tool: 'Other', failed: true },
          ],
        },
        setup: null,
      },
    ])
  })

  it('asks for the default setup where there is no analysis', async () => {
    const { records, gaps } = await collect(codeScanningSetup, {
      ...one,
      [analyses]: none,
      '/repos/acme/api/branches/main': { body: { name: 'main' } },
      '/repos/acme/api/code-scanning/default-setup': { body: setup },
    })
    expect(records).toMatchObject([
      { empty: false, analyses: { state: 'absent' }, setup: { value: { state: 'not-configured' } } },
    ])
    expect(gaps).toEqual([])
  })

  it('knows an empty repository', async () => {
    const { records } = await collect(codeScanningSetup, {
      ...one,
      [analyses]: none,
      '/repos/acme/api/branches/main': { status: 404, body: { message: 'Branch not found' } },
    })
    expect(records).toMatchObject([{ empty: true, analyses: null }])
  })

  it.each([
    [403, 'Advanced Security must be enabled for this repository to use code scanning.', 'unlicensed'],
    [403, 'Code Security must be enabled for this repository to use code scanning.', 'unlicensed'],
    [403, 'Resource not accessible by personal access token', 'denied'],
    [404, 'Not Found', 'denied'],
  ])('takes %i "%s" for %s', async (status, message, reason) => {
    const { records, gaps } = await collect(codeScanningSetup, { ...one, [analyses]: { status, body: { message } } })
    expect(records).toMatchObject([{ analyses: { state: 'unknown', reason } }])
    expect(gaps).toMatchObject([{ reason }])
  })
})

describe('settings of the organisation', () => {
  it('reads which actions are allowed, and which those are', async () => {
    const { records } = await collect(actionsSettings, {
      '/orgs/acme/actions/permissions': { body: { enabled_repositories: 'all', allowed_actions: 'selected' } },
      '/orgs/acme/actions/permissions/workflow': {
        body: { default_workflow_permissions: 'write', can_approve_pull_request_reviews: true },
      },
      '/orgs/acme/actions/permissions/selected-actions': { body: { patterns_allowed: ['b/*', 'a/*'] } },
    })
    expect(records).toMatchObject([
      { selected: { patterns: ['a/*', 'b/*'] }, defaultWorkflowPermissions: 'write', shaPinningRequired: null },
    ])
  })

  it('notices a list that ends before its own count', async () => {
    const group = { id: 1, name: 'Default', allows_public_repositories: true }
    const path = '/orgs/acme/actions/runner-groups'
    const { pages } = await collect(runnerGroups, {
      [`${path}?page=1`]: { body: { total_count: 2, runner_groups: [group] } },
      [`${path}?page=2`]: { body: { total_count: 2, runner_groups: [] } },
      [`${path}/1/runners`]: { body: { total_count: 3, runners: [] } },
    })
    expect(pages.at(-1)).toMatchObject({ last: true, total: 2 })
    expect(pages.flatMap(({ records }) => records)).toMatchObject([{ runners: { state: 'observed', value: 3 } }])
  })

  it('reads apps with their rights', async () => {
    const app = {
      id: 9,
      app_id: 7,
      app_slug: 'relay',
      repository_selection: 'all',
      permissions: { metadata: 'read', contents: 'write' },
    }
    const { records } = await collect(appInstallations, {
      '/orgs/acme/installations?page=1': { body: { total_count: 1, installations: [app] } },
    })
    expect(records).toMatchObject([
      { app: 'relay', permissions: ['contents:write', 'metadata:read'], suspendedAt: null },
    ])
  })

  it('lists tokens without their names', async () => {
    const token = {
      id: 5,
      owner: person('red-fox'),
      token_name: 'laptop of red-fox',
      repository_selection: 'all',
      permissions: { organization: { members: 'write' }, repository: { contents: 'read' } },
      access_granted_at: '2026-01-01T00:00:00Z',
      token_expired: false,
      token_expires_at: null,
    }
    const { records } = await collect(accessTokens, { '/orgs/acme/personal-access-tokens': { body: [token] } })
    expect(records).toMatchObject([
      { permissions: ['organization.members:write', 'repository.contents:read'], expiresAt: null },
    ])
    expect(JSON.stringify(records)).not.toContain('laptop')
  })

  it.each([
    ['team', 'owner', 'organization'],
    ['enterprise', 'owner', 'enterprise'],
    [null, 'owner', 'enterprise'],
    ['team', 'app', 'organization-by-app'],
  ])('of plan %s, asked by %s, is a scope of kind %s', async (plan, who, kind) => {
    const body = { ...ORG, ...(plan !== null && { plan: { name: plan } }) }
    const { fetch } = fakeFetch({
      '/orgs/acme': { body },
      '/orgs/acme/teams': { body: [] },
      '/installation/repositories': { body: { repository_selection: 'all' } },
    })
    const token = who === 'app' ? 'ghs_example' : 'ghp_example'
    const session = await collector.open(contextOf(fetch, {}, { token }))
    const kinds: unknown[] = []
    for await (const scope of collector.scopes(session, readerInto([]))) kinds.push(scope.kind)
    expect(kinds).toEqual([kind])
  })
})

describe('what lies in each repository', () => {
  it('reads environments, counts people who approve and asks for patterns of branches', async () => {
    const reviewers = [
      { type: 'User', reviewer: { login: 'red-fox' } },
      { type: 'Team', reviewer: { slug: 'platform' } },
    ]
    const environment = (name: string, rules: unknown[], policy: unknown) => ({
      name,
      protection_rules: rules,
      deployment_branch_policy: policy,
    })
    const path = '/repos/acme/api/environments'
    const { records } = await collect(environments, {
      ...one,
      [`${path}?page=1`]: {
        body: {
          total_count: 2,
          environments: [
            environment('staging', [], null),
            environment('production', [{ type: 'required_reviewers', prevent_self_review: true, reviewers }], {
              protected_branches: false,
              custom_branch_policies: true,
            }),
          ],
        },
      },
      [`${path}/production/deployment-branch-policies?page=1`]: {
        body: { total_count: 1, branch_policies: [{ name: 'release/*' }] },
      },
    })
    expect(records).toMatchObject([
      {
        environments: {
          value: [
            { name: 'production', reviewers: { people: 1, teams: ['platform'] }, patterns: { value: ['release/*'] } },
            { name: 'staging', reviewers: null, branches: 'all', patterns: null },
          ],
        },
      },
    ])
    expect(JSON.stringify(records)).not.toContain('red-fox')
  })

  it('asks whether any branch is protected, as all may deploy where none is', async () => {
    const policy = { protected_branches: true, custom_branch_policies: false }
    const environment = (name: string) => ({ name, protection_rules: [], deployment_branch_policy: policy })
    const at = (branches: object) =>
      collect(environments, {
        ...one,
        '/repos/acme/api/environments?page=1': {
          body: { total_count: 2, environments: [environment('production'), environment('staging')] },
        },
        '/repos/acme/api/branches?protected=true': branches,
      })
    const none = await at({ body: [] })
    const anyProtected = { state: 'observed', value: false }
    expect(none.records).toMatchObject([{ environments: { value: [{ anyProtected }, { anyProtected }] } }])
    expect(none.seen.filter(({ path }) => path.includes('/branches'))).toHaveLength(1)
    const refused = await at({ status: 403, body: { message: 'No' } })
    expect(refused.gaps).not.toEqual([])
  })

  it('does not take a list of environments for whole that has fewer than GitHub counts', async () => {
    const { records, gaps } = await collect(environments, {
      ...one,
      '/repos/acme/api/environments?page=1': { body: { total_count: 1, environments: [] } },
    })
    expect(records).toMatchObject([{ environments: { state: 'unknown', reason: 'truncated' } }])
    expect(gaps).not.toEqual([])
  })

  it('keeps neither the deploy key nor a title that is an address', async () => {
    const key = {
      id: 1,
      key: 'ssh-ed25519 AAAA',
      title: 'jo@laptop',
      read_only: false,
      created_at: '2025-01-01T00:00:00Z',
    }
    const { records } = await collect(deployKeys, { ...one, '/repos/acme/api/keys': { body: [key] } })
    expect(records).toMatchObject([{ keys: { value: [{ id: 1, title: null, readOnly: false, lastUsed: null }] } }])
    expect(JSON.stringify(records)).not.toContain('ssh-')
  })

  it('keeps scheme and host of a webhook and nothing else of its address', async () => {
    const hook = (url: string, more: Record<string, unknown> = {}) => ({
      id: 1,
      active: true,
      events: ['push'],
      config: { url, insecure_ssl: '0', ...more },
    })
    const { records, pages } = await collect(webhooks, {
      ...one,
      '/orgs/acme/hooks': { body: [hook('https://user:pass@siem.example.com/in?key=hidden', { secret: '********' })] },
      '/repos/acme/api/hooks': { body: [hook('http://chat.example.com:8080/x', { insecure_ssl: '1' })] },
    })
    expect(records).toMatchObject([
      {
        repository: null,
        hooks: { value: [{ origin: 'https://siem.example.com', hasSecret: true, verifiesTls: true }] },
      },
      {
        repository: 'acme/api',
        hooks: { value: [{ origin: 'http://chat.example.com:8080', hasSecret: false, verifiesTls: false }] },
      },
    ])
    expect(JSON.stringify(records)).not.toMatch(/hidden|pass|\*{3}/)
    expect(pages.at(-1)).toMatchObject({ number: 2, last: true, total: 2 })
  })

  it('takes hooks and keys that GitHub hides for denied, never for none', async () => {
    const { records } = await collect(webhooks, {
      ...one,
      '/orgs/acme/hooks': notFound,
      '/repos/acme/api/hooks': notFound,
    })
    expect(records).toMatchObject([
      { hooks: { reason: 'denied', permission: 'organization_hooks:read' } },
      { hooks: { reason: 'denied', permission: 'repository_hooks:read' } },
    ])
    const keys = await collect(deployKeys, { ...one, '/repos/acme/api/keys': notFound })
    expect(keys.records).toMatchObject([{ keys: { reason: 'denied', permission: 'administration:read' } }])
  })

  it('looks for SECURITY.md of public repositories where GitHub does, the last time in the organisation', async () => {
    const open = { private: false, visibility: 'public' }
    const file = (path: string) => ({ body: { type: 'file', path } })
    const fileIn = (name: string, path: string) => `/repos/acme/${name}/contents/${path}`
    const places = ['.github/SECURITY.md', 'SECURITY.md', 'docs/SECURITY.md']
    const { records, seen } = await collect(securityPolicies, {
      ...of(
        repositoryAnswer('api'),
        repositoryAnswer('sdk', open),
        repositoryAnswer('site', open),
        repositoryAnswer('web', open),
      ),
      [fileIn('sdk', '.github/SECURITY.md')]: notFound,
      [fileIn('sdk', 'SECURITY.md')]: file('SECURITY.md'),
      ...Object.fromEntries(
        places.flatMap((path) => [
          [fileIn('site', path), notFound],
          [fileIn('web', path), notFound],
        ]),
      ),
      '/repos/acme/.github': { body: { private: false } },
      [fileIn('.github', '.github/SECURITY.md')]: notFound,
      [fileIn('.github', 'SECURITY.md')]: file('SECURITY.md'),
    })
    expect(records).toMatchObject([
      { repository: 'acme/api', public: false, policy: null },
      { policy: { value: 'SECURITY.md' } },
      { policy: { value: 'acme/.github/SECURITY.md' } },
      { policy: { value: 'acme/.github/SECURITY.md' } },
    ])
    expect(seen.filter(({ path }) => path.startsWith('/repos/acme/.github/'))).toHaveLength(2)
  })

  it.each([
    ['is private', { body: { private: true } }, { state: 'absent' }],
    ['is not there', notFound, { state: 'absent' }],
    ['is refused', { status: 403, body: { message: 'No' } }, { state: 'unknown', reason: 'denied' }],
  ])('takes no policy of the organisation where the repository that has it %s', async (_, answer, policy) => {
    const places = ['.github/SECURITY.md', 'SECURITY.md', 'docs/SECURITY.md']
    const { records } = await collect(securityPolicies, {
      ...of(repositoryAnswer('web', { private: false, visibility: 'public' })),
      ...Object.fromEntries(places.map((path) => [`/repos/acme/web/contents/${path}`, notFound])),
      '/repos/acme/.github': answer,
      '/repos/acme/.github/contents/SECURITY.md': { body: { type: 'file', path: 'SECURITY.md' } },
    })
    expect(records).toMatchObject([{ policy }])
  })
})

describe('github.audit-log', () => {
  const path = '/orgs/acme/audit-log?include=web&phrase=created%3A2025-10-01..2026-01-01&order=asc'
  const event = (id: string, at: string) => ({
    _document_id: id,
    '@timestamp': Date.parse(at),
    action: 'org.add_member',
    actor: 'red-fox',
    user: 'blue-owl',
    actor_ip: '192.0.2.1',
    actor_location: { country_code: 'XX' },
  })

  it('keeps the events of the period, both bounds to the millisecond, and no addresses', async () => {
    const { records, gaps } = await collect(auditLog, {
      [path]: {
        body: [
          event('a', '2025-10-01T00:00:00.000Z'),
          event('b', '2025-12-31T23:59:59.999Z'),
          event('c', '2026-01-01T00:00:00.000Z'),
        ],
      },
    })
    expect(records).toMatchObject([{ id: 'a' }, { id: 'b', at: '2025-12-31T23:59:59.999Z' }])
    expect(JSON.stringify(records)).not.toMatch(/192|country|XX/)
    expect(gaps).toEqual([])
  })

  it('notices a lost link by the newest event', async () => {
    const full = Array.from({ length: 100 }, (_, index) => event(`e${index}`, '2025-11-01T00:00:00Z'))
    const answers = {
      [path]: { body: full },
      [path.replace('=asc', '=desc')]: { body: [event('later', '2025-12-01T00:00:00Z')] },
    }
    await expect(collect(auditLog, answers)).rejects.toMatchObject({ reason: 'truncated' })
  })

  it('refuses an event that comes twice', async () => {
    const twice = [event('a', '2025-11-01T00:00:00Z'), event('a', '2025-11-01T00:00:00Z')]
    await expect(collect(auditLog, { [path]: { body: twice } })).rejects.toMatchObject({ reason: 'invalid' })
  })

  it('says what GitHub no longer has', async () => {
    const { fetch } = fakeFetch({ [path.replace('2025-10-01', '2025-01-01')]: { body: [] } })
    const context = contextOf(fetch)
    const session = await collector.open({
      ...context,
      period: { ...context.period, from: new Date('2025-01-01T00:00:00Z') },
    })
    const gaps: Parameters<typeof readerInto>[0] = []
    for await (const page of auditLog.collect(session, { id: 'acme' }, readerInto(gaps)))
      expect(page.records).toEqual([])
    expect(gaps).toMatchObject([{ reason: 'truncated' }])
  })

  it('takes 404 for denied', async () => {
    await expect(collect(auditLog, { [path]: notFound })).rejects.toMatchObject({ reason: 'denied' })
  })
})
