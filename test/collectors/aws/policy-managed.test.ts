import { expect, it } from 'vitest'
import { collector } from '../../../collectors/aws/index.ts'
import { managedPolicies } from '../../../collectors/aws/printed-policies/managed.ts'
import { actionsOf } from '../../../collectors/aws/printed-policies/iam.ts'
import { PermissionsJson, permissionsReport, showPermissions } from '../../../src/report/permissions.ts'
import { startAws, wellKept } from '../../servers/aws/index.ts'
import { readAws } from './harness.ts'

const [securityAudit, viewOnly] = managedPolicies
const declared = collector.streams.flatMap(({ permissions }) => permissions)

/** What SecurityAudit v58 leaves unread. Measured: if it changes, a stream asks more or less, or AWS changed the policy. */
const LACKED = [
  'access-analyzer:ListFindingsV2',
  'account:ListRegions',
  'artifact:GetReport',
  'artifact:GetReportMetadata',
  'artifact:GetTermForReport',
  'artifact:ListReports',
  'backup:ListBackupJobs',
  'backup:ListBackupPlans',
  'backup:ListBackupSelections',
  'backup:ListCopyJobs',
  'backup:ListProtectedResources',
  'backup:ListRestoreJobs',
  'backup:ListRestoreTestingPlans',
  'ssm:GetDocument',
]

/** Some that it leaves nothing of unread. */
const READABLE = ['aws.account-summary', 'aws.kms-keys', 'aws.lambda-functions', 'aws.s3-buckets', 'aws.trails']

it('SecurityAudit alone lacks these and nothing else', () => {
  expect(securityAudit.lacks(declared)).toEqual(LACKED)
  const rest = declared.filter(({ name }) => !LACKED.includes(name))
  expect(securityAudit.lacks(rest)).toEqual(['account:ListRegions'])
  expect(actionsOf(declared).length).toBeGreaterThan(100)
})

it('ViewOnlyAccess alone sees lists, and not how things are set', () => {
  const lacked = viewOnly.lacks(declared)
  expect(lacked).toEqual(expect.arrayContaining(['iam:GetAccountAuthorizationDetails', 's3:GetBucketPolicy']))
  expect(lacked).not.toContain('iam:ListVirtualMFADevices')
  expect(lacked.length).toBeGreaterThan(LACKED.length)
})

it('is what a role with SecurityAudit is really refused, both ways', async () => {
  const at = new Date('2026-01-05T06:00:00Z')
  // Without the regions nothing is read at all: that one is granted, to find the others.
  const allowed = [...securityAudit.patterns, 'account:ListRegions', 'sts:AssumeRole']
  await using server = await startAws({ world: wellKept(at, true), allowed, now: () => at.getTime() })
  const streams = collector.streams.filter(
    ({ id, permissions }) => READABLE.includes(id) || permissions.some(({ name }) => LACKED.includes(name)),
  )
  const { items } = await readAws(server.url, { secrets: { ...server.keys }, streams })
  const incomplete = items.filter(({ stream, outcome }) => READABLE.includes(stream) && outcome.status !== 'complete')
  expect(incomplete).toEqual([])
  const refused = new Set(items.flatMap(({ outcome }) => outcome.permissions ?? []))
  // Whole plan items name all they need where AWS did not say which; only what was asked counts.
  const asked = new Set(server.calls().map(({ action }) => action))
  expect([...refused].filter((name) => asked.has(name) && !LACKED.includes(name))).toEqual([])
  // What is asked only after an earlier answer of the same stream is never reached.
  const first = ['access-analyzer:ListFindingsV2', 'artifact:ListReports', 'backup:ListBackupPlans', 'ssm:GetDocument']
  expect([...refused]).toEqual(expect.arrayContaining(first))
})

it('is printed by affiant permissions, with the version that was measured', () => {
  const report = PermissionsJson.parse(permissionsReport(collector))
  expect(report.readyMade[0]).toMatchObject({
    name: 'SecurityAudit',
    version: 'v58',
    date: '2026-01-30',
    lacks: LACKED,
  })
  expect(report.readyMade[0]?.streams).toContain('aws.backup-jobs')
  expect(report.readyMade[0]?.streams).not.toContain('aws.account-summary')
  const shown = showPermissions(report, { columns: 400, color: false })
  expect(shown).toContain('SecurityAudit alone, as of v58 of 2026-01-30, lacks 14 permissions')
  expect(shown).toContain('ssm:GetDocument')
})
