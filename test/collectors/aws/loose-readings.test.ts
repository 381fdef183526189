import { describe, expect, it } from 'vitest'
import { bucketsNotPublic } from '../../../collectors/aws/checks/buckets-not-public.ts'
import { certificatesValid } from '../../../collectors/aws/checks/certificates-valid.ts'
import { containerImagesScanned } from '../../../collectors/aws/checks/container-images-scanned.ts'
import { adminPortsClosedOnPublicInterfaces } from '../../../collectors/aws/checks/admin-ports-closed-on-public-interfaces.ts'
import { functionsNotPublic } from '../../../collectors/aws/checks/functions-not-public.ts'
import { kmsKeysKeptAndPrivate } from '../../../collectors/aws/checks/kms-keys-kept-and-private.ts'
import { kubernetesClustersRestricted } from '../../../collectors/aws/checks/kubernetes-clusters-restricted.ts'
import { networkAclsBlockAdminPorts } from '../../../collectors/aws/checks/network-acls-block-admin-ports.ts'
import { objectEventsLogged } from '../../../collectors/aws/checks/object-events-logged.ts'
import { peopleAreFederated } from '../../../collectors/aws/checks/people-are-federated.ts'
import { recordBucketsImmutable } from '../../../collectors/aws/checks/record-buckets-immutable.ts'
import { sessionsRecorded } from '../../../collectors/aws/checks/sessions-recorded.ts'
import { trailDelivers } from '../../../collectors/aws/checks/trail-delivers.ts'
import { trailLogFilesValidated } from '../../../collectors/aws/checks/trail-log-files-validated.ts'
import { unapprovedRegionsDenied } from '../../../collectors/aws/checks/unapproved-regions-denied.ts'
import { awsCode, awsError, onlyAbsent } from '../../../collectors/aws/errors.ts'
import {
  absent,
  exampleBucket,
  exampleCluster,
  exampleFunction,
  observed,
} from '../../../collectors/aws/examples/data.ts'
import { ACCOUNT_ID, allow, credentialExample, trust } from '../../../collectors/aws/examples/identity.ts'
import { certificateRecord, keyRecord, openTo as openKey } from '../../../collectors/aws/examples/keys.ts'
import { ownExample, sessionPreferencesExample, trailExample } from '../../../collectors/aws/examples/logging.ts'
import {
  aclEntry,
  exampleAcl,
  exampleInterface,
  exampleSecurityGroup,
  openTo,
} from '../../../collectors/aws/examples/network.ts'
import {
  organizationExample,
  policyExample,
  regionExample,
  rootUnit,
  unitExample,
} from '../../../collectors/aws/examples/organization.ts'
import { markerOf } from '../../../collectors/aws/given.ts'
import { grantsEverything, privilegeOf } from '../../../collectors/aws/identity/iam-analysis.ts'
import { statementsOf } from '../../../collectors/aws/identity/iam-policy.ts'
import { trustFaults } from '../../../collectors/aws/identity/iam-trust.ts'
import { listAll } from '../../../collectors/aws/paging.ts'
import { regionsLeftOpen } from '../../../collectors/aws/organization/region-guardrail.ts'
import { isWideRange, isWholeInternet } from '../../../collectors/aws/data/wide-ranges.ts'
import { statuses } from './data-harness.ts'

const only = async (...given: Parameters<typeof statuses>) => Object.values(await statuses(...given))[0]

describe('ranges of addresses', () => {
  it.each(['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '::/0', '0::/0', '2000::/3', '2600::/12'])(
    '%s is wide',
    (range) => {
      expect(isWideRange(range)).toBe(true)
    },
  )

  it.each(['10.0.0.0/8', '192.0.2.0/24', 'fc00::/7', 'fe80::/10', '2001:db8::/32', 'sg-0a1', 'pl-0a1', ''])(
    '%s is not',
    (range) => {
      expect(isWideRange(range)).toBe(false)
    },
  )

  it('a half is not the whole', () => {
    expect(['0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/0'].map(isWholeInternet)).toEqual([true, true, false, false])
  })

  const ports = (ingress: ReturnType<typeof openTo>[], approved: string[] = []) =>
    only(
      adminPortsClosedOnPublicInterfaces,
      { groups: [exampleSecurityGroup({ ingress })], interfaces: [exampleInterface({ publicAddress: true })] },
      { approved },
    )
  it('two halves open a port as the whole does', async () => {
    expect(await ports([openTo('0.0.0.0/1', 22), openTo('128.0.0.0/1', 22)])).toBe('fail')
    expect(await ports([openTo('2000::/3', 22)])).toBe('fail')
    expect(await ports([{ ...openTo('0.0.0.0/0', 22), protocol: '-1', from: null, to: null }])).toBe('fail')
    expect(await ports([{ ...openTo('0.0.0.0/0', 22), from: 0, to: 3388 }])).toBe('fail')
    expect(await ports([{ ...openTo('0.0.0.0/0', 22), from: 23, to: 3388 }])).toBe('pass')
  })

  it('what stands in a prefix list is not known until somebody looked', async () => {
    expect(await ports([openTo('pl-0a1', 22)])).toBe('unknown: unavailable')
    expect(await ports([openTo('pl-0a1', 22)], ['pl-0a1'])).toBe('pass')
    expect(await ports([openTo('pl-0a1', 443)])).toBe('pass')
  })

  it('an access list is passed by half the internet too, and only a denial of everybody stops it', async () => {
    const entries = (...list: Parameters<typeof aclEntry>[0][]) =>
      only(networkAclsBlockAdminPorts, { records: [exampleAcl(list.map((parts) => aclEntry(parts)))] })
    const all = { from: 0, to: 65_535 }
    expect(await entries({ ...all, source: '128.0.0.0/1' })).toBe('fail')
    expect(await entries({ ...all, action: 'deny', source: '0.0.0.0/1' }, { ...all, source: '0.0.0.0/0' })).toBe('fail')
    expect(await entries({ ...all, action: 'deny', source: '0.0.0.0/0' }, { ...all, source: '0.0.0.0/0' })).toBe('pass')
    expect(await entries({ ...all, action: 'deny', source: '0.0.0.0/0' }, { ...all, source: '::/0' })).toBe('fail')
  })

  it('an endpoint of Kubernetes is open to two halves', async () => {
    const record = exampleCluster({ publicAccess: true, publicCidrs: ['0.0.0.0/1', '128.0.0.0/1'] })
    expect(await only(kubernetesClustersRestricted, { records: [record] })).toBe('fail')
  })
})

describe('conditions that leave nobody out', () => {
  const BOUNDS = {
    account: '111122223333',
    known: new Set<string>(),
    boundServices: new Set(['ecs-tasks.amazonaws.com']),
  }
  const everybody = { kind: 'everyone' } as const
  const partner = { kind: 'account', account: '999988887777' } as const
  const ecs = { kind: 'service', value: 'ecs-tasks.amazonaws.com' } as const
  const github = {
    kind: 'federated',
    value: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  } as const
  const faults = (principal: object, operator: string, key: string, values: string[] | null) =>
    trustFaults([trust(principal, { conditions: [{ operator, key, values }] })], BOUNDS).length

  it.each([
    [everybody, 'StringEquals', 'aws:principalorgid', ['o-acme123456'], 0],
    [everybody, 'StringLike', 'aws:principalorgid', ['o-*'], 1],
    [everybody, 'ArnLike', 'aws:principalarn', ['arn:aws:iam::*:role/deploy'], 1],
    [everybody, 'ArnLike', 'aws:principalarn', ['arn:aws:iam::111122223333:role/*'], 0],
    [everybody, 'StringLike', 'aws:principalorgpaths', ['*/r-ab12/*'], 1],
    [everybody, 'ForAllValues:StringEquals', 'aws:principalorgid', ['o-acme123456'], 1],
    [everybody, 'StringEquals', 'aws:principalaccount', ['111122223333', '*'], 1],
    [partner, 'StringEquals', 'sts:externalid', null, 0],
    [partner, 'StringLike', 'sts:externalid', ['*'], 1],
    [ecs, 'ArnLike', 'aws:sourcearn', ['arn:aws:ecs:*:111122223333:*'], 0],
    [ecs, 'ArnLike', 'aws:sourcearn', ['arn:aws:ecs:*:*:*'], 1],
    [ecs, 'StringEqualsIfExists', 'aws:sourceaccount', ['111122223333'], 1],
    [github, 'StringLike', 'token.actions.githubusercontent.com:sub', ['repo:acme/*'], 0],
    [github, 'StringLike', 'token.actions.githubusercontent.com:sub', ['repo:acme*/app:*'], 1],
    [github, 'StringLike', 'token.actions.githubusercontent.com:sub', ['repo:*'], 1],
    [github, 'StringEquals', 'token.actions.githubusercontent.com:aud', ['sts.amazonaws.com'], 1],
    [{ kind: 'federated', value: 'cognito-identity.amazonaws.com' }, 'StringEquals', 'x', null, 1],
    [
      { kind: 'federated', value: 'cognito-identity.amazonaws.com' },
      'StringEquals',
      'cognito-identity.amazonaws.com:aud',
      null,
      0,
    ],
  ] as const)('%o with %s %s %j', (principal, operator, key, values, expected) => {
    expect(faults(principal, operator, key, values === null ? null : [...values])).toBe(expected)
  })

  it('an external id of anything is seen, though external ids are not written', () => {
    const text = (id: string) =>
      JSON.stringify({
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: '999988887777' },
          Action: 'sts:AssumeRole',
          Condition: { StringLike: { 'sts:ExternalId': id } },
        },
      })
    const values = (id: string) => statementsOf(text(id), 'a role')[0]?.conditions[0]?.values
    expect([values('*'), values('quartz-secret')]).toEqual([['*'], null])
  })

  it.each([
    ['StringEquals', 'kms:calleraccount', ['111122223333'], 'pass'],
    ['StringLike', 'kms:calleraccount', ['*'], 'fail'],
    ['StringEquals', 'kms:viaservice', ['s3.eu-west-1.amazonaws.com'], 'fail'],
    ['IpAddress', 'aws:sourceip', ['192.0.2.0/24'], 'pass'],
    ['IpAddress', 'aws:sourceip', ['0.0.0.0/0'], 'fail'],
    ['StringEquals', 'aws:sourcevpce', ['vpce-0a1b2c3d'], 'pass'],
    ['StringLike', 'aws:sourcevpce', ['vpce-*'], 'fail'],
  ])('a key for everybody with %s %s %j: %s', async (operator, key, values, expected) => {
    const record = keyRecord({}, { policy: openKey([{ operator, key, values }]) })
    expect(await only(kmsKeysKeptAndPrivate, { records: [record] })).toBe(expected)
  })
})

describe('policies that allow more than they seem to', () => {
  const kind = (...statements: Parameters<typeof allow>[]) =>
    privilegeOf({ statements: statements.map((one) => allow(...one)) })?.kind
  it('an asterisk at the end of an ARN stands for colons too', () => {
    expect(kind([['iam:CreateAccessKey'], ['arn:aws:iam::*']])).toBe('escalation')
    expect(kind([['iam:CreateAccessKey'], ['arn:aws:iam::111122223333:user/robot']])).toBeUndefined()
    expect(grantsEverything(allow(['*'], ['arn:aws:*']))).toBe(true)
    expect(grantsEverything(allow(['*'], ['arn:aws:s3:::reports/*']))).toBe(false)
  })

  it('a denial elsewhere denies nothing here', () => {
    const key = [['iam:CreateAccessKey']] as Parameters<typeof allow>
    const deny = (resources: string[]): Parameters<typeof allow> => [['iam:*'], resources, { effect: 'Deny' }]
    expect(kind(key, deny(['arn:aws:s3:::*']))).toBe('escalation')
    expect(kind(key, deny(['arn:aws:iam::*:role/*']))).toBe('escalation')
    expect(kind(key, [['iam:*'], [], { effect: 'Deny', notResources: ['arn:aws:iam::1:user/x'] }])).toBe('escalation')
    expect(kind(key, deny(['arn:aws:iam::*:*']))).toBeUndefined()
    expect(kind(key, deny(['*']))).toBeUndefined()
  })

  it('all but a few is everything, unless rights are among the few', () => {
    const but = (...notActions: string[]) => allow([], ['*'], { notActions })
    expect(grantsEverything(but('aws-portal:*'))).toBe(true)
    expect(grantsEverything(but('iam:*', 'organizations:*', 'account:*'))).toBe(false)
    expect(grantsEverything(allow(['*'], [], { notResources: ['arn:aws:s3:::vault'] }))).toBe(true)
  })

  it('a function that is gone is not one that nobody may call', async () => {
    expect(await only(functionsNotPublic, { records: [exampleFunction({ urls: absent })] })).toBe(
      'not-applicable: deleted',
    )
  })
})

describe('a denial of regions', () => {
  const guard = (parts: object, condition: object = {}) =>
    regionsLeftOpen(
      JSON.stringify({
        Statement: {
          Effect: 'Deny',
          NotAction: ['iam:*', 'sts:*', 'cloudfront:*'],
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] }, ...condition },
          ...parts,
        },
      }),
    )
  it('counts with exceptions for global services and named roles', () => {
    expect(guard({})).toEqual(['eu-west-1'])
    expect(guard({}, { ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/break-glass' } })).toEqual(['eu-west-1'])
  })

  it.each<[string, object, object]>([
    ['with exceptions for what is built in regions', { NotAction: ['iam:*', 'ec2:*'] }, {}],
    ['with an exception for everything', { NotAction: '*' }, {}],
    ['for one account alone', {}, { StringEquals: { 'aws:PrincipalAccount': '111122223333' } }],
    ['with an exception for every role', {}, { ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/*' } }],
    ['for some actions', { NotAction: undefined, Action: ['s3:*'] }, {}],
  ])('%s it is none', (_, parts, condition) => {
    expect(guard(parts, condition)).toBeUndefined()
  })

  it('leaves every region open that fits a pattern', async () => {
    const inputs = {
      regions: [regionExample('eu-west-1'), regionExample('eu-north-1')],
      organizations: [organizationExample()],
      units: [rootUnit(), unitExample()],
    }
    const judged = (regionsLeft: string[]) =>
      only(
        unapprovedRegionsDenied,
        { ...inputs, policies: [policyExample({ regionsLeftOpen: regionsLeft })] },
        { approved: ['eu-west-1'] },
      )
    expect([await judged(['eu-west-1']), await judged(['eu-*'])]).toEqual(['pass', 'fail'])
  })
})

describe('lists and codes', () => {
  it('an answer without its list is no empty list', async () => {
    await expect(
      listAll(
        async () => ({}),
        () => ({ items: undefined, next: undefined }),
      ),
    ).rejects.toThrow('without the list')
  })

  it('a list that does not say whether it goes on, goes on if it says where', () => {
    expect([markerOf(undefined, 'next'), markerOf(undefined, ''), markerOf(false, 'next')]).toEqual([
      'next',
      undefined,
      undefined,
    ])
    expect(() => markerOf(true, '')).toThrow('does not say where')
  })

  it('only what is said to be absent is: a bucket that is gone has no policy that is private', async () => {
    const asked = { action: 's3:GetBucketPolicyStatus', account: ACCOUNT_ID, region: 'eu-west-1' }
    const refusal = (name: string) =>
      awsError(Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 404 } }), asked)
    const read = (name: string) => onlyAbsent(/^NoSuchBucketPolicy$/, async () => Promise.reject(refusal(name)))()
    expect(awsCode(refusal('NoSuchBucket'))).toBe('NoSuchBucket')
    await expect(read('NoSuchBucketPolicy')).rejects.toMatchObject({ name: 'NotFoundError' })
    await expect(read('NoSuchBucket')).rejects.toMatchObject({ name: 'UnavailableError' })
  })
})

describe('what was taken for good', () => {
  it('a bucket without an access list is gone', async () => {
    const bucket = exampleBucket({ block: absent, publicGrants: absent })
    expect(await only(bucketsNotPublic, { accounts: [], buckets: [bucket] })).toBe('not-applicable: deleted')
  })

  it('Object Lock without a retention', async () => {
    const bucket = exampleBucket({ name: 'acme-cloudtrail', objectLock: observed({ mode: null, days: null }) })
    expect(await only(recordBucketsImmutable, { buckets: [bucket] })).toBe('fail')
  })

  it('a short key, as Certificate Manager writes it', async () => {
    const judged = (keyAlgorithm: string) => only(certificatesValid, { records: [certificateRecord({ keyAlgorithm })] })
    expect([await judged('RSA-1024'), await judged('RSA_1024'), await judged('RSA-2048')]).toEqual([
      'fail',
      'fail',
      'pass',
    ])
  })

  it('the setting of a repository, where Inspector scans by rules of the registry alone', async () => {
    const repository = {
      arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/web',
      name: 'web',
      created: null,
      scanOnPush: true,
      tagMutability: 'IMMUTABLE',
    }
    const judged = (scanType: string) =>
      only(containerImagesScanned, {
        repositories: [repository],
        registries: [{ region: 'eu-west-1', scanType, rules: [] }],
      })
    expect([await judged('BASIC'), await judged('ENHANCED')]).toEqual(['pass', 'fail'])
  })

  it('one of two places for recordings', async () => {
    const preferences = observed({
      bucket: 'sessions',
      bucketEncrypted: false,
      logGroup: 'sessions',
      logGroupEncrypted: true,
    })
    expect(await only(sessionsRecorded, { records: [sessionPreferencesExample({ preferences })] })).toBe('fail')
  })

  it('a trail that nobody looked at', async () => {
    for (const check of [trailDelivers, trailLogFilesValidated]) {
      expect(await only(check, { trails: [trailExample({ own: null })] })).toBe('unknown: unavailable')
    }
  })

  it('a trail of another account or region', async () => {
    const selection = { ...ownExample().selection, objectReads: ['arn:aws:s3'], objectWrites: ['arn:aws:s3'] }
    const judged = (parts: Parameters<typeof trailExample>[0]) =>
      only(
        objectEventsLogged,
        {
          trails: [trailExample({ own: ownExample({ selection }), ...parts })],
          buckets: [exampleBucket({ name: 'acme', region: 'eu-west-1' })],
        },
        { buckets: ['acme'] },
      )
    expect(await judged({})).toBe('pass')
    expect(await judged({ organization: false, owner: '444455556666' })).toBe('fail')
    expect(await judged({ multiRegion: false, homeRegion: 'us-east-1' })).toBe('fail')
  })

  it('a way in that has ended or never began', async () => {
    const inputs = (validUntil: string | null, status: string | null) => ({
      credentials: [credentialExample('person-a', { passwordEnabled: true, mfaActive: true })],
      providers: [{ kind: 'saml', arn: `arn:aws:iam::${ACCOUNT_ID}:saml-provider/okta`, created: null, validUntil }],
      instances:
        status === null
          ? []
          : [{ arn: 'i', identityStore: 'd', owner: null, region: 'eu-west-1', status, created: null }],
    })
    const federation = async (...parts: Parameters<typeof inputs>) =>
      (await statuses(peopleAreFederated, inputs(...parts), { emergencyUsers: ['person-a'] }))['federation']
    expect(await federation(null, null)).toBe('pass')
    expect(await federation('2020-01-01T00:00:00.000Z', null)).toBe('fail')
    expect(await federation('2020-01-01T00:00:00.000Z', 'CREATE_IN_PROGRESS')).toBe('fail')
    expect(await federation('2020-01-01T00:00:00.000Z', 'ACTIVE')).toBe('pass')
  })
})
