import { describe, expect, it } from 'vitest'
import { alarmTopics } from '../../../collectors/aws/streams/alarm-topics.ts'
import { logGroups } from '../../../collectors/aws/streams/log-groups.ts'
import { trailBuckets } from '../../../collectors/aws/streams/trail-buckets.ts'
import { trailKeys } from '../../../collectors/aws/streams/trail-keys.ts'
import { trails } from '../../../collectors/aws/streams/trails.ts'
import { vpcFlowLogs } from '../../../collectors/aws/streams/vpc-flow-logs.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import { type AwsWorldServer, startAws, wellKept } from '../../servers/aws/index.ts'
import { readAws } from './harness.ts'

const AT = new Date('2026-01-05T06:00:00.000Z')
const [OWNER, MEMBER] = ['111122223333', '222233334444']
const [HOME, OTHER] = ['eu-west-1', 'us-east-1']

const start = () => startAws({ world: wellKept(AT), now: () => AT.getTime() })

async function read(server: AwsWorldServer, stream: Stream<string, unknown, Session>) {
  const { accessKeyId, secretAccessKey } = server.keys
  const { items } = await readAws(server.url, {
    secrets: { accessKeyId, secretAccessKey },
    config: { accounts: 'organization', regions: [HOME, OTHER], role: { externalId: 'evidence' } },
    streams: [stream],
  })
  const written = items.flatMap((item) => item.written)
  return { items, written, at: (scope: string) => items.find((item) => item.scope === scope) }
}

describe('aws.trails', () => {
  it('are seen in every region of every account, and known where they are at home', async () => {
    await using server = await start()
    const { written } = await read(server, trails)
    expect(written.map(({ account, region, organization }) => [account, region, organization])).toEqual([
      [OWNER, HOME, true],
      [OWNER, OTHER, true],
      [MEMBER, HOME, true],
      [MEMBER, OTHER, true],
    ])
    expect(written.map(({ own }) => own !== null)).toEqual([true, false, false, false])
    expect(written[0]).toMatchObject({
      homeRegion: HOME,
      owner: OWNER,
      validation: true,
      own: { logging: true, selection: { kind: 'basic', managementReads: true, managementWrites: true } },
    })
    // AWS refuses to tell an account of another one's trail.
    const asked = server.calls().filter(({ action }) => action.endsWith('GetTrailStatus'))
    expect(asked.map(({ account, region }) => [account, region])).toEqual([[OWNER, HOME]])
  })

  it('do not end complete where their status may not be read', async () => {
    await using server = await start()
    server.setFault({ kind: 'denied', on: /GetEventSelectors$/ })
    const { at } = await read(server, trails)
    expect(at(`${OWNER}/${HOME}`)?.outcome).toMatchObject({
      status: 'failed',
      reason: 'denied',
      permissions: ['cloudtrail:GetEventSelectors'],
    })
  })
})

describe('what trails depend on', () => {
  it('keeps a bucket that may not be read as unknown, with the right that is missing', async () => {
    await using server = await start()
    server.setFault({ kind: 'denied', on: /s3:Get/ })
    const { at } = await read(server, trailBuckets)
    expect(at(`${OWNER}/${HOME}`)?.outcome).toMatchObject({ status: 'partial', reason: 'denied' })
    expect(at(`${OWNER}/${HOME}`)?.written).toMatchObject([
      {
        block: { state: 'unknown', reason: 'denied', permission: 's3:GetBucketPublicAccessBlock' },
        publicPolicy: { state: 'unknown', reason: 'denied' },
        logsTo: { state: 'unknown', reason: 'denied' },
      },
    ])
  })

  it('tells a bucket without a block or a policy from one that may not be read', async () => {
    await using server = await start()
    server.setFault({ kind: 'not-found', on: /GetPublicAccessBlock$/, code: 'NoSuchPublicAccessBlockConfiguration' })
    server.setFault({ kind: 'not-found', on: /GetBucketPolicyStatus$/, code: 'NoSuchBucketPolicy' })
    const { at } = await read(server, trailBuckets)
    expect(at(`${OWNER}/${HOME}`)?.outcome.status).toBe('complete')
    expect(at(`${OWNER}/${HOME}`)?.written).toMatchObject([
      { block: { state: 'absent' }, publicPolicy: { state: 'absent' } },
    ])
  })

  it('has the state of the key', async () => {
    await using server = await start()
    const { written } = await read(server, trailKeys)
    expect(written).toMatchObject([{ state: { state: 'observed', value: { state: 'Enabled', manager: 'CUSTOMER' } } }])
  })
})

describe('logs, alarms and networks', () => {
  it('take a log group without a retention for one that never deletes', async () => {
    const world = wellKept(AT)
    const region = world.accounts.get(OWNER)?.regions.get(HOME)
    for (const group of region?.logGroups ?? []) delete group.retentionInDays
    await using server = await startAws({ world, now: () => AT.getTime() })
    const { at } = await read(server, logGroups)
    expect(at(`${OWNER}/${HOME}`)?.written.every(({ retentionDays }) => retentionDays === null)).toBe(true)
    expect(at(`${OWNER}/${OTHER}`)?.written).toMatchObject([{ retentionDays: 400 }])
  })

  it('do not write the addresses of who is told', async () => {
    await using server = await start()
    const { written } = await read(server, alarmTopics)
    expect(written).toMatchObject([
      { subscriptions: { state: 'observed', value: [{ protocol: 'email', confirmed: true }] } },
    ])
    expect(JSON.stringify(written)).not.toContain('@')
  })

  it('join each network to its own flow logs', async () => {
    await using server = await start()
    const { written } = await read(server, vpcFlowLogs)
    expect(written).toHaveLength(4)
    for (const { flowLogs } of written) expect(flowLogs).toMatchObject([{ status: 'ACTIVE', delivery: 'SUCCESS' }])
  })
})
