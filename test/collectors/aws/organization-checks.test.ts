import { describe, expect, it } from 'vitest'
import { loadBalancersUseTls } from '../../../collectors/aws/checks/load-balancers-use-tls.ts'
import { productionSeparated } from '../../../collectors/aws/checks/production-separated.ts'
import { supportAccessApproved } from '../../../collectors/aws/checks/support-access-approved.ts'
import { supportRoleAssigned } from '../../../collectors/aws/checks/support-role-assigned.ts'
import {
  denied,
  exampleBucket,
  exampleDatabase,
  exampleListener,
  exampleLoadBalancer,
  observed,
} from '../../../collectors/aws/examples/data.ts'
import { AwsConfig } from '../../../collectors/aws/config.ts'
import { partitionOf } from '../../../collectors/aws/partitions.ts'
import { roleExample } from '../../../collectors/aws/examples/identity.ts'
import { exampleInstance } from '../../../collectors/aws/examples/network.ts'
import { supportAccessExample } from '../../../collectors/aws/examples/organization.ts'
import { noLabels } from '../../../collectors/aws/data/labels.ts'
import { supportAccess } from '../../../collectors/aws/streams/support-access.ts'
import { OLD_TLS_POLICIES, TLS12_POLICIES } from '../../../collectors/aws/data/tls-policies.ts'
import { startAwsServer } from '../../servers/aws/server.ts'
import { AwsError } from '../../servers/aws/write.ts'
import { readAws } from './harness.ts'
import { results, statuses } from './identity-harness.ts'

const of = (environment: string | null) => ({ ...noLabels, environment })
const none = { instances: [], databases: [], clusters: [], buckets: [] }
const OTHER = '444455556666/eu-west-1'

describe('production apart from the rest', () => {
  it('is told by account, over all kinds of resources and regions', async () => {
    const found = await statuses(productionSeparated, {
      ...none,
      instances: [exampleInstance({ labels: of('prod') })],
      [`instances@${OTHER}`]: [exampleInstance({ labels: of('test') })],
      [`databases@${OTHER}`]: [exampleDatabase({ labels: of('staging') })],
      [`buckets@444455556666/global`]: [exampleBucket({ labels: observed(of('live')) })],
    })
    expect(found).toEqual({ '111122223333': 'pass', '444455556666': 'fail', unlabelled: 'pass' })
  })

  it('is told by network where that is the line', async () => {
    const found = await statuses(
      productionSeparated,
      {
        ...none,
        instances: [
          exampleInstance({ id: 'i-1', labels: of('prod') }),
          exampleInstance({ id: 'i-2', vpc: 'vpc-2', labels: of('test') }),
        ],
        databases: [exampleDatabase({ vpc: 'vpc-2', labels: of('prod') })],
      },
      { boundary: 'vpc' },
    )
    expect(found).toEqual({ '111122223333/vpc-0a1': 'pass', '111122223333/vpc-2': 'fail', unlabelled: 'pass' })
  })

  it('is not taken for given where tags could not be read', async () => {
    const hidden = exampleBucket({ name: 'b', labels: denied('s3:GetBucketTagging') })
    const found = await statuses(productionSeparated, {
      ...none,
      instances: [exampleInstance({ labels: of('prod') })],
      buckets: [hidden],
    })
    expect(found).toEqual({ '111122223333': 'unknown: denied', unlabelled: 'pass' })
  })

  it('cannot be told of what has no tag, and machines that are gone do not count', async () => {
    const found = await results(productionSeparated, {
      ...none,
      instances: [
        exampleInstance({ id: 'i-1', labels: of(null) }),
        exampleInstance({ id: 'i-2', state: 'terminated', labels: of('prod') }),
      ],
    })
    expect(found).toMatchObject([
      { subject: '111122223333', status: 'not-applicable', reason: 'unlabelled' },
      { subject: 'unlabelled', status: 'fail', ofAbsence: true, detail: expect.stringContaining('1 of 1') },
    ])
  })
})

describe('access of AWS Support', () => {
  it('is what it did, not what it asked for', async () => {
    const events = [
      supportAccessExample({ id: 'a', name: 'SupportPermitRequestCreated', case: '3333333333' }),
      supportAccessExample({ id: 'b', name: 'CreateSupportPermit', byAws: false, case: null }),
      supportAccessExample({ id: 'c' }),
      supportAccessExample({ id: 'd', at: '2026-07-18T08:00:00.000Z', actions: ['rds:ViewQueryLogsWithParameters'] }),
      supportAccessExample({ id: 'e', case: null }),
    ]
    const found = await results(supportAccessApproved, { events }, { cases: ['1234567890'] })
    expect(found).toMatchObject([
      { subject: '444455556666/1234567890', status: 'pass', detail: expect.stringMatching(/07-17.*07-18/) },
      { subject: '444455556666/none', status: 'fail' },
    ])
  })

  it('is read from the events, without who wrote the permit', async () => {
    const event = (eventType: string, more: object) =>
      JSON.stringify({ eventVersion: '1.11', eventType, userIdentity: { userName: 'Robin' }, ...more })
    const details = { supportCaseDisplayId: '1234567890', action: 'rds:ReadClusterData', resourceIdentifiers: ['arn'] }
    await using server = await startAwsServer({
      answer({ action, input }) {
        if (action === 'sts:GetCallerIdentity')
          return { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:role/affiant' }
        if (action === 'account:ListRegions')
          return { Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' }] }
        if (action !== 'cloudtrail:LookupEvents') throw new AwsError('AccessDenied', 'no', 403)
        expect(input['LookupAttributes']).toEqual([
          { AttributeKey: 'EventSource', AttributeValue: 'supportauthz.amazonaws.com' },
        ])
        const EventTime = new Date('2026-01-02T03:04:05Z')
        return {
          Events: [
            {
              EventId: 'one',
              EventName: 'CreateSupportPermit',
              Username: 'Robin',
              EventTime,
              CloudTrailEvent: event('AwsApiCall', { serviceEventDetails: null }),
            },
            {
              EventId: 'two',
              EventName: 'StartSupportAction',
              EventTime,
              CloudTrailEvent: event('AwsServiceEvent', { serviceEventDetails: details }),
            },
          ],
        }
      },
    })
    const { of: read } = await readAws(server.url, { streams: [supportAccess] })
    const [item] = read('aws.support-access')
    expect(item?.outcome.status).toBe('complete')
    expect(item?.written).toMatchObject([
      { id: 'one', byAws: false, case: null, actions: [] },
      { id: 'two', byAws: true, case: '1234567890', actions: ['rds:ReadClusterData'] },
    ])
    expect(JSON.stringify(item?.written)).not.toContain('Robin')
  })

  it.each(['{', '[]', '{"eventType":1}'])('is not guessed from an event like %s', async (CloudTrailEvent) => {
    await using server = await startAwsServer({
      answer({ action }) {
        if (action === 'sts:GetCallerIdentity')
          return { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:role/affiant' }
        if (action === 'account:ListRegions')
          return { Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' }] }
        return { Events: [{ EventId: 'one', EventName: 'X', EventTime: new Date(0), CloudTrailEvent }] }
      },
    })
    const { of: read } = await readAws(server.url, { streams: [supportAccess] })
    expect(read('aws.support-access')[0]?.outcome).toMatchObject({ status: 'failed', reason: 'invalid' })
  })

  it('by a role is asked of each account, unless cases are opened elsewhere', async () => {
    const arn = 'arn:aws:iam::aws:policy/AWSSupportAccess'
    const found = await results(
      supportRoleAssigned,
      {
        details: [roleExample('support', { attached: [arn] })],
        'details@444455556666/global': [roleExample('a', { attached: [`${arn}Not`] })],
        'details@777788889999/global': [roleExample('b')],
      },
      { elsewhere: ['777788889999'] },
    )
    expect(found.map(({ scope, status }) => [scope, status])).toEqual([
      ['111122223333/global', 'pass'],
      ['444455556666/global', 'fail'],
      ['777788889999/global', 'not-applicable'],
    ])
  })
})

it.each([
  ['eu-west-1', 'aws', 'us-east-1'],
  ['mx-central-1', 'aws', 'us-east-1'],
  ['cn-northwest-1', 'aws-cn', 'cn-north-1'],
  ['us-gov-east-1', 'aws-us-gov', 'us-gov-west-1'],
  ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1'],
])('region %s is of partition %s, whose global services answer from %s', (region, id, globalRegion) => {
  expect(partitionOf(region)).toMatchObject({ id, globalRegion })
  expect(AwsConfig.safeParse({ homeRegion: region }).success).toBe(true)
})

describe('security policies of load balancers', () => {
  const judged = (policy: string, approved?: string[]) => {
    const record = exampleLoadBalancer({ listeners: observed([{ ...exampleListener, policy }]) })
    const params = loadBalancersUseTls.params.parse(approved === undefined ? {} : { approved })
    const at = new Date('2026-11-23T00:00:00Z')
    return loadBalancersUseTls.evaluate(record, { params, at, readAt: at }).status
  }

  it('are good, old or not known', () => {
    expect(TLS12_POLICIES.filter((policy) => judged(policy) !== 'pass')).toEqual([])
    expect(OLD_TLS_POLICIES.filter((policy) => judged(policy) !== 'fail')).toEqual([])
    expect(judged('ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09')).toBe('pass')
    expect(judged('ELBSecurityPolicy-TLS14-2031-01')).toBe('unknown')
    expect(judged('ELBSecurityPolicy-TLS13-1-2-2021-06', ['ELBSecurityPolicy-TLS13-1-3-2021-06'])).toBe('fail')
  })

  it('say in their names which version they start with', () => {
    const oldest = (policy: string) => /-(?:TLS13|TLS|FS)-1-(\d)/.exec(policy)?.[1]
    expect(TLS12_POLICIES.filter((policy) => !['2', '3'].includes(oldest(policy) ?? ''))).toEqual([])
    expect(OLD_TLS_POLICIES.filter((policy) => ['2', '3'].includes(oldest(policy) ?? ''))).toEqual([])
  })
})
