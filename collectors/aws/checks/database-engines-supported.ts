import { about, checkAll, fail, pass, unread, type Verdict } from 'affiant/sdk'
import { denied, exampleDatabase, exampleDatabaseCluster } from '../examples/data.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { type DatabaseInstanceRecord, rdsInstances } from '../streams/rds-instances.ts'
import { withinAccount } from '../within-account.ts'

export const databaseEnginesSupported = checkAll(
  { instances: rdsInstances, clusters: rdsClusters },
  {
    id: 'aws.database-engines-supported',
    revision: 1,
    title: 'Databases run supported versions and take minor upgrades by themselves',
    severity: 'medium',
    rationale: 'An engine that is no longer supported gets no more security updates.',
    remediation:
      'RDS console, the database named, "Modify": choose a newer version, and "Enable auto minor version upgrade".',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'AWS calls the version available, and AutoMinorVersionUpgrade is on for the instance.',
      fail: 'AWS calls the version deprecated or does not list it any more, or minor upgrades are off.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleDatabase()], clusters: [exampleDatabaseCluster()] } },
      fail: { inputs: { instances: [exampleDatabase({ minorUpgrades: false })], clusters: [] } },
      unknown: {
        inputs: {
          instances: [exampleDatabase({ versionStatus: denied('rds:DescribeDBEngineVersions') })],
          clusters: [],
        },
      },
    },
    async *evaluate({ instances, clusters }) {
      for await (const item of instances.items())
        yield { ...about(item), ...judge(item.record, item.record.minorUpgrades) }
      // Minor upgrades are a setting of the instances of a cluster.
      for await (const item of clusters.items()) yield { ...about(item), ...judge(item.record, true) }
    },
  },
)

type Versioned = Pick<DatabaseInstanceRecord, 'engine' | 'version' | 'versionStatus'>

function judge({ engine, version, versionStatus }: Versioned, minorUpgrades: boolean): Verdict {
  const status = versionStatus.state === 'observed' ? versionStatus.value : 'not-listed'
  const wrong = [
    versionStatus.state !== 'unknown' && status !== 'available' && `${engine} ${version} is ${status}`,
    !minorUpgrades && 'minor upgrades are off',
  ].filter((each) => each !== false)
  if (wrong.length > 0) return fail(wrong.join('; '))
  if (versionStatus.state === 'unknown') return unread(versionStatus, `whether ${engine} ${version} is supported`)
  return pass(`${engine} ${version} is available`)
}
