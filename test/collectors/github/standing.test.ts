import { UnavailableError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { collector } from '../../../collectors/github/index.ts'
import { everyRepository, wholeOrganization } from '../../../collectors/github/permissions.ts'
import { members } from '../../../collectors/github/streams/members.ts'
import { membersWithoutTwoFactor } from '../../../collectors/github/streams/members-without-two-factor.ts'
import { outsideCollaboratorAccess } from '../../../collectors/github/streams/outside-collaborator-access.ts'
import { outsideCollaborators } from '../../../collectors/github/streams/outside-collaborators.ts'
import { repositories } from '../../../collectors/github/streams/repositories.ts'
import { teamRepositories } from '../../../collectors/github/streams/team-repositories.ts'
import { teams } from '../../../collectors/github/streams/teams.ts'
import { type Answers, collect, contextOf, fakeFetch, ORG, person, REPOSITORIES, repositoryAnswer } from './harness.ts'

const MEMBERSHIP = '/user/memberships/orgs/acme'

/** Lists that GitHub answers to anybody, whole or not. */
const LISTS: Answers = {
  '/orgs/acme/members?role=admin': { body: [person('red-fox')] },
  '/orgs/acme/members?role=member': { body: [] },
  '/orgs/acme/members?filter=2fa_disabled': { body: [] },
  '/orgs/acme/outside_collaborators': { body: [person('blue-crow')] },
  '/orgs/acme/teams': { body: [{ id: 1, slug: 'web', name: 'Web' }] },
  '/orgs/acme/teams/web/repos': { body: [] },
  '/repos/acme/api/collaborators?affiliation=outside': { body: [] },
  [REPOSITORIES]: { body: [repositoryAnswer('api')] },
}

const role = (name: string, state = 'active'): Answers => ({ [MEMBERSHIP]: { body: { state, role: name } } })
const OUTSIDER: Answers = { [MEMBERSHIP]: { status: 404, body: { message: 'Not Found' } } }
/** A fine-grained token: it has no scopes, and may be limited to some repositories. */
const FINE_GRAINED: Answers = { '/user': { body: { login: 'owner-one' } } }
const counted = (total_private_repos: number): Answers => ({
  '/orgs/acme': { body: { ...ORG, public_repos: 0, total_private_repos } },
})

const OWNERS_ONLY = [teams, teamRepositories, outsideCollaborators, outsideCollaboratorAccess, membersWithoutTwoFactor]

describe('what a person may see', () => {
  it.each(OWNERS_ONLY)('is whole for an owner: $id', async (stream) => {
    expect((await collect(stream, LISTS)).gaps).toEqual([])
  })

  it.each(OWNERS_ONLY)('is a part for a member, and says which right is missing: $id', async (stream) => {
    const { gaps } = await collect(stream, { ...LISTS, ...role('member') })
    expect(gaps).toContainEqual(expect.objectContaining({ reason: 'denied', permission: wholeOrganization.name }))
  })

  it.each([
    ['an owner', role('admin'), true],
    ['a member', role('member'), true],
    ['invited only', role('admin', 'pending'), false],
    ['outside', OUTSIDER, false],
  ] as const)('of the list of members, to someone who is %s', async (_, membership, whole) => {
    const { gaps, records } = await collect(members, { ...LISTS, ...membership })
    expect(records).toHaveLength(1)
    expect(gaps.map(({ permission }) => permission)).toEqual(whole ? [] : [wholeOrganization.name])
  })

  it('is not known when GitHub does not tell the role, with the reason for that', async () => {
    const refused = { [MEMBERSHIP]: { status: 403, body: { message: 'You need at least read:org scope' } } }
    expect((await collect(members, { ...LISTS, ...refused })).gaps).toEqual([
      expect.objectContaining({ reason: 'denied', permission: 'members:read' }),
    ])
    const { fetch } = fakeFetch(LISTS)
    const session = await collector.open(
      contextOf(async (input, init) => {
        if (new Request(input, init).url.includes('memberships')) throw new UnavailableError('HTTP 502')
        return fetch(input, init)
      }),
    )
    expect(session.in({ id: 'acme' }).standing).toMatchObject({ kind: 'unknown', failure: { reason: 'unavailable' } })
  })
})

describe('an app', () => {
  const app = { '/user': { status: 403, body: { message: 'Resource not accessible by integration' } } }
  const probe = { '/orgs/acme/teams': { body: [] } }
  const selection = (repository_selection: string) => ({
    '/installation/repositories': { body: { repository_selection } },
  })
  const open = async (answers: Answers) => {
    const { fetch } = fakeFetch({ ...app, ...answers })
    return (await collector.open(contextOf(fetch, {}, { token: 'ghs_example' }))).in({ id: 'acme' }).standing
  }

  it('sees what its installation is for', async () => {
    expect(await open({ ...probe, ...selection('all') })).toEqual({ kind: 'app', allRepositories: true })
    expect(await open({ ...probe, ...selection('selected') })).toEqual({ kind: 'app', allRepositories: false })
  })

  it('of another organisation, or without the right, does not see members', async () => {
    const refused = { '/orgs/acme/teams': { status: 403, body: { message: 'Resource not accessible by integration' } } }
    expect(await open({ ...refused, ...selection('all') })).toEqual({
      kind: 'app-without-members',
      allRepositories: false,
    })
  })

  it('is not taken at its word: a token that may not ask for its repositories is none', async () => {
    const refused = { '/installation/repositories': { status: 403, body: { message: 'You must authenticate' } } }
    expect(await open({ ...probe, ...refused })).toMatchObject({ kind: 'unknown', failure: { reason: 'denied' } })
  })
})

describe('repositories', () => {
  it.each([repositories, teamRepositories, outsideCollaboratorAccess])(
    'that nobody counts leave a gap: $id',
    async (stream) => {
      expect((await collect(stream, { ...LISTS, ...FINE_GRAINED })).gaps).toEqual([
        { subject: 'acme: whether all repositories are visible', reason: 'denied', permission: everyRepository.name },
      ])
    },
  )

  it.each([teamRepositories, outsideCollaboratorAccess])(
    'are counted before rights on them are: $id',
    async (stream) => {
      expect((await collect(stream, { ...LISTS, ...FINE_GRAINED, ...counted(1) })).gaps).toEqual([])
      expect((await collect(stream, { ...LISTS, ...FINE_GRAINED, ...counted(2) })).gaps).toEqual([
        { subject: 'acme: whether all repositories are visible', reason: 'truncated' },
      ])
    },
  )

  it('are compared with GitHub’s count, so that a token for some of them is noticed', async () => {
    const { gaps, pages } = await collect(repositories, { ...LISTS, ...FINE_GRAINED, ...counted(2) })
    expect(gaps).toEqual([])
    expect(pages[0]).toMatchObject({ records: [{ repository: 'acme/api' }], total: 2 })
  })
})
