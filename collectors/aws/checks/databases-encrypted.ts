import { about, checkAll, fail, pass, type Verdict } from 'affiant/sdk'
import { exampleDatabase, exampleDatabaseCluster } from '../examples/data.ts'
import { databasesIn, inCluster } from '../data/databases.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { withinAccount } from '../within-account.ts'

export const databasesEncrypted = checkAll(
  { instances: rdsInstances, clusters: rdsClusters },
  {
    id: 'aws.databases-encrypted',
    revision: 1,
    title: 'Databases are encrypted',
    severity: 'high',
    rationale: 'Who gets hold of storage or a snapshot reads what is not encrypted.',
    remediation:
      'RDS console, the database named: take a snapshot, copy it with encryption, restore the copy and move over to it.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'StorageEncrypted is on, for clusters at the cluster.',
      fail: 'StorageEncrypted is off.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleDatabase()], clusters: [exampleDatabaseCluster()] } },
      fail: { inputs: { instances: [exampleDatabase({ encrypted: false })], clusters: [] } },
      'not-applicable': { inputs: { instances: [exampleDatabase({ cluster: 'ledger' })], clusters: [] } },
    },
    async *evaluate(inputs) {
      for await (const item of databasesIn(inputs))
        yield { ...about(item), ...(inCluster(item.record) ?? judge(item.record)) }
    },
  },
)

function judge({ encrypted }: { encrypted: boolean }): Verdict {
  return encrypted ? pass('encrypted') : fail('storage is not encrypted')
}
