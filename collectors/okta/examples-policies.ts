import type { AppRecord } from './app.ts'
import type {
  PasswordSettings,
  PolicyRecord,
  PolicyRule,
  RuleConditions,
  SessionSettings,
  Verification,
} from './policy.ts'

/** Records for the examples of policy checks: policies and apps of an invented organisation. */
const EVERYBODY = { include: [], exclude: [] }

export function exampleConditions(parts: Partial<RuleConditions> = {}): RuleConditions {
  return {
    groups: EVERYBODY,
    users: { include: 0, exclude: 0 },
    userTypes: EVERYBODY,
    network: null,
    device: null,
    riskLevel: null,
    expression: false,
    further: false,
    ...parts,
  }
}

export function examplePolicy(type: string, parts: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    id: 'rst1',
    type,
    notRead: null,
    engine: 'identity',
    name: 'Staff',
    priority: 1,
    status: 'ACTIVE',
    system: false,
    lastUpdated: '2026-01-02T03:04:05.000Z',
    groups: EVERYBODY,
    authProvider: null,
    password: null,
    enrollment: [],
    rules: { state: 'observed', value: [] },
    ...parts,
  }
}

/** A type of policy the organisation does not have. */
export const noneOf = (type: string) =>
  examplePolicy(type, { id: 'none', notRead: 'unlicensed', status: null, rules: { state: 'absent' } })

export function exampleRule(parts: Partial<PolicyRule> = {}): PolicyRule {
  return {
    id: 'rul1',
    name: 'Everybody',
    priority: 1,
    status: 'ACTIVE',
    system: false,
    conditions: exampleConditions(),
    access: 'ALLOW',
    session: null,
    verification: null,
    enroll: null,
    lifecycle: null,
    ...parts,
  }
}

export const exampleRules = (...value: PolicyRule[]): PolicyRecord['rules'] => ({ state: 'observed', value })

export function exampleVerification(parts: Partial<Verification> = {}): Verification {
  return { type: 'ASSURANCE', factorMode: '2FA', reauthenticateIn: 'PT2H', constraints: [], chains: [], ...parts }
}

type Possession = NonNullable<Verification['constraints'][number]['possession']>
export const examplePossession = (parts: Partial<Possession> = {}): Possession => ({
  required: true,
  phishingResistant: null,
  userVerification: null,
  hardwareProtection: null,
  deviceBound: null,
  userPresence: null,
  allowed: [],
  ...parts,
})

/** A factor that resists phishing, beside another one. */
export const phishingResistant = exampleVerification({
  constraints: [{ possession: examplePossession({ phishingResistant: 'REQUIRED' }), knowledge: null }],
})

export function exampleSession(parts: Partial<SessionSettings> = {}): SessionSettings {
  return {
    requireFactor: true,
    factorPromptMode: 'ALWAYS',
    primaryFactor: null,
    idleMinutes: 60,
    lifetimeMinutes: 720,
    persistentCookie: false,
    ...parts,
  }
}

export function examplePassword(parts: Partial<PasswordSettings> = {}): PasswordSettings {
  return {
    minLength: 14,
    minLowerCase: 1,
    minUpperCase: 1,
    minNumber: 1,
    minSymbol: 0,
    excludeUsername: true,
    commonExcluded: true,
    historyCount: 5,
    maxAgeDays: 0,
    minAgeMinutes: 0,
    maxAttempts: 5,
    autoUnlockMinutes: 0,
    ...parts,
  }
}

export const passwordPolicy = (parts: Partial<PasswordSettings> = {}, policyParts: Partial<PolicyRecord> = {}) =>
  examplePolicy('PASSWORD', { authProvider: 'OKTA', password: examplePassword(parts), ...policyParts })

export function exampleApp(parts: Partial<AppRecord> = {}): AppRecord {
  return {
    id: '0oa1',
    name: 'payroll_example',
    label: 'Payroll',
    status: 'ACTIVE',
    signOnMode: 'SAML_2_0',
    features: [],
    created: '2025-01-02T03:04:05.000Z',
    lastUpdated: '2026-01-02T03:04:05.000Z',
    accessPolicy: 'rst1',
    clientType: null,
    grantTypes: [],
    ...parts,
  }
}

export const adminConsole = (parts: Partial<AppRecord> = {}) =>
  exampleApp({ id: '0oa0', name: 'saasure', label: 'Okta Admin Console', signOnMode: 'OPENID_CONNECT', ...parts })
