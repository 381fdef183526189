import { defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { alarms as permission } from '../logging/permissions.ts'
import { type ListPage, list, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const AlarmRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  arn: z.string(),
  name: z.string(),
  /** `<namespace>/<name>`; `null` of an alarm over an expression. */
  metric: z.string().nullable(),
  actionsEnabled: z.boolean(),
  /** ARNs of what it does when it goes off. */
  actions: z.array(z.string()),
})
export type AlarmRecord = z.output<typeof AlarmRecord>

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export function listAlarms(place: Place): AsyncIterable<ListPage<AlarmRecord>> {
  return list(
    (NextToken) =>
      place.call('cloudwatch', 'DescribeAlarms', { AlarmTypes: ['MetricAlarm'], MaxRecords: 100, NextToken }),
    ({ MetricAlarms: found, NextToken: next }) => ({
      next,
      items: given(found, 'MetricAlarms').map(
        ({ Namespace, MetricName, AlarmArn: arn = '', AlarmName: name = '', ...alarm }) => ({
          account: place.account,
          region: place.region,
          arn,
          name,
          metric: MetricName === undefined ? null : `${Namespace}/${MetricName}`,
          actionsEnabled: given(alarm.ActionsEnabled, 'ActionsEnabled'),
          actions: [...(alarm.AlarmActions ?? [])].sort(),
        }),
      ),
    }),
  )
}

export const alarms = defineStream({
  id: 'aws.alarms',
  version: 1,
  title: 'Alarms of CloudWatch and what they do',
  record: AlarmRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission],
  reproduce: inRegion('aws cloudwatch describe-alarms --alarm-types MetricAlarm --max-items 100'),
  async *collect(session: Session, scope) {
    yield* pagesOf(listAlarms(await session.in(scope)), (items) => items)
  },
})
