import type { LookupAttribute } from '@aws-sdk/client-cloudtrail'
import { type Ask, found, type Handlers, list, named, text, texts } from '../answer.ts'
import type { Region, World } from '../world.ts'

/** CloudTrail, CloudWatch, its logs, SNS. */
export const loggingHandlers: Handlers = {
  'cloudtrail:DescribeTrails': (ask) => ({
    trailList: trailsOf(ask)
      .filter(({ isShadow }) => ask.input.includeShadowTrails !== false || !isShadow)
      .map(({ trail }) => trail),
  }),
  'cloudtrail:ListTrails': list('Trails', (ask) =>
    trailsOf(ask).map(({ trail: { TrailARN, Name, HomeRegion } }) => ({ TrailARN, Name, HomeRegion })),
  ),
  'cloudtrail:GetTrailStatus': (ask) => ({ ...trailOf(ask, 'Name').status }),
  'cloudtrail:GetEventSelectors': (ask) => {
    const { trail, selectors } = trailOf(ask, 'TrailName')
    return { TrailARN: trail.TrailARN, EventSelectors: selectors }
  },
  'cloudtrail:LookupEvents': list('Events', (ask) => {
    const [attribute] = (ask.input.LookupAttributes ?? []) as LookupAttribute[]
    const { StartTime, EndTime } = ask.input as { StartTime?: Date; EndTime?: Date }
    return ask.region.events.filter(
      (event) =>
        (StartTime === undefined || (event.EventTime?.getTime() ?? 0) >= StartTime.getTime()) &&
        (EndTime === undefined || (event.EventTime?.getTime() ?? 0) <= EndTime.getTime()) &&
        (attribute === undefined || attributesOf(event, attribute.AttributeKey).includes(attribute.AttributeValue)),
    )
  }),
  'logs:DescribeMetricFilters': list('metricFilters', ({ region }) => region.metricFilters),
  'logs:DescribeLogGroups': list('logGroups', ({ region }) => region.logGroups),
  'logs:ListTagsForResource': () => ({ tags: {} }),
  'monitoring:DescribeAlarms': list('MetricAlarms', (ask) =>
    named(ask.region.alarms, texts(ask, 'AlarmNames'), ({ AlarmName }) => AlarmName),
  ),
  'sns:ListSubscriptions': list('Subscriptions', ({ region }) => region.subscriptions),
  'sns:ListSubscriptionsByTopic': list('Subscriptions', (ask) =>
    ask.region.subscriptions.filter(({ TopicArn }) => TopicArn === text(ask, 'TopicArn')),
  ),
  'sns:ListTopics': list('Topics', ({ region }) =>
    [...new Set(region.subscriptions.map(({ TopicArn }) => TopicArn))].map((TopicArn) => ({ TopicArn })),
  ),
}

type Held = Region['trails'][number] & { isShadow: boolean }

/** Those of the region, and as shadows those that follow the account or its organisation everywhere. */
export function trailsOf({ world, account, region }: Pick<Ask, 'world' | 'account' | 'region'>): Held[] {
  const own = region.trails.map((one) => ({ ...one, isShadow: false }))
  const others = everywhere(world, account.id).filter(
    ({ trail, at, of }) =>
      !(at === region.name && of === account.id) &&
      (of === account.id
        ? trail.IsMultiRegionTrail === true
        : trail.IsOrganizationTrail === true && (trail.IsMultiRegionTrail === true || at === region.name)),
  )
  return [...own, ...others.map(({ trail, status, selectors }) => ({ trail, status, selectors, isShadow: true }))]
}

function everywhere({ accounts, organization }: World, asking: string) {
  const seen = [asking, ...(organization && organization.management !== asking ? [organization.management] : [])]
  return seen.flatMap((id) =>
    [...(accounts.get(id)?.regions.values() ?? [])].flatMap((region) =>
      region.trails.map((one) => ({ ...one, at: region.name, of: id })),
    ),
  )
}

function trailOf(ask: Ask, member: string): Held {
  const name = text(ask, member)
  return found(
    trailsOf(ask).find(({ trail, isShadow }) => trail.TrailARN === name || (!isShadow && trail.Name === name)),
    'TrailNotFoundException',
    `Trail ${name}`,
    400,
  )
}

function attributesOf(event: Region['events'][number], key: string | undefined): (string | undefined)[] {
  switch (key) {
    case 'EventName':
      return [event.EventName]
    case 'Username':
      return [event.Username]
    case 'EventSource':
      return [event.EventSource]
    case 'ReadOnly':
      return [event.ReadOnly]
    case 'ResourceName':
      return (event.Resources ?? []).map(({ ResourceName }) => ResourceName)
    case 'ResourceType':
      return (event.Resources ?? []).map(({ ResourceType }) => ResourceType)
    case undefined:
    default:
      return [event.EventId]
  }
}
