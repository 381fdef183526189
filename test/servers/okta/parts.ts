import type { AuthenticatorSeed, PolicyRuleSeed, PolicySeed } from './seed.ts'
import { idOf } from './world.ts'

/** Settings as Okta writes them, that several organisations of ours have in common. */

/** Id of the group at that place in the seed; the first is always Everyone. */
export const groupId = (place: number) => idOf('00g', place)
export const assuranceAt = (place: number) => idOf('dae', place)
const EVERYONE = groupId(1)

const anywhere = { connection: 'ANYWHERE' }
const noPeople = { users: { exclude: [] } }

/** Who and where a rule of an access policy is for; nothing: everybody everywhere. */
export interface AccessConditions {
  /** Ids of groups. */
  groups?: readonly string[]
  /** Ids of zones. */
  zones?: readonly string[]
  /** Ids of device assurances. */
  assurances?: readonly string[]
}

function accessConditions({ groups, zones, assurances }: AccessConditions) {
  return {
    ...(groups && { people: { ...noPeople, groups: { include: groups } } }),
    network: zones ? { connection: 'ZONE', include: zones } : anywhere,
    ...(assurances && { device: { registered: true, managed: false, assurance: { include: assurances } } }),
    riskScore: { level: 'ANY' },
    userType: { include: [], exclude: [] },
  }
}

const allow = (verificationMethod: object) => ({ appSignOn: { access: 'ALLOW', verificationMethod } })

/** Lets in with a password and something phishing-resistant. */
export const phishingResistant = (name: string, on: AccessConditions = {}): PolicyRuleSeed => ({
  name,
  conditions: accessConditions(on),
  actions: allow({
    type: 'ASSURANCE',
    factorMode: '2FA',
    reauthenticateIn: 'PT2H',
    constraints: [
      {
        knowledge: { required: false, types: ['PASSWORD'] },
        possession: {
          required: true,
          phishingResistant: 'REQUIRED',
          userPresence: 'REQUIRED',
          deviceBound: 'REQUIRED',
        },
      },
    ],
  }),
})

export const anyTwoFactors = (name: string, on: AccessConditions = {}): PolicyRuleSeed => ({
  name,
  conditions: accessConditions(on),
  actions: allow({ type: 'ASSURANCE', factorMode: '2FA', reauthenticateIn: 'PT8H', constraints: [] }),
})

/** Lets in with a password alone. */
export const passwordOnly = (name: string, on: AccessConditions = {}): PolicyRuleSeed => ({
  name,
  conditions: accessConditions(on),
  actions: allow({
    type: 'ASSURANCE',
    factorMode: '1FA',
    reauthenticateIn: 'PT12H',
    constraints: [{ knowledge: { required: true, types: ['PASSWORD'], reauthenticateIn: 'PT12H' } }],
  }),
})

/** The last rule of every access policy, which Okta makes. */
export const catchAll = (access: 'ALLOW' | 'DENY', factorMode: '1FA' | '2FA' = '2FA'): PolicyRuleSeed => ({
  name: 'Catch-all Rule',
  system: true,
  conditions: null as unknown as object,
  actions: {
    appSignOn: {
      access,
      verificationMethod: { type: 'ASSURANCE', factorMode, reauthenticateIn: 'PT12H', constraints: [] },
    },
  },
})

export interface SessionSeed {
  idle: number
  lifetime: number
  requireFactor: boolean
  persistent?: boolean
}

/** A rule of a global session policy, and of Classic's sign-on policy. */
export const sessionRule = (name: string, session: SessionSeed, system = false): PolicyRuleSeed => ({
  name,
  system,
  conditions: {
    people: { users: { exclude: [] } },
    network: anywhere,
    authContext: { authType: 'ANY' },
    riskScore: { level: 'ANY' },
    identityProvider: { provider: 'ANY' },
  },
  actions: {
    signon: {
      access: 'ALLOW',
      requireFactor: session.requireFactor,
      primaryFactor: 'PASSWORD_IDP',
      ...(session.requireFactor && { factorPromptMode: 'ALWAYS' }),
      rememberDeviceByDefault: false,
      factorLifetime: 15,
      session: {
        usePersistentCookie: session.persistent ?? false,
        maxSessionIdleMinutes: session.idle,
        maxSessionLifetimeMinutes: session.lifetime,
      },
    },
  },
})

export const sessionPolicy = (...rules: PolicyRuleSeed[]): PolicySeed => ({
  type: 'OKTA_SIGN_ON',
  name: 'Default Policy',
  system: true,
  rules,
})

export interface PasswordSeed {
  minLength: number
  common: boolean
  history: number
  attempts: number
}

export const passwordPolicy = ({ minLength, common, history, attempts }: PasswordSeed): PolicySeed => ({
  type: 'PASSWORD',
  name: 'Default Policy',
  system: true,
  conditions: { people: { groups: { include: [EVERYONE] } }, authProvider: { provider: 'OKTA' } },
  settings: {
    password: {
      complexity: {
        minLength,
        minLowerCase: 1,
        minUpperCase: 1,
        minNumber: 1,
        minSymbol: 0,
        excludeUsername: true,
        dictionary: { common: { exclude: common } },
        excludeAttributes: [],
      },
      age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: history },
      lockout: {
        maxAttempts: attempts,
        autoUnlockMinutes: 0,
        userLockoutNotificationChannels: [],
        showLockoutFailures: false,
      },
    },
    recovery: { factors: { okta_email: { status: 'ACTIVE' }, recovery_question: { status: 'INACTIVE' } } },
    delegation: { options: { skipUnlock: false } },
  },
  rules: [
    {
      name: 'Default Rule',
      system: true,
      conditions: { people: { users: { exclude: [] } }, network: anywhere },
      actions: { passwordChange: { access: 'ALLOW' }, selfServicePasswordReset: { access: 'ALLOW' } },
    },
  ],
})

export const enrolmentPolicy = (required: readonly string[]): PolicySeed => ({
  type: 'MFA_ENROLL',
  name: 'Default Policy',
  system: true,
  settings: {
    type: 'AUTHENTICATORS',
    authenticators: required.map((key) => ({ key, enroll: { self: 'REQUIRED' }, constraints: null })),
  },
  rules: [
    {
      name: 'Default Rule',
      system: true,
      conditions: { people: { users: { exclude: [] } }, network: anywhere },
      actions: { enroll: { self: 'CHALLENGE' } },
    },
  ],
})

/** An automation that acts on people who have not signed in for long. Okta serves these without documenting them. */
export const inactivityAutomation = (days: number, status: 'ACTIVE' | 'INACTIVE' = 'ACTIVE'): PolicySeed => ({
  type: 'USER_LIFECYCLE',
  name: 'Suspend the inactive',
  status,
  conditions: {
    people: {
      groups: { include: [EVERYONE] },
      users: { inactivity: { number: days, unit: 'DAY' } },
    },
  },
  rules: [
    {
      name: 'Suspend',
      conditions: { people: { users: { inactivity: { number: days, unit: 'DAY' } } } },
      actions: { userLifecycle: { targetStatus: 'SUSPENDED' } },
    },
  ],
})

/** Policies every Identity Engine organisation has and nobody looks at. */
export const otherPolicies: readonly PolicySeed[] = [
  {
    type: 'PROFILE_ENROLLMENT',
    name: 'Default Policy',
    system: true,
    rules: [
      {
        name: 'Catch-all Rule',
        system: true,
        actions: { profileEnrollment: { access: 'DENY', unknownUserAction: 'DENY' } },
      },
    ],
  },
  {
    type: 'IDP_DISCOVERY',
    name: 'Idp Discovery Policy',
    system: true,
    rules: [{ name: 'Default Rule', system: true, actions: { idp: { providers: [{ type: 'OKTA' }] } } }],
  },
]

const password: AuthenticatorSeed = { key: 'okta_password', type: 'password', name: 'Password' }
const verify: AuthenticatorSeed = { key: 'okta_verify', type: 'app', name: 'Okta Verify' }
const webauthn: AuthenticatorSeed = { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric' }
const email = (allowedFor: 'any' | 'recovery'): AuthenticatorSeed => ({
  key: 'okta_email',
  type: 'email',
  name: 'Email',
  allowedFor,
})

/** Phone off, questions off, e-mail for recovery. */
export const strongAuthenticators: readonly AuthenticatorSeed[] = [
  password,
  verify,
  webauthn,
  email('recovery'),
  { key: 'phone_number', type: 'phone', name: 'Phone', status: 'INACTIVE', allowedFor: 'recovery' },
  {
    key: 'security_question',
    type: 'security_question',
    name: 'Security Question',
    status: 'INACTIVE',
    allowedFor: 'recovery',
  },
]

/** Phone may be used to sign in; the question for recovery. */
export const weakAuthenticators: readonly AuthenticatorSeed[] = [
  password,
  verify,
  webauthn,
  email('any'),
  { key: 'phone_number', type: 'phone', name: 'Phone', allowedFor: 'any' },
  { key: 'security_question', type: 'security_question', name: 'Security Question', allowedFor: 'recovery' },
]
