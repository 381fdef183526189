import { about, checkAll, fail, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'
import { accessToken } from '../security/examples.ts'
import { organizationExample } from '../organization-example.ts'
import { days, daysFrom } from '../security/reading.ts'
import { type AccessTokenRecord, accessTokens } from '../streams/access-tokens.ts'
import { organization } from '../streams/organization.ts'

const Params = z.strictObject({
  maxDays: z.int().min(1).default(366).describe('Most days from the approval of a token to its end.'),
  policy: z
    .strictObject({
      maxDays: z.int().min(1).describe('The lifetime GitHub is set to allow.'),
      seenOn: z.iso.date().describe('Day somebody looked (UTC).'),
    })
    .optional()
    .describe(
      'What stands under "Settings", "Personal access tokens", where GitHub does not list tokens because the source signs in with one.',
    ),
  policyMaxAgeDays: z.int().min(1).default(90).describe('Most days since somebody looked at the policy.'),
})

export const accessTokensExpire = checkAll(
  { organization, tokens: accessTokens },
  {
    id: 'github.access-tokens-expire',
    revision: 1,
    title: 'Fine-grained tokens of people come to an end',
    severity: 'medium',
    rationale: 'A token has the rights of a person without the second factor. Only its end brings it back to mind.',
    remediation:
      'Organisation, "Settings", "Personal access tokens": revoke it under "Active tokens", and set "Maximum lifetimes" and "Require administrator approval".',
    onPartialData: 'fails-stand',
    params: Params,
    criteria: ({ maxDays }) => ({
      pass: `The token ends at most ${days(maxDays)} after it was granted access; or no token reaches the organisation.`,
      fail: `The token never ends, or later than ${days(maxDays)} after it was granted access.`,
    }),
    examples: {
      pass: { inputs: { organization: [organizationExample()], tokens: [accessToken()] } },
      fail: { inputs: { organization: [organizationExample()], tokens: [accessToken({ expiresAt: null })] } },
      'not-applicable': { inputs: { organization: [organizationExample({ listsAccessTokens: false })], tokens: [] } },
    },
    async *evaluate(datasets, { params, at }) {
      const scopes = new Set<string>()
      for await (const item of datasets.tokens.items()) {
        scopes.add(item.scope)
        yield { ...about(item), ...judge(item.record, params.maxDays) }
      }
      for await (const item of datasets.organization.items()) {
        if (scopes.has(item.scope)) continue
        const verdict = item.record.listsAccessTokens
          ? pass('no fine-grained token reaches the organisation')
          : unlisted(params, at)
        yield { ...about(item), ...verdict }
      }
    },
  },
)

function judge({ permissions, grantedAt, expiresAt, expired }: AccessTokenRecord, maxDays: number): Verdict {
  const strong = permissions.filter((permission) => !permission.endsWith(':read')).length
  const rights = strong > 0 ? `a token with ${plural(strong, 'right')} to change things` : 'a token that reads'
  if (expired) return notApplicable('expired', `${rights} has ended`)
  if (expiresAt === null) return fail(`${rights} never ends`)
  const lives = daysFrom(grantedAt, expiresAt)
  return lives > maxDays
    ? fail(`${rights} ends ${days(lives)} after it was granted access`)
    : pass(`${rights} ends on ${expiresAt.slice(0, 10)}`)
}

/** GitHub lists tokens to apps only; what is declared of the policy stands in for the list. */
function unlisted({ policy, maxDays, policyMaxAgeDays }: z.output<typeof Params>, at: Date): Verdict {
  if (policy === undefined) {
    return notApplicable(
      'undeclared',
      'GitHub lists tokens to GitHub Apps only: sign in as one, or declare checks.github.access-tokens-expire.params.policy',
    )
  }
  const detail = `as declared, GitHub allowed ${days(policy.maxDays)} on ${policy.seenOn}`
  if (policy.maxDays > maxDays) return fail(detail)
  const age = daysFrom(policy.seenOn, at)
  return age > policyMaxAgeDays ? fail(`${detail}, which is ${days(age)} ago`) : pass(detail)
}
