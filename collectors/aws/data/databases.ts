import { InvalidError, type Observed, type Reader } from 'affiant/sdk'
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
