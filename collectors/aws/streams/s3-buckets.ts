import { defineStream, observedOf, type Observed, type Page, type Reader, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { blockOf, PublicAccessBlock, publicGrants, refusesPlainHttp, regionOf } from '../data/bucket.ts'
import { onlyAbsent } from '../errors.ts'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { listOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { ACCOUNT, type Place, type Session } from '../session.ts'

export const BucketRecord = z.strictObject({
  name: z.string(),
  arn: z.string(),
  created: Time,
  /** Region it lives in; `null`: not told, see `versioning`. */
  region: z.string().nullable(),
  labels: observedOf(Labels),
  /** Block Public Access of the bucket itself; `absent`: never set, so nothing is blocked here. */
  block: observedOf(PublicAccessBlock),
  /** What AWS makes of its policy; `absent`: it has none. */
  policyIsPublic: observedOf(z.boolean()),
  /** Grants of its access list to everybody, or to everybody with an account of AWS; sorted. */
  publicGrants: observedOf(z.array(z.string())),
  /** Whether its policy refuses requests without TLS; `absent`: it has none. */
  tlsOnly: observedOf(z.boolean()),
  encryption: observedOf(z.strictObject({ algorithm: z.string(), key: z.string().nullable() })),
  /** `Enabled`, `Suspended`, or `Off`. */
  versioning: observedOf(z.string()),
  objectLock: observedOf(
    z.strictObject({
      /** Default retention: `COMPLIANCE` or `GOVERNANCE`; `null`: none, so each object needs its own. */
      mode: z.string().nullable(),
      days: z.int().nullable(),
    }),
  ),
  /** Number of rules in force. */
  lifecycleRules: observedOf(z.int()),
  /** Name of the bucket its access log goes to; `null`: access is not logged. */
  logsTo: observedOf(z.string().nullable()),
})
export type BucketRecord = z.output<typeof BucketRecord>

/** Codes of S3 for what is not there: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const GONE = /^NoSuchBucket$/
const NO_POLICY = /^NoSuchBucketPolicy$/
/** Every bucket has one. */
const NEVER = /^$/

type Facts = Omit<BucketRecord, 'name' | 'arn' | 'created' | 'region'>

/** Every fact of a bucket, each of which may be refused alone. `undefined`: it was deleted while this was read. */
async function factsOf(place: Place, reader: Reader, Bucket: string, region: string): Promise<Facts | undefined> {
  const at = { region }
  const fact = <T>(what: string, absent: RegExp, read: () => Promise<T>): Promise<Observed<T>> =>
    reader.observe(`bucket ${Bucket}: ${what}`, onlyAbsent(absent, read), { absentOn: 'not-found' })

  // Every bucket answers this one, so nothing found means that the bucket is gone.
  const versioning = await fact('versioning', GONE, async () => {
    const { Status } = await place.call('s3', 'GetBucketVersioning', { Bucket }, at)
    return Status ?? 'Off'
  })
  if (versioning.state === 'absent') return undefined
  return {
    versioning,
    labels: await fact('tags', /^NoSuchTagSet/, async () =>
      labelsOf(given((await place.call('s3', 'GetBucketTagging', { Bucket }, at)).TagSet, 'TagSet')),
    ),
    block: await fact('Block Public Access', /^NoSuchPublicAccessBlock/, async () => {
      const answer = await place.call('s3', 'GetPublicAccessBlock', { Bucket }, at)
      return blockOf(given(answer.PublicAccessBlockConfiguration, 'PublicAccessBlockConfiguration'))
    }),
    policyIsPublic: await fact('policy status', NO_POLICY, async () => {
      const { PolicyStatus } = await place.call('s3', 'GetBucketPolicyStatus', { Bucket }, at)
      return given(given(PolicyStatus, 'PolicyStatus').IsPublic, 'IsPublic')
    }),
    publicGrants: await fact('access list', NEVER, async () =>
      publicGrants(given((await place.call('s3', 'GetBucketAcl', { Bucket }, at)).Grants, 'Grants')),
    ),
    tlsOnly: await fact('policy', NO_POLICY, async () => {
      const { Policy } = await place.call('s3', 'GetBucketPolicy', { Bucket }, at)
      return refusesPlainHttp(given(Policy, 'Policy'), Bucket)
    }),
    encryption: await fact('encryption', /^ServerSideEncryptionConfigurationNotFound/, async () => {
      const answer = await place.call('s3', 'GetBucketEncryption', { Bucket }, at)
      const [rule] = given(answer.ServerSideEncryptionConfiguration?.Rules, 'Rules')
      const setting = given(rule?.ApplyServerSideEncryptionByDefault, 'ApplyServerSideEncryptionByDefault')
      return { algorithm: given(setting.SSEAlgorithm, 'SSEAlgorithm'), key: textOf(setting.KMSMasterKeyID) }
    }),
    objectLock: await fact(
      'object lock',
      /^(?:ObjectLockConfigurationNotFound|NoSuchObjectLockConfiguration)/,
      async () => {
        const answer = await place.call('s3', 'GetObjectLockConfiguration', { Bucket }, at)
        const { Rule } = given(answer.ObjectLockConfiguration, 'ObjectLockConfiguration')
        const { Mode, Days, Years } = Rule?.DefaultRetention ?? {}
        return { mode: Mode ?? null, days: Days ?? (Years === undefined ? null : Years * 365) }
      },
    ),
    lifecycleRules: await fact('lifecycle', /^NoSuchLifecycleConfiguration/, async () => {
      const { Rules } = await place.call('s3', 'GetBucketLifecycleConfiguration', { Bucket }, at)
      return given(Rules, 'Rules').filter(({ Status }) => Status === 'Enabled').length
    }),
    logsTo: await fact('logging', NEVER, async () => {
      const { LoggingEnabled } = await place.call('s3', 'GetBucketLogging', { Bucket }, at)
      return textOf(LoggingEnabled?.TargetBucket)
    }),
  }
}

/** Where a bucket lives, where the list did not say. */
async function lookUpRegion(place: Place, reader: Reader, Bucket: string): Promise<Observed<string>> {
  return reader.observe(
    `bucket ${Bucket}: region`,
    onlyAbsent(GONE, async () =>
      regionOf((await place.call('s3', 'GetBucketLocation', { Bucket })).LocationConstraint),
    ),
    { absentOn: 'not-found' },
  )
}

function unreadFacts(why: Extract<Observed<unknown>, { state: 'unknown' }>): Facts {
  return {
    versioning: why,
    labels: why,
    block: why,
    policyIsPublic: why,
    publicGrants: why,
    tlsOnly: why,
    encryption: why,
    objectLock: why,
    lifecycleRules: why,
    logsTo: why,
  }
}

async function recordOf(
  place: Place,
  reader: Reader,
  bucket: { Name?: string | undefined; CreationDate?: Date | undefined; BucketRegion?: string | undefined },
): Promise<BucketRecord[]> {
  const name = given(bucket.Name, 'Name')
  const about = { name, arn: `arn:${place.partition}:s3:::${name}`, created: timeOf(bucket.CreationDate) }
  const told = textOf(bucket.BucketRegion)
  const region: Observed<string> =
    told === null ? await lookUpRegion(place, reader, name) : { state: 'observed', value: told }
  if (region.state === 'absent') return []
  if (region.state === 'unknown') return [{ ...about, region: null, ...unreadFacts(region) }]
  const facts = await factsOf(place, reader, name, region.value)
  return facts === undefined ? [] : [{ ...about, region: region.value, ...facts }]
}

export const s3Buckets = defineStream({
  id: 'aws.s3-buckets',
  version: 1,
  title: 'Buckets with their access, encryption, versions and logs',
  record: BucketRecord,
  appliesTo: [ACCOUNT],
  key: (record) => record.name,
  permissions: [
    allow('s3:ListAllMyBuckets', 'Lists buckets with their region.'),
    allow('s3:GetBucketLocation', 'Shows the region of a bucket where the list does not.'),
    allow('s3:GetBucketVersioning', 'Shows whether versions are kept.'),
    allow('s3:GetBucketTagging', 'Shows how a bucket is classified.'),
    allow('s3:GetBucketPublicAccessBlock', 'Shows whether a bucket blocks public access.'),
    allow('s3:GetBucketPolicyStatus', 'Shows whether the policy of a bucket makes it public.'),
    allow('s3:GetBucketAcl', 'Shows whether the access list of a bucket makes it public.'),
    allow('s3:GetBucketPolicy', 'Shows whether requests without TLS are refused. The policy itself is not written.'),
    allow('s3:GetEncryptionConfiguration', 'Shows how new objects are encrypted.'),
    allow('s3:GetBucketObjectLockConfiguration', 'Shows whether objects can be deleted.'),
    allow('s3:GetLifecycleConfiguration', 'Shows whether there are rules that end the life of objects.'),
    allow('s3:GetBucketLogging', 'Shows whether access is logged.'),
  ],
  reproduce: () =>
    'aws s3api list-buckets, and for each: get-public-access-block, get-bucket-policy-status, get-bucket-acl, get-bucket-policy, get-bucket-encryption, get-bucket-versioning, get-object-lock-configuration, get-bucket-lifecycle-configuration, get-bucket-logging, get-bucket-tagging',
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    // With a size of page AWS tells the region of each bucket too.
    const buckets = listOf('Buckets', async (ContinuationToken) => {
      const answer = await place.call('s3', 'ListBuckets', { MaxBuckets: 10_000, ContinuationToken })
      return { items: answer.Buckets, next: answer.ContinuationToken }
    })
    yield* pagesOf(buckets, async (items) => (await eachOf(items, 8, (item) => recordOf(place, reader, item))).flat())
  },
})
