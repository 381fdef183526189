import { describe, expect, it } from 'vitest'
import { collector } from '../../../collectors/github/index.ts'
import { branchProtection } from '../../../collectors/github/streams/branch-protection.ts'
import { codeOwners } from '../../../collectors/github/streams/code-owners.ts'
import { members } from '../../../collectors/github/streams/members.ts'
import { membersWithoutTwoFactor } from '../../../collectors/github/streams/members-without-two-factor.ts'
import { organization } from '../../../collectors/github/streams/organization.ts'
import { outsideCollaboratorAccess } from '../../../collectors/github/streams/outside-collaborator-access.ts'
import { outsideCollaborators } from '../../../collectors/github/streams/outside-collaborators.ts'
import { repositories } from '../../../collectors/github/streams/repositories.ts'
import { teamRepositories } from '../../../collectors/github/streams/team-repositories.ts'
import { teams } from '../../../collectors/github/streams/teams.ts'
import {
  type Answers,
  bot,
  type Collected,
  collect,
  connection,
  next,
  ORG,
  person,
  REPOSITORIES,
  repositoryAnswer,
  twoPages,
} from './harness.ts'

/** Pages 1..n, the end marker on the last one only, no cursor twice. */
function expectWhole({ pages }: Collected) {
  expect(pages.map((page) => page.number)).toEqual(pages.map((_, index) => index + 1))
  expect(pages.map((page) => page.last)).toEqual(pages.map((_, index) => index === pages.length - 1))
  const cursors = pages.map((page) => page.cursor)
  expect(new Set(cursors).size).toBe(cursors.length)
}

const access = (login: string, role: string) => ({
  ...person(login),
  role_name: role,
  permissions: { admin: role === 'admin' },
})

const team = (slug: string, id: number) => ({ id, slug, name: slug.toUpperCase(), privacy: 'closed', parent: null })

const right = (name: string) => ({ full_name: `acme/${name}`, role_name: 'write', permissions: { admin: false } })

const ownersPath = (name: string) => `/repos/acme/${name}/codeowners/errors`

describe('github.organization', () => {
  it('reads settings and leaves what GitHub does not show as null', async () => {
    const { records } = await collect(organization, {
      '/orgs/acme': { body: { ...ORG, two_factor_requirement_enabled: true, members_can_delete_repositories: false } },
    })
    expect(records).toEqual([
      expect.objectContaining({
        id: '1001',
        login: 'acme',
        twoFactorRequired: true,
        membersCanDeleteRepositories: false,
        membersCanCreatePublicRepositories: null,
        baseRepositoryPermission: null,
      }),
    ])
  })
})

describe('github.members', () => {
  it('reads owners and members one after the other as one list of pages', async () => {
    const collected = await collect(members, {
      ...twoPages('/orgs/acme/members?role=admin', [person('red-fox')], [person('blue-owl')]),
      ...twoPages('/orgs/acme/members?role=member', [person('grey-cat')], [bot('builder[bot]')]),
    })
    expectWhole(collected)
    expect(collected.pages).toHaveLength(4)
    expect(collected.records).toEqual([
      { login: 'red-fox', app: null, role: 'admin', twoFactor: null },
      { login: 'blue-owl', app: null, role: 'admin', twoFactor: null },
      { login: 'grey-cat', app: null, role: 'member', twoFactor: null },
      { login: null, app: 'builder[bot]', role: 'member', twoFactor: null },
    ])
    expect(collected.seen.at(-1)?.headers.get('authorization')).toBe('Bearer ghp_example')
  })

  const edge = (login: string, role: string, hasTwoFactorEnabled: boolean | null = null) => ({
    hasTwoFactorEnabled,
    role,
    node: { login },
  })
  const byGraphql = (...edges: unknown[]): Answers => ({
    'graphql:members': connection('membersWithRole', { totalCount: edges.length, edges }),
  })

  it('reads roles and second factors by GraphQL; what is not told is not "off"', async () => {
    const collected = await collect(members, {
      ...byGraphql(edge('red-fox', 'ADMIN', true), edge('grey-cat', 'MEMBER', false), edge('tan-elk', 'MEMBER')),
      '/orgs/acme/members?role=admin': { body: [person('red-fox')] },
    })
    expectWhole(collected)
    expect(collected.pages[0]?.total).toBe(3)
    expect(collected.records).toEqual([
      { login: 'red-fox', app: null, role: 'admin', twoFactor: true },
      { login: 'grey-cat', app: null, role: 'member', twoFactor: false },
      { login: 'tan-elk', app: null, role: 'member', twoFactor: null },
    ])
    expect(collected.gaps).toEqual([])
  })

  it.each([[['blue-owl']], [[]], [['red-fox', 'blue-owl']]])(
    'says so when REST names other owners: %j',
    async (owners) => {
      const { gaps } = await collect(members, {
        ...byGraphql(edge('red-fox', 'ADMIN')),
        '/orgs/acme/members?role=admin': { body: owners.map(person) },
      })
      expect(gaps).toEqual([{ subject: 'acme: owners, by GraphQL and by REST', reason: 'invalid' }])
    },
  )

  it('pseudonymises people and not apps', () => {
    expect(members.redact).toEqual({ login: 'pseudonym' })
    expect(members.key({ login: null, app: 'builder[bot]', role: 'member', twoFactor: null })).toBe('app:builder[bot]')
  })

  it('never marks a last page when the second list breaks off', async () => {
    const answers: Answers = {
      '/orgs/acme/members?role=admin': { body: [person('red-fox')] },
      '/orgs/acme/members?role=member': { status: 502, body: {} },
    }
    await expect(collect(members, answers)).rejects.toMatchObject({ reason: 'unavailable' })
  })
})

describe('people', () => {
  it('lists members without a second factor', async () => {
    const collected = await collect(
      membersWithoutTwoFactor,
      twoPages('/orgs/acme/members?filter=2fa_disabled', [person('red-fox')], [person('blue-owl')]),
    )
    expectWhole(collected)
    expect(collected.records).toEqual([
      { login: 'red-fox', app: null },
      { login: 'blue-owl', app: null },
    ])
  })

  it('lists outside collaborators', async () => {
    const collected = await collect(
      outsideCollaborators,
      twoPages('/orgs/acme/outside_collaborators', [person('red-fox')], [person('blue-owl')]),
    )
    expectWhole(collected)
    expect(collected.records).toHaveLength(2)
  })

  it('reads the access of outside collaborators repository by repository', async () => {
    const collected = await collect(outsideCollaboratorAccess, {
      '/orgs/acme/outside_collaborators': { body: [person('red-fox')] },
      ...twoPages(REPOSITORIES, [repositoryAnswer('api')], [repositoryAnswer('web')]),
      ...twoPages(
        '/repos/acme/api/collaborators?affiliation=outside',
        [access('red-fox', 'admin')],
        [access('tan-elk', 'read')],
      ),
      '/repos/acme/web/collaborators?affiliation=outside': { status: 403, body: { message: 'Must have push access' } },
    })
    expectWhole(collected)
    expect(collected.records).toEqual([
      { repository: 'acme/api', login: 'red-fox', app: null, role: 'admin', admin: true },
      { repository: 'acme/api', login: 'tan-elk', app: null, role: 'read', admin: false },
    ])
    expect(collected.gaps).toEqual([
      { subject: 'acme/web: outside collaborators', reason: 'denied', permission: 'metadata:read' },
    ])
  })

  it('asks no repository when there is no outside collaborator', async () => {
    const collected = await collect(outsideCollaboratorAccess, { '/orgs/acme/outside_collaborators': { body: [] } })
    expect(collected.pages).toEqual([{ records: [], number: 1, last: true, total: 0 }])
    expect(collected.seen.map(({ path }) => path)).toContain('/orgs/acme/outside_collaborators')
    expect(collected.seen.filter(({ path }) => /repos/.test(path))).toEqual([])
  })
})

describe('teams', () => {
  it('lists teams', async () => {
    const collected = await collect(
      teams,
      twoPages('/orgs/acme/teams', [team('core', 1)], [{ ...team('web', 2), parent: { slug: 'core' } }]),
    )
    expectWhole(collected)
    expect(collected.records).toEqual([
      { slug: 'core', name: 'CORE', id: 1, privacy: 'closed', parent: null },
      { slug: 'web', name: 'WEB', id: 2, privacy: 'closed', parent: 'core' },
    ])
  })

  it('lists the repositories of each team', async () => {
    const collected = await collect(teamRepositories, {
      ...twoPages('/orgs/acme/teams', [team('core', 1)], [team('web', 2)]),
      ...twoPages('/orgs/acme/teams/core/repos', [right('api')], [right('lib')]),
      '/orgs/acme/teams/web/repos': { status: 404, body: { message: 'Not Found' } },
    })
    expectWhole(collected)
    expect(collected.records).toEqual([
      { team: 'core', repository: 'acme/api', role: 'write', admin: false },
      { team: 'core', repository: 'acme/lib', role: 'write', admin: false },
    ])
    expect(collected.gaps).toEqual([
      { subject: 'team web: repositories', reason: 'unavailable', permission: 'members:read' },
    ])
  })
})

describe('github.repositories', () => {
  it('writes the allow-list only, with the day of the last push in UTC', async () => {
    const collected = await collect(
      repositories,
      twoPages(
        REPOSITORIES,
        [repositoryAnswer('api', { pushed_at: '2026-01-01T23:30:00-02:00' })],
        [repositoryAnswer('web', { private: false, visibility: undefined, pushed_at: null, default_branch: null })],
      ),
    )
    expectWhole(collected)
    expect(collected.records).toEqual([
      {
        repository: 'acme/api',
        nodeId: 'R_api',
        private: true,
        visibility: 'private',
        archived: false,
        fork: false,
        defaultBranch: 'main',
        pushedOn: '2026-01-02',
        securityAndAnalysis: null,
      },
      expect.objectContaining({
        repository: 'acme/web',
        private: false,
        visibility: null,
        pushedOn: null,
        defaultBranch: null,
      }),
    ])
    expect(collected.pages.map((page) => page.total)).toEqual([undefined, undefined])
  })

  it.each([
    [{ public_repos: 3, total_private_repos: 4 }, 7],
    [{ public_repos: 3 }, undefined],
    [{ total_private_repos: 4 }, undefined],
  ])('compares with GitHub’s own count only if both parts are shown: %j', async (counts, total) => {
    const { pages } = await collect(repositories, {
      '/orgs/acme': { body: { id: 1001, login: 'acme', ...counts } },
      [REPOSITORIES]: { body: [repositoryAnswer('api')] },
    })
    expect(pages[0]?.total).toBe(total)
  })

  it('refuses a repository that does not say whether it is archived', async () => {
    const answers = { [REPOSITORIES]: { body: [repositoryAnswer('api', { archived: undefined })] } }
    await expect(collect(repositories, answers)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('0.archived'),
    })
  })
})

describe('github.branch-protection', () => {
  const classicPath = '/repos/acme/api/branches/main/protection'
  const rulesPath = '/repos/acme/api/rules/branches/main'
  const one = (parts: Record<string, unknown> = {}): Answers => ({
    [REPOSITORIES]: { body: [repositoryAnswer('api', parts)] },
    [classicPath]: { status: 404, body: { message: 'Branch not protected' } },
    [rulesPath]: { body: [] },
  })

  it('reads classic protection', async () => {
    const { records, gaps } = await collect(branchProtection, {
      ...one(),
      [classicPath]: {
        body: {
          enforce_admins: { enabled: true },
          allow_force_pushes: { enabled: false },
          required_pull_request_reviews: {
            required_approving_review_count: 2,
            dismiss_stale_reviews: true,
            bypass_pull_request_allowances: { users: [person('red-fox')], teams: [{ slug: 'core' }], apps: [] },
          },
          required_status_checks: { strict: true, contexts: ['test'], checks: [{ context: 'scan', app_id: 1 }] },
        },
      },
    })
    expect(gaps).toEqual([])
    expect(records[0]).toMatchObject({
      repository: 'acme/api',
      branch: 'main',
      empty: false,
      classic: {
        state: 'observed',
        value: {
          enforceAdmins: true,
          allowForcePushes: false,
          allowDeletions: null,
          pullRequest: {
            approvals: 2,
            dismissStale: true,
            codeOwners: null,
            bypass: { users: 1, teams: ['core'], apps: [] },
          },
          statusChecks: { strict: true, contexts: ['scan', 'test'] },
        },
      },
      rules: { state: 'observed', value: [] },
    })
    expect(JSON.stringify(records)).not.toContain('red-fox')
  })

  it('reads all pages of rules, and each ruleset behind them once for all repositories', async () => {
    const rule = {
      type: 'pull_request',
      ruleset_id: 42,
      ruleset_source_type: 'Organization',
      parameters: { required_approving_review_count: 1, dismiss_stale_reviews_on_push: true },
    }
    const collected = await collect(branchProtection, {
      ...twoPages(REPOSITORIES, [repositoryAnswer('api')], [repositoryAnswer('web')]),
      [classicPath]: { status: 404, body: { message: 'Branch not protected' } },
      '/repos/acme/web/branches/main/protection': { status: 404, body: { message: 'Branch not protected' } },
      ...twoPages(rulesPath, [rule], [{ type: 'deletion', ruleset_id: 42 }]),
      '/repos/acme/web/rules/branches/main': { body: [rule] },
      '/repos/acme/api/rulesets/42': {
        body: {
          name: 'Default branch',
          source_type: 'Organization',
          bypass_actors: [
            { actor_id: 7, actor_type: 'Team', bypass_mode: 'always' },
            { actor_id: 4711, actor_type: 'User', bypass_mode: 'pull_request' },
          ],
        },
      },
    })
    expectWhole(collected)
    expect(collected.gaps).toEqual([])
    expect(collected.records).toHaveLength(2)
    const ruleset = {
      id: 42,
      read: {
        state: 'observed',
        value: { name: 'Default branch', sourceType: 'Organization', bypassActors: ['Team:7', 'User'] },
      },
    }
    for (const record of collected.records) expect(record).toMatchObject({ rulesets: [ruleset] })
    expect(collected.records[0]).toMatchObject({
      classic: { state: 'absent' },
      rules: {
        state: 'observed',
        value: [
          { type: 'deletion', pullRequest: null },
          { type: 'pull_request', pullRequest: { approvals: 1, dismissStale: true, codeOwners: null } },
        ],
      },
    })
  })

  it('keeps hidden bypass actors apart from none, without a gap', async () => {
    const { records, gaps } = await collect(branchProtection, {
      ...one(),
      [rulesPath]: { body: [{ type: 'deletion', ruleset_id: 42 }] },
      '/repos/acme/api/rulesets/42': { body: { name: 'Default branch' } },
    })
    expect(gaps).toEqual([])
    expect(records[0]).toMatchObject({ rulesets: [{ read: { value: { bypassActors: null } } }] })
  })

  it('takes a plain "Not Found" for hidden, not for absent', async () => {
    const { records, gaps } = await collect(branchProtection, {
      ...one(),
      [classicPath]: { status: 404, body: { message: 'Not Found' } },
    })
    const unknown = { state: 'unknown', reason: 'denied', permission: 'administration:read' }
    expect(records[0]).toMatchObject({ classic: unknown, empty: false })
    expect(gaps).toEqual([
      {
        subject: 'acme/api: classic protection of the default branch',
        reason: 'denied',
        permission: 'administration:read',
      },
    ])
  })

  it('notes a repository nothing was pushed to', async () => {
    const { records, gaps } = await collect(branchProtection, {
      ...one(),
      [classicPath]: { status: 404, body: { message: 'Branch not found' } },
    })
    expect(records[0]).toMatchObject({ classic: { state: 'absent' }, empty: true })
    expect(gaps).toEqual([])
  })

  it('lists archived and excluded repositories without reading them', async () => {
    const { records, seen } = await collect(
      branchProtection,
      { [REPOSITORIES]: { body: [repositoryAnswer('old', { archived: true }), repositoryAnswer('Lab')] } },
      { repositories: { exclude: [{ name: 'lab', reason: 'sandbox' }] } },
    )
    expect(records).toMatchObject([
      { repository: 'acme/old', notRead: 'archived', excluded: null, classic: null, rules: null },
      { repository: 'acme/Lab', notRead: 'excluded', excluded: 'sandbox', classic: null, rules: null },
    ])
    expect(seen.some(({ path }) => path.startsWith('/repos/'))).toBe(false)
  })

  it('names a plan without the feature', async () => {
    const upgrade = {
      status: 403,
      body: { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' },
    }
    const { records } = await collect(branchProtection, { ...one(), [classicPath]: upgrade, [rulesPath]: upgrade })
    expect(records[0]).toMatchObject({
      classic: { state: 'unknown', reason: 'unlicensed' },
      rules: { state: 'unknown', reason: 'unlicensed' },
    })
  })

  it('asks for a branch with a slash in its name', async () => {
    const { records, gaps } = await collect(branchProtection, {
      [REPOSITORIES]: { body: [repositoryAnswer('api', { default_branch: 'release/1.x' })] },
      '/repos/acme/api/branches/release%2F1.x/protection': { status: 404, body: { message: 'Branch not protected' } },
      '/repos/acme/api/rules/branches/release%2F1.x': { body: [] },
    })
    expect(gaps).toEqual([])
    expect(records[0]).toMatchObject({ branch: 'release/1.x', classic: { state: 'absent' } })
  })
})

describe('github.code-owners', () => {
  it('tells a file, its errors and its absence apart', async () => {
    const collected = await collect(codeOwners, {
      ...twoPages(
        REPOSITORIES,
        [repositoryAnswer('a'), repositoryAnswer('b')],
        [repositoryAnswer('c'), repositoryAnswer('d')],
      ),
      [ownersPath('a')]: { body: { errors: [] } },
      [ownersPath('b')]: {
        body: {
          errors: [
            {
              kind: 'Unknown owner',
              path: 'CODEOWNERS',
              line: 3,
              source: '* @red-fox',
              message: 'Unknown owner @red-fox',
            },
          ],
        },
      },
      [ownersPath('c')]: { status: 404, body: { message: 'Not Found' } },
      [ownersPath('d')]: { status: 403, body: { message: 'Resource not accessible by personal access token' } },
    })
    expectWhole(collected)
    expect(collected.records).toEqual([
      { repository: 'acme/a', notRead: null, file: { state: 'observed', value: { errors: 0, first: [] } } },
      {
        repository: 'acme/b',
        notRead: null,
        file: {
          state: 'observed',
          value: { errors: 1, first: [{ kind: 'Unknown owner', path: 'CODEOWNERS', line: 3 }] },
        },
      },
      { repository: 'acme/c', notRead: null, file: { state: 'absent' } },
      {
        repository: 'acme/d',
        notRead: null,
        file: { state: 'unknown', reason: 'denied', permission: 'contents:read' },
      },
    ])
  })
})

describe('lists', () => {
  it('stops at a circle of pages', async () => {
    const answers: Answers = {
      '/orgs/acme/teams': { body: [], headers: next('/orgs/acme/teams?page=2') },
      '/orgs/acme/teams?page=2': { body: [], headers: next('/orgs/acme/teams?page=2') },
    }
    await expect(collect(teams, answers)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('circle'),
    })
  })

  it('never follows a link to another server, which would be sent the token', async () => {
    const answers: Answers = {
      '/orgs/acme/teams': {
        body: [],
        headers: { link: '<https://elsewhere.example.com/orgs/acme/teams>; rel="next"' },
      },
    }
    await expect(collect(teams, answers)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('another server'),
    })
  })
})

describe('every stream', () => {
  it.each(collector.streams.map((stream) => [stream.id, stream] as const))(
    '%s says how a person reads the same',
    (_, stream) => {
      expect(stream.reproduce?.({ id: 'acme' })).toMatch(/^gh (?:api|pr) .*acme/)
    },
  )
})
