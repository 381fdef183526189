import { type GraphQLError, parse, validate } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { collector } from '../../collectors/github/index.ts'
import { githubSchema } from './github/graphql/schema.ts'
import {
  acmeLabs,
  type GithubOptions,
  type GithubServer,
  QUARTER,
  QUARTER_COUNTS,
  QUARTER_OPTIONS,
  startGithub,
  UNSEEN,
} from './github/index.ts'
import { READ_RIGHTS } from './github/principal.ts'

const Answer = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ type: z.string().optional(), message: z.string() })).optional(),
})

async function ask(server: GithubServer, query: string, variables: object = {}, token = server.tokens.owner) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  return { ...Answer.parse(JSON.parse(text)), status: response.status, headers: response.headers, text }
}

async function onServer<T>(options: GithubOptions, work: (server: GithubServer) => Promise<T>): Promise<T> {
  const server = await startGithub(options)
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

let github: GithubServer
beforeAll(async () => {
  github = await startGithub({ others: [acmeLabs] })
})
afterEach(() => github.clearFaults())
afterAll(() => github.close())

const org = 'query { organization(login: "acme-robotics") '
const repository = (name: string) => `query { repository(owner: "acme-robotics", name: "${name}") `

describe('the schema is GitHub’s', () => {
  test.each(Object.entries(collector.queries ?? {}))(
    'the collector’s document %s is valid, and answered',
    async (_name, text) => {
      expect(validate(githubSchema(), parse(text)).map(({ message }: GraphQLError) => message)).toEqual([])
      const commits = await rest(github, '/repos/acme-robotics/payments-api/commits?per_page=1')
      const [oid] = z.array(z.object({ sha: z.string() })).parse(commits)
      const variables = {
        login: 'acme-robotics',
        owner: 'acme-robotics',
        name: 'payments-api',
        number: 47,
        oid: oid?.sha,
        first: 20,
      }
      const { status, errors } = await ask(github, text, variables)
      expect([status, errors]).toEqual([200, undefined])
    },
  )

  test('a field that GitHub does not have, and text that is not GraphQL, are errors', async () => {
    const { data, errors } = await ask(github, `${org}{ invented } }`)
    expect(data).toBeUndefined()
    expect(errors?.[0]?.message).toMatch(/invented/)
    expect((await ask(github, 'query {')).errors).toHaveLength(1)
    expect((await ask(github, 'mutation { __typename }')).status).toBe(500)
  })

  test('a field that GitHub has and we do not is no null, but a failure that names it', async () => {
    const { status, text } = await ask(github, `${org}{ descriptionHTML } }`).catch(() => ({ status: 0, text: '' }))
    expect([status, text]).toEqual([500, expect.stringContaining('Organization.descriptionHTML')])
  })
})

describe('pages, cost and limits', () => {
  test('a connection is read in pages by cursors that mean nothing to the caller', async () => {
    const query = `query($after: String) { organization(login: "acme-robotics") { repositories(first: 7, after: $after, orderBy: {field: NAME, direction: ASC}) { totalCount pageInfo { hasNextPage endCursor } nodes { name } } } }`
    const Page = z.object({
      organization: z.object({
        repositories: z.object({
          totalCount: z.number(),
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          nodes: z.array(z.object({ name: z.string() })),
        }),
      }),
    })
    const names: string[] = []
    let after: string | null = null
    for (let more = true; more; ) {
      const { repositories }: z.infer<typeof Page>['organization'] = Page.parse(
        (await ask(github, query, { after })).data,
      ).organization
      names.push(...repositories.nodes.map(({ name }) => name))
      after = repositories.pageInfo.endCursor
      more = repositories.pageInfo.hasNextPage
    }
    expect(names).toEqual(github.organization.repositories.map(({ name }) => name).toSorted())
    expect((await ask(github, query, { after: 'made up' })).errors).toMatchObject([
      { type: 'INVALID_CURSOR_ARGUMENTS' },
    ])
  })

  test('pages have bounds, and a query may not return half a million nodes', async () => {
    const of = (args: string, inner = '{ totalCount }') => ask(github, `${org}{ repositories${args} ${inner} } }`)
    expect((await of('')).errors).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }])
    expect((await of('(first: 101)')).errors).toMatchObject([{ type: 'EXCESSIVE_PAGINATION' }])
    const wide = '{ nodes { pullRequests(first: 100) { nodes { reviews(first: 100) { totalCount } } } } }'
    expect((await of('(first: 100)', wide)).errors).toMatchObject([{ type: 'MAX_NODE_LIMIT_EXCEEDED' }])
    expect((await of('(first: 25)', wide)).errors).toBeUndefined()
  })

  test('the cost is that of the connections: GitHub’s own example is 51 points', async () => {
    // https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
    const { data, headers } = await ask(
      github,
      `query { rateLimit { cost limit remaining nodeCount } organization(login: "acme-robotics") { repositories(first: 100) { edges { node { id pullRequests(first: 50) { edges { node { id labels(first: 60) { edges { node { id name } } } } } } } } } } }`,
    )
    expect(data?.['rateLimit']).toMatchObject({ cost: 51, limit: 5000, nodeCount: 100 + 5000 + 300_000 })
    expect(headers.get('x-ratelimit-resource')).toBe('graphql')
    expect(github.requests().at(-1)).toMatchObject({ url: '/graphql', cost: 51 })
  })

  test('points are counted apart from requests, run out with 200 and an error, and come back', async () => {
    let now = Date.parse('2026-05-01T00:00:00Z')
    await onServer({ graphqlLimit: 2, now: () => now }, async (server) => {
      const small = `${org}{ login } }`
      expect((await ask(server, small)).headers.get('x-ratelimit-remaining')).toBe('1')
      await ask(server, small)
      const refused = await ask(server, small)
      expect(refused).toMatchObject({ status: 200, errors: [{ type: 'RATE_LIMITED' }] })
      expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
      const user = await fetch(`${server.url}/user`, { headers: { authorization: `token ${server.tokens.owner}` } })
      expect(user.headers.get('x-ratelimit-remaining')).toBe('4999')
      now = Number(refused.headers.get('x-ratelimit-reset')) * 1000
      expect((await ask(server, small)).errors).toBeUndefined()
    })
  })

  test('queries above a size are answered with 502', async () => {
    await onServer({ graphqlNodes: 50 }, async (server) => {
      const of = (first: number) => ask(server, `${org}{ repositories(first: ${first}) { totalCount } } }`)
      expect(await of(100)).toMatchObject({ status: 502, data: null })
      expect((await of(50)).status).toBe(200)
    })
  })

  test('the secondary limits are those GitHub documents, where they are asked for', async () => {
    await onServer({ secondary: { restPerMinute: 2, graphqlPerMinute: 1 }, now: () => 30_000 }, async (server) => {
      const small = `${org}{ login } }`
      expect((await ask(server, small)).status).toBe(200)
      const refused = await ask(server, small)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '30'])
      const get = () => fetch(`${server.url}/user`, { headers: { authorization: `token ${server.tokens.owner}` } })
      expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([200, 200, 403])
    })
  })
})

describe('who sees what', () => {
  const protection = 'branchProtectionRules(first: 5) { totalCount nodes { pattern isAdminEnforced } }'
  const bypass =
    'rulesets(first: 5) { nodes { name bypassActors(first: 5) { nodes { repositoryRoleName bypassMode } } } }'

  test('an owner sees protection, bypass actors and second factors', async () => {
    const { data } = await ask(github, `${repository('infrastructure')}{ ${protection} } }`)
    expect(data).toMatchObject({
      repository: { branchProtectionRules: { totalCount: 1, nodes: [{ pattern: 'main', isAdminEnforced: true }] } },
    })
    expect((await ask(github, `${repository('vision-pipeline')}{ ${bypass} } }`)).data).toMatchObject({
      repository: {
        rulesets: { nodes: [{ bypassActors: { nodes: [{ repositoryRoleName: 'admin', bypassMode: 'ALWAYS' }] } }, {}] },
      },
    })
    const members = `${org}{ membersWithRole(first: 100) { edges { hasTwoFactorEnabled role node { login } } } } }`
    const edges = z.object({
      organization: z.object({ membersWithRole: z.object({ edges: z.array(z.record(z.string(), z.unknown())) }) }),
    })
    const without = (answered: unknown) =>
      edges
        .parse(answered)
        .organization.membersWithRole.edges.filter(({ hasTwoFactorEnabled }) => hasTwoFactorEnabled === false)
    expect(without((await ask(github, members)).data)).toHaveLength(2)
    const asMember = await ask(github, members, {}, github.tokens.member)
    expect(without(asMember.data)).toHaveLength(0)
    expect(asMember.text).toContain('"hasTwoFactorEnabled":null')
  })

  test('a member sees an empty list of rules and no bypass actors at all', async () => {
    const rules = await ask(github, `${repository('infrastructure')}{ ${protection} } }`, {}, github.tokens.member)
    expect(rules.data).toMatchObject({ repository: { branchProtectionRules: { totalCount: 0 } } })
    const actors = await ask(github, `${repository('vision-pipeline')}{ ${bypass} } }`, {}, github.tokens.member)
    expect(actors.data).toMatchObject({ repository: { rulesets: { nodes: [{ bypassActors: null }, {}] } } })
  })

  test('a right or scope that is missing is an error beside the rest of the answer', async () => {
    const { pull_requests: _left, ...rights } = READ_RIGHTS
    const tokens = { narrow: { login: 'amber-otter', rights }, scopeless: { login: 'amber-otter', scopes: ['repo'] } }
    await onServer({ tokens }, async (server) => {
      const narrow = await ask(
        server,
        `${repository('arm-firmware')}{ name object(expression: "main") { oid } pullRequests(first: 1) { totalCount } } }`,
        {},
        'narrow',
      )
      expect(narrow).toMatchObject({
        data: { repository: null },
        errors: [
          {
            type: 'FORBIDDEN',
            path: ['repository', 'pullRequests'],
            message: 'Resource not accessible by personal access token',
          },
        ],
      })
      const scopeless = await ask(server, `${org}{ membersWithRole(first: 1) { totalCount } } }`, {}, 'scopeless')
      expect(scopeless.errors).toMatchObject([{ type: 'INSUFFICIENT_SCOPES' }])
    })
  })

  test('what is not there, or not for this token, is not found; single sign-on is told apart', async () => {
    const tokens = {
      some: { login: 'amber-otter', rights: READ_RIGHTS, repositories: ['arm-firmware'] },
      blocked: { login: 'amber-otter', ssoBlocked: ['acme-labs'] },
    }
    await onServer({ tokens, others: [acmeLabs] }, async (server) => {
      expect((await ask(server, 'query { organization(login: "nobody") { id } }')).errors).toMatchObject([
        { type: 'NOT_FOUND' },
      ])
      const hidden = await ask(server, `${repository('infrastructure')}{ id } }`, {}, 'some')
      expect(hidden).toMatchObject({ data: { repository: null }, errors: [{ type: 'NOT_FOUND' }] })
      const listed = await ask(server, `${org}{ repositories(first: 100) { totalCount } } }`, {}, 'some')
      expect(listed.data).toMatchObject({ organization: { repositories: { totalCount: 5 } } })
      const blocked = await ask(server, 'query { organization(login: "acme-labs") { id } }', {}, 'blocked')
      expect(blocked.errors).toMatchObject([{ type: 'FORBIDDEN', extensions: { saml_failure: true } }])
      expect((await ask(server, 'query { organization(login: "acme-labs") { id } }')).errors).toBeUndefined()
    })
  })

  test('faults of GraphQL: an error in place of the data, and one beside it', async () => {
    github.setFault({ on: /POST \/graphql .*membersWithRole/, kind: 'graphql-error', type: 'RATE_LIMITED', times: 1 })
    const members = `${org}{ membersWithRole(first: 1) { totalCount } } }`
    expect(await ask(github, members)).toMatchObject({ data: null, errors: [{ type: 'RATE_LIMITED' }] })
    github.setFault({ on: /POST \/graphql/, kind: 'graphql-partial', type: 'FORBIDDEN' })
    expect(await ask(github, members)).toMatchObject({
      data: { organization: { membersWithRole: { totalCount: 30 } } },
      errors: [{ type: 'FORBIDDEN' }],
    })
  })
})

describe('the quarter of story A2', () => {
  const pulls = `query($after: String) { repository(owner: "quarter-works", name: "control-plane") { pullRequests(first: 100, after: $after, states: [MERGED]) { pageInfo { hasNextPage endCursor } nodes { number mergedAt mergeCommit { oid } headRefOid reviews(first: 5) { nodes { commit { oid } } } } } defaultBranchRef { target { oid } } } }`
  const Page = z.object({
    repository: z.object({
      pullRequests: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string() }),
        nodes: z.array(
          z.object({
            number: z.number(),
            mergedAt: z.string(),
            mergeCommit: z.object({ oid: z.string() }),
            headRefOid: z.string(),
            reviews: z.object({ nodes: z.array(z.object({ commit: z.object({ oid: z.string() }) })) }),
          }),
        ),
      }),
      defaultBranchRef: z.object({ target: z.object({ oid: z.string() }) }),
    }),
  })
  const Commits = z.array(z.object({ sha: z.string(), parents: z.array(z.object({ sha: z.string() })) }))

  test('three pages, 57 in the quarter and 4 outside; the branch’s first parents are they and two pushes', async () => {
    await onServer(QUARTER_OPTIONS, async (server) => {
      const all: z.infer<typeof Page>['repository']['pullRequests']['nodes'] = []
      let after: string | null = null
      let [pages, head] = [0, '']
      for (let more = true; more; pages++) {
        const page: z.infer<typeof Page>['repository'] = Page.parse(
          (await ask(server, pulls, { after })).data,
        ).repository
        all.push(...page.pullRequests.nodes)
        after = page.pullRequests.pageInfo.endCursor
        more = page.pullRequests.pageInfo.hasNextPage
        head = page.defaultBranchRef.target.oid
      }
      const inside = all.filter(({ mergedAt }) => mergedAt >= QUARTER.from && mergedAt < QUARTER.to)
      expect([pages, inside.length, all.length - inside.length]).toEqual([
        3,
        QUARTER_COUNTS.merged,
        QUARTER_COUNTS.outside,
      ])

      // The same counted by the walk of first parents, through REST.
      const commits = new Map<string, string | undefined>()
      for (let page = 1, got = 30; got === 30; page++) {
        const list = Commits.parse(
          await rest(server, `/repos/quarter-works/control-plane/commits?per_page=100&page=${page}`),
        )
        for (const { sha, parents } of list) commits.set(sha, parents[0]?.sha)
        got = list.length
      }
      const walk: string[] = []
      for (let sha: string | undefined = head; sha !== undefined; sha = commits.get(sha)) walk.push(sha)
      const merges = new Set(all.map(({ mergeCommit }) => mergeCommit.oid))
      const associated = await Promise.all(
        walk
          .filter((sha) => !merges.has(sha))
          .map(async (sha) => {
            const found = await rest(server, `/repos/quarter-works/control-plane/commits/${sha}/pulls`)
            return z.array(z.object({ number: z.number() })).parse(found).length
          }),
      )
      // The root, two pushes, and the first commits of rebase merges, which belong to their pull requests.
      expect(associated.filter((count) => count === 0)).toHaveLength(1 + QUARTER_COUNTS.pushes)
      expect(associated.every((count) => count <= 1)).toBe(true)
      // One was pushed to after its approval.
      const late = all.filter(({ headRefOid, reviews }) =>
        reviews.nodes.some(({ commit }) => commit.oid !== headRefOid),
      )
      expect(late.length).toBeGreaterThan(0)
    })
  })

  test('one repository is not there until it is shown, though the organisation counts it', async () => {
    await onServer(QUARTER_OPTIONS, async (server) => {
      const unseen = `query { repository(owner: "quarter-works", name: "${UNSEEN}") { name } }`
      const names = async () =>
        z.array(z.object({ name: z.string() })).parse(await rest(server, '/orgs/quarter-works/repos')).length
      expect((await ask(server, unseen)).errors).toMatchObject([{ type: 'NOT_FOUND' }])
      expect([
        await names(),
        z.object({ total_private_repos: z.number() }).parse(await rest(server, '/orgs/quarter-works'))
          .total_private_repos,
      ]).toEqual([2, 3])
      server.hide(UNSEEN, 'forbidden')
      expect(await names()).toBe(3)
      const history = `query { repository(owner: "quarter-works", name: "${UNSEEN}") { name defaultBranchRef { name } } }`
      expect((await ask(server, history)).errors).toMatchObject([{ type: 'FORBIDDEN' }])
      server.hide(UNSEEN, undefined)
      expect((await ask(server, history)).errors).toBeUndefined()
    })
  })
})

async function rest(server: GithubServer, path: string): Promise<unknown> {
  const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `token ${server.tokens.owner}` } })
  return answer.json()
}
