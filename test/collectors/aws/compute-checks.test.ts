import { describe, expect, it } from 'vitest'
import { adminPortsClosedInUnusedGroups } from '../../../collectors/aws/checks/admin-ports-closed-in-unused-groups.ts'
import { adminPortsClosedOnPublicInterfaces } from '../../../collectors/aws/checks/admin-ports-closed-on-public-interfaces.ts'
import { bucketsNotPublic } from '../../../collectors/aws/checks/buckets-not-public.ts'
import { databaseBackupsKept } from '../../../collectors/aws/checks/database-backups-kept.ts'
import { guarddutyFindingsTriaged } from '../../../collectors/aws/checks/guardduty-findings-triaged.ts'
import { networkAclsBlockAdminPorts } from '../../../collectors/aws/checks/network-acls-block-admin-ports.ts'
import {
  absent,
  allBlocked,
  denied,
  exampleBucket,
  exampleDatabase,
  exampleDatabaseCluster,
  observed,
} from '../../../collectors/aws/examples/data.ts'
import { exampleGuardDuty } from '../../../collectors/aws/examples/detection.ts'
import {
  aclEntry,
  exampleAcl,
  exampleInterface,
  exampleSecurityGroup,
  openTo,
} from '../../../collectors/aws/examples/network.ts'
import { openedBy } from '../../../collectors/aws/data/open-ports.ts'
import { fits } from '../../../collectors/aws/patterns.ts'
import { at, judge, statuses } from './data-harness.ts'

describe('ports open to the world', () => {
  it('are found in ranges, in all protocols and in IPv6, and not in ICMP', () => {
    expect(openedBy({ protocol: 'tcp', from: 0, to: 65_535, sources: ['::/0'] }, [22, 3389])).toEqual([22, 3389])
    expect(openedBy({ protocol: '-1', from: null, to: null, sources: ['0.0.0.0/0'] }, [22])).toEqual([22])
    expect(openedBy({ protocol: 'icmp', from: -1, to: -1, sources: ['0.0.0.0/0'] }, [22])).toEqual([])
    expect(openedBy(openTo('10.0.0.0/8', 22), [22])).toEqual([])
  })

  it('are judged by what has the group, in the region of the group alone', async () => {
    const groups = [exampleSecurityGroup({ ingress: [openTo('0.0.0.0/0', 22)] })]
    const elsewhere = { groups, interfaces: [at('111122223333/us-east-1', exampleInterface({ publicAddress: true }))] }
    const here = { groups, interfaces: [exampleInterface(), exampleInterface({ id: 'eni-2', ipv6: true })] }
    expect(await statuses(adminPortsClosedOnPublicInterfaces, elsewhere)).toEqual({
      'sg-0a1': 'not-applicable: unattached',
    })
    expect(await statuses(adminPortsClosedInUnusedGroups, elsewhere)).toEqual({ 'sg-0a1': 'fail' })
    expect(await statuses(adminPortsClosedOnPublicInterfaces, here)).toEqual({ 'sg-0a1': 'fail' })
  })

  it('count in an access list only if no earlier entry denies them', async () => {
    const open = aclEntry({ number: 200, from: 0, to: 65_535 })
    const shut = aclEntry({ number: 100, action: 'deny', from: 22, to: 22 })
    const verdicts = await judge(networkAclsBlockAdminPorts, { records: [exampleAcl([shut, open])] }, { ports: [22] })
    expect(verdicts).toMatchObject([{ status: 'pass' }])
  })
})

describe('public buckets', () => {
  const open = { block: absent, policyIsPublic: observed(true) }
  const place = '111122223333/global'
  it('are kept shut by the account, and never pass by what was not read', async () => {
    const judged = (block: unknown, parts: object) =>
      statuses(bucketsNotPublic, {
        accounts: [at(place, { account: '111122223333', block })],
        buckets: [at(place, exampleBucket({ ...open, ...parts }))],
      })
    expect(await judged(observed(allBlocked), {})).toEqual({ 'acme-orders': 'pass' })
    expect(await judged(absent, {})).toEqual({ 'acme-orders': 'fail' })
    expect(await judged(denied('s3:GetAccountPublicAccessBlock'), {})).toEqual({ 'acme-orders': 'unknown: denied' })
    expect(await judged(absent, { policyIsPublic: observed(false), publicGrants: denied('s3:GetBucketAcl') })).toEqual({
      'acme-orders': 'unknown: denied',
    })
  })
})

it('judges backups of Aurora at the cluster, and of no replica', async () => {
  const instances = [
    exampleDatabase({ cluster: 'ledger', backupDays: 1 }),
    exampleDatabase({ id: 'copy', replicaOf: 'orders', backupDays: 0 }),
  ]
  expect(
    await statuses(databaseBackupsKept, { instances, clusters: [exampleDatabaseCluster({ backupDays: 1 })] }),
  ).toEqual({
    orders: 'not-applicable: in-cluster',
    copy: 'not-applicable: read-replica',
    ledger: 'fail',
  })
})

it('passes a region without findings only where GuardDuty is on', async () => {
  const guardduty = [exampleGuardDuty(), at('111122223333/us-east-1', { region: 'us-east-1', detector: null })]
  expect(await statuses(guarddutyFindingsTriaged, { guardduty, findings: [] })).toEqual({
    'eu-west-1': 'pass',
    'us-east-1': 'not-applicable: guardduty-off',
  })
})

it('compares names with patterns', () => {
  expect(fits('acme-cloudtrail-1', '*cloudtrail*')).toBe(true)
  expect(fits('release/web', 'release/*')).toBe(true)
  expect(fits('ab', 'ab*b')).toBe(false)
  expect(fits('web', 'we')).toBe(false)
})
