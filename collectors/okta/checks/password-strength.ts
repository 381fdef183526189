import { checkAll, fail, pass, plural, unknown, z } from 'affiant/sdk'
import { passwordPolicy } from '../examples-policies.ts'
import { judgePasswordPolicies } from '../password-policies.ts'
import { preset, threshold } from '../presets.ts'
import { policies } from '../streams/policies.ts'

const LENGTH = { standard: 14, stig: 15 }

export const passwordStrength = checkAll(
  { policies },
  {
    id: 'okta.password-strength',
    revision: 1,
    title: 'Passwords are long, and common ones are refused',
    severity: 'medium',
    rationale: 'Short passwords and those on known lists are guessed by machines within hours.',
    remediation:
      '"Security", "Authenticators", "Password", the policy named: raise "Minimum length" and select "Restrict use of common passwords". In Classic: "Security", "Authentication", "Password".',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      preset,
      minLength: z.int().min(1).optional().describe('Fewest characters: 14, or 15 with the preset stig.'),
    }),
    criteria: ({ minLength, preset: chosen }) => ({
      pass: `An active policy for passwords kept by Okta asks for ${plural(threshold(minLength, chosen, LENGTH), 'character')} or more and refuses common passwords.`,
      fail: `An active policy asks for fewer than ${plural(threshold(minLength, chosen, LENGTH), 'character')}, or takes common passwords.`,
    }),
    examples: {
      pass: { inputs: { policies: [passwordPolicy()] } },
      fail: { inputs: { policies: [passwordPolicy({ minLength: 8, commonExcluded: false })] } },
      'not-applicable': { inputs: { policies: [passwordPolicy({}, { authProvider: 'ACTIVE_DIRECTORY' })] } },
      unknown: { inputs: { policies: [passwordPolicy({ minLength: null })] } },
    },
    evaluate({ policies: all }, { params }) {
      const least = threshold(params.minLength, params.preset, LENGTH)
      return judgePasswordPolicies(all, (name, settings) => {
        const { minLength = null, commonExcluded = null } = settings
        const wrong = [
          minLength !== null && minLength < least && `asks for ${plural(minLength, 'character')} only`,
          commonExcluded === false && 'takes common passwords',
        ].filter((each) => each !== false)
        if (wrong.length > 0) return fail(`${name} ${wrong.join(' and ')}`)
        if (minLength === null || commonExcluded === null) {
          return unknown('invalid', `${name}: Okta did not say how strong a password has to be`)
        }
        return pass(`${name} asks for ${plural(minLength, 'character')} and refuses common passwords`)
      })
    },
  },
)
