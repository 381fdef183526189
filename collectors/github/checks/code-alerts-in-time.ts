import { checkAll, fail, notApplicable, pass, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { archivedCodeScanning, codeAlert, codeScanning, refusedRead } from '../security/examples.ts'
import { judgeAlerts, judgeDismissed } from '../security/judge-each.ts'
import { days, daysFrom, outOfReading } from '../security/reading.ts'
import { type CodeScanningAlertRecord, codeScanningAlerts } from '../streams/code-scanning-alerts.ts'
import { type CodeScanningSetupRecord, codeScanningSetup } from '../streams/code-scanning-setup.ts'

const limit = (of: string) => z.int().min(0).optional().describe(`Most days for ${of} alerts. Left out: no limit.`)
const Params = z.strictObject({
  critical: z.int().min(0).default(15).describe('Most days for critical alerts.'),
  high: z.int().min(0).default(30).describe('Most days for high alerts.'),
  medium: limit('medium'),
  low: limit('low'),
  requireComment: z.boolean().default(false).describe('Whether who dismisses an alert must leave a comment.'),
})

export const codeAlertsInTime = checkAll(
  { alerts: codeScanningAlerts, setup: codeScanningSetup },
  {
    id: 'github.code-alerts-in-time',
    revision: 1,
    title: 'Weaknesses that code scanning finds are dealt with in time',
    severity: 'high',
    rationale: 'A finding that stays open teaches everyone to look past findings.',
    remediation:
      'Repository, "Security", "Code scanning": correct the code, or dismiss the alert with the reason why it is none.',
    onPartialData: 'fails-stand',
    params: Params,
    criteria: ({ critical, high, medium, low, requireComment }) => ({
      pass: `The alert is fixed, dismissed with a reason${requireComment ? ', a comment' : ''} and a person, or not open for longer than ${days(critical)} (critical), ${high} (high)${medium === undefined ? '' : `, ${medium} (medium)`}${low === undefined ? '' : `, ${low} (low)`}; of a repository without alerts: its code is scanned.`,
      fail: 'The alert has been open for longer than that, or was dismissed without saying why or by whom.',
    }),
    examples: {
      pass: {
        inputs: {
          alerts: [codeAlert({ state: 'fixed', fixedAt: '2020-01-10T03:04:05.000Z' })],
          setup: [codeScanning()],
        },
      },
      fail: { inputs: { alerts: [codeAlert()], setup: [codeScanning()] } },
      'not-applicable': { inputs: { alerts: [], setup: [archivedCodeScanning] } },
      unknown: { inputs: { alerts: [], setup: [codeScanning({ analyses: refusedRead })] } },
    },
    evaluate: (datasets, { params, at }) =>
      judgeAlerts(datasets.alerts.items(), datasets.setup.items(), (alert) => judge(alert, at, params), whetherScanned),
  },
)

function judge(alert: CodeScanningAlertRecord, at: Date, params: z.output<typeof Params>): Verdict {
  const { state, securitySeverity: severity, createdAt, fixedAt } = alert
  const what = `${alert.rule ?? 'a rule'} of ${alert.tool ?? 'a tool'} (${severity ?? 'not about security'})`
  if (severity === null) return notApplicable('not-security', what)
  const most = params[severity]
  if (state === null) return unknown('invalid', `${what}: GitHub does not say whether it is open`)
  if (state === 'dismissed') return judgeDismissed(what, alert, params.requireComment)
  if (state === 'fixed') {
    if (fixedAt === null) return pass(`${what} is fixed`)
    const took = daysFrom(createdAt, fixedAt)
    return pass(
      `${what} was fixed after ${days(took)}${most !== undefined && took > most ? `, later than ${days(most)}` : ''}`,
    )
  }
  const open = daysFrom(createdAt, at)
  const detail = `${what} has been open for ${days(open)}`
  return most !== undefined && open > most ? fail(`${detail}, longer than ${days(most)}`) : pass(detail)
}

function whetherScanned(record: CodeScanningSetupRecord): Verdict {
  const { repository, analyses } = record
  const out = outOfReading(record)
  if (out !== undefined) return out
  if (record.empty) return notApplicable('empty', `nothing was ever pushed to ${repository}`)
  if (analyses === null) return unknown('invalid', `${repository} was not asked`)
  if (analyses.state === 'unknown') return unread(analyses, `${repository}: code scanning`)
  return analyses.state === 'observed'
    ? pass(`the code of ${repository} is scanned, and no alert is open`)
    : notApplicable('not-scanned', `the code of ${repository} is not scanned, see github.code-scanning-runs`)
}
