import { checkAll, fail, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { coverage } from '../logging/covering-trails.ts'
import { recordersExample } from '../examples/config.ts'
import { ownExample, trailExample } from '../examples/logging.ts'
import { configRecorders } from '../streams/config-recorders.ts'
import { type TrailRecord, trails } from '../streams/trails.ts'

const regions = [recordersExample()]

/** Left to its default, nothing is concluded from part of the data: the organisation's trail may be in what was not read. */
export const trailLogsManagementEvents = checkAll(
  { trails, regions: configRecorders },
  {
    id: 'aws.trail-logs-management-events',
    revision: 1,
    title: 'A trail of all regions writes every management event of the account',
    severity: 'high',
    rationale: 'What is not written cannot be looked into later, and intruders use the regions nobody uses.',
    remediation:
      'CloudTrail, "Trails", the trail: "Multi-region trail: Yes", "Management events": Read and Write, exclude nothing. Best as a trail of the organisation, made in its management account.',
    params: z.strictObject({
      excludable: z
        .array(z.string())
        .default(['kms.amazonaws.com', 'rdsdata.amazonaws.com'])
        .describe('Services whose events may be left out: they call very often, and have logs of their own.'),
    }),
    criteria: ({ excludable }) => ({
      pass: `A multi-region trail of the account or its organisation is logging, and writes read and write management events; left out at most: ${excludable.join(', ')}.`,
      fail: 'There is no such trail, or it is off, or it leaves events out.',
    }),
    examples: {
      pass: { inputs: { trails: [trailExample()], regions } },
      fail: { inputs: { trails: [trailExample({ own: ownExample({ logging: false }) })], regions } },
      unknown: { inputs: { trails: [trailExample({ owner: '444455556666', own: null })], regions } },
    },
    async *evaluate(datasets, { params }) {
      for (const { account, trails: seen } of await coverage(datasets.trails.items(), datasets.regions.items())) {
        yield { subject: account, name: `Account ${account}`, ...judge(seen, params.excludable) }
      }
    },
  },
)

function judge(seen: readonly TrailRecord[], excludable: readonly string[]): Verdict {
  if (seen.length === 0) return fail('there is no trail')
  const faults = seen.map((trail) => faultOf(trail, excludable))
  const good = seen.find((_, at) => faults[at] === undefined)
  if (good !== undefined) {
    return pass(
      `trail "${good.name}"${good.organization ? ' of the organisation' : ''} writes them, also of other regions`,
    )
  }
  // A trail nobody could look at may be the good one.
  const dark = seen.find((trail) => trail.multiRegion && trail.own === null)
  if (dark !== undefined) {
    return unknown(
      'unavailable',
      `trail "${dark.name}" belongs to ${dark.owner}/${dark.homeRegion}, which was not read`,
    )
  }
  return fail(seen.map(({ name }, at) => `trail "${name}" ${faults[at]}`).join('; '))
}

function faultOf({ multiRegion, own }: TrailRecord, excludable: readonly string[]): string | undefined {
  if (!multiRegion) return 'is of one region'
  if (own === null) return 'was not read'
  if (!own.logging) return 'is off'
  const { managementReads, managementWrites, excludedSources } = own.selection
  if (!managementReads && !managementWrites) return 'writes no management events'
  if (!managementReads) return 'writes no read events'
  if (!managementWrites) return 'writes no write events'
  const left = excludedSources.filter((source) => !excludable.includes(source))
  return left.length === 0 ? undefined : `leaves out ${left.join(', ')}`
}
