import { checkAll, fail, notApplicable, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { ownExample, trailExample } from '../examples-logging.ts'
import { type TrailRecord, trails } from '../streams/trails.ts'

const objects = { ...ownExample().selection, objectReads: ['arn:aws:s3'], objectWrites: ['arn:aws:s3'] }
const whole = trailExample({ own: ownExample({ selection: objects }) })

export const objectEventsLogged = checkAll(
  { trails },
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
      pass: 'A trail that is on writes read and write events of all objects of the bucket.',
      fail: 'No trail that is on writes both.',
    }),
    examples: {
      pass: { inputs: { trails: [whole] }, params: { buckets: ['acme-contracts'] } },
      fail: { inputs: { trails: [trailExample()] }, params: { buckets: ['acme-contracts'] } },
      'not-applicable': { inputs: { trails: [trailExample()] } },
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
      for (const bucket of params.buckets) yield { subject: bucket, name: bucket, ...judge(bucket, on, seen) }
    },
  },
)

function judge(bucket: string, on: readonly TrailRecord[], seen: number): Verdict {
  if (seen === 0) return unknown('unavailable', 'no trail was read')
  const covers = (values: readonly string[]) =>
    values.some((value) => `arn:aws:s3:::${bucket}/`.startsWith(value.replace(/^arn:[\w-]+:s3/, 'arn:aws:s3')))
  const reads = on.find(({ own }) => covers(own?.selection.objectReads ?? []))
  const writes = on.find(({ own }) => covers(own?.selection.objectWrites ?? []))
  if (reads !== undefined && writes !== undefined) return pass(`written by trail "${reads.name}"`)
  const missing =
    reads === undefined ? (writes === undefined ? 'neither reading nor writing' : 'no reading') : 'no writing'
  return fail(`${missing} of its objects is logged by ${on.length} trails that are on`)
}
