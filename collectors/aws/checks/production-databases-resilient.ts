import { about, checkAll, fail, notApplicable, pass, type Verdict, z } from 'affiant/sdk'
import { exampleDatabase, exampleDatabaseCluster } from '../examples/data.ts'
import { databasesIn, judgedElsewhere } from '../data/databases.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { labelled, noLabels, production } from '../data/labels.ts'
import { withinAccount } from '../within-account.ts'

const prod = { ...noLabels, environment: 'prod' }

export const productionDatabasesResilient = checkAll(
  { instances: rdsInstances, clusters: rdsClusters },
  {
    id: 'aws.production-databases-resilient',
    revision: 1,
    title: 'Databases of production stand in two zones and cannot be deleted by mistake',
    severity: 'medium',
    rationale: 'A zone that fails, or one wrong command, must not take the data along.',
    remediation: 'RDS console, the database named, "Modify": "Multi-AZ" and "Enable deletion protection".',
    params: z.strictObject({
      production,
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ production: values }) => ({
      pass: `MultiAZ and DeletionProtection are on where the tag "environment" is one of ${values.join(', ')}.`,
      fail: 'One of them is off.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleDatabase({ labels: prod })], clusters: [] } },
      fail: { inputs: { instances: [exampleDatabase({ labels: prod, multiAz: false })], clusters: [] } },
      'not-applicable': { inputs: { instances: [exampleDatabase()], clusters: [exampleDatabaseCluster()] } },
    },
    async *evaluate(inputs, { params }) {
      for await (const item of databasesIn(inputs)) {
        const { labels } = item.record
        const isProduction = labelled(labels.environment, params.production)
        yield { ...about(item), ...(judgedElsewhere(item.record) ?? (isProduction ? judge(item.record) : elsewhere)) }
      }
    },
  },
)

const elsewhere = notApplicable('not-production', 'the tags do not say that it belongs to production')

function judge({ multiAz, deletionProtection }: { multiAz: boolean; deletionProtection: boolean }): Verdict {
  const off = [!multiAz && 'stands in one zone', !deletionProtection && 'has no deletion protection'].filter(
    (each) => each !== false,
  )
  return off.length === 0 ? pass('stands in two zones, with deletion protection') : fail(off.join(' and '))
}
