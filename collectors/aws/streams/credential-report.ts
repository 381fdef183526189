import { DAY_MS, defineStream, InvalidError, onlyPage, UnavailableError, z } from 'affiant/sdk'
import { CredentialRow, parseCredentialReport, ROOT } from '../identity/credential-report.ts'
import { credentialReport as permission, generateReport } from '../identity/permissions.ts'
import { ACCOUNT, type Place, type Session } from '../session.ts'

const account = z.string()

export const CredentialReportRecord = z.discriminatedUnion('kind', [
  /** The report itself. AWS hands out one that is up to four hours old. */
  z.strictObject({ kind: z.literal('report'), account, generatedAt: z.iso.datetime(), users: z.int() }),
  CredentialRow.extend({ kind: z.literal('root'), account }),
  CredentialRow.extend({ kind: z.literal('user'), account, user: z.string() }),
])
export type CredentialReportRecord = z.output<typeof CredentialReportRecord>

/** AWS writes a report within seconds, and within some minutes for thousands of users: first it is asked again soon. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 4_000
const PATIENCE_MS = 300_000
/** Asks for a report until there is one. AWS re-uses one that is less than four hours old. */
async function generate(place: Place, { clock }: Session): Promise<void> {
  let waited = 0
  for (let wait = FIRST_WAIT_MS; waited < PATIENCE_MS; wait = Math.min(wait * 3, LONGEST_WAIT_MS)) {
    const { State } = await place.call('iam', 'GenerateCredentialReport', {})
    if (State === 'COMPLETE') return
    if (State !== 'STARTED' && State !== 'INPROGRESS') {
      throw new InvalidError('AWS does not say how far the credential report is')
    }
    await clock.sleep(wait)
    waited += wait
  }
  throw new UnavailableError(`AWS had not written the credential report after ${PATIENCE_MS / 60_000} minutes`)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export const credentialReport = defineStream({
  id: 'aws.credential-report',
  version: 1,
  title: 'What each IAM user and the root user can sign in with, with times of use',
  record: CredentialReportRecord,
  key: (record) => (record.kind === 'user' ? `user:${record.user}` : record.kind),
  label: (record) => (record.kind === 'user' ? record.user : `${record.kind} of ${record.account}`),
  permissions: [permission, generateReport],
  redact: { user: 'pseudonym' },
  appliesTo: [ACCOUNT],
  reproduce: () =>
    'aws iam generate-credential-report, then aws iam get-credential-report --query Content --output text | base64 -d',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    await generate(place, session)
    const { Content, GeneratedTime } = await place.call('iam', 'GetCredentialReport', {})
    if (Content === undefined || GeneratedTime === undefined) {
      throw new InvalidError('the credential report has no content or no time')
    }
    if (session.clock.now().getTime() - GeneratedTime.getTime() > DAY_MS) {
      throw new InvalidError(
        `AWS gave a credential report of ${GeneratedTime.toISOString()}, after a new one was asked for`,
      )
    }
    const rows = parseCredentialReport(new TextDecoder().decode(Content))
    if (!rows.some(({ user }) => user === ROOT)) throw new InvalidError('the credential report lacks the root user')
    const records = rows.map(
      ({ user, row }): CredentialReportRecord =>
        user === ROOT
          ? { kind: 'root', account: place.account, ...row }
          : { kind: 'user', account: place.account, user, ...row },
    )
    const report = {
      kind: 'report' as const,
      account: place.account,
      generatedAt: GeneratedTime.toISOString(),
      users: rows.length - 1,
    }
    yield onlyPage([report, ...records])
  },
})
