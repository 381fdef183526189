import { checkAll, fail, notApplicable, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { ownExample, trailExample } from '../examples/logging.ts'
import { exampleBucket } from '../examples/data.ts'
import { s3Buckets } from '../streams/s3-buckets.ts'
import { type TrailRecord, trails } from '../streams/trails.ts'

const objects = { ...ownExample().selection, objectReads: ['arn:aws:s3'], objectWrites: ['arn:aws:s3'] }
const buckets = [exampleBucket({ name: 'acme-contracts' })]
const classified = { buckets: ['acme-contracts'] }
const whole = trailExample({ own: ownExample({ selection: objects }) })

/** Left to its default, nothing is concluded from part of the data: the trail may be in what was not read. */
export const objectEventsLogged = checkAll(
  { trails, buckets: s3Buckets },
  {
    id: 'aws.object-events-logged',
    revision: 1,
    title: 'Reading and writing of objects in classified buckets is logged',
    severity: 'low',
    rationale: 'Who read a file is not among management events: without data events a leak leaves no trace.',
    remediation:
      'CloudTrail, the trail, "Data events", "S3": all buckets, or the buckets named, read and write. Data events are billed.',
    params: z.strictObject({
      buckets: z.array(z.string()).optional().describe('Names of buckets that hold classified data.'),
    }),
    criteria: () => ({
      pass: 'A trail that is on, of the account and region of the bucket or of all, writes read and write events of all of its objects.',
      fail: 'No such trail writes both.',
    }),
    examples: {
      pass: { inputs: { trails: [whole], buckets }, params: classified },
      fail: { inputs: { trails: [trailExample()], buckets }, params: classified },
      'not-applicable': { inputs: { trails: [trailExample()], buckets } },
      unknown: { inputs: { trails: [whole], buckets: [] }, params: classified },
    },
    async *evaluate(datasets, { params }) {
      const on: TrailRecord[] = []
      let seen = 0
      for await (const { record } of datasets.trails.items()) {
        seen += 1
        if (record.own?.logging) on.push(record)
      }
      if (params.buckets === undefined) {
        if (seen === 0) return
        yield {
          subject: 'buckets',
          name: 'Classified buckets',
          ...notApplicable('undeclared', 'declare them as checks.aws.object-events-logged.params.buckets'),
        }
        return
      }
      const places = new Map<string, Home>()
      for await (const { record, scope } of datasets.buckets.items()) {
        places.set(record.name, { account: scope.slice(0, ACCOUNT_DIGITS), region: record.region })
      }
      for (const bucket of params.buckets) {
        yield { subject: bucket, name: bucket, ...judge(bucket, places.get(bucket), on, seen) }
      }
    },
  },
)

interface Home {
  account: string
  region: string | null
}
const ACCOUNT_DIGITS = 12

/** A trail writes the events of its account, or of its organisation; and those of its region, or of all. */
function writesOf({ account, region }: Home) {
  return ({ owner, organization, multiRegion, homeRegion }: TrailRecord) =>
    (organization || owner === account) && (multiRegion || homeRegion === region)
}

function judge(bucket: string, home: Home | undefined, all: readonly TrailRecord[], seen: number): Verdict {
  if (seen === 0) return unknown('unavailable', 'no trail was read')
  if (home === undefined) return unknown('unavailable', 'no bucket of that name is in an account that was read')
  const on = all.filter(writesOf(home))
  const covers = (values: readonly string[]) =>
    values.some((value) => `arn:aws:s3:::${bucket}/`.startsWith(value.replace(/^arn:[\w-]+:s3/, 'arn:aws:s3')))
  const reads = on.find(({ own }) => covers(own?.selection.objectReads ?? []))
  const writes = on.find(({ own }) => covers(own?.selection.objectWrites ?? []))
  if (reads !== undefined && writes !== undefined) return pass(`written by trail "${reads.name}"`)
  const missing =
    reads === undefined ? (writes === undefined ? 'neither reading nor writing' : 'no reading') : 'no writing'
  return fail(`${missing} of its objects is logged (trails that are on: ${on.length})`)
}
