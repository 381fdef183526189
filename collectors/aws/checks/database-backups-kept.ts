import { about, checkAll, fail, pass, plural, type Verdict, z } from 'affiant/sdk'
import { exampleDatabase, exampleDatabaseCluster } from '../examples/data.ts'
import { databasesIn, judgedElsewhere } from '../data/databases.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { withinAccount } from '../within-account.ts'

export const databaseBackupsKept = checkAll(
  { instances: rdsInstances, clusters: rdsClusters },
  {
    id: 'aws.database-backups-kept',
    revision: 1,
    title: 'Databases are backed up every day, and backups are kept',
    severity: 'high',
    rationale: 'A fault that shows after some days can only be undone with a backup from before it.',
    remediation: 'RDS console, the database named, "Modify", "Backup": raise "Backup retention period".',
    params: z.strictObject({
      days: z.int().min(1).max(35).default(7).describe('Fewest days that backups are kept.'),
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ days }) => ({
      pass: `Automatic backups are kept for ${plural(days, 'day')} or more, for clusters at the cluster.`,
      fail: 'Backups are off, or kept for fewer days.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleDatabase()], clusters: [exampleDatabaseCluster()] } },
      fail: { inputs: { instances: [exampleDatabase({ backupDays: 1 })], clusters: [] } },
      'not-applicable': { inputs: { instances: [exampleDatabase({ replicaOf: 'orders' })], clusters: [] } },
    },
    async *evaluate(inputs, { params }) {
      for await (const item of databasesIn(inputs))
        yield { ...about(item), ...(judgedElsewhere(item.record) ?? judge(item.record.backupDays, params.days)) }
    },
  },
)

function judge(kept: number, least: number): Verdict {
  if (kept === 0) return fail('automatic backups are off')
  return kept >= least ? pass(`kept for ${plural(kept, 'day')}`) : fail(`kept for ${plural(kept, 'day')} only`)
}
