import { defineStream, observedOf, onlyPage, type Reader, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { alarms, subscriptions as permission } from '../logging/permissions.ts'
import { eachOf, listAll } from '../paging.ts'
import { REGION, type Session } from '../session.ts'
import { listAlarms } from './alarms.ts'

export const AlarmTopicRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  /** ARN of the topic. */
  topic: z.string(),
  /** Who receives it, without addresses; absent: the topic is gone. */
  subscriptions: observedOf(z.array(z.strictObject({ protocol: z.string(), confirmed: z.boolean() }))),
})
export type AlarmTopicRecord = z.output<typeof AlarmTopicRecord>

const order = (text: { protocol: string; confirmed: boolean }) => `${text.protocol} ${text.confirmed}`

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const alarmTopics = defineStream({
  id: 'aws.alarm-topics',
  version: 1,
  title: 'The topics alarms are sent to, and whether anybody receives them',
  record: AlarmTopicRecord,
  key: (record) => record.topic,
  appliesTo: [REGION],
  permissions: [permission, alarms],
  reproduce: inRegion('aws sns list-subscriptions-by-topic --topic-arn "$TOPIC"'),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const topics = new Set<string>()
    for await (const { items } of listAlarms(place)) {
      for (const action of items.flatMap(({ actions }) => actions)) if (isTopic(action)) topics.add(action)
    }
    const records = await eachOf([...topics].sort(), 4, async (topic): Promise<AlarmTopicRecord> => {
      const subscriptions = await reader.observe(
        `${topic}: subscriptions`,
        async () => {
          const found = await listAll(
            (NextToken) => place.call('sns', 'ListSubscriptionsByTopic', { TopicArn: topic, NextToken }),
            (answer) => ({ items: given(answer.Subscriptions, 'Subscriptions'), next: answer.NextToken }),
          )
          return found
            .map(({ Protocol, SubscriptionArn = '' }) => ({
              protocol: Protocol ?? '',
              // Until it is confirmed, the words PendingConfirmation stand in place of the ARN.
              confirmed: SubscriptionArn.startsWith('arn:'),
            }))
            .toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
        },
        { absentOn: 'not-found' },
      )
      return { account: place.account, region: place.region, topic, subscriptions }
    })
    yield onlyPage(records)
  },
})

/** `arn:aws:sns:eu-central-1:111122223333:alarms` */
export function isTopic(arn: string): boolean {
  return arn.split(':')[2] === 'sns'
}
