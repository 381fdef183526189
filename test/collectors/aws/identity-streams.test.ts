import type { Check } from 'affiant/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleUsersHaveMfa } from '../../../collectors/aws/checks/console-users-have-mfa.ts'
import { roleTrustBounded } from '../../../collectors/aws/checks/role-trust-bounded.ts'
import { checks, streams } from '../../../collectors/aws/of-identity.ts'
import { acmeCloud, type AwsWorldServer, startAws, wellKept, type World } from '../../servers/aws/index.ts'
import { readAws } from './harness.ts'
import { judged } from './identity-harness.ts'

const AT = new Date('2026-01-05T06:00:00.000Z')
const HOME = '111122223333/global'
type StreamId = (typeof streams)[number]['id']

/** Time at the fake passes with each call, as nothing here waits. */
async function start(world: World = wellKept(AT), options: object = {}): Promise<AwsWorldServer> {
  let now = AT.getTime()
  return startAws({ world, now: () => (now += 250), ...options })
}

async function read(aws: AwsWorldServer, ids: readonly StreamId[], config: object = {}) {
  const wanted = streams.filter(({ id }) => ids.includes(id))
  const { accessKeyId, secretAccessKey } = aws.keys
  return readAws(aws.url, {
    secrets: { accessKeyId, secretAccessKey },
    config: {
      accounts: 'organization',
      role: { name: aws.world.roleName, externalId: aws.world.externalId },
      regions: ['eu-west-1', 'us-east-1'],
      ...config,
    },
    streams: wanted,
  })
}

describe('a well-kept organisation', () => {
  let aws: AwsWorldServer
  let all: Awaited<ReturnType<typeof readAws>>
  beforeAll(async () => {
    aws = await start()
    all = await read(
      aws,
      streams.map(({ id }) => id),
    )
  })
  afterAll(() => aws.close())

  it('is read to the end in every stream and scope', () => {
    const incomplete = all.items.filter(({ outcome }) => outcome.status !== 'complete')
    expect(incomplete.map(({ stream, scope, outcome }) => [stream, scope, outcome.reason])).toEqual([])
    expect(new Set(all.items.map(({ stream }) => stream)).size).toBe(streams.length)
  })

  it('is asked for nothing but what each stream declares', () => {
    for (const { id, permissions } of streams) {
      const declared = new Set<string>(permissions.map(({ name }) => name))
      expect(declared.size).toBe(permissions.length)
      expect(all.of(id).length).toBeGreaterThan(0)
    }
  })

  it('has the root user and each IAM user in the credential report, and its age', () => {
    const [item] = all.of('aws.credential-report').filter(({ scope }) => scope === HOME)
    const kinds = item?.written.map(({ kind }) => kind)
    expect(kinds).toEqual([
      'report',
      'root',
      ...(aws.world.accounts.get('111122223333')?.users ?? []).map(() => 'user'),
    ])
    expect(item?.written[0]).toMatchObject({ generatedAt: expect.stringMatching(/^2026-01-05T06:/) })
    const asked = item?.requests.length ?? 0
    expect(asked).toBeGreaterThan(2)
  })

  it('names no person', () => {
    const names = [...aws.world.accounts.values()].flatMap(({ users }) =>
      users.map(({ detail }) => detail.UserName ?? ''),
    )
    const people = aws.world.identityCenter?.users.flatMap(({ UserName, Emails }) => [
      UserName ?? '',
      ...(Emails ?? []).map(({ Value }) => Value ?? ''),
    ])
    const text = JSON.stringify(all.items.map(({ written }) => written))
    expect(names.length).toBeGreaterThan(0)
    for (const name of [...names, ...(people ?? [])]) expect(text).not.toContain(`"${name}"`)
    for (const name of names) expect(text).not.toContain(`user/${name}`)
    for (const secret of aws.secrets()) expect(text).not.toContain(secret)
  })

  it('has the same token for a user in the report and in the details', () => {
    const of = (stream: StreamId) =>
      all.of(stream).flatMap(({ written }) => written.filter(({ kind }) => kind === 'user').map(({ user }) => user))
    expect(new Set(of('aws.credential-report'))).toEqual(new Set(of('aws.iam-authorization-details')))
  })

  it('has policies as statements', () => {
    const records = all.of('aws.iam-authorization-details').flatMap(({ written }) => written)
    expect(records.find(({ kind, name }) => kind === 'policy' && name === 'deploy')).toMatchObject({
      aws: false,
      statements: [{ effect: 'Allow', actions: ['ecr:GetAuthorizationToken', 'ecr:PutImage'], resources: ['*'] }],
    })
    expect(JSON.stringify(records)).not.toContain('evidence"')
  })

  it.each(checks.map((check) => [check.id, check as Check] as const))(
    'passes %s, or it does not apply',
    async (_, check) => {
      const inputs = Object.fromEntries(
        Object.values(check.inputs).flatMap(({ id }, index) =>
          all.of(id).map(({ scope, written }) => [`${Object.keys(check.inputs)[index]}@${scope}`, written]),
        ),
      )
      const found = await judged(check, inputs)
      expect(found.filter(({ status }) => status === 'fail' || status === 'unknown')).toEqual([])
    },
  )

  it('takes few requests for the users and roles of an account', () => {
    const [item] = all.of('aws.iam-authorization-details')
    expect(item?.requests).toHaveLength(1)
  })

  it('lists keys, certificates, secrets and analyzers of each region', () => {
    for (const stream of ['aws.kms-keys', 'aws.certificates', 'aws.secrets', 'aws.access-analyzers'] as const) {
      expect(all.of(stream).map(({ scope }) => scope)).toEqual([
        '111122223333/eu-west-1',
        '111122223333/us-east-1',
        '222233334444/eu-west-1',
        '222233334444/us-east-1',
      ])
    }
  })
})

describe('what is refused, absent or broken', () => {
  const one = { accounts: undefined, role: undefined }

  it('an absent password policy is absent; a denied one is unknown with the missing permission', async () => {
    const world = wellKept(AT)
    delete world.accounts.get('111122223333')?.passwordPolicy
    await using aws = await start(world)
    const absent = await read(aws, ['aws.password-policy'], one)
    expect(absent.of('aws.password-policy')).toMatchObject([
      { outcome: { status: 'complete' }, written: [{ policy: { state: 'absent' } }] },
    ])
    await using refusing = await start(wellKept(AT), { allowed: ['sts:*', 'account:*', 'organizations:*'] })
    const denied = await read(refusing, ['aws.password-policy'], one)
    expect(denied.of('aws.password-policy')).toMatchObject([
      {
        outcome: { status: 'partial', reason: 'denied' },
        written: [{ policy: { state: 'unknown', reason: 'denied', permission: 'iam:GetAccountPasswordPolicy' } }],
      },
    ])
  })

  it('each stream that is denied says so, and none is complete', async () => {
    await using aws = await start(wellKept(AT), { allowed: ['sts:*', 'account:*', 'organizations:*'] })
    const denied = await read(
      aws,
      streams.map(({ id }) => id),
    )
    expect(denied.items.length).toBeGreaterThan(streams.length)
    for (const { outcome } of denied.items) expect(outcome).toMatchObject({ reason: 'denied' })
  })

  it('a key that its policy hides is unknown with its id, and the others are read', async () => {
    await using aws = await start(wellKept(AT), {
      allowed: ['sts:*', 'account:*', 'kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyPolicy'],
    })
    const { items } = await read(aws, ['aws.kms-keys'], { ...one, regions: ['eu-west-1'] })
    const [item] = items
    expect(item?.outcome).toMatchObject({ status: 'partial', reason: 'denied' })
    expect(item?.written.length).toBeGreaterThan(0)
    expect(item?.written[0]).toMatchObject({
      detail: { state: 'observed' },
      rotation: { state: 'unknown', reason: 'denied', permission: 'kms:GetKeyRotationStatus' },
    })
  })

  it('reads lists in pages to the end', async () => {
    await using aws = await start(wellKept(AT), { pageSize: 1 })
    const ids = [
      'aws.iam-authorization-details',
      'aws.kms-keys',
      'aws.identity-center-users',
      'aws.identity-center-assignments',
    ] as const
    const paged = await read(aws, ids)
    await using whole = await start()
    const once = await read(whole, ids)
    expect(paged.items.map(({ outcome }) => outcome.status)).toEqual(paged.items.map(() => 'complete'))
    expect(paged.items.map(({ written }) => written)).toEqual(once.items.map(({ written }) => written))
    expect(paged.items.flatMap(({ requests }) => requests).length).toBeGreaterThan(
      once.items.flatMap(({ requests }) => requests).length,
    )
  })
})

describe('an organisation with faults, one account of which refuses entry', () => {
  it('shows them, and says of the account that it was denied', async () => {
    await using aws = await start(acmeCloud(AT))
    const ids = ['aws.credential-report', 'aws.iam-authorization-details', 'aws.kms-keys'] as const
    const all = await read(aws, ids, { regions: ['eu-west-1'] })
    const refused = [...aws.world.accounts.values()]
      .filter(({ refusesEntry }) => refusesEntry === true)
      .map(({ id }) => id)
    expect(refused).not.toEqual([])
    const denied = all.items.filter(({ outcome }) => outcome.status !== 'complete')
    expect(new Set(denied.map(({ scope }) => scope.slice(0, 12)))).toEqual(new Set(refused))
    for (const { outcome } of denied) expect(outcome).toMatchObject({ status: 'failed', reason: 'denied' })
    for (const [check, stream] of [
      [consoleUsersHaveMfa, 'aws.credential-report'],
      [roleTrustBounded, 'aws.iam-authorization-details'],
    ] as const) {
      const name = Object.keys(check.inputs)[0] ?? ''
      const inputs = Object.fromEntries(all.of(stream).map(({ scope, written }) => [`${name}@${scope}`, written]))
      const found = await judged(check, inputs)
      expect(found.map(({ status }) => status)).toContain('fail')
    }
  })
})
