import { defineStream, onlyPage, z } from 'affiant/sdk'
import { selectionOf, TrailSelection } from '../logging/event-selectors.ts'
import { given } from '../given.ts'
import { eventSelectors, trails as permission, trailStatus } from '../logging/permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

/** A trail as one region of an account sees it. */
export const TrailRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  arn: z.string(),
  name: z.string(),
  /** The account it belongs to: of an organisation's trail, another one. */
  owner: z.string(),
  homeRegion: z.string(),
  organization: z.boolean(),
  multiRegion: z.boolean(),
  globalEvents: z.boolean(),
  validation: z.boolean(),
  /** ARN of the key it is encrypted with. */
  key: z.string().nullable(),
  bucket: z.string().nullable(),
  /** ARN of the log group it also writes to. */
  logGroup: z.string().nullable(),
  /** Status and events, which AWS shows to the account and region the trail belongs to; `null` elsewhere. */
  own: z
    .strictObject({
      logging: z.boolean(),
      latestDelivery: z.string().nullable(),
      deliveryError: z.string().nullable(),
      latestDigest: z.string().nullable(),
      digestError: z.string().nullable(),
      selection: TrailSelection,
    })
    .nullable(),
})
export type TrailRecord = z.output<typeof TrailRecord>

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html */
export async function readTrails(place: Place): Promise<TrailRecord[]> {
  const { trailList } = await place.call('cloudtrail', 'DescribeTrails', { includeShadowTrails: true })
  return given(trailList, 'trailList').map(({ TrailARN, Name, HomeRegion, ...trail }) => ({
    account: place.account,
    region: place.region,
    arn: given(TrailARN, 'TrailARN'),
    name: given(Name, 'Name'),
    owner: TrailARN?.split(':')[4] ?? place.account,
    homeRegion: given(HomeRegion, 'HomeRegion'),
    organization: trail.IsOrganizationTrail ?? false,
    multiRegion: trail.IsMultiRegionTrail ?? false,
    globalEvents: trail.IncludeGlobalServiceEvents ?? false,
    validation: trail.LogFileValidationEnabled ?? false,
    key: trail.KmsKeyId ?? null,
    bucket: trail.S3BucketName ?? null,
    logGroup: trail.CloudWatchLogsLogGroupArn ?? null,
    own: null,
  }))
}

/** Whether the trail was made in this account and region; of any other, AWS tells neither status nor events. */
export function isAtHome({ account, region, owner, homeRegion }: TrailRecord): boolean {
  return account === owner && region === homeRegion
}

export const trails = defineStream({
  id: 'aws.trails',
  version: 1,
  title: 'Trails of CloudTrail as each region sees them, with what they write and when they last delivered',
  record: TrailRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission, trailStatus, eventSelectors],
  reproduce: inRegion(
    'aws cloudtrail describe-trails --include-shadow-trails; aws cloudtrail get-trail-status --name "$ARN"; aws cloudtrail get-event-selectors --trail-name "$ARN"',
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const records: TrailRecord[] = []
    for (const trail of await readTrails(place)) {
      records.push(isAtHome(trail) ? { ...trail, own: await ownOf(place, trail.arn) } : trail)
    }
    yield onlyPage(records)
  },
})

async function ownOf(place: Place, arn: string): Promise<TrailRecord['own']> {
  const status = await place.call('cloudtrail', 'GetTrailStatus', { Name: arn })
  const selectors = await place.call('cloudtrail', 'GetEventSelectors', { TrailName: arn })
  return {
    logging: given(status.IsLogging, 'IsLogging'),
    latestDelivery: timeOf(status.LatestDeliveryTime),
    deliveryError: status.LatestDeliveryError || null,
    latestDigest: timeOf(status.LatestDigestDeliveryTime),
    digestError: status.LatestDigestDeliveryError || null,
    selection: selectionOf(selectors),
  }
}
