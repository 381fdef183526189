import { z } from 'affiant/sdk'
import { told } from './answers.ts'

/**
 * Policies and rules as Okta answers them; field names: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/
 * Policies of the type `USER_LIFECYCLE` (Workflow, Automations) are not documented there.
 */
const text = told(z.string())
const number = told(z.int())
const flag = told(z.boolean())
const texts = told(z.array(z.string())).transform((value) => value ?? [])
const Selection = z.object({ include: texts, exclude: texts })

const Inactivity = z.object({ number, unit: text })
const People = z.object({
  groups: told(Selection),
  users: told(z.object({ include: texts, exclude: texts, inactivity: told(Inactivity) })),
})

/** What a condition holds of its own that is not a restriction: `{ "provider": "ANY" }`. */
export const AnyValue = z.union([z.null(), z.literal(''), z.literal('ANY'), z.tuple([])])

/** Keys are kept, so that a condition nobody here knows of still counts as one. */
const Conditions = z.looseObject({
  people: told(People),
  userType: told(Selection),
  network: told(z.object({ connection: text, include: texts, exclude: texts })),
  device: told(z.object({ registered: flag, managed: flag, assurance: told(z.object({ include: texts })) })),
  riskScore: told(z.object({ level: text })),
  elCondition: told(z.object({ condition: text })),
})
const Method = z.object({ key: z.string(), method: text })
const Constraint = z.object({
  required: flag,
  types: texts,
  phishingResistant: text,
  userVerification: text,
  hardwareProtection: text,
  deviceBound: text,
  userPresence: text,
  authenticationMethods: told(z.array(Method)),
})
const StepMethod = z.object({ key: z.string(), method: text, phishingResistant: text, userVerification: text })
export interface Step {
  authenticationMethods: z.output<typeof StepMethod>[] | null
  next: Step[] | null
}
const Step: z.ZodType<Step> = z.object({
  authenticationMethods: told(z.array(StepMethod)),
  next: told(z.array(z.lazy(() => Step))),
})

const SignOn = z.object({
  access: text,
  requireFactor: flag,
  factorPromptMode: text,
  primaryFactor: text,
  session: told(
    z.object({ maxSessionIdleMinutes: number, maxSessionLifetimeMinutes: number, usePersistentCookie: flag }),
  ),
})
const AppSignOn = z.object({
  access: text,
  verificationMethod: told(
    z.object({
      type: text,
      factorMode: text,
      reauthenticateIn: text,
      constraints: told(z.array(z.object({ possession: told(Constraint), knowledge: told(Constraint) }))),
      chains: told(z.array(Step)),
    }),
  ),
})
/** The action of an automation has no documented name or form; its target state is looked for in any of them. */
export const Target = z.object({ targetStatus: text, status: text, action: text })

export const RuleAnswer = z.object({
  id: z.string(),
  name: z.string(),
  priority: number,
  // Left out, it must not pass for a rule that is off.
  status: z.string(),
  system: told(z.boolean()),
  conditions: told(Conditions),
  actions: told(
    z.looseObject({ signon: told(SignOn), appSignOn: told(AppSignOn), enroll: told(z.object({ self: text })) }),
  ),
})
export type RuleAnswer = z.output<typeof RuleAnswer>

export const Enrolment = z.object({ key: text, enroll: told(z.object({ self: text })) })

export const PolicyAnswer = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  priority: number,
  status: z.string(),
  system: told(z.boolean()),
  lastUpdated: text,
  conditions: told(z.object({ people: told(People), authProvider: told(z.object({ provider: text })) })),
  settings: told(
    z.object({
      password: told(
        z.object({
          complexity: told(
            z.object({
              minLength: number,
              minLowerCase: number,
              minUpperCase: number,
              minNumber: number,
              minSymbol: number,
              excludeUsername: flag,
              dictionary: told(z.object({ common: told(z.object({ exclude: flag })) })),
            }),
          ),
          age: told(z.object({ historyCount: number, maxAgeDays: number, minAgeMinutes: number })),
          lockout: told(z.object({ maxAttempts: number, autoUnlockMinutes: number })),
        }),
      ),
      // Identity Engine lists authenticators; Classic has an object with a field for each factor.
      authenticators: told(z.array(Enrolment)),
      factors: told(z.record(z.string(), z.unknown())),
    }),
  ),
})
export type PolicyAnswer = z.output<typeof PolicyAnswer>
