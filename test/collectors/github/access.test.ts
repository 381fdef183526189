import { describe, expect, it } from 'vitest'
import { access } from '../../../collectors/github/access.ts'
import { GithubConfig } from '../../../collectors/github/config.ts'
import { collector } from '../../../collectors/github/index.ts'
import { policyText } from '../../../src/report/permissions.ts'

const declared = [...new Set(collector.streams.flatMap(({ permissions }) => permissions.map(({ name }) => name)))]
const single = declared.filter((name) => /^[a-z_]+:read$/.test(name))
/** Scopes say nothing of a right that only apps can have. */
const told = single.filter((name) => name !== 'organization_personal_access_tokens:read')
const isOfOrganization = (name: string) => name.startsWith('organization_')
const lacks = (granted: readonly string[]) =>
  declared.filter((name) => access.includes?.(granted, name) === false).sort()

describe('includes', () => {
  it.each<[string, readonly string[], string[]]>([
    ['an app with exactly the declared rights', single, []],
    ['write, which includes read', single.map((name) => name.replace('read', 'write')), []],
    ['an owner’s classic token', ['admin:org', 'admin:org_hook', 'repo'], []],
    ['a classic token for reading the organisation', ['read:org', 'repo'], told.filter(isOfOrganization)],
    [
      'a classic token for public repositories',
      ['admin:org', 'admin:org_hook', 'public_repo'],
      told.filter((name) => !isOfOrganization(name) && name !== 'members:read'),
    ],
    ['nothing', [], told],
  ])('%s', (_, granted, lacking) => {
    expect(lacks(granted)).toEqual(lacking.toSorted())
  })

  it('cannot tell of what is no single right', () => {
    const conditions = declared.filter((name) => !single.includes(name))
    expect(conditions.length).toBeGreaterThan(0)
    for (const name of conditions) expect(access.includes?.(single, name)).toBeUndefined()
  })
})

describe('excess', () => {
  const excess = (right: string) => access.excess?.(right, declared)

  it('is none of the declared rights, nor a classic scope that only reads', () => {
    for (const right of [...single, 'read:org', 'read:user']) expect(excess(right)).toBeUndefined()
  })

  it.each(['repo', 'admin:org', 'write:org', 'delete_repo', 'workflow'])('is the classic scope %s', (scope) => {
    expect(excess(scope)).toMatch(/GitHub App.*administration:read/)
  })

  it('is a right to write where reading is enough, and a right nothing reads', () => {
    expect(excess('administration:write')).toMatch(/Repository permissions, "Administration": "Read-only"/)
    expect(excess('members:admin')).toContain('"Read-only"')
    expect(excess('packages:read')).toContain('No access')
  })
})

it('says where each single right is granted', () => {
  for (const name of single)
    expect(access.grant?.(name)).toMatch(/^(?:Organization|Repository) permissions, ".+": "Read-only"$/)
})

it('leads to the pages of the host in the config', () => {
  const config = (parts: object) => GithubConfig.parse({ organization: 'acme', ...parts })
  const app = { type: 'app', appId: 1, installationId: 34 }
  expect(access.steps?.(config({ auth: app })).join(' ')).toMatch(
    /https:\/\/github\.com\/organizations\/acme\/.*installations\/34/,
  )
  const server = config({ baseUrl: 'https://git.example.com/api/v3' })
  expect(access.steps?.(server).join(' ')).toContain('https://git.example.com/settings/')
  expect(access.longLived?.(server)).toContain('GitHub App')
  expect(access.longLived?.(config({ auth: app }))).toBeUndefined()
})

it('writes the manifest of an app that may read what is declared, and nothing else', () => {
  const text = policyText(collector, 'github-app-manifest') ?? ''
  expect(JSON.parse(text)).toMatchObject({
    public: false,
    default_events: [],
    default_permissions: Object.fromEntries(single.map((name) => [name.replace(':read', ''), 'read'])),
  })
  expect(Object.keys(JSON.parse(text).default_permissions)).toHaveLength(single.length)
})
