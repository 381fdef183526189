import { checkAll, fail, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'
import { resolvedSecret, secretAlert } from '../security/examples.ts'
import { featureOf, judgeAlerts } from '../security/judge-each.ts'
import { repositoryExample } from '../repository-example.ts'
import { type RepositoryRecord, repositories } from '../streams/repositories.ts'
import { type SecretScanningAlertRecord, secretScanningAlerts } from '../streams/secret-scanning-alerts.ts'

const HOUR_MS = 3_600_000

export const secretAlertsResolved = checkAll(
  { alerts: secretScanningAlerts, repositories },
  {
    id: 'github.secret-alerts-resolved',
    revision: 1,
    title: 'Secrets found in code are dealt with in time',
    severity: 'critical',
    rationale: 'A secret that was found works until somebody revokes it, and whoever reads the code has it.',
    remediation:
      'Revoke the secret at its provider first, then close the alert under "Security", "Secret scanning" as revoked.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      maxHours: z.int().min(1).default(72).describe('Most hours that an alert may be open.'),
    }),
    criteria: ({ maxHours }) => ({
      pass: `The alert is resolved or was opened at most ${plural(maxHours, 'hour')} before the run; of a repository without alerts: secrets are looked for in it.`,
      fail: `The alert has been open for more than ${plural(maxHours, 'hour')}.`,
    }),
    examples: {
      pass: { inputs: { alerts: [resolvedSecret], repositories: [repositoryExample()] } },
      fail: { inputs: { alerts: [secretAlert()], repositories: [repositoryExample()] } },
      'not-applicable': { inputs: { alerts: [], repositories: [repositoryExample({ archived: true })] } },
      unknown: { inputs: { alerts: [], repositories: [repositoryExample({ securityAndAnalysis: null })] } },
    },
    evaluate: (datasets, { params, at }) =>
      judgeAlerts(
        datasets.alerts.items(),
        datasets.repositories.items(),
        (alert) => judge(alert, at, params.maxHours),
        whetherScanned,
      ),
  },
)

const hours = (from: string, to: string | Date) =>
  Math.max(0, Math.floor((new Date(to).getTime() - Date.parse(from)) / HOUR_MS))

function judge(
  { secretType, state, createdAt, resolvedAt, resolution, validity }: SecretScanningAlertRecord,
  at: Date,
  maxHours: number,
): Verdict {
  if (state === 'resolved') {
    const took = resolvedAt === null ? '' : ` after ${plural(hours(createdAt, resolvedAt), 'hour')}`
    return pass(`${secretType}: resolved${resolution === null ? '' : ` as ${resolution}`}${took}`)
  }
  const open = hours(createdAt, at)
  const works = validity === 'active' ? ', and the secret works' : ''
  const detail = `${secretType}: open for ${plural(open, 'hour')}${works}`
  return at.getTime() - Date.parse(createdAt) > maxHours * HOUR_MS ? fail(detail) : pass(detail)
}

function whetherScanned(record: RepositoryRecord): Verdict {
  const { repository } = record
  if (record.archived) return notApplicable('archived', `${repository} is archived`)
  const on = featureOf(record, 'secretScanning')
  if (typeof on === 'object') return on
  return on
    ? pass(`${repository} is scanned for secrets, and no alert is open`)
    : notApplicable('not-scanned', `${repository} is not scanned for secrets, see github.secret-scanning-enabled`)
}
