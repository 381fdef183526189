import type { AllCheck, Check } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { adminConsolePhishingResistant } from '../../../collectors/okta/checks/admin-console-phishing-resistant.ts'
import { adminConsoleSessionIdle } from '../../../collectors/okta/checks/admin-console-session-idle.ts'
import { anonymizersBlocked } from '../../../collectors/okta/checks/anonymizers-blocked.ts'
import { appsFederated } from '../../../collectors/okta/checks/apps-federated.ts'
import { criticalAppsDeprovision } from '../../../collectors/okta/checks/critical-apps-deprovision.ts'
import { deviceAssuranceUsed } from '../../../collectors/okta/checks/device-assurance-used.ts'
import { inactivityAutomation } from '../../../collectors/okta/checks/inactivity-automation.ts'
import { lockoutAndHistory } from '../../../collectors/okta/checks/lockout-and-history.ts'
import { passwordStrength } from '../../../collectors/okta/checks/password-strength.ts'
import { serviceAppGrantsNarrow } from '../../../collectors/okta/checks/service-app-grants-narrow.ts'
import { sessionLimits } from '../../../collectors/okta/checks/session-limits.ts'
import { signOnRequiresMfa } from '../../../collectors/okta/checks/sign-on-requires-mfa.ts'
import { supportAccessOff } from '../../../collectors/okta/checks/support-access-off.ts'
import { systemLogStreamed } from '../../../collectors/okta/checks/system-log-streamed.ts'
import { threatInsightBlocks } from '../../../collectors/okta/checks/threat-insight-blocks.ts'
import { organizationExample } from '../../../collectors/okta/examples-organization.ts'
import {
  adminConsole,
  exampleApp,
  exampleConditions,
  noneOf,
  passwordPolicy,
  phishingResistant,
  examplePolicy,
  exampleRule,
  exampleRules,
  exampleSession,
  exampleVerification,
} from '../../../collectors/okta/examples-policies.ts'
import type { PolicyRecord } from '../../../collectors/okta/policy.ts'
import { results, statuses, verdict } from './configuration-harness.ts'

const office = exampleConditions({ network: { connection: 'ZONE', include: ['nzo1'], exclude: [] } })
const organization = [organizationExample()]

/** Every example of a check has the status it stands for; the engine's roll-up does the same over whole runs. */
const CHECKS: readonly Check[] = [
  adminConsolePhishingResistant,
  adminConsoleSessionIdle,
  anonymizersBlocked,
  appsFederated,
  criticalAppsDeprovision,
  deviceAssuranceUsed,
  inactivityAutomation,
  lockoutAndHistory,
  passwordStrength,
  serviceAppGrantsNarrow,
  sessionLimits,
  signOnRequiresMfa,
  supportAccessOff,
  systemLogStreamed,
  threatInsightBlocks,
]
const examples = CHECKS.flatMap((check) =>
  Object.entries(check.examples).map(([status, example]) => ({ id: check.id, status, check, example })),
)

describe('examples', () => {
  it.each(examples)('$id: $status', async ({ check, status, example }) => {
    const found =
      check.kind === 'all' && 'inputs' in example
        ? (await results(check, example.inputs, example.params)).map((result) => result.status)
        : check.kind === 'each' && 'record' in example
          ? [verdict(check, example.record, example.params).status]
          : []
    expect(['fail', 'unknown', 'pass', 'not-applicable'].find((one) => found.includes(one as 'pass'))).toBe(status)
  })

  it.each(CHECKS.filter((check) => check.kind === 'all'))('$id says nothing of nothing', async (check) => {
    const found = await results(check, {})
    expect(found.filter(({ status }) => status === 'pass' || status === 'fail')).toEqual([])
  })
})

describe('okta.sign-on-requires-mfa', () => {
  const strong = exampleRule({ id: 'strong', name: 'Everybody', priority: 2, verification: exampleVerification() })
  const weak = exampleRule({
    id: 'weak',
    name: 'In the office',
    conditions: office,
    verification: exampleVerification({ factorMode: '1FA' }),
  })
  const accessPolicy = (parts: Partial<PolicyRecord>) => examplePolicy('ACCESS_POLICY', parts)
  const judge = (policies: readonly PolicyRecord[], apps: readonly unknown[] = [exampleApp()], params: unknown = {}) =>
    results(signOnRequiresMfa, { policies, apps }, params)

  it('names the first rule that lets somebody in with one factor', async () => {
    const [result] = await judge([accessPolicy({ rules: exampleRules(strong, weak) })])
    expect(result).toMatchObject({ status: 'fail', subject: 'ACCESS_POLICY:rst1' })
    expect(result?.detail).toContain('policy "Staff", rule 1 "In the office" lets people in with any one factor')
  })

  it('does not judge rules that are off, that deny, or that nobody comes to', async () => {
    const off = { ...weak, id: 'off', status: 'INACTIVE' }
    const denies = { ...weak, id: 'denies', access: 'DENY', verification: null }
    const behind = { ...weak, id: 'behind', priority: 3 }
    expect(await judge([accessPolicy({ rules: exampleRules(off, denies, strong, behind) })])).toMatchObject([
      { status: 'pass' },
    ])
  })

  it('knows that a weak rule of its own for machines is no rule for staff', async () => {
    const forMachines = { ...weak, conditions: exampleConditions({ groups: { include: ['00gm'], exclude: [] } }) }
    const policies = [accessPolicy({ rules: exampleRules(forMachines, strong) })]
    expect(await judge(policies)).toMatchObject([{ status: 'fail' }])
    expect(await judge(policies, [exampleApp()], { notStaffGroups: ['00gm'] })).toMatchObject([{ status: 'pass' }])
    const andAPerson = { ...forMachines, conditions: { ...forMachines.conditions, users: { include: 1, exclude: 0 } } }
    expect(
      await judge([accessPolicy({ rules: exampleRules(andAPerson, strong) })], [exampleApp()], {
        notStaffGroups: ['00gm'],
      }),
    ).toMatchObject([{ status: 'fail' }])
  })

  it('leaves out policies that are off or of apps out of scope', async () => {
    const policies = [accessPolicy({ rules: exampleRules(weak) })]
    expect(await judge([accessPolicy({ status: 'INACTIVE', rules: exampleRules(weak) })])).toMatchObject([
      { status: 'not-applicable', reason: 'inactive' },
    ])
    expect(await judge(policies, [exampleApp()], { outOfScopeApps: ['payroll'] })).toMatchObject([
      { status: 'not-applicable', reason: 'out-of-scope' },
    ])
    expect(
      await judge(policies, [exampleApp(), exampleApp({ id: '0oa2', label: 'Wiki' })], { outOfScopeApps: ['payroll'] }),
    ).toMatchObject([{ status: 'fail' }])
  })

  it('accuses no policy of which it is not known whether an app uses it', async () => {
    const policies = [accessPolicy({ id: 'rst9', rules: exampleRules(weak) })]
    expect(await judge(policies)).toMatchObject([{ status: 'unknown', reason: 'denied' }])
    // Okta shows its own apps: then all are shown.
    expect(await judge(policies, [exampleApp(), adminConsole()])).toMatchObject([
      { status: 'not-applicable', reason: 'no-apps' },
    ])
  })

  it('is not sure where Okta did not say', async () => {
    const silent = { ...strong, verification: null }
    expect(await judge([accessPolicy({ rules: exampleRules(silent) })])).toMatchObject([
      { status: 'unknown', reason: 'invalid' },
    ])
    const noAccess = { ...strong, access: null }
    expect(await judge([accessPolicy({ rules: exampleRules(noAccess) })])).toMatchObject([
      { status: 'unknown', reason: 'invalid' },
    ])
    expect(await judge([noneOf('ACCESS_POLICY')])).toMatchObject([{ status: 'unknown', reason: 'unlicensed' }])
  })

  it('judges a Classic organisation by its global policies, in their order', async () => {
    const global = (id: string, priority: number, parts: Partial<PolicyRecord>) =>
      examplePolicy('OKTA_SIGN_ON', {
        id,
        priority,
        engine: 'classic',
        groups: { include: ['00ge'], exclude: [] },
        ...parts,
      })
    const without = exampleRules(
      exampleRule({ name: 'Default', system: true, session: exampleSession({ requireFactor: false }) }),
    )
    const withFactor = exampleRules(exampleRule({ session: exampleSession() }))
    const standard = global('default', 2, { system: true, rules: without })
    const judged = (first: Partial<PolicyRecord>) =>
      statuses(signOnRequiresMfa, { policies: [standard, global('first', 1, first)], apps: [] })

    expect(await judged({ rules: withFactor })).toEqual({
      'OKTA_SIGN_ON:first': 'pass',
      'OKTA_SIGN_ON:default': 'not-applicable: unreachable',
    })
    // For some people only: the others come to the next policy.
    expect(await judged({ rules: withFactor, groups: { include: ['00ga'], exclude: [] } })).toEqual({
      'OKTA_SIGN_ON:first': 'pass',
      'OKTA_SIGN_ON:default': 'fail',
    })
    expect(
      await judged({ rules: exampleRules(exampleRule({ conditions: office, session: exampleSession() })) }),
    ).toMatchObject({
      'OKTA_SIGN_ON:default': 'fail',
    })
    expect(await judged({ rules: withFactor, status: 'INACTIVE' })).toMatchObject({ 'OKTA_SIGN_ON:default': 'fail' })
    expect(await judged({ rules: { state: 'unknown', reason: 'throttled' } })).toEqual({
      'OKTA_SIGN_ON:first': 'unknown: throttled',
      'OKTA_SIGN_ON:default': 'unknown: unavailable',
    })
  })
})

describe('okta.admin-console-phishing-resistant', () => {
  const inputs = (apps: readonly unknown[], ...given: Parameters<typeof exampleRules>) => ({
    organization,
    apps,
    policies: [examplePolicy('ACCESS_POLICY', { rules: exampleRules(...given) })],
  })

  it('asks for two factors besides', async () => {
    const one = { ...phishingResistant, factorMode: '1FA' }
    expect(
      await results(adminConsolePhishingResistant, inputs([adminConsole()], exampleRule({ verification: one }))),
    ).toMatchObject([{ status: 'fail' }])
  })

  it('finds the policy by the app, not by its name', async () => {
    const elsewhere = adminConsole({ accessPolicy: 'rst7' })
    expect(
      await results(
        adminConsolePhishingResistant,
        inputs([elsewhere], exampleRule({ verification: exampleVerification() })),
      ),
    ).toMatchObject([{ status: 'unknown', reason: 'unavailable' }])
  })

  it('does not fail because Okta hides its own apps', async () => {
    const [result] = await results(
      adminConsolePhishingResistant,
      inputs([exampleApp()], exampleRule({ verification: exampleVerification() })),
    )
    expect(result).toMatchObject({ status: 'unknown', reason: 'denied' })
    expect(result?.detail).toContain('role Super Administrator')
  })

  it('says that Classic has no such policy', async () => {
    const classic = { ...inputs([], exampleRule()), organization: [organizationExample({ engine: 'classic' })] }
    expect(await results(adminConsolePhishingResistant, classic)).toMatchObject([
      { status: 'unknown', reason: 'unlicensed' },
    ])
  })
})

describe('thresholds', () => {
  it.each([
    ['okta.password-strength', passwordStrength, { minLength: 14 }, { minLength: 14 }],
    ['okta.lockout-and-history', lockoutAndHistory, { maxAttempts: 5 }, { maxAttempts: 5 }],
  ])('%s: standard, stig, and a number of one’s own', async (_, check: AllCheck, settings, own) => {
    const inputs = { policies: [passwordPolicy(settings)] }
    expect(await results(check, inputs)).toMatchObject([{ status: 'pass' }])
    expect(await results(check, inputs, { preset: 'stig' })).toMatchObject([{ status: 'fail' }])
    expect(await results(check, inputs, { preset: 'stig', ...own })).toMatchObject([{ status: 'pass' }])
  })

  it('okta.session-limits', async () => {
    const inputs = {
      policies: [
        examplePolicy('OKTA_SIGN_ON', {
          rules: exampleRules(exampleRule({ session: exampleSession({ idleMinutes: 120 }) })),
        }),
      ],
    }
    expect(await results(sessionLimits, inputs)).toMatchObject([{ status: 'pass' }])
    expect(await results(sessionLimits, inputs, { preset: 'stig' })).toMatchObject([{ status: 'fail' }])
    expect(await results(sessionLimits, inputs, { maxIdleMinutes: 60 })).toMatchObject([{ status: 'fail' }])
  })

  it('says in the criteria which number counts', () => {
    const said = (params: object) => passwordStrength.criteria(passwordStrength.params.parse(params)).pass
    expect(said({})).toContain('14 characters')
    expect(said({ preset: 'stig' })).toContain('15 characters')
    expect(said({ preset: 'stig', minLength: 20 })).toContain('20 characters')
  })

  it('are the same when read again, as a replay does', () => {
    for (const params of [{}, { preset: 'stig' }, { minLength: 12 }]) {
      const once = passwordStrength.params.parse(params)
      expect(passwordStrength.params.parse(once)).toEqual(once)
    }
  })
})

describe('password policies', () => {
  it('does not judge what a directory decides, or what is off', async () => {
    const directory = passwordPolicy({ minLength: 4 }, { id: 'ad', authProvider: 'ACTIVE_DIRECTORY' })
    const off = passwordPolicy({ minLength: 4 }, { id: 'off', status: 'INACTIVE' })
    expect(await statuses(passwordStrength, { policies: [directory, off, examplePolicy('MFA_ENROLL')] })).toEqual({
      'PASSWORD:ad': 'not-applicable: directory',
      'PASSWORD:off': 'not-applicable: inactive',
    })
  })

  it.each([
    [{ maxAttempts: 0 }, 'never locks'],
    [{ maxAttempts: 11 }, 'after 11 wrong'],
    [{ historyCount: 4 }, 'the last 4 passwords'],
  ])('fails on %o', async (settings, words) => {
    const [result] = await results(lockoutAndHistory, { policies: [passwordPolicy(settings)] })
    expect(result).toMatchObject({ status: 'fail' })
    expect(result?.detail).toContain(words)
  })
})

describe('okta.session-limits', () => {
  it.each([
    [{ lifetimeMinutes: 0 }, 'never ends a session'],
    [{ lifetimeMinutes: 1081 }, 'live for 1081 minutes'],
    [{ persistentCookie: true }, 'persistent cookie'],
  ])('fails on %o and names the rule', async (settings, words) => {
    const inputs = {
      policies: [
        examplePolicy('OKTA_SIGN_ON', { rules: exampleRules(exampleRule({ session: exampleSession(settings) })) }),
      ],
    }
    const [result] = await results(sessionLimits, inputs)
    expect(result).toMatchObject({ status: 'fail' })
    expect(result?.detail).toContain(words)
    expect(result?.detail).toContain('rule 1 "Everybody"')
  })

  it('does not judge a rule that denies', async () => {
    const denies = exampleRule({ access: 'DENY', session: exampleSession({ lifetimeMinutes: 0 }) })
    const inputs = { policies: [examplePolicy('OKTA_SIGN_ON', { rules: exampleRules(denies) })] }
    expect(await results(sessionLimits, inputs)).toMatchObject([{ status: 'not-applicable', reason: 'no-rules' }])
  })
})

describe('okta.inactivity-automation', () => {
  const automation = (inactivityDays: number | null, targetStatus: string | null, status = 'ACTIVE') =>
    examplePolicy('USER_LIFECYCLE', {
      status,
      rules: exampleRules(exampleRule({ access: null, lifecycle: { inactivityDays, targetStatus } })),
    })
  const judge = (...policies: PolicyRecord[]) => statuses(inactivityAutomation, { organization, policies })

  it('wants one that is active, in time, and closes the account', async () => {
    expect(await judge(automation(90, 'DEPROVISIONED'))).toEqual({ '00o1': 'pass' })
    expect(await judge(automation(91, 'SUSPENDED'))).toEqual({ '00o1': 'fail' })
    expect(await judge(automation(30, 'ACTIVE'))).toEqual({ '00o1': 'fail' })
    expect(await judge(automation(30, 'SUSPENDED', 'INACTIVE'))).toEqual({ '00o1': 'fail' })
    expect(await judge(automation(null, 'SUSPENDED'))).toEqual({ '00o1': 'fail' })
    expect(await judge(examplePolicy('PASSWORD'))).toEqual({ '00o1': 'fail' })
  })

  it('does not guess what Okta did not say', async () => {
    expect(await judge(automation(30, null))).toEqual({ '00o1': 'unknown: invalid' })
    expect(await judge(noneOf('USER_LIFECYCLE'))).toEqual({ '00o1': 'unknown: unlicensed' })
  })
})

describe('okta.system-log-streamed', () => {
  const inputs = { organization, logStreams: [] }

  it('fails without any stream', async () => {
    expect(await results(systemLogStreamed, inputs)).toMatchObject([
      { status: 'fail', detail: 'there is no log stream' },
    ])
  })

  it.each([
    ['2026-01-15T00:00:00Z', 'pass'],
    ['2026-01-14T11:00:00Z', 'fail'],
    ['2026-01-16T00:00:00Z', 'fail'],
  ])('takes a declared pull that last received at %s: %s', async (lastReceipt, status) => {
    const params = { pulled: { by: 'Log archive', lastReceipt } }
    expect(await results(systemLogStreamed, inputs, params)).toMatchObject([{ status }])
  })
})

describe('okta.anonymizers-blocked', () => {
  const [good] = anonymizersBlocked.examples.pass.inputs['networks'] ?? []
  const judge = async (...parts: object[]) => {
    const networks = parts.map((each, index) => ({ ...(good as object), id: `nzo${index}`, ...each }))
    const [result] = await results(anonymizersBlocked, { organization, networks })
    return result?.status
  }
  const none = { include: [], exclude: [] }

  it.each([
    ['enhanced zone with all anonymisers', [{}], 'pass'],
    ['old zone with any proxy', [{ type: 'DYNAMIC', services: none, proxyType: 'Any' }], 'pass'],
    [
      'two zones that share the work',
      [
        { services: { include: ['ALL_ANONYMIZERS_EXCEPT_TOR'], exclude: [] } },
        { type: 'DYNAMIC', services: none, proxyType: 'Tor' },
      ],
      'pass',
    ],
    ['Tor alone', [{ services: { include: ['ANONYMIZER_TOR'], exclude: [] } }], 'fail'],
    ['all but Tor by exclusion', [{ services: { include: ['ALL_ANONYMIZERS'], exclude: ['ANONYMIZER_TOR'] } }], 'fail'],
    ['from some places only', [{ narrowed: true }], 'fail'],
    ['not a blocklist', [{ usage: 'POLICY' }], 'fail'],
    ['a list of addresses', [{ type: 'IP', services: none, addresses: 9 }], 'fail'],
    ['no zone', [], 'fail'],
  ])('%s: %s', async (_, zones, status) => {
    expect(await judge(...zones)).toBe(status)
  })
})

describe('okta.apps-federated', () => {
  it.each([
    [{ signOnMode: 'SAML_2_0' }, 'pass', undefined],
    [{ signOnMode: 'SECURE_PASSWORD_STORE' }, 'fail', undefined],
    [{ signOnMode: 'BOOKMARK' }, 'not-applicable', 'bookmark'],
    [{ signOnMode: 'OPENID_CONNECT', clientType: 'service' }, 'not-applicable', 'service-app'],
    [{ signOnMode: 'AUTO_LOGIN', label: 'Legacy' }, 'not-applicable', 'waived'],
  ])('%o: %s', (parts, status, reason) => {
    const params = { waived: [{ app: 'legacy', reason: 'goes in March' }] }
    expect(verdict(appsFederated, exampleApp(parts), params)).toMatchObject({ status, ...(reason && { reason }) })
  })
})

describe('okta.critical-apps-deprovision', () => {
  it('finds declared apps by label or id, and misses those Okta does not have', async () => {
    const apps = [
      exampleApp({ features: ['SCIM_PROVISIONING'] }),
      exampleApp({ id: '0oa2', label: 'Wiki' }),
      exampleApp({ id: '0oa3', label: 'Mail' }),
    ]
    const params = { critical: ['payroll', '0oa2', 'Gone'] }
    expect(await statuses(criticalAppsDeprovision, { apps }, params)).toEqual({
      '0oa1': 'pass',
      '0oa2': 'fail',
      'declared:Gone': 'fail',
    })
  })
})

describe('okta.service-app-grants-narrow', () => {
  const record = serviceAppGrantsNarrow.examples.fail.record

  it('accepts what was approved for this app and no other', () => {
    const approved = (name: string) => ({ approved: [{ app: name, scopes: ['okta.users.manage'] }] })
    expect(verdict(serviceAppGrantsNarrow, record, approved('Evidence reader'))).toMatchObject({ status: 'pass' })
    expect(verdict(serviceAppGrantsNarrow, record, approved('Another'))).toMatchObject({ status: 'fail' })
  })
})

describe('okta.support-access-off', () => {
  const on = { organization: '00o1', support: 'ENABLED', expiration: '2026-01-16T11:00:00Z', caseNumber: '1001' }

  it.each([
    [on, {}, 'pass'],
    [{ ...on, expiration: '2026-01-17T13:00:00Z' }, {}, 'fail'],
    [{ ...on, caseNumber: null }, {}, 'fail'],
    [{ ...on, caseNumber: null }, { ticket: 'SUP-7' }, 'pass'],
    [{ ...on, expiration: null }, {}, 'unknown'],
    [{ ...on, support: 'MAYBE' }, {}, 'unknown'],
  ])('%o with %o: %s', (record, params, status) => {
    expect(verdict(supportAccessOff, record, params)).toMatchObject({ status })
  })
})

describe('okta.device-assurance-used', () => {
  const { inputs, params } = deviceAssuranceUsed.examples.pass

  it('wants a policy for each platform in use', async () => {
    expect(await statuses(deviceAssuranceUsed, inputs, { platforms: ['MACOS', 'WINDOWS'] })).toEqual({
      MACOS: 'pass',
      WINDOWS: 'fail',
    })
  })

  it('wants each classified app to ask for it', async () => {
    const apps = [exampleApp(), exampleApp({ id: '0oa2', label: 'Wiki', accessPolicy: 'rst2' })]
    const judge = (classifiedApps: string[]) =>
      statuses(deviceAssuranceUsed, { ...inputs, apps }, { ...params, classifiedApps })
    expect(await judge(['Payroll'])).toEqual({ MACOS: 'pass' })
    expect(await judge(['Payroll', 'Wiki'])).toEqual({ MACOS: 'fail' })
  })
})
