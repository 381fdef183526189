import type { AllCheck, Check, Dataset, EachCheck, Result, Verdict } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { accessTokensExpire } from '../../../collectors/github/checks/access-tokens-expire.ts'
import { actionsLockedDown } from '../../../collectors/github/checks/actions-locked-down.ts'
import { appsApproved } from '../../../collectors/github/checks/apps-approved.ts'
import { auditLogKept } from '../../../collectors/github/checks/audit-log-kept.ts'
import { codeAlertsInTime } from '../../../collectors/github/checks/code-alerts-in-time.ts'
import { codeScanningRuns } from '../../../collectors/github/checks/code-scanning-runs.ts'
import { dependencyAlertsInTime } from '../../../collectors/github/checks/dependency-alerts-in-time.ts'
import { deployKeysBounded } from '../../../collectors/github/checks/deploy-keys-bounded.ts'
import { inactiveRepositoriesArchived } from '../../../collectors/github/checks/inactive-repositories-archived.ts'
import { productionNeedsApproval } from '../../../collectors/github/checks/production-needs-approval.ts'
import { secretAlertsResolved } from '../../../collectors/github/checks/secret-alerts-resolved.ts'
import { secretScanningEnabled } from '../../../collectors/github/checks/secret-scanning-enabled.ts'
import { signedCommitsRequired } from '../../../collectors/github/checks/signed-commits-required.ts'
import { webhooksSecured } from '../../../collectors/github/checks/webhooks-secured.ts'
import { classicRule, protectedBy, rule, rulesOf } from '../../../collectors/github/examples.ts'
import {
  accessToken,
  actionsExample,
  analysedAt,
  archivedScanning,
  codeAlert,
  codeScanning,
  dependenciesScanned,
  dependencyAlert,
  deployKey,
  environmentsOf,
  hooksOf,
  installation,
  keysOf,
  notAnalysed,
  production,
  refusedRead,
  scanning,
  secretAlert,
  webhook,
} from '../../../collectors/github/security/examples.ts'
import { organizationExample } from '../../../collectors/github/organization-example.ts'
import { repositoryExample } from '../../../collectors/github/repository-example.ts'

const AT = new Date('2026-01-15T12:00:00.000Z')
const DAY_MS = 86_400_000
const daysAgo = (days: number, moreMs = 0) => new Date(AT.getTime() - days * DAY_MS - moreMs).toISOString()

function verdict(check: EachCheck, record: unknown, params: unknown = {}): Verdict {
  const parsed = check.inputs['records']?.record.parse(record)
  return check.evaluate(parsed, { params: check.params.parse(params), at: AT, readAt: AT })
}
const status = (check: EachCheck, record: unknown, params?: unknown) => verdict(check, record, params).status

async function results(check: AllCheck, inputs: Record<string, readonly unknown[]>, params: unknown = {}) {
  const datasets: Record<string, Dataset<unknown>> = {}
  for (const [name, stream] of Object.entries(check.inputs)) {
    const key = (record: unknown) =>
      'key' in stream && typeof stream.key === 'function' ? String(stream.key(record)) : ''
    const records = (inputs[name] ?? []).map((record) => stream.record.parse(record))
    datasets[name] = {
      async *items() {
        for (const record of records) {
          yield { record, key: key(record), label: key(record), source: 'github', scope: 'acme', readAt: AT }
        }
      },
    }
  }
  const found: Result[] = []
  for await (const one of check.evaluate(datasets, { params: check.params.parse(params), at: AT })) found.push(one)
  return found
}
const statuses = async (check: Check, inputs: Record<string, readonly unknown[]>, params?: unknown) =>
  (await results(check as AllCheck, inputs, params)).map((one) => [one.subject, one.status])

describe('github.signed-commits-required', () => {
  it('takes either route, and what GitHub does not say for unknown', () => {
    expect(status(signedCommitsRequired, protectedBy({ classic: classicRule({ signatures: true }) }))).toBe('pass')
    expect(status(signedCommitsRequired, protectedBy({ rules: rulesOf(rule('required_signatures')) }))).toBe('pass')
    expect(status(signedCommitsRequired, protectedBy({}))).toBe('fail')
    expect(status(signedCommitsRequired, protectedBy({ classic: classicRule({ signatures: null }) }))).toBe('unknown')
  })
})

describe('github.secret-scanning-enabled', () => {
  const settings = repositoryExample().securityAndAnalysis
  const withFeatures = (parts: object) =>
    repositoryExample({ securityAndAnalysis: settings && { ...settings, ...parts } })

  it('tells off, not in the plan and not shown apart', () => {
    expect(verdict(secretScanningEnabled, withFeatures({ secretScanning: false }))).toMatchObject({ status: 'fail' })
    const unlicensed = withFeatures({ secretScanning: null })
    expect(verdict(secretScanningEnabled, unlicensed)).toMatchObject({ status: 'unknown', reason: 'unlicensed' })
    const hidden = repositoryExample({ securityAndAnalysis: null })
    expect(verdict(secretScanningEnabled, hidden)).toMatchObject({ status: 'unknown', reason: 'denied' })
    // What is known to be off stays so, whatever else is not known.
    expect(
      status(secretScanningEnabled, withFeatures({ secretScanning: null, secretScanningPushProtection: false })),
    ).toBe('fail')
  })

  it('can do without push protection', () => {
    const unprotected = withFeatures({ secretScanningPushProtection: false })
    expect(status(secretScanningEnabled, unprotected)).toBe('fail')
    expect(status(secretScanningEnabled, unprotected, { pushProtection: false })).toBe('pass')
  })
})

describe('github.secret-alerts-resolved', () => {
  const at = (createdAt: string) => ({ alerts: [secretAlert({ createdAt })], repositories: [repositoryExample()] })

  it('counts to the hour, and judges a repository itself only if it has no alert', async () => {
    expect(await statuses(secretAlertsResolved, at(daysAgo(3)))).toEqual([['acme/payments-api#1', 'pass']])
    expect(await statuses(secretAlertsResolved, at(daysAgo(3, 1)))).toEqual([['acme/payments-api#1', 'fail']])
    expect(await statuses(secretAlertsResolved, at(daysAgo(3, 1)), { maxHours: 100 })).toEqual([
      ['acme/payments-api#1', 'pass'],
    ])
  })

  it('does not take silence for good where nobody looks', async () => {
    const settings = repositoryExample().securityAndAnalysis
    const off = repositoryExample({ securityAndAnalysis: settings && { ...settings, secretScanning: false } })
    expect(await results(secretAlertsResolved, { alerts: [], repositories: [off] })).toMatchObject([
      { status: 'not-applicable', reason: 'not-scanned' },
    ])
  })
})

describe('alerts with deadlines by severity', () => {
  const scanned = { scanning: [dependenciesScanned] }

  it.each<['critical' | 'high' | 'medium' | 'low', number, string]>([
    ['critical', 15, 'pass'],
    ['critical', 16, 'fail'],
    ['high', 30, 'pass'],
    ['high', 31, 'fail'],
    ['medium', 90, 'pass'],
    ['medium', 91, 'fail'],
    ['low', 900, 'pass'],
  ])('a dependency: %s, open for %i days: %s', async (severity, age, expected) => {
    const alerts = [dependencyAlert({ severity, createdAt: daysAgo(age) })]
    expect(await statuses(dependencyAlertsInTime, { alerts, ...scanned })).toEqual([['acme/payments-api#2', expected]])
  })

  it('wants a reason and a name of what was dismissed, and a comment if so set', async () => {
    const dismissed = (parts: object) => [
      dependencyAlert({
        state: 'dismissed',
        dismissedReason: 'not_used',
        by: { login: 'person-a', app: null },
        ...parts,
      }),
    ]
    const judged = async (parts: object, params = {}) =>
      (await results(dependencyAlertsInTime, { alerts: dismissed(parts), ...scanned }, params))[0]?.status
    expect(await judged({})).toBe('pass')
    expect(await judged({ dismissedReason: null })).toBe('fail')
    expect(await judged({ by: null })).toBe('fail')
    expect(await judged({}, { requireComment: true })).toBe('fail')
    expect(await judged({ commented: true }, { requireComment: true })).toBe('pass')
  })

  it('says how long a fix took, and does not fail on what is over', async () => {
    const alerts = [dependencyAlert({ state: 'fixed', createdAt: daysAgo(40), fixedAt: daysAgo(10) })]
    expect(await results(dependencyAlertsInTime, { alerts, ...scanned })).toMatchObject([
      { status: 'pass', detail: expect.stringContaining('after 30 days, later than 15 days') },
    ])
  })

  it('judges repositories without alerts by whether they are scanned', async () => {
    const off = scanning({ state: 'absent' })
    for (const [record, expected] of [
      [dependenciesScanned, 'pass'],
      [off, 'not-applicable'],
      [archivedScanning, 'not-applicable'],
      [scanning(refusedRead), 'unknown'],
    ] as const) {
      const found = await results(dependencyAlertsInTime, { alerts: [], scanning: [record] })
      expect(found).toMatchObject([{ status: expected }])
    }
  })

  it('code: high for 30 days, findings that are not about security do not count', async () => {
    const judged = async (parts: object) =>
      (await results(codeAlertsInTime, { alerts: [codeAlert(parts)], setup: [codeScanning()] }))[0]?.status
    expect(await judged({ createdAt: daysAgo(30) })).toBe('pass')
    expect(await judged({ createdAt: daysAgo(31) })).toBe('fail')
    expect(await judged({ securitySeverity: 'medium' })).toBe('pass')
    expect(await judged({ securitySeverity: null })).toBe('not-applicable')
    expect(await judged({ state: null })).toBe('unknown')
  })
})

describe('github.code-scanning-runs', () => {
  it('wants a good analysis of late, here or as declared', () => {
    expect(status(codeScanningRuns, codeScanning({ analyses: analysedAt(daysAgo(30)) }))).toBe('pass')
    expect(status(codeScanningRuns, codeScanning({ analyses: analysedAt(daysAgo(31)) }))).toBe('fail')
    expect(status(codeScanningRuns, notAnalysed)).toBe('fail')
    const failed = { state: 'observed', value: [{ tool: 'CodeQL', at: daysAgo(1), failed: true }] } as const
    expect(status(codeScanningRuns, codeScanning({ analyses: { ...failed, value: [...failed.value] } }))).toBe('fail')
    const external = [{ repository: 'acme/payments-api', by: 'our scanner', lastScan: daysAgo(5).slice(0, 10) }]
    expect(status(codeScanningRuns, notAnalysed, { external })).toBe('pass')
    const exempt = [{ repository: 'acme/payments-api', reason: 'texts only' }]
    expect(status(codeScanningRuns, notAnalysed, { exempt })).toBe('not-applicable')
    expect(status(codeScanningRuns, codeScanning({ empty: true, analyses: null }))).toBe('not-applicable')
  })
})

describe('settings', () => {
  it('Actions: each fault fails, also a pattern that allows everything', () => {
    const selected = { githubOwned: true, verified: true, patterns: ['*'] }
    expect(status(actionsLockedDown, actionsExample({ selected }))).toBe('fail')
    expect(status(actionsLockedDown, actionsExample({ defaultWorkflowPermissions: 'write' }))).toBe('fail')
    expect(status(actionsLockedDown, actionsExample({ canApprovePullRequests: true }))).toBe('fail')
    expect(status(actionsLockedDown, actionsExample({ allowedActions: 'local_only', selected: null }))).toBe('pass')
    expect(status(actionsLockedDown, actionsExample({ enabledRepositories: 'none', allowedActions: null }))).toBe(
      'pass',
    )
  })

  it('environments: protected branches only are every branch where none is protected', async () => {
    const judged = async (anyProtected: Parameters<typeof environmentsOf>[0]['anyProtected']) =>
      (await results(productionNeedsApproval, { environments: [environmentsOf(production({ anyProtected }))] }))[0]
    expect(await judged({ state: 'observed', value: true })).toMatchObject({ status: 'pass' })
    expect(await judged({ state: 'observed', value: false })).toMatchObject({ status: 'fail' })
    expect(await judged({ state: 'unknown', reason: 'denied' })).toMatchObject({ status: 'unknown' })
  })

  it('environments: production by its name, with the default branch or approved patterns', async () => {
    const patterns = (...value: string[]) =>
      production({ branches: 'patterns', patterns: { state: 'observed', value } })
    const judged = async (environment: Parameters<typeof environmentsOf>[0], params = {}) =>
      (await results(productionNeedsApproval, { environments: [environmentsOf(environment)] }, params))[0]?.status
    expect(await judged(patterns('main'))).toBe('pass')
    expect(await judged(patterns('main', 'release/*'))).toBe('fail')
    expect(await judged(patterns('main', 'release/*'), { branches: ['release/*'] })).toBe('pass')
    expect(await judged(production({ branches: 'patterns', patterns: refusedRead }))).toBe('unknown')
    expect(await judged(production({ name: 'Production-EU', branches: 'all' }))).toBe('fail')
    expect(await judged(production({ name: 'preproduction', reviewers: null }))).toBe('not-applicable')
  })

  it('deploy keys: one that writes needs approval, and each is used', async () => {
    const judged = async (parts: object, params = {}) =>
      (
        await results(deployKeysBounded, { keys: [keysOf({ state: 'observed', value: [deployKey(parts)] })] }, params)
      )[0]
    expect(await judged({ readOnly: false })).toMatchObject({ status: 'fail', subject: 'acme/payments-api#8' })
    const mayWrite = [{ repository: 'acme/payments-api', id: 8 }]
    expect(await judged({ readOnly: false }, { mayWrite })).toMatchObject({ status: 'pass' })
    expect(await judged({ lastUsed: daysAgo(91) })).toMatchObject({ status: 'fail' })
    expect(await judged({ lastUsed: null, createdAt: daysAgo(10) })).toMatchObject({ status: 'pass' })
    expect(await judged({ lastUsed: null, createdAt: daysAgo(100) })).toMatchObject({ status: 'fail' })
  })

  it('webhooks: https, a certificate that is checked, a secret', async () => {
    const judged = async (parts: object) =>
      (await results(webhooksSecured, { hooks: [hooksOf({ state: 'observed', value: [webhook(parts)] })] }))[0]?.status
    expect(await judged({})).toBe('pass')
    expect(await judged({ origin: 'http://ci.example.com' })).toBe('fail')
    expect(await judged({ verifiesTls: false })).toBe('fail')
    expect(await judged({ verifiesTls: null })).toBe('unknown')
    expect(await judged({ active: false, hasSecret: false })).toBe('not-applicable')
  })

  it('apps: who only reads needs no approval, and an approval can end', () => {
    expect(status(appsApproved, installation({ permissions: ['contents:read'] }))).toBe('pass')
    const until = (day: string) => ({ approved: [{ app: 'build-relay', until: day }] })
    expect(status(appsApproved, installation(), until('2026-01-15'))).toBe('pass')
    expect(status(appsApproved, installation(), until('2026-01-14'))).toBe('fail')
  })

  it('inactive repositories: after 180 days, unless archived', () => {
    const pushed = (days: number, archived = false) =>
      repositoryExample({ pushedOn: daysAgo(days).slice(0, 10), archived })
    expect(status(inactiveRepositoriesArchived, pushed(180))).toBe('pass')
    expect(status(inactiveRepositoriesArchived, pushed(182))).toBe('fail')
    expect(status(inactiveRepositoriesArchived, pushed(900, true))).toBe('pass')
    expect(status(inactiveRepositoriesArchived, repositoryExample({ pushedOn: null }))).toBe('fail')
  })
})

describe('github.access-tokens-expire', () => {
  const app = [organizationExample()]
  const person = [organizationExample({ listsAccessTokens: false })]

  it('counts from the approval to the end', async () => {
    const granted = '2026-01-01T00:00:00.000Z'
    const judged = async (expiresAt: string | null) =>
      (
        await results(accessTokensExpire, {
          organization: app,
          tokens: [accessToken({ grantedAt: granted, expiresAt })],
        })
      )[0]?.status
    expect(await judged('2027-01-02T00:00:00.000Z')).toBe('pass')
    expect(await judged('2027-01-03T00:00:00.000Z')).toBe('fail')
    expect(await judged(null)).toBe('fail')
  })

  it('does not take a list that was not to be had for an empty one', async () => {
    expect(await statuses(accessTokensExpire, { organization: app, tokens: [] })).toEqual([['1001', 'pass']])
    const asPerson = { organization: person, tokens: [] }
    expect(await results(accessTokensExpire, asPerson)).toMatchObject([
      { status: 'not-applicable', reason: 'undeclared' },
    ])
    const policy = (maxDays: number, seenOn: string) => ({ policy: { maxDays, seenOn } })
    expect(await statuses(accessTokensExpire, asPerson, policy(90, '2026-01-01'))).toEqual([['1001', 'pass']])
    expect(await statuses(accessTokensExpire, asPerson, policy(900, '2026-01-01'))).toEqual([['1001', 'fail']])
    expect(await statuses(accessTokensExpire, asPerson, policy(90, '2025-01-01'))).toEqual([['1001', 'fail']])
  })
})

describe('github.audit-log-kept', () => {
  const enterprise = [organizationExample({ plan: 'enterprise' })]
  const event = (at: string) => ({ id: 'e', at, action: 'a.b', actor: null, user: null, repository: null, team: null })
  const copied = (hours: number) => ({
    copied: { by: 'our archive', lastReceipt: new Date(AT.getTime() - hours * 3_600_000).toISOString() },
  })

  it('is satisfied by an export that reaches the day of the run, or by a declared copy', async () => {
    const judged = async (at: string, params = {}) =>
      (await results(auditLogKept, { organization: enterprise, events: [event(at)] }, params))[0]?.status
    expect(await judged(daysAgo(0, 3_600_000))).toBe('pass')
    expect(await judged(daysAgo(2))).toBe('fail')
    expect(await judged(daysAgo(2), copied(24))).toBe('pass')
    expect(await judged(daysAgo(2), copied(25))).toBe('fail')
    expect(await judged(daysAgo(2), copied(-1))).toBe('fail')
  })

  it('does not apply to a plan without an audit log', async () => {
    const found = await results(auditLogKept, { organization: [organizationExample({ plan: 'team' })], events: [] })
    expect(found).toMatchObject([{ status: 'not-applicable', reason: 'not-in-plan' }])
  })
})
