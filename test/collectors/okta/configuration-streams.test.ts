import { describe, expect, it } from 'vitest'
import { appAssignments } from '../../../collectors/okta/streams/app-assignments.ts'
import { apps } from '../../../collectors/okta/streams/apps.ts'
import { deviceAssurances } from '../../../collectors/okta/streams/device-assurances.ts'
import { firstPartyAppSettings } from '../../../collectors/okta/streams/first-party-app-settings.ts'
import { identityProviders } from '../../../collectors/okta/streams/identity-providers.ts'
import { logStreams } from '../../../collectors/okta/streams/log-streams.ts'
import { networkZones } from '../../../collectors/okta/streams/network-zones.ts'
import { serviceAppGrants } from '../../../collectors/okta/streams/service-app-grants.ts'
import { supportAccess } from '../../../collectors/okta/streams/support-access.ts'
import { threatInsight } from '../../../collectors/okta/streams/threat-insight.ts'
import { trustedOrigins } from '../../../collectors/okta/streams/trusted-origins.ts'
import { BASE, collect, error, next, sessionOver } from './configuration-harness.ts'

const APPS = '/api/v1/apps'
const app = (id: string, parts: object = {}) => ({
  id,
  name: 'payroll_example',
  label: `App ${id}`,
  status: 'ACTIVE',
  signOnMode: 'SAML_2_0',
  features: ['PUSH_USER_DEACTIVATION', 'GROUP_PUSH'],
  created: '2025-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  settings: { notes: { admin: 'ask ada@example.com' } },
  _links: { accessPolicy: { href: `${BASE}/api/v1/policies/rst7` } },
  ...parts,
})
const service = { settings: { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } } }

describe('okta.apps', () => {
  it('reads mode, features and policy of every app on every page', async () => {
    const { records, pages } = await collect(apps, {
      [APPS]: { body: [app('0oa1')], headers: next(`${APPS}?after=0oa1`) },
      [`${APPS}?after=0oa1`]: { body: [app('0oa2', { ...service, signOnMode: 'OPENID_CONNECT', _links: {} })] },
    })
    expect(pages.map(({ last }) => last)).toEqual([false, true])
    expect(records).toEqual([
      {
        id: '0oa1',
        name: 'payroll_example',
        label: 'App 0oa1',
        status: 'ACTIVE',
        signOnMode: 'SAML_2_0',
        features: ['GROUP_PUSH', 'PUSH_USER_DEACTIVATION'],
        created: '2025-01-02T03:04:05.000Z',
        lastUpdated: '2026-01-02T03:04:05.000Z',
        accessPolicy: 'rst7',
        clientType: null,
        grantTypes: [],
      },
      expect.objectContaining({
        id: '0oa2',
        accessPolicy: null,
        clientType: 'service',
        grantTypes: ['client_credentials'],
      }),
    ])
  })
})

describe('okta.app-assignments', () => {
  const assigned = (id: string) => ({
    id,
    scope: 'GROUP',
    status: 'ACTIVE',
    created: '2025-01-02T03:04:05.000Z',
    statusChanged: null,
    credentials: { userName: `${id}@example.com` },
    profile: { displayName: 'Ada Lovelace' },
  })
  const answers = {
    [APPS]: { body: [app('0oa1'), app('0oa2', { status: 'INACTIVE' }), app('0oa3')] },
    [`${APPS}/0oa1/users`]: { body: [assigned('u1')], headers: next(`${APPS}/0oa1/users?after=u1`) },
    [`${APPS}/0oa1/users?after=u1`]: { body: [assigned('u2')] },
    [`${APPS}/0oa3/users`]: { body: [assigned('u1')] },
  }

  it('reads each active app to its end, page by page', async () => {
    const { records, pages } = await collect(appAssignments, answers)
    expect(records.map((record) => appAssignments.key(record as never))).toEqual(['0oa1:u1', '0oa1:u2', '0oa3:u1'])
    expect(pages.map(({ number, last }) => [number, last])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ])
    expect(JSON.stringify(records)).not.toContain('Lovelace')
    expect(appAssignments.redact).toEqual({ userName: 'pseudonym' })
  })

  it('estimates a request for each active app, besides those of the list', async () => {
    const { session } = sessionOver(answers)
    expect(await appAssignments.estimate?.(session, { id: '00o1' })).toEqual({ apps: 3 })
  })

  it('ends with the failure of an app, so that the list is not taken for whole', async () => {
    const refused = { ...answers, [`${APPS}/0oa3/users`]: error(403, 'E0000006') }
    await expect(collect(appAssignments, refused)).rejects.toMatchObject({
      reason: 'denied',
      permission: 'okta.apps.read',
    })
  })
})

describe('okta.service-app-grants', () => {
  it('reads the scopes of service apps and of no other, and keeps an app that was refused', async () => {
    const { records, gaps, asked } = await collect(serviceAppGrants, {
      [APPS]: { body: [app('0oa1'), app('0oa2', service), app('0oa3', service)] },
      [`${APPS}/0oa2/grants`]: {
        body: ['okta.users.read', 'okta.apps.manage'].map((scopeId) => ({
          scopeId,
          status: 'ACTIVE',
          source: 'ADMIN',
          createdBy: { id: '00uADA', type: 'User' },
        })),
      },
      [`${APPS}/0oa3/grants`]: error(403, 'E0000006'),
    })
    expect(asked).toEqual([APPS, `${APPS}/0oa2/grants`, `${APPS}/0oa3/grants`])
    expect(records).toMatchObject([
      {
        app: '0oa2',
        grants: { state: 'observed', value: [{ scope: 'okta.apps.manage' }, { scope: 'okta.users.read' }] },
      },
      { app: '0oa3', grants: { state: 'unknown', reason: 'denied', permission: 'okta.appGrants.read' } },
    ])
    expect(gaps).toMatchObject([{ subject: 'grants of app 0oa3', reason: 'denied' }])
  })
})

describe('okta.network-zones', () => {
  it('reads all three kinds, and no address', async () => {
    const zone = (id: string, type: string, parts: object) => ({
      id,
      name: id,
      type,
      status: 'ACTIVE',
      usage: 'BLOCKLIST',
      ...parts,
    })
    const { records } = await collect(networkZones, {
      '/api/v1/zones': {
        body: [
          zone('a', 'IP', { gateways: [{ type: 'CIDR', value: '192.0.2.0/24' }], proxies: null }),
          zone('b', 'DYNAMIC', { proxyType: 'null', locations: [{ country: 'AQ' }], asns: [] }),
          zone('c', 'DYNAMIC_V2', {
            ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: null },
            locations: { include: [], exclude: [] },
            asns: { include: [], exclude: ['64496'] },
          }),
        ],
      },
    })
    expect(records).toMatchObject([
      { id: 'a', addresses: 1, narrowed: false, proxyType: null },
      { id: 'b', narrowed: true, proxyType: null },
      { id: 'c', narrowed: true, services: { include: ['ALL_ANONYMIZERS'], exclude: [] } },
    ])
    expect(JSON.stringify(records)).not.toContain('192.0.2')
  })
})

describe('settings of the organisation', () => {
  it('reads ThreatInsight', async () => {
    const body = { action: 'block', excludeZones: ['nzo2', 'nzo1'], lastUpdated: null }
    const { records } = await collect(threatInsight, { '/api/v1/threats/configuration': { body } })
    expect(records).toEqual([
      { organization: '00o1', action: 'block', excludedZones: ['nzo1', 'nzo2'], lastUpdated: null },
    ])
  })

  it('reads the access of Okta’s support', async () => {
    const body = { support: 'ENABLED', expiration: '2026-01-16T00:00:00.000Z', caseNumber: null }
    const { records } = await collect(supportAccess, { '/api/v1/org/privacy/oktaSupport': { body } })
    expect(records).toEqual([{ organization: '00o1', ...body }])
  })

  const SETTINGS = '/api/v1/first-party-app-settings/admin-console'
  it('reads the session of the Admin Console', async () => {
    const body = { sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 }
    const { records } = await collect(firstPartyAppSettings, { [SETTINGS]: { body } })
    expect(records).toEqual([{ app: 'admin-console', sessionIdleMinutes: 15, sessionLifetimeMinutes: 720 }])
  })

  it.each([
    [error(403, 'E0000006'), { reason: 'denied', permission: 'role Super Administrator' }],
    [error(404, 'E0000007'), { reason: 'denied', permission: 'role Super Administrator' }],
    [error(403, 'E0000015'), { reason: 'unlicensed' }],
  ])('says that it is hidden, not that it is wrong: %o', async (answer, failure) => {
    await expect(collect(firstPartyAppSettings, { [SETTINGS]: answer })).rejects.toMatchObject(failure)
  })

  it('says that a feature is not licensed', async () => {
    const answers = {
      '/api/v1/device-assurances': error(403, 'E0000015'),
      '/api/v1/logStreams': error(403, 'E0000015'),
    }
    await expect(collect(deviceAssurances, answers)).rejects.toMatchObject({ reason: 'unlicensed' })
    await expect(collect(logStreams, answers)).rejects.toMatchObject({ reason: 'unlicensed' })
  })
})

describe('lists of settings', () => {
  it('reads log streams without where they lead', async () => {
    const body = [
      {
        id: '0oal1',
        name: 'Archive',
        type: 'splunk_cloud_logstreaming',
        status: 'ACTIVE',
        settings: { host: 'x.example.com' },
      },
    ]
    const { records } = await collect(logStreams, { '/api/v1/logStreams': { body } })
    expect(records).toMatchObject([{ id: '0oal1', status: 'ACTIVE', created: null }])
    expect(JSON.stringify(records)).not.toContain('x.example.com')
  })

  it('reads identity providers', async () => {
    const policy = {
      provisioning: { action: 'AUTO' },
      accountLink: { action: 'DISABLED', filter: null },
      subject: { filter: '', matchType: 'USERNAME' },
    }
    const body = [{ id: '0oai1', name: 'Partner', type: 'SAML2', status: 'ACTIVE', policy }]
    const { records } = await collect(identityProviders, { '/api/v1/idps': { body } })
    expect(records).toMatchObject([{ provisioning: 'AUTO', accountLink: 'DISABLED', namesFiltered: false }])
  })

  it('reads trusted origins without who made them', async () => {
    const body = [
      {
        id: 'tos1',
        name: 'Portal',
        origin: 'https://portal.example.com',
        status: 'ACTIVE',
        scopes: [{ type: 'REDIRECT' }, { type: 'CORS' }],
        createdBy: '00uADA',
      },
    ]
    const { records } = await collect(trustedOrigins, { '/api/v1/trustedOrigins': { body } })
    expect(records).toMatchObject([{ scopes: ['CORS', 'REDIRECT'] }])
    expect(JSON.stringify(records)).not.toContain('00uADA')
  })

  it('reads what is asked of devices', async () => {
    const body = [
      {
        id: 'dae1',
        name: 'Macs',
        platform: 'MACOS',
        osVersion: { minimum: '15.0' },
        diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
        secureHardwarePresent: true,
        createdBy: '00uADA',
      },
    ]
    const { records } = await collect(deviceAssurances, { '/api/v1/device-assurances': { body } })
    expect(records).toMatchObject([
      {
        platform: 'MACOS',
        osMinimum: '15.0',
        diskEncryption: ['ALL_INTERNAL_VOLUMES'],
        screenLock: [],
        jailbreak: null,
      },
    ])
  })
})
