import { about, checkAll, fail, notApplicable, pass, plural, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { examplePolicy, exampleRule, exampleRules, exampleSession } from '../examples-policies.ts'
import type { PolicyRecord, PolicyRule } from '../policy.ts'
import { inDoubt, isActive, type Reach, reachableRules, reachOf, ruleName } from '../policy-rules.ts'
import { preset, threshold } from '../presets.ts'
import { policies } from '../streams/policies.ts'

const IDLE = { standard: 120, stig: 15 }
const LIFETIME = { standard: 1080, stig: 1080 }
interface Most {
  idle: number
  lifetime: number
}
const signOn = (parts: Parameters<typeof exampleSession>[0]) =>
  examplePolicy('OKTA_SIGN_ON', { rules: exampleRules(exampleRule({ session: exampleSession(parts) })) })

export const sessionLimits = checkAll(
  { policies },
  {
    id: 'okta.session-limits',
    revision: 1,
    title: 'Sessions end when nobody works, and at the end of a day',
    severity: 'medium',
    rationale: 'A session that lives on lets in whoever finds the browser or copies its cookie.',
    remediation:
      '"Security", "Global Session Policy" (in Classic "Security", "Authentication", "Sign On"), the rule named: lower "Maximum Okta session idle time" and "Maximum Okta session lifetime" and disable persistent cookies.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      preset,
      maxIdleMinutes: z
        .int()
        .min(1)
        .optional()
        .describe('Most minutes without activity: 120, or 15 with the preset stig.'),
      maxLifetimeMinutes: z.int().min(1).optional().describe('Most minutes of a session: 1080, which are 18 hours.'),
    }),
    criteria(params) {
      const { idle, lifetime } = mostOf(params)
      return {
        pass: `Each rule of global session policies that lets people in ends a session after at most ${plural(idle, 'minute')} without activity and ${plural(lifetime, 'minute')} in all, and leaves no persistent cookie.`,
        fail: `A rule lets a session idle for more than ${plural(idle, 'minute')} or live for more than ${lifetime}, or leaves a persistent cookie. The first such rule is named.`,
      }
    },
    examples: {
      pass: { inputs: { policies: [signOn({})] } },
      fail: { inputs: { policies: [signOn({ idleMinutes: 480 })] } },
      'not-applicable': { inputs: { policies: [examplePolicy('OKTA_SIGN_ON', { status: 'INACTIVE' })] } },
      unknown: { inputs: { policies: [signOn({ lifetimeMinutes: null })] } },
    },
    async *evaluate(datasets, { params }) {
      // Policies are few: an organisation has some dozens.
      const all: PolicyRecord[] = []
      for await (const { record } of datasets.policies.items()) {
        if (record.type === 'OKTA_SIGN_ON' && record.notRead === null) all.push(record)
      }
      const reached = reachOf(all)
      for await (const item of datasets.policies.items()) {
        if (item.record.type !== 'OKTA_SIGN_ON') continue
        yield { ...about(item), ...judge(item.record, reached.get(item.record.id), mostOf(params)) }
      }
    },
  },
)

function mostOf(params: {
  preset: keyof typeof IDLE
  maxIdleMinutes?: number | undefined
  maxLifetimeMinutes?: number | undefined
}): Most {
  return {
    idle: threshold(params.maxIdleMinutes, params.preset, IDLE),
    lifetime: threshold(params.maxLifetimeMinutes, params.preset, LIFETIME),
  }
}

function judge(policy: PolicyRecord, reach: Reach | undefined, most: Most): Verdict {
  if (policy.notRead !== null) return unknown(policy.notRead, `Okta says that there are ${policy.name}`)
  if (!isActive(policy)) return notApplicable('inactive', `policy "${policy.name}" is not active`)
  if (reach === 'unreachable')
    return notApplicable('unreachable', `a policy before "${policy.name}" applies to everybody`)
  if (policy.rules.state === 'unknown') return unread(policy.rules, `the rules of policy "${policy.name}"`)
  if (policy.rules.state === 'absent') return unknown('invalid', `policy "${policy.name}" has no rules`)
  const letting = reachableRules(policy.rules.value).filter(({ access }) => access !== 'DENY')
  if (letting.length === 0) return notApplicable('no-rules', `policy "${policy.name}" lets nobody in`)
  let unclear: string | undefined
  for (const rule of letting) {
    const wrong = wrongWith(rule, most)
    if (wrong.length > 0) {
      const detail = `${ruleName(policy, rule)} ${wrong.join(' and ')}`
      return reach === 'unclear' ? inDoubt(detail) : fail(detail)
    }
    const { idleMinutes = null, lifetimeMinutes = null, persistentCookie = null } = rule.session ?? {}
    if (idleMinutes === null || lifetimeMinutes === null || persistentCookie === null)
      unclear ??= ruleName(policy, rule)
  }
  if (unclear !== undefined) return unknown('invalid', `${unclear}: Okta did not say how long a session lasts`)
  return pass(`policy "${policy.name}": each rule in force (${letting.length}) ends sessions in time`)
}

function wrongWith({ session: settings }: PolicyRule, { idle, lifetime }: Most): string[] {
  const { idleMinutes = null, lifetimeMinutes = null, persistentCookie = null } = settings ?? {}
  return [
    idleMinutes !== null && idleMinutes > idle && `lets a session idle for ${plural(idleMinutes, 'minute')}`,
    lifetimeMinutes === 0 && 'never ends a session',
    lifetimeMinutes !== null &&
      lifetimeMinutes > lifetime &&
      `lets a session live for ${plural(lifetimeMinutes, 'minute')}`,
    persistentCookie === true && 'leaves a persistent cookie',
  ].filter((each) => each !== false)
}
