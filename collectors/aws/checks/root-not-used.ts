import { about, checkAll, type Dataset, daysBefore, fail, pass, plural, type Verdict, z } from 'affiant/sdk'
import { type CredentialRow, instantOf } from '../identity/credential-report.ts'
import { ACCOUNT_ID, rootCredentialExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'
import { type RootSignInRecord, rootSignIns } from '../streams/root-sign-ins.ts'
import { withinAccount } from '../within-account.ts'

const used = rootCredentialExample({ passwordLastUsed: '2026-01-05T10:00:00.000Z' })

const Emergency = z.strictObject({
  account: z.string().describe('Account id.'),
  from: z.iso.date().describe('First day of the use (UTC).'),
  to: z.iso.date().describe('Last day of the use (UTC).'),
  reference: z.string().min(1).describe('Ticket or record of the approval.'),
})
type Emergency = z.output<typeof Emergency>

export const rootNotUsed = checkAll(
  { credentials: credentialReport, events: rootSignIns },
  {
    id: 'aws.root-not-used',
    revision: 1,
    title: 'The root user was not used, or for a declared emergency only',
    severity: 'high',
    rationale:
      'Daily work of the root user leaves no trace of who did it and knows no limits. Each use needs a reason that somebody approved. (CIS 2.6)',
    remediation:
      'Work with roles. Declare each emergency use with its reference in params.emergencies, and find in CloudTrail who did the others.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      days: z.int().min(1).default(90).describe('Days before the run that are looked at.'),
      emergencies: z.array(Emergency).default([]).describe('Approved uses of the root user.'),
    }),
    restsOn: withinAccount,
    criteria: ({ days }) => ({
      pass: `Within ${plural(days, 'day')} before the run, neither the credential report nor the event history of CloudTrail (90 days, in the region of global services) shows a use of the root user, except on days of a declared emergency.`,
      fail: `Within ${plural(days, 'day')} before the run the root user was used on a day without a declared emergency.`,
    }),
    examples: {
      pass: {
        inputs: { credentials: [used], events: [] },
        params: {
          days: 100_000,
          emergencies: [{ account: ACCOUNT_ID, from: '2026-01-05', to: '2026-01-05', reference: 'INC-7' }],
        },
      },
      fail: { inputs: { credentials: [used], events: [] }, params: { days: 100_000 } },
    },
    async *evaluate({ credentials, events }, { params, at }) {
      const since = daysBefore(at, params.days).getTime()
      const done = await eventTimes(events)
      for await (const item of credentials.items()) {
        const { record } = item
        if (record.kind !== 'root') continue
        const times = [...usesOf(record), ...(done.get(record.account) ?? [])].filter((time) => time >= since)
        const days = new Set(times.map((time) => new Date(time).toISOString().slice(0, 10)))
        const emergencies = params.emergencies.filter(({ account }) => account === record.account)
        yield { ...about(item), ...judge([...days].sort(), emergencies, params.days) }
      }
    },
  },
)

async function eventTimes(events: Dataset<RootSignInRecord>): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  for await (const { record } of events.items()) {
    const known = times.get(record.account)
    if (known === undefined) times.set(record.account, [Date.parse(record.at)])
    else known.push(Date.parse(record.at))
  }
  return times
}

function judge(days: readonly string[], emergencies: readonly Emergency[], looked: number): Verdict {
  const open = days.filter((day) => !emergencies.some(({ from, to }) => from <= day && day <= to))
  if (open.length > 0) return fail(`the root user was used on ${open.join(', ')}`)
  return pass(days.length === 0 ? `no use within ${plural(looked, 'day')}` : `declared emergencies: ${days.join(', ')}`)
}

/** The last use of each credential; AWS tells no earlier one here. */
function usesOf({ passwordLastUsed, accessKeys }: CredentialRow): number[] {
  return [passwordLastUsed, ...accessKeys.map(({ lastUsed }) => lastUsed)].flatMap((time) => instantOf(time) ?? [])
}
