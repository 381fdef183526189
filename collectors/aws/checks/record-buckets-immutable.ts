import { about, checkAll, fail, notApplicable, pass, unread, type Verdict, z } from 'affiant/sdk'
import { denied, exampleBucket, observed } from '../examples/data.ts'
import { fits } from '../patterns.ts'
import { type BucketRecord, s3Buckets } from '../streams/s3-buckets.ts'
import { withinAccount } from '../within-account.ts'

const cloudTrail = (parts: Partial<BucketRecord> = {}) => exampleBucket({ name: 'acme-cloudtrail', ...parts })

export const recordBucketsImmutable = checkAll(
  { buckets: s3Buckets },
  {
    id: 'aws.record-buckets-immutable',
    revision: 1,
    title: 'Buckets of records keep versions, and objects in them cannot be deleted',
    severity: 'medium',
    rationale: 'Records that somebody can delete or change prove nothing.',
    remediation:
      'S3 console, the bucket named, "Properties": enable "Bucket Versioning" and "Object Lock" with a default retention. For other data: "Management", "Create lifecycle rule".',
    params: z.strictObject({
      records: z
        .array(z.string())
        .default(['*cloudtrail*', '*audit*', '*evidence*'])
        .describe('Names of buckets that hold records; * stands for any part.'),
      data: z
        .array(z.string())
        .default([])
        .describe('Names of buckets whose objects end by a schedule; * stands for any part.'),
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ records, data }) => ({
      pass: `Buckets named like ${records.join(', ')} have versions and Object Lock with a default retention${data.length === 0 ? '' : `, and those named like ${data.join(', ')} a lifecycle rule`}.`,
      fail: 'Versions are off, there is no Object Lock, or no lifecycle rule.',
    }),
    examples: {
      pass: { inputs: { buckets: [cloudTrail({ objectLock: observed({ mode: 'COMPLIANCE', days: 365 }) })] } },
      fail: { inputs: { buckets: [cloudTrail()] } },
      'not-applicable': { inputs: { buckets: [exampleBucket()] } },
      unknown: { inputs: { buckets: [cloudTrail({ objectLock: denied('s3:GetBucketObjectLockConfiguration') })] } },
    },
    async *evaluate({ buckets }, { params }) {
      for await (const item of buckets.items()) yield { ...about(item), ...judge(item.record, params) }
    },
  },
)

function judge(
  bucket: BucketRecord,
  { records, data }: { records: readonly string[]; data: readonly string[] },
): Verdict {
  const { name, versioning, objectLock, lifecycleRules } = bucket
  const isRecord = records.some((pattern) => fits(name, pattern))
  const isData = data.some((pattern) => fits(name, pattern))
  if (!isRecord && !isData) return notApplicable('not-listed', 'its name is on neither list')
  const wrong = [
    isRecord && versioning.state === 'observed' && versioning.value !== 'Enabled' && `versions are ${versioning.value}`,
    isRecord && objectLock.state === 'absent' && 'there is no Object Lock',
    isRecord &&
      objectLock.state === 'observed' &&
      objectLock.value.mode === null &&
      'Object Lock has no default retention, so it holds nothing by itself',
    isData &&
      lifecycleRules.state !== 'unknown' &&
      (lifecycleRules.state === 'absent' || lifecycleRules.value === 0) &&
      'there is no lifecycle rule',
  ].filter((each) => each !== false)
  if (wrong.length > 0) return fail(wrong.join('; '))
  if (isRecord && versioning.state === 'absent')
    return notApplicable('deleted', 'the bucket was deleted while this was read')
  if (isRecord && versioning.state === 'unknown') return unread(versioning, 'whether versions are kept')
  if (isRecord && objectLock.state === 'unknown') return unread(objectLock, 'Object Lock')
  if (isData && lifecycleRules.state === 'unknown') return unread(lifecycleRules, 'the lifecycle rules')
  return pass('kept as it has to be')
}
