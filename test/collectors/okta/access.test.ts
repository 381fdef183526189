import { describe, expect, it } from 'vitest'
import { access } from '../../../collectors/okta/access.ts'
import { OktaConfig } from '../../../collectors/okta/config.ts'
import { collector } from '../../../collectors/okta/index.ts'
import { READ_SCOPES } from '../../../collectors/okta/scopes.ts'
import { policyText } from '../../../src/report/permissions.ts'

const declared = [...new Set(collector.streams.flatMap(({ permissions }) => permissions.map(({ name }) => name)))]
const scopes = declared.filter((name) => name.startsWith('okta.')).sort()
const roles = declared.filter((name) => !scopes.includes(name))
const config = (parts: object) => OktaConfig.parse({ orgUrl: 'https://acme.okta.com', ...parts })
const app = { auth: { type: 'oauth', clientId: '0oa1' } }

it('asks for the scopes that streams need, all of them and no other', () => {
  expect([...READ_SCOPES].sort()).toEqual(scopes)
})

describe('includes', () => {
  const lacks = (granted: readonly string[]) => declared.filter((name) => access.includes?.(granted, name) === false)

  it.each<[string, readonly string[], readonly string[]]>([
    ['exactly the declared scopes', scopes, []],
    ['scopes to manage, which include reading', scopes.map((name) => name.replace('.read', '.manage')), []],
    ['nothing', [], scopes],
    ['all but one', scopes.filter((name) => name !== 'okta.users.read'), ['okta.users.read']],
    ['a scope of another resource', ['okta.userTypes.read'], scopes],
  ])('%s', (_, granted, lacking) => {
    expect(lacks(granted).sort()).toEqual([...lacking].sort())
  })

  it('cannot tell of roles, which stand in no token', () => {
    expect(roles.length).toBeGreaterThan(1)
    for (const role of roles) expect(access.includes?.(scopes, role)).toBeUndefined()
  })
})

describe('excess', () => {
  const excess = (right: string) => access.excess?.(right, declared)

  it('is nothing that is declared', () => {
    for (const scope of scopes) expect(excess(scope)).toBeUndefined()
  })

  it('is a scope to manage where reading is enough, and one that nothing reads with', () => {
    expect(excess('okta.users.manage')).toBe('okta.users.read is enough')
    expect(excess('okta.brands.read')).toContain('revoke')
    expect(excess('okta.brands.manage')).toContain('revoke')
  })
})

it('says where each right is granted', () => {
  for (const scope of scopes) expect(access.grant?.(scope)).toMatch(/"Okta API Scopes": "Grant" beside okta\./)
  for (const role of roles) expect(access.grant?.(role)).toContain('"Admin roles"')
})

it('names the smallest role, and the roles without which some facts stay unknown', () => {
  const of = (id: string) => collector.streams.find((stream) => stream.id === id)?.permissions.map(({ name }) => name)
  expect(of('okta.users')).toContain('role Read-only Administrator')
  expect(of('okta.admin-assignments')?.join()).toContain('okta.iam.read')
  for (const id of ['okta.first-party-app-settings', 'okta.support-access', 'okta.log-streams']) {
    expect(of(id), id).toContain('role Super Administrator')
  }
})

it('leads to the Admin Console of the organisation in the config', () => {
  expect(access.steps?.(config(app)).join(' ')).toMatch(/https:\/\/acme-admin\.okta\.com .*0oa1/)
  expect(access.steps?.(config({ orgUrl: 'https://id.example.com' })).join(' ')).toContain('the Admin Console')
  expect(access.longLived?.(config({}))).toContain('service app')
  expect(access.longLived?.(config(app))).toBeUndefined()
})

it('writes the scopes one a line, and the custom role that sees administrators', () => {
  expect(policyText(collector, 'okta-scopes')).toBe(`${scopes.join('\n')}\n`)
  expect(JSON.parse(policyText(collector, 'okta-custom-role') ?? '')).toMatchObject({ permissions: ['okta.iam.read'] })
})

describe('config', () => {
  const refused = (parts: object) => OktaConfig.safeParse({ orgUrl: 'https://acme.okta.com', ...parts }).error?.message

  it.each([
    ['the Admin Console', { orgUrl: 'https://acme-admin.okta.com' }, 'leave out'],
    ['plain http', { orgUrl: 'http://acme.okta.com' }, 'use https'],
    ['an id that is none', { organizationId: '1001' }, '00o'],
    ['a scope that can change something', { auth: { ...app.auth, scopes: ['okta.users.manage'] } }, 'okta.users.read'],
    ['a service account without a reason', { serviceAccounts: [{ login: 'a@example.com' }] }, 'reason'],
    ['an unknown key', { apiToken: 'x' }, 'apiToken'],
  ])('refuses %s', (_, parts, message) => {
    expect(refused(parts)).toContain(message)
  })

  it('takes http to this machine, and asks for the secret of the way to sign in', () => {
    expect(refused({ orgUrl: 'http://127.0.0.1:4101' })).toBeUndefined()
    expect(collector.needs?.(config(app))).toEqual(['privateKey'])
    expect(collector.needs?.(config({}))).toEqual(['token'])
  })
})
