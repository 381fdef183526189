import { describe, expect, it } from 'vitest'
import { everyAccountHasTrail } from '../../../collectors/aws/checks/every-account-has-trail.ts'
import { instancesManaged } from '../../../collectors/aws/checks/instances-managed.ts'
import { logGroupsKeptAYear } from '../../../collectors/aws/checks/log-groups-kept-a-year.ts'
import { objectEventsLogged } from '../../../collectors/aws/checks/object-events-logged.ts'
import { patchesInstalled } from '../../../collectors/aws/checks/patches-installed.ts'
import { securityEventsAlerted } from '../../../collectors/aws/checks/security-events-alerted.ts'
import { sessionsRecorded } from '../../../collectors/aws/checks/sessions-recorded.ts'
import { trailBucketPrivate } from '../../../collectors/aws/checks/trail-bucket-private.ts'
import { trailDelivers } from '../../../collectors/aws/checks/trail-delivers.ts'
import { trailEncryptedWithCustomerKey } from '../../../collectors/aws/checks/trail-encrypted-with-customer-key.ts'
import { trailLogsManagementEvents } from '../../../collectors/aws/checks/trail-logs-management-events.ts'
import { vpcFlowLogsOn } from '../../../collectors/aws/checks/vpc-flow-logs-on.ts'
import { recordersExample } from '../../../collectors/aws/examples/config.ts'
import {
  alarmExample,
  alarmTopicExample,
  logGroupExample,
  managedInstanceExample,
  metricFilterExample,
  ownExample,
  sessionPreferencesExample,
  trailBucketExample,
  trailExample,
  trailKeyExample,
  vpcExample,
} from '../../../collectors/aws/examples/logging.ts'
import { exampleBucket } from '../../../collectors/aws/examples/data.ts'
import { exampleInstance } from '../../../collectors/aws/examples/network.ts'
import { results, statuses, verdict } from '../okta/configuration-harness.ts'

const OWNER = '111122223333'
const MEMBER = '444455556666'
const selection = ownExample().selection
const both = [recordersExample(), recordersExample({ account: MEMBER })]
/** What a member account sees of the organisation's trail. */
const shadow = trailExample({ account: MEMBER, own: null })

describe('trails', () => {
  it('of the organisation cover members by what their own account shows', async () => {
    const inputs = { trails: [trailExample(), shadow], regions: both }
    const expected = { [OWNER]: 'pass', [MEMBER]: 'pass' }
    expect(await statuses(trailLogsManagementEvents, inputs)).toEqual(expected)
    expect(await statuses(everyAccountHasTrail, inputs)).toEqual(expected)
    const off = [trailExample({ own: ownExample({ logging: false }) }), shadow]
    const failed = { [OWNER]: 'fail', [MEMBER]: 'fail' }
    expect(await statuses(trailLogsManagementEvents, { trails: off, regions: both })).toEqual(failed)
    expect(await statuses(everyAccountHasTrail, { trails: off, regions: both })).toEqual(failed)
  })

  it('whose own account was not read are unknown, and an account without any fails', async () => {
    const inputs = { trails: [shadow], regions: both }
    const expected = { [OWNER]: 'fail', [MEMBER]: 'unknown: unavailable' }
    expect(await statuses(trailLogsManagementEvents, inputs)).toEqual(expected)
    expect(await statuses(everyAccountHasTrail, inputs)).toEqual(expected)
  })

  it.each([
    ['is of one region', { multiRegion: false }, 'fail'],
    ['writes no reads', { own: ownExample({ selection: { ...selection, managementReads: false } }) }, 'fail'],
    [
      'leaves out IAM',
      { own: ownExample({ selection: { ...selection, excludedSources: ['iam.amazonaws.com'] } }) },
      'fail',
    ],
    [
      'leaves out KMS',
      { own: ownExample({ selection: { ...selection, excludedSources: ['kms.amazonaws.com'] } }) },
      'pass',
    ],
  ])('that %s', async (_, parts, expected) => {
    const inputs = { trails: [trailExample(parts)], regions: [recordersExample()] }
    expect(await statuses(trailLogsManagementEvents, inputs)).toEqual({ [OWNER]: expected })
  })

  it('must have delivered within the day', async () => {
    // A check in these tests runs on 2026-01-15 at 12:00.
    const last = async (latestDelivery: string | null) => {
      const trail = trailExample({ own: ownExample({ latestDelivery }) })
      return Object.values(await statuses(trailDelivers, { trails: [trail] }))
    }
    expect(await last('2026-01-14T12:00:00.000Z')).toEqual(['pass'])
    expect(await last('2026-01-14T11:00:00.000Z')).toEqual(['fail'])
    expect(await last(null)).toEqual(['fail'])
  })

  it.each([
    ['PendingDeletion', 'CUSTOMER', 'fail'],
    ['Enabled', 'AWS', 'fail'],
    ['Enabled', 'CUSTOMER', 'pass'],
  ])('with a key that is %s of %s', (state, manager, expected) => {
    const record = trailKeyExample({ state: { state: 'observed', value: { state, manager } } })
    expect(verdict(trailEncryptedWithCustomerKey, record).status).toBe(expected)
  })

  it('write the objects of a bucket both ways, or do not count', async () => {
    const judge = (objectReads: string[], objectWrites: string[]) => {
      const own = ownExample({ selection: { ...selection, objectReads, objectWrites } })
      const inputs = { trails: [trailExample({ own })], buckets: [exampleBucket({ name: 'acme' })] }
      return statuses(objectEventsLogged, inputs, { buckets: ['acme'] })
    }
    expect(await judge(['arn:aws:s3'], ['arn:aws:s3:::acme/'])).toEqual({ acme: 'pass' })
    expect(await judge(['arn:aws:s3'], ['arn:aws:s3:::acme-other/'])).toEqual({ acme: 'fail' })
    // Of one folder is not of the bucket.
    expect(await judge(['arn:aws:s3'], ['arn:aws:s3:::acme/folder/'])).toEqual({ acme: 'fail' })
  })
})

describe('aws.trail-bucket-private', () => {
  const unread = { state: 'unknown', reason: 'denied' } as const
  it('is unknown where a bucket of another account may not be read', () => {
    const record = trailBucketExample({ block: unread, publicPolicy: unread, logsTo: unread })
    expect(verdict(trailBucketPrivate, record)).toMatchObject({ status: 'unknown', reason: 'denied' })
  })

  it('fails for what is known to be wrong, whatever else could not be read', () => {
    const record = trailBucketExample({ block: unread, publicPolicy: { state: 'observed', value: true } })
    expect(verdict(trailBucketPrivate, record).status).toBe('fail')
    expect(verdict(trailBucketPrivate, trailBucketExample({ logsTo: { state: 'observed', value: null } })).status).toBe(
      'fail',
    )
  })

  it('takes a bucket without a policy for private', () => {
    expect(verdict(trailBucketPrivate, trailBucketExample({ publicPolicy: { state: 'absent' } })).status).toBe('pass')
  })
})

describe('aws.security-events-alerted', () => {
  const inputs = {
    trails: [trailExample()],
    filters: [metricFilterExample()],
    alarms: [alarmExample()],
    topics: [alarmTopicExample()],
    regions: [recordersExample()],
  }
  const judge = async (parts: object, params: object = { events: ['root-usage'] }) =>
    Object.values(await statuses(securityEventsAlerted, { ...inputs, ...parts }, params))

  it('judges each of the 15 kinds in each account', async () => {
    const found = await results(securityEventsAlerted, inputs)
    expect(found).toHaveLength(15)
    expect(found.filter(({ status }) => status === 'pass').map(({ subject }) => subject)).toEqual([
      `${OWNER}:root-usage`,
    ])
  })

  it('goes by what a filter catches and not by its name', async () => {
    const named = metricFilterExample({ name: 'RootUsage', pattern: '{ $.eventName = "SomethingElse" }' })
    expect(await judge({ filters: [named] })).toEqual(['fail'])
    const anything = metricFilterExample({ pattern: '{ $.eventName = "*" }' })
    expect(await judge({ filters: [anything] })).toEqual(['fail'])
  })

  it('takes several filters together, but none that leaves one call out', async () => {
    const events = { events: ['key-disabling'] }
    const of = (name: string) => metricFilterExample({ name, pattern: `{ $.eventName = "${name}" }` })
    expect(await judge({ filters: [of('DisableKey'), of('ScheduleKeyDeletion')] }, events)).toEqual(['pass'])
    expect(await judge({ filters: [of('DisableKey')] }, events)).toEqual(['fail'])
  })

  it.each([
    ['a filter of another log group', { filters: [metricFilterExample({ group: 'other' })] }],
    ['an alarm of another metric', { alarms: [alarmExample({ metric: 'Security/Other' })] }],
    ['an alarm whose actions are off', { alarms: [alarmExample({ actionsEnabled: false })] }],
    ['an alarm without a topic', { alarms: [alarmExample({ actions: [] })] }],
    [
      'a subscription nobody confirmed',
      {
        topics: [
          alarmTopicExample({ subscriptions: { state: 'observed', value: [{ protocol: 'email', confirmed: false }] } }),
        ],
      },
    ],
    ['a trail that is off', { trails: [trailExample({ own: ownExample({ logging: false }) })] }],
    ['a trail without a log group', { trails: [trailExample({ logGroup: null })] }],
  ])('fails for %s', async (_, parts) => {
    expect(await judge(parts)).toEqual(['fail'])
  })

  it('judges a member by the log group of the organisation’s trail', async () => {
    expect(await judge({ trails: [trailExample(), shadow], regions: both })).toEqual(['pass', 'pass'])
    expect(await judge({ trails: [shadow], regions: both })).toEqual(['fail', 'unknown: unavailable'])
  })

  it('takes another way for good while its test is young', async () => {
    const elsewhere = (testedOn: string) => ({
      events: ['root-usage'],
      elsewhere: [{ events: ['root-usage'], by: 'SIEM rule 7', testedOn }],
    })
    expect(await judge({ filters: [] }, elsewhere('2026-01-01'))).toEqual(['pass'])
    expect(await judge({ filters: [] }, elsewhere('2025-01-01'))).toEqual(['fail'])
    expect(await judge({ filters: [] }, elsewhere('2026-02-01'))).toEqual(['fail'])
  })
})

describe('logs and networks', () => {
  it('keep log groups that never delete, and those of which less is declared', () => {
    const days = (retentionDays: number | null, params = {}) =>
      verdict(logGroupsKeptAYear, logGroupExample({ retentionDays }), params).status
    expect([days(null), days(365), days(364)]).toEqual(['pass', 'pass', 'fail'])
    const lower = [
      { prefix: '/acme', days: 30, reason: 'debug output' },
      { prefix: '/acme/orders', days: 90, reason: 'orders' },
    ]
    expect([days(90, { lower }), days(60, { lower })]).toEqual(['pass', 'fail'])
  })

  it.each([
    [{ status: 'DELETING' }, 'fail'],
    [{ traffic: 'ACCEPT' }, 'fail'],
    [{ traffic: 'REJECT' }, 'pass'],
    [{ delivery: 'FAILED' }, 'fail'],
    [{ delivery: null }, 'fail'],
  ])('judge a flow log with %j', (parts, expected) => {
    const flowLogs = vpcExample().flowLogs.map((log) => ({ ...log, ...parts }))
    expect(verdict(vpcFlowLogsOn, vpcExample({ flowLogs })).status).toBe(expected)
  })
})

describe('machines', () => {
  it('are managed to the share that is asked for, in each account and region', async () => {
    const instances = ['i-1', 'i-2', 'i-3', 'i-4'].map((id) =>
      exampleInstance({ id, state: id === 'i-4' ? 'stopped' : 'running' }),
    )
    const managed = ['i-1', 'i-2'].map((instance) => managedInstanceExample({ instance }))
    const found = await results(instancesManaged, { instances, managed })
    expect(found).toMatchObject([{ status: 'fail', detail: 'running instances that are Online: 2 of 3; not i-3' }])
    expect(await results(instancesManaged, { instances, managed }, { minPercent: 60 })).toMatchObject([
      { status: 'pass' },
    ])
    expect(await results(instancesManaged, { instances, managed }, { excluded: ['i-3'] })).toMatchObject([
      { status: 'pass' },
    ])
  })

  it('that were never searched for patches fail, and a search too long ago is unknown', () => {
    expect(verdict(patchesInstalled, managedInstanceExample({ patches: { state: 'absent' } })).status).toBe('fail')
    const { patches } = managedInstanceExample()
    const value = patches.state === 'observed' ? patches.value : undefined
    const old = managedInstanceExample({
      patches: { state: 'observed', value: { ...value, operationEnded: '2025-12-01T00:00:00.000Z' } as never },
    })
    expect(verdict(patchesInstalled, old)).toMatchObject({ status: 'unknown', reason: 'stale' })
  })

  it('have sessions recorded where they must be encrypted', () => {
    const set = (parts: object) =>
      verdict(
        sessionsRecorded,
        sessionPreferencesExample({
          preferences: {
            state: 'observed',
            value: { bucket: null, bucketEncrypted: true, logGroup: null, logGroupEncrypted: true, ...parts },
          },
        }),
      ).status
    expect([set({}), set({ bucket: 'b' }), set({ logGroup: 'g', logGroupEncrypted: false })]).toEqual([
      'fail',
      'pass',
      'fail',
    ])
  })
})
