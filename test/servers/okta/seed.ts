import type {
  ApplicationFeaturesEnum,
  ApplicationSignOnMode,
  AuthenticatorKeyEnum,
  PolicyType,
  RoleType,
  UserFactorType,
  UserStatus,
} from './vendor.ts'

export interface FactorSeed {
  type: UserFactorType
  provider: 'OKTA' | 'FIDO' | 'GOOGLE'
  status?: 'ACTIVE' | 'PENDING_ACTIVATION' | 'NOT_SETUP'
}

/** A user account. Times are days before the seed's `at`. */
export interface UserSeed {
  /** `amber.otter@acme-robotics.example` */
  login: string
  /** Login on GitHub, kept in the profile attribute `githubLogin`. */
  github?: string
  /** Default: ACTIVE. */
  status?: UserStatus
  created?: number
  /** Days since the last sign-in; `null` for never. Default: 1. */
  lastLogin?: number | null
  statusChanged?: number
  /** Default: Okta Verify push and a security key. */
  factors?: readonly FactorSeed[]
  /** Standard admin roles given to this person directly. */
  roles?: readonly RoleType[]
  department?: string
  /** Okta's user type; a service account has another one. Default: `user`. */
  type?: 'user' | 'service'
}

export interface GroupSeed {
  name: string
  description?: string
  /** Logins, or `everyone` for all users that are not deprovisioned. */
  members: readonly string[] | 'everyone'
  type?: 'OKTA_GROUP' | 'BUILT_IN' | 'APP_GROUP'
  roles?: readonly RoleType[]
}

export interface GroupRuleSeed {
  name: string
  expression: string
  group: string
  status?: 'ACTIVE' | 'INACTIVE' | 'INVALID'
}

/** A policy with its rules, highest priority first. Rules and settings are in Okta's shape. */
export interface PolicySeed {
  type: PolicyType | 'USER_LIFECYCLE'
  name: string
  status?: 'ACTIVE' | 'INACTIVE'
  system?: boolean
  /** Names of groups it is for. Default: Everyone. */
  groups?: readonly string[]
  settings?: object
  /** Replaces the condition on groups. */
  conditions?: object
  rules: readonly PolicyRuleSeed[]
}

export interface PolicyRuleSeed {
  name: string
  status?: 'ACTIVE' | 'INACTIVE'
  system?: boolean
  conditions?: object
  actions: object
}

export interface AppSeed {
  label: string
  /** Okta's name for the integration. */
  name: string
  signOnMode: ApplicationSignOnMode
  features?: readonly ApplicationFeaturesEnum[]
  status?: 'ACTIVE' | 'INACTIVE'
  /** Name of the access policy of an app. Default: the first access policy. */
  policy?: string
  /** Logins assigned one by one. */
  users?: readonly string[]
  groups?: readonly string[]
  /** Scopes granted to a service app; `roles` are its admin roles. */
  service?: { scopes: readonly string[]; roles: readonly RoleType[] }
  /** Of Okta itself: hidden from all but super admins. */
  firstParty?: true
}

export interface AuthenticatorSeed {
  key: AuthenticatorKeyEnum
  type: 'app' | 'email' | 'federated' | 'password' | 'phone' | 'security_key' | 'security_question'
  name: string
  status?: 'ACTIVE' | 'INACTIVE'
  allowedFor?: 'any' | 'none' | 'recovery' | 'sso'
}

export interface ZoneSeed {
  name: string
  type: 'IP' | 'DYNAMIC' | 'DYNAMIC_V2'
  usage: 'POLICY' | 'BLOCKLIST'
  status?: 'ACTIVE' | 'INACTIVE'
  /** Fields of the type: `gateways`, `proxyType`, `ipServiceCategories` … */
  more: object
}

/** An event of the System Log. */
export interface EventSeed {
  /** Days before the seed's `at`, with fractions. */
  daysAgo: number
  eventType: string
  /** Login of who did it; default: Okta itself. */
  actor?: string
  targets?: readonly TargetSeed[]
  result?: 'SUCCESS' | 'FAILURE' | 'ALLOW' | 'DENY' | 'CHALLENGE'
  reason?: string
  message?: string
  /** `debugContext.debugData` */
  debug?: Readonly<Record<string, string>>
}

/** A user by login, or something else by type and name. */
export type TargetSeed = { user: string } | { type: string; name: string; id?: string; detail?: object }

export interface ApiTokenSeed {
  name: string
  /** Login of its owner. */
  owner: string
  created: number
  /** Days since it was last used: Okta moves the expiry a month on at each use. */
  lastUsed: number
  /** Name of a zone it is bound to. */
  zone?: string
}

export interface OktaSeed {
  /** First label of the org's domain. */
  subdomain: string
  id: string
  name: string
  /** Identity Engine or Classic. */
  pipeline: 'idx' | 'v1'
  /** The moment everything is dated from. */
  at: Date
  users: readonly UserSeed[]
  groups: readonly GroupSeed[]
  groupRules: readonly GroupRuleSeed[]
  authenticators: readonly AuthenticatorSeed[]
  /** Of a Classic org: the factors it has, in Okta's shape. */
  orgFactors?: readonly { id: string; provider: string; factorType: string; status: 'ACTIVE' | 'INACTIVE' }[]
  policies: readonly PolicySeed[]
  apps: readonly AppSeed[]
  zones: readonly ZoneSeed[]
  threatInsight: 'none' | 'audit' | 'block'
  logStreams: readonly { name: string; status?: 'ACTIVE' | 'INACTIVE' }[]
  identityProviders: readonly { name: string; type: 'SAML2' | 'OIDC' | 'GOOGLE'; status?: 'ACTIVE' | 'INACTIVE' }[]
  trustedOrigins: readonly { name: string; origin: string; scopes: readonly ('CORS' | 'REDIRECT')[] }[]
  deviceAssurances: readonly { name: string; platform: 'MACOS' | 'WINDOWS' | 'IOS' | 'ANDROID' | 'CHROMEOS' }[]
  /** Of the Admin Console, in minutes. */
  adminConsole: { idle: number; lifetime: number }
  /** Access of Okta's support, and days until it ends. */
  support: { enabled: boolean; endsInDays?: number; caseNumber?: string }
  apiTokens: readonly ApiTokenSeed[]
  events: readonly EventSeed[]
}

export const PUSH: FactorSeed = { type: 'push', provider: 'OKTA' }
export const TOTP: FactorSeed = { type: 'token:software:totp', provider: 'OKTA' }
export const SMS: FactorSeed = { type: 'sms', provider: 'OKTA' }
export const QUESTION: FactorSeed = { type: 'question', provider: 'OKTA' }
export const EMAIL: FactorSeed = { type: 'email', provider: 'OKTA' }
