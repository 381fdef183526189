import { checkAll, fail, notApplicable, pass, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { archivedScanning, dependenciesScanned, dependencyAlert, refusedRead, scanning } from '../security/examples.ts'
import { judgeAlerts, judgeDismissed } from '../security/judge-each.ts'
import { days, daysFrom, outOfReading } from '../security/reading.ts'
import { type DependabotAlertRecord, dependabotAlerts } from '../streams/dependabot-alerts.ts'
import { type DependencyScanningRecord, dependencyScanning } from '../streams/dependency-scanning.ts'

const limit = (most: number, of: string) => z.int().min(0).default(most).describe(`Most days for ${of} alerts.`)
const Params = z.strictObject({
  critical: limit(15, 'critical'),
  high: limit(30, 'high'),
  medium: limit(90, 'medium'),
  low: z.int().min(0).optional().describe('Most days for low alerts. Left out: no limit.'),
  requireComment: z.boolean().default(false).describe('Whether who dismisses an alert must leave a comment.'),
})

export const dependencyAlertsInTime = checkAll(
  { alerts: dependabotAlerts, scanning: dependencyScanning },
  {
    id: 'github.dependency-alerts-in-time',
    revision: 1,
    title: 'Vulnerable dependencies are dealt with in time',
    severity: 'high',
    rationale: 'A weakness that is published is tried out by others within days.',
    remediation:
      'Repository, "Security", "Dependabot": merge the update, or dismiss the alert with the reason why it does not matter here.',
    onPartialData: 'fails-stand',
    params: Params,
    criteria: ({ critical, high, medium, low, requireComment }) => ({
      pass: `The alert is fixed, dismissed with a reason${requireComment ? ', a comment' : ''} and a person, or not open for longer than ${days(critical)} (critical), ${high} (high), ${medium} (medium)${low === undefined ? '' : `, ${low} (low)`}; of a repository without alerts: dependencies are scanned.`,
      fail: 'The alert has been open for longer than that, or was dismissed without saying why or by whom.',
    }),
    examples: {
      pass: {
        inputs: {
          alerts: [dependencyAlert({ state: 'fixed', fixedAt: '2020-01-10T03:04:05.000Z' })],
          scanning: [dependenciesScanned],
        },
      },
      fail: { inputs: { alerts: [dependencyAlert()], scanning: [dependenciesScanned] } },
      'not-applicable': { inputs: { alerts: [], scanning: [archivedScanning] } },
      unknown: { inputs: { alerts: [], scanning: [scanning(refusedRead)] } },
    },
    evaluate: (datasets, { params, at }) =>
      judgeAlerts(
        datasets.alerts.items(),
        datasets.scanning.items(),
        (alert) => judge(alert, at, params),
        whetherScanned,
      ),
  },
)

function judge(alert: DependabotAlertRecord, at: Date, params: z.output<typeof Params>): Verdict {
  const { state, severity, createdAt } = alert
  const what = `${alert.package} (${severity}, ${alert.advisory})`
  const most = params[severity]
  switch (state) {
    case 'fixed': {
      if (alert.fixedAt === null) return pass(`${what} is fixed`)
      const took = daysFrom(createdAt, alert.fixedAt)
      return pass(
        `${what} was fixed after ${days(took)}${most !== undefined && took > most ? `, later than ${days(most)}` : ''}`,
      )
    }
    case 'dismissed':
      return judgeDismissed(what, alert, params.requireComment)
    case 'auto_dismissed':
      return pass(`${what} was dismissed by a rule of the organisation`)
    case 'open': {
      const open = daysFrom(createdAt, at)
      const detail = `${what} has been open for ${days(open)}`
      return most !== undefined && open > most ? fail(`${detail}, longer than ${days(most)}`) : pass(detail)
    }
  }
}

function whetherScanned(record: DependencyScanningRecord): Verdict {
  const { repository, alerts } = record
  const out = outOfReading(record)
  if (out !== undefined) return out
  if (alerts === null) return unknown('invalid', `${repository} was not asked`)
  if (alerts.state === 'unknown') return unread(alerts, `${repository}: whether dependencies are scanned`)
  return alerts.state === 'observed'
    ? pass(`the dependencies of ${repository} are scanned, and no alert is open`)
    : notApplicable('not-scanned', `${repository} is not scanned, see github.dependency-scanning-enabled`)
}
