import { about, checkAll, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { exampleDatabase } from '../examples/data.ts'
import { exampleRestore } from '../examples/detection.ts'
import { backupProtectedResources } from '../streams/backup-protected-resources.ts'
import { restoreJobs, type RestoreJobRecord } from '../streams/restore-jobs.ts'

const orders = { resource: exampleDatabase().arn, type: 'RDS', lastBackup: null, vault: null }

/** Left to its default, nothing is concluded from part of the data: the restore may be among those not read. */
export const restoresTested = checkAll(
  { backups: backupProtectedResources, restores: restoreJobs },
  {
    id: 'aws.restores-tested',
    revision: 1,
    title: 'Restores are tested',
    severity: 'high',
    rationale: 'Only what was restored once is known to be a backup.',
    remediation:
      'AWS Backup console, "Restore testing", "Create restore testing plan", and select the resources named; or restore one by hand and delete the copy.',
    params: z.strictObject({
      days: z.int().min(1).max(366).default(365).describe('Most days since a restore.'),
      types: z
        .array(z.string())
        .default(['Aurora', 'DynamoDB', 'EFS', 'RDS', 'S3'])
        .describe('Types of resource, as AWS Backup names them, that have to be restored.'),
    }),
    emptyPopulation: 'not-applicable',
    criteria: ({ types, days }) => ({
      pass: `Each resource that AWS Backup protects, of the types ${types.join(', ')}, was restored at least once in the last ${plural(days, 'day')}, and no test of that restore failed.`,
      fail: 'There is no completed restore of it, or its last test failed.',
    }),
    examples: {
      pass: { inputs: { backups: [orders], restores: [exampleRestore()] } },
      fail: { inputs: { backups: [orders], restores: [] } },
      'not-applicable': { inputs: { backups: [{ ...orders, type: 'EC2' }], restores: [] } },
    },
    async *evaluate({ backups, restores }, { params, at }) {
      const last = new Map<string, RestoreJobRecord>()
      for await (const { record } of restores.items()) {
        if (record.source === null || record.status !== 'COMPLETED') continue
        const before = last.get(record.source)
        if (before === undefined || record.created > before.created) last.set(record.source, record)
      }
      for await (const item of backups.items()) {
        const { resource, type } = item.record
        if (!params.types.includes(type ?? '')) {
          yield { ...about(item), ...notApplicable('other-type', `a resource of the type ${type ?? 'unknown'}`) }
          continue
        }
        const restore = last.get(resource)
        if (restore === undefined) yield { ...about(item), ...fail('no restore of it is known of the last year') }
        else if (daysSince(restore.created, at) > params.days)
          yield { ...about(item), ...fail(`last restored ${restore.created}`) }
        else if (restore.validation === 'FAILED')
          yield { ...about(item), ...fail(`restored ${restore.created}, and the test of it failed`) }
        else yield { ...about(item), ...pass(`restored ${restore.created}`) }
      }
    },
  },
)
