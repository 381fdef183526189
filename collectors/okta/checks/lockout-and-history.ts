import { checkAll, fail, pass, plural, unknown, z } from 'affiant/sdk'
import { passwordPolicy } from '../examples-policies.ts'
import { judgePasswordPolicies } from '../password-policies.ts'
import { preset, threshold } from '../presets.ts'
import { policies } from '../streams/policies.ts'

const ATTEMPTS = { standard: 10, stig: 3 }

export const lockoutAndHistory = checkAll(
  { policies },
  {
    id: 'okta.lockout-and-history',
    revision: 1,
    title: 'Guessing locks an account, and old passwords do not come back',
    severity: 'medium',
    rationale: 'Without a lockout passwords can be tried without end; without a history a leaked one soon returns.',
    remediation:
      '"Security", "Authenticators", "Password", the policy named: set "Lock out user after" and "Enforce password history for last". In Classic: "Security", "Authentication", "Password".',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      preset,
      maxAttempts: z
        .int()
        .min(1)
        .optional()
        .describe('Most wrong passwords before the lock: 10, or 3 with the preset stig.'),
      minHistory: z.int().min(1).default(5).describe('Fewest earlier passwords that are refused.'),
    }),
    criteria: ({ preset: chosen, maxAttempts, minHistory }) => ({
      pass: `An active policy for passwords kept by Okta locks after 1 to ${plural(threshold(maxAttempts, chosen, ATTEMPTS), 'wrong password')} and refuses the last ${minHistory} or more.`,
      fail: `An active policy never locks, locks after more than ${plural(threshold(maxAttempts, chosen, ATTEMPTS), 'wrong password')}, or refuses fewer than the last ${minHistory}.`,
    }),
    examples: {
      pass: { inputs: { policies: [passwordPolicy()] } },
      fail: { inputs: { policies: [passwordPolicy({ maxAttempts: 0, historyCount: 4 })] } },
      'not-applicable': { inputs: { policies: [passwordPolicy({}, { authProvider: 'ACTIVE_DIRECTORY' })] } },
      unknown: { inputs: { policies: [passwordPolicy({ maxAttempts: null })] } },
    },
    evaluate({ policies: all }, { params }) {
      const most = threshold(params.maxAttempts, params.preset, ATTEMPTS)
      return judgePasswordPolicies(all, (name, settings) => {
        const { maxAttempts = null, historyCount = null } = settings
        const wrong = [
          maxAttempts === 0 && 'never locks an account',
          maxAttempts !== null &&
            maxAttempts > most &&
            `locks an account after ${plural(maxAttempts, 'wrong password')}`,
          historyCount !== null &&
            historyCount < params.minHistory &&
            `refuses the last ${plural(historyCount, 'password')} only`,
        ].filter((each) => each !== false)
        if (wrong.length > 0) return fail(`${name} ${wrong.join(' and ')}`)
        if (maxAttempts === null || historyCount === null) {
          return unknown('invalid', `${name}: Okta did not say when it locks and what it refuses`)
        }
        return pass(`${name} locks after ${plural(maxAttempts, 'wrong password')} and refuses the last ${historyCount}`)
      })
    },
  },
)
