import type { ChainMethod, PolicyRule, Verification } from './policy.ts'

/** Whether something is asked for; `null`: Okta did not say, or says something this collector does not know. */
export type Asked = boolean | null

type Constraint = Verification['constraints'][number]
/** Authenticators by key that prove knowledge; all others prove possession. */
const KNOWLEDGE = new Set(['okta_password', 'security_question'])
const requires = (value: string | null | undefined) => value === 'REQUIRED'

/**
 * Whether an app sign-on rule of Identity Engine asks for two different factors of everybody it lets in. A possession
 * factor that has to be unlocked by PIN or biometrics counts as two: it proves possession and the person.
 */
export function asksTwoFactors(verification: Verification | null): Asked {
  if (verification === null) return null
  const { type, factorMode, constraints, chains } = verification
  if (type === 'ASSURANCE') {
    if (factorMode === '2FA') return true
    if (factorMode !== '1FA') return null
    // One constraint is enough to come in, so each of them has to ask for two.
    return constraints.length > 0 && constraints.every(constraintAsksTwo)
  }
  if (type === 'AUTH_METHOD_CHAIN') return chains.length === 0 ? null : chains.every(chainAsksTwo)
  return null
}

function constraintAsksTwo({ possession, knowledge }: Constraint): boolean {
  if (possession === null || possession.required === false) return false
  return requires(possession.userVerification) || (knowledge !== null && knowledge.required !== false)
}

/** Whether there is no way through the chain with factors of one kind only. */
function chainAsksTwo(steps: readonly (readonly ChainMethod[])[]): boolean {
  const knowledgeAlone = steps.every((methods) => methods.some(({ key }) => KNOWLEDGE.has(key)))
  const possessionAlone = steps.every((methods) =>
    methods.some(({ key, userVerification }) => !KNOWLEDGE.has(key) && !requires(userVerification)),
  )
  return steps.length > 0 && !knowledgeAlone && !possessionAlone
}

/** Methods that cannot be relayed by a false sign-in page, whatever else is set. */
const NOT_PHISHABLE = new Set(['webauthn/webauthn', 'webauthn/*', 'smart_card_idp/cert', 'smart_card_idp/*'])

/** Whether nobody comes in by this rule without a factor that resists phishing. */
export function asksPhishingResistance(verification: Verification | null): Asked {
  if (verification === null) return null
  const { type, constraints, chains } = verification
  if (type === 'ASSURANCE') {
    return (
      constraints.length > 0 &&
      constraints.every(
        ({ possession }) =>
          possession !== null &&
          possession.required !== false &&
          (requires(possession.phishingResistant) ||
            (possession.allowed.length > 0 && possession.allowed.every((method) => NOT_PHISHABLE.has(method)))),
      )
    )
  }
  if (type === 'AUTH_METHOD_CHAIN') {
    return chains.length === 0
      ? null
      : chains.every((steps) => steps.some((methods) => methods.length > 0 && methods.every(resistsPhishing)))
  }
  return null
}

function resistsPhishing({ key, method, phishingResistant }: ChainMethod): boolean {
  return requires(phishingResistant) || NOT_PHISHABLE.has(`${key}/${method}`)
}

/** Whether a rule, of an app or of the whole organisation, asks for a second factor of everybody it lets in. */
export function asksSecondFactor(rule: PolicyRule): Asked {
  return rule.session === null ? asksTwoFactors(rule.verification) : rule.session.requireFactor
}

/** What a rule asks for, in words; completes "… lets people in with …". */
export function whatIsAsked({ session, verification }: PolicyRule): string {
  if (session !== null) return session.requireFactor ? 'a second factor' : 'the first factor alone'
  if (verification?.type === 'AUTH_METHOD_CHAIN') return 'a chain of methods of one kind only'
  if (verification?.factorMode === '2FA') return 'two factors'
  return verification?.factorMode === '1FA' ? 'any one factor' : 'factors Okta did not name'
}
