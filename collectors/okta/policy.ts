import { observedOf, z } from 'affiant/sdk'

/** Ids, `exclude` taking precedence. Both empty: everybody. */
const Selection = z.strictObject({ include: z.array(z.string()), exclude: z.array(z.string()) })

const flag = z.boolean().nullable()
const text = z.string().nullable()

/** Whom and what a rule applies to. All of it must be met. */
export const RuleConditions = z.strictObject({
  groups: Selection,
  /** How many people are named one by one; who they are is not read. */
  users: z.strictObject({ include: z.int(), exclude: z.int() }),
  userTypes: Selection,
  /** `ANYWHERE`, `ZONE`, …; `null` without a condition. */
  network: z.strictObject({ connection: z.string(), ...Selection.shape }).nullable(),
  device: z.strictObject({ registered: flag, managed: flag, assurance: z.array(z.string()) }).nullable(),
  /** `ANY`, `LOW`, `MEDIUM`, `HIGH`. */
  riskLevel: text,
  /** Whether an expression in Okta's language is a condition; its text may name people and is not read. */
  expression: z.boolean(),
  /** Whether there are conditions besides these that restrict (platform, identity provider, kind of sign-in). */
  further: z.boolean(),
})
export type RuleConditions = z.output<typeof RuleConditions>

/** What a factor of one kind must be. `OPTIONAL` and `REQUIRED` as Okta writes them; `null`: nothing is asked. */
const Possession = z.strictObject({
  required: flag,
  phishingResistant: text,
  userVerification: text,
  hardwareProtection: text,
  deviceBound: text,
  userPresence: text,
  /** The only authenticators that will do, `key/method`; empty: any. */
  allowed: z.array(z.string()),
})
const Knowledge = z.strictObject({ required: flag, types: z.array(z.string()) })

const ChainMethod = z.strictObject({
  key: z.string(),
  method: z.string(),
  phishingResistant: text,
  userVerification: text,
})
export type ChainMethod = z.output<typeof ChainMethod>

/** How an app sign-on rule of Identity Engine wants people to prove who they are. */
export const Verification = z.strictObject({
  /** `ASSURANCE`, `AUTH_METHOD_CHAIN`, `ID_PROOFING`. */
  type: text,
  /** `1FA` or `2FA`, of `ASSURANCE`. */
  factorMode: text,
  /** ISO 8601 duration; `PT0S`: each time. */
  reauthenticateIn: text,
  /** Of `ASSURANCE`: it is enough to meet one of these. */
  constraints: z.array(z.strictObject({ possession: Possession.nullable(), knowledge: Knowledge.nullable() })),
  /** Of `AUTH_METHOD_CHAIN`: it is enough to go through one of these; each is a list of steps, each step a list of methods of which one will do. */
  chains: z.array(z.array(z.array(ChainMethod))),
})
export type Verification = z.output<typeof Verification>

/** The session of a global session rule. `null`: not told. */
export const SessionSettings = z.strictObject({
  requireFactor: flag,
  /** `ALWAYS`, `DEVICE`, `SESSION`. */
  factorPromptMode: text,
  /** `PASSWORD_IDP` or `PASSWORD_IDP_ANY_FACTOR`; Identity Engine only. */
  primaryFactor: text,
  idleMinutes: z.int().nullable(),
  /** 0: without end. */
  lifetimeMinutes: z.int().nullable(),
  persistentCookie: flag,
})
export type SessionSettings = z.output<typeof SessionSettings>

export const PolicyRule = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Okta asks the rules of a policy from 1 on and takes the first that applies. */
  priority: z.int().nullable(),
  status: text,
  /** Made by Okta; applies to everybody and cannot be removed. */
  system: z.boolean(),
  conditions: RuleConditions,
  /** `ALLOW` or `DENY`, of sign-on rules. */
  access: text,
  /** Of `OKTA_SIGN_ON`. */
  session: SessionSettings.nullable(),
  /** Of `ACCESS_POLICY`. */
  verification: Verification.nullable(),
  /** Of `MFA_ENROLL`: when people are made to enrol: `LOGIN`, `CHALLENGE`, `NEVER`. */
  enroll: text,
  /** Of `USER_LIFECYCLE`: after how many days without a sign-in, and what people then become. */
  lifecycle: z.strictObject({ inactivityDays: z.int().nullable(), targetStatus: text }).nullable(),
})
export type PolicyRule = z.output<typeof PolicyRule>

export const PasswordSettings = z.strictObject({
  minLength: z.int().nullable(),
  minLowerCase: z.int().nullable(),
  minUpperCase: z.int().nullable(),
  minNumber: z.int().nullable(),
  minSymbol: z.int().nullable(),
  excludeUsername: flag,
  /** Whether passwords on Okta's list of common ones are refused. */
  commonExcluded: flag,
  historyCount: z.int().nullable(),
  maxAgeDays: z.int().nullable(),
  minAgeMinutes: z.int().nullable(),
  /** 0: never locked. */
  maxAttempts: z.int().nullable(),
  autoUnlockMinutes: z.int().nullable(),
})
export type PasswordSettings = z.output<typeof PasswordSettings>

/** One policy with its rules, or one type of policy that the organisation does not have. */
export const PolicyRecord = z.strictObject({
  /** For a type that is not there: `none`. */
  id: z.string(),
  type: z.string(),
  /** `unlicensed`: Okta says that this organisation has no policies of this type. `null`: a policy. */
  notRead: z.enum(['unlicensed']).nullable(),
  /** How Okta judges sign-ons: by the app's policy (`identity`), or by the global one alone (`classic`). */
  engine: z.enum(['identity', 'classic', 'unknown']),
  name: z.string(),
  priority: z.int().nullable(),
  status: text,
  system: z.boolean(),
  lastUpdated: text,
  groups: Selection,
  /** Where the passwords of a `PASSWORD` policy are kept: `OKTA`, `ACTIVE_DIRECTORY`, `LDAP`, `ANY`. */
  authProvider: text,
  /** Of `PASSWORD`. */
  password: PasswordSettings.nullable(),
  /** Of `MFA_ENROLL`: each authenticator with `REQUIRED`, `OPTIONAL` or `NOT_ALLOWED`. */
  enrollment: z.array(z.strictObject({ key: z.string(), enroll: text })),
  rules: observedOf(z.array(PolicyRule)),
})
export type PolicyRecord = z.output<typeof PolicyRecord>
