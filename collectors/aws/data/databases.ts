import { type Dataset, InvalidError, notApplicable, type Observed, type Reader, type Verdict } from 'affiant/sdk'
import { given } from '../given.ts'
import type { Place } from '../session.ts'

/**
 * Looks up whether a version of an engine is still supported, once for each. `available` or `deprecated`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBEngineVersion.html
 */
export function engineVersions(place: Place, reader: Reader) {
  const known = new Map<string, Promise<Observed<string>>>()
  return (engine: string, version: string): Promise<Observed<string>> => {
    const name = `${engine} ${version}`
    let status = known.get(name)
    if (status === undefined) {
      status = reader.observe(`version ${name}`, () => statusOf(place, engine, version))
      known.set(name, status)
    }
    return status
  }
}

async function statusOf(place: Place, Engine: string, EngineVersion: string): Promise<string> {
  const { DBEngineVersions } = await place.call('rds', 'DescribeDBEngineVersions', {
    Engine,
    EngineVersion,
    // With those that are not offered any more.
    IncludeAll: true,
  })
  const found = given(DBEngineVersions, 'DBEngineVersions').find((one) => one.EngineVersion === EngineVersion)
  // A version that AWS no longer lists is one that it no longer offers.
  if (found === undefined) return 'not-listed'
  if (found.Status === undefined)
    throw new InvalidError(`AWS does not say whether ${Engine} ${EngineVersion} is supported`)
  return found.Status
}

/** Databases that stand by themselves, then clusters. */
export async function* databasesIn<Instance, Cluster>({
  instances,
  clusters,
}: {
  instances: Dataset<Instance>
  clusters: Dataset<Cluster>
}) {
  yield* instances.items()
  yield* clusters.items()
}

interface Judged {
  /** Only of databases that stand by themselves or in a cluster. */
  cluster?: string | null
  replicaOf: string | null
}

/** Verdict on a database that a cluster speaks for; of anything else `undefined`. */
export function inCluster({ cluster = null }: Judged): Verdict | undefined {
  return cluster === null ? undefined : notApplicable('in-cluster', `judged with cluster ${cluster}`)
}

/** The same, and on a copy that its original speaks for. */
export function judgedElsewhere(record: Judged): Verdict | undefined {
  if (record.replicaOf === null) return inCluster(record)
  return inCluster(record) ?? notApplicable('read-replica', 'what it is a replica of is judged')
}
