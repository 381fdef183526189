import { describe, expect, it } from 'vitest'
import { agree, createSample } from '../../../collectors/github/sample.ts'
import { branchProtection } from '../../../collectors/github/streams/branch-protection.ts'
import { codeOwners } from '../../../collectors/github/streams/code-owners.ts'
import { type Answer, type Answers, collect, connection, repositoryAnswer } from './harness.ts'

type Parts = Record<string, unknown>

const classic = (parts: Parts = {}) => ({
  isAdminEnforced: true,
  allowsForcePushes: false,
  allowsDeletions: false,
  requiresCommitSignatures: true,
  requiresApprovingReviews: true,
  requiredApprovingReviewCount: 2,
  dismissesStaleReviews: true,
  requiresCodeOwnerReviews: false,
  requireLastPushApproval: false,
  requiresStatusChecks: true,
  requiresStrictStatusChecks: true,
  requiredStatusCheckContexts: ['test', 'build'],
  bypassPullRequestAllowances: { pageInfo: { hasNextPage: false }, nodes: [] },
  ...parts,
})
/** The same by REST. */
const classicAnswer: Answer = {
  body: {
    enforce_admins: { enabled: true },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    required_signatures: { enabled: true },
    required_pull_request_reviews: {
      required_approving_review_count: 2,
      dismiss_stale_reviews: true,
      require_code_owner_reviews: false,
      require_last_push_approval: false,
    },
    required_status_checks: { strict: true, contexts: ['build', 'test'] },
  },
}

const rule = (type: string, databaseId = 42, parameters: unknown = null) => ({
  type,
  repositoryRuleset: { databaseId },
  parameters,
})
const list = (nodes: readonly unknown[], hasNextPage = false) => ({ pageInfo: { hasNextPage }, nodes })
const actor = (parts: Parts) => ({
  deployKey: false,
  enterpriseOwner: false,
  organizationAdmin: false,
  repositoryRoleDatabaseId: null,
  actor: null,
  ...parts,
})
const ruleset = (bypassActors: unknown, databaseId = 42) => ({
  databaseId,
  name: 'Default branch',
  source: { kind: 'Repository' },
  bypassActors,
})

interface NodeParts {
  classic?: unknown
  rules?: unknown
  rulesets?: readonly unknown[]
  node?: Parts
}

const node = (
  name: string,
  { classic: branchProtectionRule = null, rules = list([]), rulesets = [], node: parts }: NodeParts = {},
) => ({
  id: `R_${name}`,
  name,
  nameWithOwner: `acme/${name}`,
  isPrivate: true,
  isArchived: false,
  isEmpty: false,
  defaultBranchRef: { name: 'main', branchProtectionRule, rules },
  rulesets: { nodes: rulesets },
  ...parts,
})

const nodes = (all: readonly unknown[], errors?: unknown[]): Answers => ({
  'graphql:protection': connection('repositories', { totalCount: all.length, nodes: all }, errors),
})

const NOT_PROTECTED: Answer = { status: 404, body: { message: 'Branch not protected' } }
const HIDDEN: Answer = { status: 404, body: { message: 'Not Found' } }
const rest = (name: string, protection: Answer = NOT_PROTECTED, rules: unknown[] = []): Answers => ({
  [`/repos/acme/${name}/branches/main/protection`]: protection,
  [`/repos/acme/${name}/rules/branches/main`]: { body: rules },
})

const read = (answers: Answers, config?: Parts) => collect(branchProtection, answers, config)
const restPaths = ({ seen }: Awaited<ReturnType<typeof read>>) =>
  seen.map(({ path }) => path).filter((path) => path.startsWith('/repos/'))

describe('by GraphQL', () => {
  it('a classic rule reads as it does by REST', async () => {
    const byGraphql = await read({ ...nodes([node('api', { classic: classic() })]), ...rest('api', classicAnswer) })
    const byRest = await read({
      '/orgs/acme/repos?type=all&sort=full_name': { body: [repositoryAnswer('api')] },
      ...rest('api', classicAnswer),
    })
    expect(byGraphql.records).toEqual(byRest.records)
    expect(byGraphql.gaps).toEqual([])
    expect(byGraphql.seen.filter(({ path }) => path === 'graphql:protection')).toHaveLength(1)
  })

  it('who may merge without the review is counted or named', async () => {
    const allowed = [
      { actor: { kind: 'User' } },
      { actor: null },
      { actor: { kind: 'Team', slug: 'core' } },
      { actor: { kind: 'App', slug: 'bot' } },
    ]
    const bypassPullRequestAllowances = list(allowed)
    const { records } = await read({
      ...nodes([node('api', { classic: classic({ bypassPullRequestAllowances }) })]),
      ...rest('api', { body: {} }),
    })
    expect(records).toMatchObject([
      { classic: { value: { pullRequest: { bypass: { users: 2, teams: ['core'], apps: ['bot'] } } } } },
    ])
  })

  it('rules and their parameters have the names of REST', async () => {
    const pullRequest = {
      requiredApprovingReviewCount: 1,
      dismissStaleReviewsOnPush: true,
      requireCodeOwnerReview: false,
      requireLastPushApproval: true,
    }
    const checks = {
      strictRequiredStatusChecksPolicy: false,
      requiredStatusChecks: [{ context: 'test' }, { context: 'build' }],
    }
    const rules = list([rule('REQUIRED_STATUS_CHECKS', 42, checks), rule('PULL_REQUEST', 42, pullRequest)])
    const rulesets = [ruleset(list([actor({ organizationAdmin: true })]))]
    const { records, gaps } = await read({
      ...nodes([node('api', { classic: classic(), rules, rulesets })]),
      ...rest('api', classicAnswer, [
        {
          type: 'pull_request',
          ruleset_id: 42,
          parameters: {
            required_approving_review_count: 1,
            dismiss_stale_reviews_on_push: true,
            require_code_owner_review: false,
            require_last_push_approval: true,
          },
        },
        {
          type: 'required_status_checks',
          ruleset_id: 42,
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: 'build' }, { context: 'test' }],
          },
        },
      ]),
    })
    expect(gaps).toEqual([])
    expect(records).toMatchObject([
      {
        rules: {
          state: 'observed',
          value: [
            { type: 'pull_request', rulesetId: 42, pullRequest: { approvals: 1, lastPushApproval: true } },
            { type: 'required_status_checks', statusChecks: { strict: false, contexts: ['build', 'test'] } },
          ],
        },
        rulesets: [{ id: 42, read: { value: { bypassActors: ['OrganizationAdmin'] } } }],
      },
    ])
  })

  it('repositories that are archived, left out or empty are listed and not read', async () => {
    const nothing = { defaultBranchRef: null, rulesets: null }
    const { records, seen } = await read(
      nodes([
        node('old', { node: { isArchived: true } }),
        node('Lab'),
        node('new', { node: { ...nothing, isEmpty: true } }),
      ]),
      { repositories: { exclude: [{ name: 'lab', reason: 'sandbox' }] } },
    )
    expect(records).toMatchObject([
      { repository: 'acme/old', notRead: 'archived', classic: null },
      { repository: 'acme/Lab', notRead: 'excluded', excluded: 'sandbox', classic: null },
      { repository: 'acme/new', notRead: 'no-branch', branch: null, empty: true, classic: null },
    ])
    expect(seen.filter(({ path }) => path.startsWith('/repos/'))).toEqual([])
  })

  it('a repository of somebody else is refused', async () => {
    const foreign = node('api', { node: { nameWithOwner: 'other/api' } })
    await expect(read(nodes([foreign]))).rejects.toMatchObject({ reason: 'invalid' })
  })
})

describe('what GraphQL leaves open is asked of REST', () => {
  it.each<[string, NodeParts, unknown[]?]>([
    ['more rules than were asked for', { classic: classic(), rules: list([], true) }],
    ['rules that are not told', { classic: classic(), rules: null }],
    ['more actors than were asked for', { classic: classic({ bypassPullRequestAllowances: list([], true) }) }],
    [
      'a part that is refused',
      {},
      [{ type: 'FORBIDDEN', path: ['organization', 'repositories', 'nodes', 0, 'rulesets'] }],
    ],
  ])('%s', async (_, parts, errors) => {
    const collected = await read({ ...nodes([node('api', parts)], errors), ...rest('api', classicAnswer) })
    expect(collected.records).toMatchObject([{ classic: { state: 'observed' }, rules: { state: 'observed' } }])
    expect(collected.gaps).toEqual([])
    expect(restPaths(collected)).toHaveLength(2)
  })

  it('a default branch that is not told', async () => {
    const collected = await read({
      ...nodes([node('api', { node: { defaultBranchRef: null } })]),
      '/repos/acme/api': { body: repositoryAnswer('api') },
      ...rest('api'),
    })
    expect(collected.records).toMatchObject([{ branch: 'main', notRead: null, classic: { state: 'absent' } }])
  })

  it('and is unknown where REST refuses too', async () => {
    const collected = await read({
      ...nodes([node('api', { node: { defaultBranchRef: null } })]),
      '/repos/acme/api': { status: 403, body: {} },
    })
    expect(collected.records).toMatchObject([
      { notRead: null, classic: { state: 'unknown', reason: 'denied' }, rules: { state: 'unknown', reason: 'denied' } },
    ])
    expect(collected.gaps).toHaveLength(1)
  })
})

describe('a classic rule that GraphQL does not show', () => {
  const all = ['api', 'lib', 'web'].map((name) => node(name))

  it('is not there if REST says so of one repository of its kind', async () => {
    const collected = await read({ ...nodes(all), ...rest('api'), ...rest('lib'), ...rest('web') })
    expect(collected.records).toMatchObject(all.map(() => ({ classic: { state: 'absent' }, rules: { value: [] } })))
    expect(collected.gaps).toEqual([])
  })

  it.each<[string, Answer, string]>([
    ['hidden', HIDDEN, 'denied'],
    ['refused', { status: 403, body: { message: 'Resource not accessible by integration' } }, 'denied'],
    [
      'not in the plan',
      { status: 403, body: { message: 'Upgrade to GitHub Team to enable this feature.' } },
      'unlicensed',
    ],
  ])('is unknown for all if it is %s to REST, which is asked once', async (_, answer, reason) => {
    const collected = await read({ ...nodes(all), ...rest('api', answer) })
    expect(collected.records).toMatchObject(all.map(() => ({ classic: { state: 'unknown', reason } })))
    expect(collected.gaps).toHaveLength(3)
    expect(restPaths(collected)).toHaveLength(2)
  })

  it('is asked for in each if REST shows one', async () => {
    const collected = await read({
      ...nodes(all),
      ...rest('api', classicAnswer),
      ...rest('lib'),
      ...rest('web', classicAnswer),
    })
    expect(collected.records).toMatchObject([
      { classic: { state: 'observed' } },
      { classic: { state: 'absent' } },
      { classic: { state: 'observed' } },
    ])
  })

  it('is asked for in each where rights may differ: to a member', async () => {
    const collected = await read({
      ...nodes(all),
      '/user/memberships/orgs/acme': { body: { state: 'active', role: 'member' } },
      ...rest('api'),
      ...rest('lib', HIDDEN),
      ...rest('web'),
    })
    expect(collected.records).toMatchObject([
      { classic: { state: 'absent' } },
      { classic: { state: 'unknown', reason: 'denied' } },
      { classic: { state: 'absent' } },
    ])
    expect(restPaths(collected)).toHaveLength(6)
  })

  it('is asked for of public ones too: a token may be for some repositories only', async () => {
    const collected = await read({
      ...nodes([node('api'), node('site', { node: { isPrivate: false } })]),
      '/user': { body: { login: 'owner-one' } },
      ...rest('api'),
      ...rest('site', HIDDEN),
    })
    expect(collected.records).toMatchObject([
      { classic: { state: 'absent' } },
      { classic: { state: 'unknown', reason: 'denied' } },
    ])
  })
})

describe('who may bypass a ruleset', () => {
  const rules = list([rule('PULL_REQUEST')])
  const reading = (actors: unknown, answers: Answers = {}) =>
    read({
      ...nodes([node('api', { classic: classic(), rules, rulesets: [ruleset(actors)] })]),
      ...rest('api', classicAnswer, [{ type: 'pull_request', ruleset_id: 42 }]),
      ...answers,
    })
  const byRest = (bypass_actors?: unknown[]): Answers => ({
    '/repos/acme/api/rulesets/42': { body: { name: 'Default branch', source_type: 'Repository', bypass_actors } },
  })
  const actorsIn = ({ records }: Awaited<ReturnType<typeof read>>) =>
    (records as { rulesets: { read: { value: { bypassActors: unknown } } }[] }[]).map(
      ({ rulesets }) => rulesets[0]?.read.value.bypassActors,
    )

  it('is named in the words of REST', async () => {
    const collected = await reading(
      list([
        actor({ actor: { kind: 'Team', databaseId: 7 } }),
        actor({ actor: { kind: 'App', databaseId: 3 } }),
        actor({ repositoryRoleDatabaseId: 5 }),
        actor({ deployKey: true }),
        actor({ enterpriseOwner: true }),
      ]),
    )
    expect(actorsIn(collected)).toEqual([
      ['DeployKey', 'EnterpriseOwner', 'Integration:3', 'RepositoryRole:5', 'Team:7'],
    ])
  })

  it('is hidden where the list is', async () => {
    expect(actorsIn(await reading(null))).toEqual([null])
  })

  it.each<[string, unknown[] | undefined, unknown]>([
    ['is nobody only if REST shows an empty list', [], []],
    ['is hidden if REST shows none', undefined, null],
  ])('%s', async (_, actors, expected) => {
    expect(actorsIn(await reading(list([]), byRest(actors)))).toEqual([expected])
  })

  it('is asked of REST where GraphQL cannot name somebody, or names some only', async () => {
    for (const actors of [list([actor({})]), list([null]), list([actor({ deployKey: true })], true)]) {
      const collected = await reading(actors, byRest([{ actor_id: 9, actor_type: 'User' }]))
      expect(actorsIn(collected)).toEqual([['User']])
    }
  })

  it('is asked once for all rulesets of a kind, and of each for a member', async () => {
    const two = ['api', 'web'].map((name, index) =>
      node(name, {
        classic: classic(),
        rules: list([rule('PULL_REQUEST', 42 + index)]),
        rulesets: [ruleset(list([]), 42 + index)],
      }),
    )
    const answers: Answers = {
      ...nodes(two),
      ...rest('api', classicAnswer, [{ type: 'pull_request', ruleset_id: 42 }]),
      ...rest('web', classicAnswer, [{ type: 'pull_request', ruleset_id: 43 }]),
      ...byRest([]),
      '/repos/acme/web/rulesets/43': { body: { name: 'Default branch', source_type: 'Repository' } },
    }
    expect(actorsIn(await read(answers))).toEqual([[], []])
    const member = { '/user/memberships/orgs/acme': { body: { state: 'active', role: 'member' } } }
    expect(actorsIn(await read({ ...answers, ...member }))).toEqual([[], null])
  })
})

describe('the two routes', () => {
  it.each<[string, Answer, unknown[], string]>([
    ['another classic rule', { body: { enforce_admins: { enabled: false } } }, [], 'classic protection'],
    ['no classic rule', NOT_PROTECTED, [], 'classic protection'],
    ['another rule', classicAnswer, [{ type: 'deletion', ruleset_id: 42 }], 'rules'],
  ])('do not agree, which is a gap with the name of the repository: %s', async (_, protection, rules, what) => {
    const { gaps, records } = await read({
      ...nodes([node('api', { classic: classic() })]),
      ...rest('api', protection, rules),
    })
    expect(records).toHaveLength(1)
    expect(gaps).toEqual([{ subject: `acme/api: ${what}, by GraphQL and by REST`, reason: 'invalid' }])
  })

  it('agree where one knows kinds of rules that the other does not', async () => {
    const { gaps } = await read({
      ...nodes([node('api', { classic: classic() })]),
      ...rest('api', classicAnswer, [{ type: 'copilot_code_review', ruleset_id: 42 }]),
    })
    expect(gaps).toEqual([])
  })

  it('are compared for three repositories, whichever order they come in', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `acme/service-${index}`)
    const chosen = (all: readonly string[]) => {
      const sample = createSample<string>(3)
      for (const id of all) sample.offer(id, id)
      return sample.values().sort()
    }
    expect(chosen(ids)).toHaveLength(3)
    expect(chosen(ids)).toEqual(chosen(ids.toReversed()))
    expect(chosen(ids)).not.toEqual(chosen(ids.slice(100)))
  })

  it.each([
    [{ a: 1, b: null }, { a: 1, b: 2 }, true],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: 1 }, { b: 1 }, false],
    ['x', 'y', false],
    [[{ a: true }], [{ a: true }], true],
  ])('%j and %j agree: %s', (one, other, expected) => {
    expect(agree(one, other)).toBe(expected)
    expect(agree(other, one)).toBe(expected)
  })
})

describe('code owners by GraphQL', () => {
  const owned = (name: string, codeowners: unknown, parts: Parts = {}) => ({
    ...node(name),
    defaultBranchRef: { name: 'main' },
    codeowners,
    ...parts,
  })
  const answer = (all: readonly unknown[], errors?: unknown[]): Answers => ({
    'graphql:codeOwners': connection('repositories', { nodes: all }, errors),
  })
  const errors = [{ kind: 'Unknown owner', path: '.github/CODEOWNERS', line: 3, source: '* @red-fox' }]

  it('are those of the file, and REST says whether there is none', async () => {
    const collected = await collect(codeOwners, {
      ...answer([owned('api', { errors }), owned('web', null), owned('lib', null)]),
      '/repos/acme/web/codeowners/errors': { status: 404, body: {} },
      '/repos/acme/lib/codeowners/errors': { status: 403, body: { message: 'Resource not accessible' } },
    })
    expect(collected.records).toEqual([
      {
        repository: 'acme/api',
        notRead: null,
        file: {
          state: 'observed',
          value: { errors: 1, first: [{ kind: 'Unknown owner', path: '.github/CODEOWNERS', line: 3 }] },
        },
      },
      { repository: 'acme/web', notRead: null, file: { state: 'absent' } },
      {
        repository: 'acme/lib',
        notRead: null,
        file: { state: 'unknown', reason: 'denied', permission: 'contents:read' },
      },
    ])
    expect(JSON.stringify(collected.records)).not.toContain('red-fox')
  })

  it('that GraphQL refuses are asked of REST', async () => {
    const refused = [{ type: 'FORBIDDEN', path: ['organization', 'repositories', 'nodes', 0, 'codeowners'] }]
    const { records, gaps } = await collect(codeOwners, {
      ...answer([owned('api', null)], refused),
      '/repos/acme/api/codeowners/errors': { body: { errors } },
    })
    expect(records).toMatchObject([{ file: { state: 'observed', value: { errors: 1 } } }])
    expect(gaps).toEqual([])
  })

  it('of repositories that are archived or empty are not looked for', async () => {
    const { records } = await collect(
      codeOwners,
      answer([owned('old', null, { isArchived: true }), owned('new', null, { isEmpty: true, defaultBranchRef: null })]),
    )
    expect(records).toEqual([
      { repository: 'acme/old', notRead: 'archived', file: null },
      { repository: 'acme/new', notRead: 'no-branch', file: null },
    ])
  })
})
