import { about, checkAll, DAY_MS, daysSince, fail, pass, plural, unknown, type Verdict, z } from 'affiant/sdk'
import { adminExample, apiTokenExample } from '../examples.ts'
import { adminAssignments } from '../streams/admin-assignments.ts'
import { type ApiTokenRecord, apiTokens } from '../streams/api-tokens.ts'

const admins = [adminExample('person-b')]

export const apiTokensBounded = checkAll(
  { tokens: apiTokens, admins: adminAssignments },
  {
    id: 'okta.api-tokens-bounded',
    revision: 1,
    title: 'API tokens are in use, bound to networks, and not of super administrators',
    severity: 'high',
    rationale:
      'An API token has every right of who made it and asks for no second factor. One that may be used from anywhere is worth as much as the password of an administrator.',
    remediation:
      'Admin Console, "Security", "API", "Tokens": revoke what is not used, set "Restrict token" to network zones, and make tokens as a service account with the smallest role. Prefer a service app with a private key.',
    onPartialData: 'fails-stand',
    emptyPopulation: 'not-applicable',
    params: z.strictObject({
      maxIdleDays: z.int().min(1).default(30).describe('Most days since the last use.'),
    }),
    criteria: ({ maxIdleDays }) => ({
      pass: `The token belongs to nobody who is a super administrator, may be used from named network zones only, and was used within ${plural(maxIdleDays, 'day')}.`,
      fail: `The token belongs to a super administrator, or may be used from anywhere, or was not used within ${plural(maxIdleDays, 'day')}.`,
    }),
    examples: {
      pass: { inputs: { tokens: [apiTokenExample()], admins } },
      fail: { inputs: { tokens: [apiTokenExample({ user: '00u-person-b' })], admins } },
      'not-applicable': { inputs: { tokens: [], admins } },
      unknown: { inputs: { tokens: [apiTokenExample({ user: null })], admins } },
    },
    async *evaluate(datasets, { params, at }) {
      const superAdmins = new Set<string>()
      for await (const { record } of datasets.admins.items()) {
        if (record.role === 'SUPER_ADMIN') superAdmins.add(record.user)
      }
      for await (const item of datasets.tokens.items()) {
        yield { ...about(item), ...judge(item.record, superAdmins, at, params.maxIdleDays) }
      }
    },
  },
)

function judge(token: ApiTokenRecord, superAdmins: ReadonlySet<string>, at: Date, maxIdleDays: number): Verdict {
  const { user, network } = token
  const faults: string[] = []
  if (user !== null && superAdmins.has(user)) faults.push('it has the rights of a super administrator')
  if (network?.connection !== 'ZONE' || network.include.length === 0) faults.push('it may be used from anywhere')
  const used = lastUseOf(token)
  const days = used === null ? null : daysSince(used, at)
  if (days !== null && days > maxIdleDays) faults.push(`it was last used ${plural(days, 'day')} before this run`)
  if (faults.length > 0) return fail(faults.join('; '))
  if (user === null || days === null)
    return unknown('invalid', user === null ? 'Okta does not say whose it is' : 'Okta does not say when it was used')
  return pass(`bound to network zones, used ${plural(Math.max(0, days), 'day')} before this run`)
}

/** Each use moves the end of a token to its window from then. */
function lastUseOf({ expiresAt, window, lastUpdated }: ApiTokenRecord): number | null {
  const [, days] = /^P(\d+)D$/.exec(window ?? '') ?? []
  if (expiresAt !== null && days !== undefined) return Date.parse(expiresAt) - Number(days) * DAY_MS
  return lastUpdated === null ? null : Date.parse(lastUpdated)
}
