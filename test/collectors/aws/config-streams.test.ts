import { describe, expect, it } from 'vitest'
import { streams } from '../../../collectors/aws/of-configuration.ts'
import { baselineChanges } from '../../../collectors/aws/streams/baseline-changes.ts'
import { configResults } from '../../../collectors/aws/streams/config-results.ts'
import { configRules } from '../../../collectors/aws/streams/config-rules.ts'
import { conformancePacks } from '../../../collectors/aws/streams/conformance-packs.ts'
import { managedInstances } from '../../../collectors/aws/streams/managed-instances.ts'
import { sessionPreferences } from '../../../collectors/aws/streams/session-preferences.ts'
import { stacks } from '../../../collectors/aws/streams/stacks.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import { type AwsWorldServer, startAws, wellKept, type World } from '../../servers/aws/index.ts'
import { readAws } from './harness.ts'

const AT = new Date('2026-01-05T06:00:00.000Z')
const REGION = 'us-east-1'

/** A well-kept account of one region; the `World` may be changed before anything is read. */
function start(options: { pageSize?: number; change?: (region: RegionOf) => void } = {}): Promise<AwsWorldServer> {
  const world = wellKept(AT, true)
  options.change?.(regionOf(world))
  const { pageSize } = options
  return startAws({ world, now: () => AT.getTime(), ...(pageSize !== undefined && { pageSize }) })
}
type RegionOf = ReturnType<typeof regionOf>
function regionOf(world: World) {
  const region = [...world.accounts.values()][0]?.regions.get(REGION)
  if (region === undefined) throw new Error('the world has no such region')
  return region
}

async function read(server: AwsWorldServer, only: readonly Stream<string, unknown, Session>[]) {
  const { accessKeyId, secretAccessKey } = server.keys
  return readAws(server.url, {
    secrets: { accessKeyId, secretAccessKey },
    config: { regions: [REGION] },
    streams: only,
  })
}

/** Of one stream in the one region. */
async function one(server: AwsWorldServer, stream: Stream<string, unknown, Session>) {
  const [item] = (await read(server, [stream])).items
  if (item === undefined) throw new Error('nothing was read')
  return item
}

it('reads every stream to its end, with the same records from pages of one', async () => {
  await using server = await start()
  const whole = await read(server, streams)
  expect(whole.items.map(({ stream, outcome }) => [stream, outcome.status])).toEqual(
    streams.map(({ id }) => [id, 'complete']),
  )
  await using stingy = await start({ pageSize: 1 })
  const paged = await read(stingy, streams)
  expect(paged.items.map(({ stream, written }) => [stream, written])).toEqual(
    whole.items.map(({ stream, written }) => [stream, written]),
  )
})

it('names the right of every read that was refused, and takes none for empty', async () => {
  await using server = await start()
  for (const stream of streams) {
    for (const { name } of stream.permissions) {
      server.clearFaults()
      const [, operation] = name.split(':')
      // In IAM the right has another name than the call.
      const call = { GetBucketPublicAccessBlock: 'GetPublicAccessBlock' }[operation ?? ''] ?? operation
      const fault = server.setFault({ kind: 'denied', on: new RegExp(`:${call}$`) })
      const item = await one(server, stream)
      // A call that only something else leads to is not made here.
      if (fault.hits() === 0) continue
      expect([stream.id, item.outcome.status]).not.toEqual([stream.id, 'complete'])
      expect(item.outcome).toMatchObject({ reason: 'denied', permissions: [name] })
    }
  }
}, 30_000)

describe('aws.config-rules and aws.config-results', () => {
  it('have thresholds and what meets a rule, and ask for no result of a rule without one', async () => {
    await using server = await start({
      change: (region) => {
        const [first, second] = region.configRules
        if (first === undefined || second === undefined) throw new Error('no rules')
        first.rule.InputParameters = '{"maxAge":"90","list":[1]}'
        second.results = []
      },
    })
    const rules = (await one(server, configRules)).written
    expect(rules).toHaveLength(3)
    expect(rules.find(({ name }) => name === 'encrypted-volumes')).toMatchObject({
      identifier: 'ENCRYPTED_VOLUMES',
      parameters: { maxAge: '90', list: '[1]' },
      compliance: 'COMPLIANT',
    })
    expect(rules.find(({ name }) => name === 'ec2-imdsv2-check')).toMatchObject({ compliance: 'INSUFFICIENT_DATA' })
    server.clearCalls()
    const results = (await one(server, configResults)).written
    expect(results.map(({ rule, compliance }) => [rule, compliance])).toEqual([
      ['encrypted-volumes', 'COMPLIANT'],
      ['rds-storage-encrypted', 'COMPLIANT'],
    ])
    const details = server.calls().filter(({ action }) => action === 'config:GetComplianceDetailsByConfigRule')
    expect(details.map(({ input }) => input['Limit'])).toEqual([100, 100])
  })
})

describe('aws.conformance-packs', () => {
  it('have the digest of the template that was deployed, and their rules', async () => {
    await using server = await start()
    expect((await one(server, conformancePacks)).written).toMatchObject([
      {
        name: 'baseline',
        state: 'CREATE_COMPLETE',
        template: { state: 'observed', value: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
        compliance: 'COMPLIANT',
        score: '100.0',
        rules: [
          { name: 'ec2-imdsv2-check', compliance: 'COMPLIANT' },
          { name: 'encrypted-volumes', compliance: 'COMPLIANT' },
          { name: 'rds-storage-encrypted', compliance: 'COMPLIANT' },
        ],
      },
    ])
  })

  it('are kept without the template where it may not be read', async () => {
    await using server = await start()
    server.setFault({ kind: 'denied', on: /GetTemplate$/ })
    const item = await one(server, conformancePacks)
    expect(item.outcome).toMatchObject({
      status: 'partial',
      reason: 'denied',
      permissions: ['cloudformation:GetTemplate'],
    })
    expect(item.written).toMatchObject([{ name: 'baseline', template: { state: 'unknown', reason: 'denied' } }])
  })
})

describe('aws.baseline-changes', () => {
  it('join each change to the call that made it, with a token for the person', async () => {
    await using server = await start()
    const item = await one(server, baselineChanges)
    expect(item.outcome.status).toBe('complete')
    expect(item.written).toMatchObject([
      {
        resourceType: 'AWS::EC2::SecurityGroup',
        captured: '2025-12-16T06:00:00.000Z',
        calls: {
          state: 'observed',
          value: [
            {
              name: 'AuthorizeSecurityGroupIngress',
              actorType: 'AssumedRole',
              role: expect.stringMatching(/role\/deploy$/),
            },
          ],
        },
      },
    ])
    expect(JSON.stringify(item.written)).not.toContain('"pipeline"')
  })

  it('leave out reads, and calls of after the change or before the day', async () => {
    await using server = await start({
      change: ({ events }) => {
        const [event] = events
        const at = (time: string, id: string, ReadOnly = 'false') => ({
          ...event,
          EventId: id,
          ReadOnly,
          EventTime: new Date(time),
        })
        events.push(
          at('2025-12-16T05:58:00.000Z', 'read', 'true'),
          at('2025-12-16T06:05:00.000Z', 'later'),
          at('2025-12-14T06:00:00.000Z', 'earlier'),
          at('2025-12-16T05:30:00.000Z', 'too'),
        )
      },
    })
    const [change] = (await one(server, baselineChanges)).written as { calls: { value: { id: string }[] } }[]
    expect(change?.calls.value).toHaveLength(2)
    expect(change?.calls.value[0]).toMatchObject({ id: 'too' })
  })

  it('say of a change CloudTrail has forgotten that its calls are gone', async () => {
    await using server = await start({
      change: ({ history, events }) => {
        const [item] = history
        history.unshift({
          ...item,
          configurationItemCaptureTime: new Date('2025-10-03T06:00:00.000Z'),
          configurationStateId: '1',
        })
        events.length = 0
      },
    })
    const item = await one(server, baselineChanges)
    expect(item.outcome).toMatchObject({ status: 'partial', reason: 'truncated' })
    expect(item.written.map(({ calls }) => calls)).toEqual([
      { state: 'unknown', reason: 'truncated' },
      { state: 'observed', value: [] },
    ])
  })

  it('leave out items that say only that something else refers to the resource', async () => {
    await using server = await start({
      change: ({ history }) => {
        const [item] = history
        const next = (state: string, configuration: string) => ({
          ...item,
          configuration,
          configurationStateId: state,
          configurationItemCaptureTime: new Date(Date.parse('2025-12-20T06:00:00.000Z') + Number(state) * 60_000),
        })
        history.splice(0, 1, next('1', '{"a":1}'), next('2', '{"a":1}'), next('3', '{"a":2}'))
      },
    })
    const item = await one(server, baselineChanges)
    expect(item.written.map(({ stateId }) => stateId)).toEqual(['1', '3'])
  })
})

describe('Systems Manager and CloudFormation', () => {
  it('tell instances without a search for patches from those that lack none', async () => {
    await using server = await start({ change: (region) => region.patchStates.splice(0) })
    expect((await one(server, managedInstances)).written).toMatchObject([{ patches: { state: 'absent' } }])
  })

  it('tell preferences that nobody set from those that may not be read', async () => {
    await using server = await start({ change: (region) => delete region.sessionPreferences })
    expect((await one(server, sessionPreferences)).written).toMatchObject([{ preferences: { state: 'absent' } }])
    server.setFault({ kind: 'denied', on: /GetDocument$/ })
    expect((await one(server, sessionPreferences)).written).toMatchObject([
      { preferences: { state: 'unknown', reason: 'denied', permission: 'ssm:GetDocument' } },
    ])
  })

  it('name the resources of a stack that drifted', async () => {
    await using server = await start({
      change: ({ stacks: [first] }) => {
        if (first === undefined) throw new Error('no stack')
        first.stack.DriftInformation = { StackDriftStatus: 'DRIFTED', LastCheckTimestamp: AT }
        first.drifts.push({
          StackId: first.stack.StackId,
          LogicalResourceId: 'WebGroup',
          ResourceType: 'AWS::EC2::SecurityGroup',
          StackResourceDriftStatus: 'MODIFIED',
          Timestamp: AT,
        })
      },
    })
    expect((await one(server, stacks)).written).toMatchObject([
      {
        drift: 'DRIFTED',
        labels: { environment: 'prod' },
        drifted: { state: 'observed', value: [{ logicalId: 'WebGroup', status: 'MODIFIED' }] },
      },
    ])
  })
})
