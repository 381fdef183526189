import { defineStream, observedOf, onlyPage, type Reader, z } from 'affiant/sdk'
import { blockOf } from '../data/bucket.ts'
import { onlyAbsent } from '../errors.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { bucketBlock, bucketLogging, bucketPolicyStatus, trails as listing } from '../logging/permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { isAtHome, readTrails } from './trails.ts'

export const TrailBucketRecord = z.strictObject({
  account: z.string(),
  bucket: z.string(),
  /** Names of the trails of this account and region that write to it. */
  trails: z.array(z.string()),
  /** The four flags of Block Public Access of the bucket itself; absent: none is set. */
  block: observedOf(
    z.strictObject({
      blockPublicAcls: z.boolean(),
      ignorePublicAcls: z.boolean(),
      blockPublicPolicy: z.boolean(),
      restrictPublicBuckets: z.boolean(),
    }),
  ),
  /** Whether its policy makes it public; absent: it has no policy. */
  publicPolicy: observedOf(z.boolean()),
  /** Where access to it is logged; `null`: nowhere. */
  logsTo: observedOf(z.string().nullable()),
})
export type TrailBucketRecord = z.output<typeof TrailBucketRecord>

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const trailBuckets = defineStream({
  id: 'aws.trail-buckets',
  version: 1,
  title: 'The buckets trails write to, also those of other accounts, as far as they may be read',
  record: TrailBucketRecord,
  key: (record) => record.bucket,
  appliesTo: [REGION],
  permissions: [bucketBlock, bucketPolicyStatus, bucketLogging, listing],
  reproduce: inRegion(
    'aws s3api get-public-access-block --bucket "$BUCKET"; aws s3api get-bucket-policy-status --bucket "$BUCKET"; aws s3api get-bucket-logging --bucket "$BUCKET"',
  ),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const writers = new Map<string, string[]>()
    for (const { bucket, name } of (await readTrails(place)).filter(isAtHome)) {
      if (bucket !== null) writers.set(bucket, [...(writers.get(bucket) ?? []), name].sort())
    }
    const records: TrailBucketRecord[] = []
    for (const [bucket, trailNames] of writers) records.push(await recordOf(place, bucket, trailNames, reader))
    yield onlyPage(records)
  },
})

async function recordOf(place: Place, Bucket: string, trails: string[], reader: Reader): Promise<TrailBucketRecord> {
  const absent = { absentOn: 'not-found' } as const
  return {
    account: place.account,
    bucket: Bucket,
    trails,
    block: await reader.observe(
      `${Bucket}: block public access`,
      onlyAbsent(/^NoSuchPublicAccessBlock/, async () => {
        const answer = await place.call('s3', 'GetPublicAccessBlock', { Bucket })
        return blockOf(given(answer.PublicAccessBlockConfiguration, 'PublicAccessBlockConfiguration'))
      }),
      absent,
    ),
    publicPolicy: await reader.observe(
      `${Bucket}: policy status`,
      onlyAbsent(/^NoSuchBucketPolicy$/, async () => {
        const { PolicyStatus } = await place.call('s3', 'GetBucketPolicyStatus', { Bucket })
        return given(PolicyStatus?.IsPublic, 'IsPublic')
      }),
      absent,
    ),
    logsTo: await reader.observe(
      `${Bucket}: access logging`,
      async () => (await place.call('s3', 'GetBucketLogging', { Bucket })).LoggingEnabled?.TargetBucket ?? null,
    ),
  }
}
