import { expect, it } from 'vitest'
import { streams } from '../../../collectors/aws/of-data.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import { startAws, wellKept, type World } from '../../servers/aws/index.ts'
import type { Account, Region } from '../../servers/aws/world.ts'
import { readAws } from './harness.ts'

const NOW = new Date('2026-01-05T06:00:00.000Z')
const own = streams as unknown as readonly Stream<string, unknown, Session>[]

/** Reads own streams of one account with one region, after a change of its world. */
async function read(
  change: (account: Account, region: Region) => void,
  ids: readonly string[] | 'all',
  { pageSize, denied = [] }: { pageSize?: number; denied?: readonly string[] } = {},
) {
  const world: World = wellKept(NOW, true)
  const account = world.accounts.get(world.home)
  const region = account?.regions.get('us-east-1')
  if (account === undefined || region === undefined) throw new Error('the world is empty')
  change(account, region)
  await using aws = await startAws({ world, ...(pageSize !== undefined && { pageSize }) })
  for (const action of denied) aws.setFault({ kind: 'denied', on: new RegExp(` ${action}$`) })
  const chosen = own.filter(({ id }) => ids === 'all' || ids.includes(id))
  const { accessKeyId, secretAccessKey } = aws.keys
  const reading = await readAws(aws.url, {
    streams: chosen,
    secrets: { accessKeyId, secretAccessKey },
    config: { regions: ['us-east-1'] },
  })
  return { ...reading, calls: [...aws.calls()] }
}

it('reads every stream of a well-kept account to its end', { timeout: 30_000 }, async () => {
  const { items } = await read(() => {}, 'all')
  expect(items.length).toBe(own.length)
  const incomplete = items.filter(({ outcome }) => outcome.status !== 'complete').map(({ stream }) => stream)
  expect(incomplete).toEqual([])
})

it('follows pages, and finds the same records as on one', { timeout: 30_000 }, async () => {
  const ids = own.map(({ id }) => id)
  const whole = await read(() => {}, ids)
  const inPages = await read(() => {}, ids, { pageSize: 1 })
  for (const { stream, written, outcome } of inPages.items) {
    expect([stream, outcome.status]).toEqual([stream, 'complete'])
    expect([stream, written]).toEqual([stream, whole.of(stream)[0]?.written])
  }
})

it('asks for the largest pages', async () => {
  const { calls } = await read(() => {}, [
    'aws.ec2-instances',
    'aws.rds-instances',
    'aws.lambda-functions',
    'aws.s3-buckets',
  ])
  const asked = Object.fromEntries(calls.map(({ action, input }) => [action, input]))
  expect(asked['ec2:DescribeInstances']).toMatchObject({ MaxResults: 1000 })
  expect(asked['rds:DescribeDBInstances']).toMatchObject({ MaxRecords: 100 })
  expect(asked['lambda:ListFunctions']).toMatchObject({ MaxItems: 50 })
  expect(asked['s3:ListBuckets']).toMatchObject({ MaxBuckets: 10_000 })
})

it('tells a bucket without settings from one that may not be looked at', async () => {
  const bare = (account: Account) => {
    account.buckets = [
      {
        name: 'bare',
        region: 'us-east-1',
        createdAt: NOW,
        encryption: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      },
    ]
  }
  const open = await read(bare, ['aws.s3-buckets'])
  expect(open.of('aws.s3-buckets')[0]?.outcome.status).toBe('complete')
  expect(open.of('aws.s3-buckets')[0]?.written).toMatchObject([
    {
      name: 'bare',
      region: 'us-east-1',
      block: { state: 'absent' },
      policyIsPublic: { state: 'absent' },
      tlsOnly: { state: 'absent' },
      objectLock: { state: 'absent' },
      lifecycleRules: { state: 'absent' },
      versioning: { state: 'observed', value: 'Off' },
      logsTo: { state: 'observed', value: null },
    },
  ])
  const shut = await read(bare, ['aws.s3-buckets'], { denied: ['s3:GetBucketPolicyStatus'] })
  const [item] = shut.of('aws.s3-buckets')
  expect(item?.outcome).toMatchObject({ status: 'partial', reason: 'denied' })
  expect(item?.written).toMatchObject([
    { policyIsPublic: { state: 'unknown', reason: 'denied', permission: 's3:GetBucketPolicyStatus' } },
  ])
})

it('asks each bucket in the region where it lives', async () => {
  const { calls, of } = await read(
    (account) => {
      const [bucket] = account.buckets
      if (bucket !== undefined) account.buckets = [{ ...bucket, name: 'far', region: 'us-east-1' }]
    },
    ['aws.s3-buckets'],
  )
  expect(of('aws.s3-buckets')[0]?.written).toMatchObject([{ name: 'far', region: 'us-east-1' }])
  expect(calls.filter(({ action }) => action === 's3:GetBucketVersioning').map(({ region }) => region)).toEqual([
    'us-east-1',
  ])
})

it('says of services that are not on that they are not, completely', async () => {
  const { items } = await read(
    (_, region) => {
      region.detectors = []
      delete region.securityHub
      region.inspector = { status: 'DISABLED', coverage: [], findings: [] }
    },
    [
      'aws.guardduty',
      'aws.guardduty-findings',
      'aws.security-hub',
      'aws.security-hub-findings',
      'aws.inspector-status',
    ],
  )
  expect(items.map(({ outcome }) => outcome.status)).toEqual(Array.from({ length: 5 }, () => 'complete'))
  const written = Object.fromEntries(items.map((item) => [item.stream, item.written]))
  expect(written['aws.guardduty']).toEqual([{ region: 'us-east-1', detector: null }])
  expect(written['aws.guardduty-findings']).toEqual([])
  expect(written['aws.security-hub']).toEqual([{ region: 'us-east-1', hub: { state: 'absent' }, standards: [] }])
  expect(written['aws.security-hub-findings']).toEqual([])
  expect(written['aws.inspector-status']).toMatchObject([{ status: 'DISABLED' }])
})

it('never takes a denied list of findings for none', async () => {
  const { items } = await read(() => {}, ['aws.inspector-findings', 'aws.guardduty-findings', 'aws.security-hub'], {
    denied: ['inspector2:ListFindings', 'guardduty:ListFindings', 'securityhub:DescribeHub'],
  })
  expect(items.map(({ outcome }) => outcome.reason)).toEqual(['denied', 'denied', 'denied'])
})

it('marks the snapshots that everybody may restore, among all', async () => {
  const { of } = await read(
    (_, region) => {
      region.snapshots = [
        { snapshot: { SnapshotId: 'snap-1', Encrypted: true, VolumeId: 'vol-1' } },
        { snapshot: { SnapshotId: 'snap-2', Encrypted: false, VolumeId: 'vol-1' }, isPublic: true },
      ]
    },
    ['aws.ebs-snapshots'],
  )
  expect(of('aws.ebs-snapshots')[0]?.written).toMatchObject([
    { id: 'snap-1', public: false },
    { id: 'snap-2', public: true },
  ])
})

it('writes names of variables and what a value looks like, and never a value', async () => {
  const password = ['postgres:', '//app:', 'hunter2-hunter2@db.example.com/orders'].join('')
  const { of } = await read(
    (_, region) => {
      const [first] = region.functions
      if (first === undefined) throw new Error('no function')
      region.functions = [
        {
          ...first,
          function: { ...first.function, Environment: { Variables: { DB_URL: password, MODE: 'plain-value-77' } } },
        },
      ]
    },
    ['aws.lambda-functions'],
  )
  const [item] = of('aws.lambda-functions')
  expect(item?.outcome.status).toBe('complete')
  expect(item?.written).toMatchObject([
    {
      environment: {
        state: 'observed',
        value: [
          { name: 'DB_URL', detector: expect.any(String) },
          { name: 'MODE', detector: null },
        ],
      },
    },
  ])
  const text = JSON.stringify(item)
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain('plain-value-77')
})

it('counts an environment that cannot be decrypted as a gap', async () => {
  const { of } = await read(
    (_, region) => {
      for (const one of region.functions) {
        one.function.Environment = { Error: { ErrorCode: 'AccessDeniedException', Message: 'no' } }
      }
    },
    ['aws.lambda-functions'],
  )
  expect(of('aws.lambda-functions')[0]?.outcome).toMatchObject({ status: 'partial', reason: 'denied' })
})
