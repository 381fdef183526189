import { checkEach, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { type CredentialRow, instantOf, type ReportTime } from '../identity/credential-report.ts'
import { credentialExample, keyExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'

export const unusedCredentialsDisabled = checkEach(credentialReport, {
  id: 'aws.unused-credentials-disabled',
  revision: 1,
  title: 'Passwords and access keys that nobody uses are disabled',
  severity: 'medium',
  rationale:
    'A credential that nobody uses is one that nobody misses when somebody else does. (CIS 2.11: 45 days; FSBP IAM.8: 90)',
  remediation: 'IAM, "Users", "Security credentials": disable console access, deactivate and then delete the key.',
  params: z.strictObject({ maxDays: z.int().min(1).default(45).describe('Most days since the last use.') }),
  criteria: ({ maxDays }) => ({
    pass: `Every password and active access key was used, or if never used was set, within ${plural(maxDays, 'day')} before the run.`,
    fail: `A password or active access key was neither used nor set within ${plural(maxDays, 'day')} before the run.`,
  }),
  examples: {
    pass: { record: credentialExample('deploy', { accessKeys: [keyExample('2099-01-01T00:00:00.000Z')] }) },
    fail: { record: credentialExample('deploy', { accessKeys: [keyExample('2020-01-01T00:00:00.000Z')] }) },
    'not-applicable': { record: credentialExample('nobody') },
  },
  evaluate(record, { params: { maxDays }, at }) {
    if (record.kind !== 'user') return notApplicable('not-a-user')
    const credentials = inForce(record)
    if (credentials.length === 0) return notApplicable('no-credentials')
    const idle = credentials.flatMap(({ what, since }) => {
      if (since === undefined) return [`${what}: AWS tells no time of use or change`]
      const days = daysSince(since, at)
      return days > maxDays ? [`${what}: not used for ${plural(days, 'day')}`] : []
    })
    return idle.length === 0 ? pass(`${credentials.length} in use`) : fail(idle.join('; '))
  },
})

/** Each credential that works, and since when it lies idle: its last use, else when it was set. */
function inForce({ passwordEnabled, passwordLastUsed, passwordLastChanged, created, accessKeys }: CredentialRow) {
  const latest = (...times: readonly ReportTime[]) => {
    const known = times.flatMap((time) => instantOf(time) ?? [])
    return known.length === 0 ? undefined : Math.max(...known)
  }
  const keys = accessKeys.flatMap(({ active, lastUsed, lastRotated }, index) =>
    active ? [{ what: `access key ${index + 1}`, since: latest(lastUsed, lastRotated) }] : [],
  )
  if (passwordEnabled !== true) return keys
  const used = instantOf(passwordLastUsed)
  return [{ what: 'password', since: used ?? latest(passwordLastChanged, created) }, ...keys]
}
