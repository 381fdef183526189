import type { ChainMethod, PolicyRecord, PolicyRule, RuleConditions, Verification } from './policy.ts'
import { AnyValue, Enrolment, type PolicyAnswer, type RuleAnswer, type Step, Target } from './policy-answer.ts'

const EVERYBODY = { include: [], exclude: [] }

export function policyOf(
  answer: PolicyAnswer,
  engine: PolicyRecord['engine'],
  rules: PolicyRecord['rules'],
): PolicyRecord {
  const { conditions, settings } = answer
  return {
    id: answer.id,
    type: answer.type,
    notRead: null,
    engine,
    name: answer.name,
    priority: answer.priority,
    status: answer.status,
    system: answer.system ?? false,
    lastUpdated: answer.lastUpdated,
    groups: conditions?.people?.groups ?? EVERYBODY,
    authProvider: conditions?.authProvider?.provider ?? null,
    password: passwordOf(settings?.password),
    enrollment: enrollmentOf(settings),
    rules,
  }
}

/** The record of a type of policy that the organisation does not have. */
export function noSuchType(type: string, engine: PolicyRecord['engine']): PolicyRecord {
  return {
    id: 'none',
    type,
    notRead: 'unlicensed',
    engine,
    name: `no policies of type ${type}`,
    priority: null,
    status: null,
    system: false,
    lastUpdated: null,
    groups: EVERYBODY,
    authProvider: null,
    password: null,
    enrollment: [],
    rules: { state: 'absent' },
  }
}

function passwordOf(password: NonNullable<PolicyAnswer['settings']>['password'] | undefined): PolicyRecord['password'] {
  if (!password) return null
  const { complexity, age, lockout } = password
  return {
    minLength: complexity?.minLength ?? null,
    minLowerCase: complexity?.minLowerCase ?? null,
    minUpperCase: complexity?.minUpperCase ?? null,
    minNumber: complexity?.minNumber ?? null,
    minSymbol: complexity?.minSymbol ?? null,
    excludeUsername: complexity?.excludeUsername ?? null,
    commonExcluded: complexity?.dictionary?.common?.exclude ?? null,
    historyCount: age?.historyCount ?? null,
    maxAgeDays: age?.maxAgeDays ?? null,
    minAgeMinutes: age?.minAgeMinutes ?? null,
    maxAttempts: lockout?.maxAttempts ?? null,
    autoUnlockMinutes: lockout?.autoUnlockMinutes ?? null,
  }
}

function enrollmentOf(settings: PolicyAnswer['settings']): PolicyRecord['enrollment'] {
  const listed = settings?.authenticators ?? []
  const named = Object.entries(settings?.factors ?? {}).flatMap(([key, value]) => {
    const parsed = Enrolment.safeParse(value)
    return parsed.success && parsed.data.enroll !== null ? [{ ...parsed.data, key }] : []
  })
  return [...listed, ...named]
    .map(({ key, enroll }) => ({ key: key ?? 'unknown', enroll: enroll?.self ?? null }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** @param policy conditions of the policy, which some types have in place of the rule's own */
export function ruleOf(answer: RuleAnswer, policy: PolicyAnswer): PolicyRule {
  const { actions } = answer
  const signOn = actions?.signon
  const appSignOn = actions?.appSignOn
  return {
    id: answer.id,
    name: answer.name,
    priority: answer.priority,
    status: answer.status,
    system: answer.system ?? false,
    conditions: conditionsOf(answer.conditions),
    access: signOn?.access ?? appSignOn?.access ?? null,
    session: signOn
      ? {
          requireFactor: signOn.requireFactor,
          factorPromptMode: signOn.factorPromptMode,
          primaryFactor: signOn.primaryFactor,
          idleMinutes: signOn.session?.maxSessionIdleMinutes ?? null,
          lifetimeMinutes: signOn.session?.maxSessionLifetimeMinutes ?? null,
          persistentCookie: signOn.session?.usePersistentCookie ?? null,
        }
      : null,
    verification: verificationOf(appSignOn?.verificationMethod),
    enroll: actions?.enroll?.self ?? null,
    lifecycle: policy.type === 'USER_LIFECYCLE' ? lifecycleOf(answer, policy) : null,
  }
}

function conditionsOf(conditions: RuleAnswer['conditions']): RuleConditions {
  const { people, userType, network, device, riskScore, elCondition, ...others } = conditions ?? {}
  return {
    groups: people?.groups ?? EVERYBODY,
    users: { include: people?.users?.include.length ?? 0, exclude: people?.users?.exclude.length ?? 0 },
    userTypes: userType ?? EVERYBODY,
    network: network
      ? { connection: network.connection ?? 'unknown', include: network.include, exclude: network.exclude }
      : null,
    device: device
      ? { registered: device.registered, managed: device.managed, assurance: device.assurance?.include ?? [] }
      : null,
    riskLevel: riskScore?.level ?? null,
    expression: (elCondition?.condition ?? '') !== '',
    further: Object.values(others).some(restricts),
  }
}

/** Whether a condition says anything but "any". `platform: { include: [{ type: 'ANY', os: { type: 'ANY' } }] }` does not. */
function restricts(value: unknown): boolean {
  if (value === undefined || value === false || AnyValue.safeParse(value).success) return false
  if (Array.isArray(value)) return value.some(restricts)
  if (typeof value === 'object') return Object.values(value as object).some(restricts)
  return true
}

function verificationOf(
  method: NonNullable<NonNullable<RuleAnswer['actions']>['appSignOn']>['verificationMethod'] | undefined,
): Verification | null {
  if (!method) return null
  return {
    type: method.type,
    factorMode: method.factorMode,
    reauthenticateIn: method.reauthenticateIn,
    constraints: (method.constraints ?? []).map(({ possession, knowledge }) => ({
      possession: possession && {
        required: possession.required,
        phishingResistant: possession.phishingResistant,
        userVerification: possession.userVerification,
        hardwareProtection: possession.hardwareProtection,
        deviceBound: possession.deviceBound,
        userPresence: possession.userPresence,
        allowed: (possession.authenticationMethods ?? []).map(({ key, method: by }) => `${key}/${by ?? '*'}`).sort(),
      },
      knowledge: knowledge && { required: knowledge.required, types: knowledge.types },
    })),
    chains: (method.chains ?? []).flatMap(waysThrough),
  }
}

/** A chain as lists of steps. Okta allows one `next` to a step today; more would be alternatives. */
function waysThrough({ authenticationMethods, next }: Step): ChainMethod[][][] {
  const step = (authenticationMethods ?? []).map(({ key, method, phishingResistant, userVerification }) => ({
    key,
    method: method ?? '*',
    phishingResistant,
    userVerification,
  }))
  const rest = (next ?? []).flatMap(waysThrough)
  return rest.length === 0 ? [[step]] : rest.map((steps) => [step, ...steps])
}

function lifecycleOf(rule: RuleAnswer, policy: PolicyAnswer): PolicyRule['lifecycle'] {
  const inactivity = rule.conditions?.people?.users?.inactivity ?? policy.conditions?.people?.users?.inactivity
  const days = /^days?$/i.test(inactivity?.unit ?? '') ? (inactivity?.number ?? null) : null
  const targets = Object.values(rule.actions ?? {}).flatMap((action) => {
    const target = Target.safeParse(action).data
    return target?.targetStatus ?? target?.status ?? target?.action ?? []
  })
  return { inactivityDays: days, targetStatus: targets[0] ?? null }
}
