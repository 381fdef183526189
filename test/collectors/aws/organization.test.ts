import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { collector } from '../../../collectors/aws/index.ts'
import { FORBIDDEN_ACTIONS } from '../../../collectors/aws/forbidden-actions.ts'
import { streams } from '../../../collectors/aws/of-organization.ts'
import { regionsLeftOpen } from '../../../collectors/aws/organization/region-guardrail.ts'
import { ownRights } from '../../../collectors/aws/streams/own-rights.ts'
import type { Answer } from '../../servers/aws/server.ts'
import { DOCUMENTS, documentAt, startAwsServer } from '../../servers/aws/server.ts'
import { AwsError } from '../../servers/aws/write.ts'
import { readAws } from './harness.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const HOME = '111122223333'
const SHOP = '444455556666'
const REGIONS_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    NotAction: ['iam:*', 'organizations:*'],
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
  },
})

const base: Answer = ({ action, accessKeyId, input, origin }) => {
  const account = accessKeyId === 'AKIAEXAMPLE' ? HOME : SHOP
  const unit = (input['ParentId'] ?? input['TargetId']) as string | undefined
  switch (action) {
    case 'sts:GetCallerIdentity':
      return { Account: account, Arn: `arn:aws:sts::${account}:assumed-role/affiant/session` }
    case 'sts:AssumeRole':
      return {
        Credentials: {
          AccessKeyId: 'ASIASHOP',
          SecretAccessKey: 's',
          SessionToken: 't',
          Expiration: new Date('2027-01-01'),
        },
      }
    case 'account:ListRegions':
      return { Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' }] }
    case 'account:GetAlternateContact':
      if (input['AlternateContactType'] !== 'SECURITY') throw new AwsError('ResourceNotFoundException', 'none', 404)
      return {
        AlternateContact: {
          AlternateContactType: 'SECURITY',
          EmailAddress: 'Robin.Example@Example.com',
          Name: 'Robin Example',
          PhoneNumber: '+1',
        },
      }
    case 'organizations:DescribeOrganization':
      return {
        Organization: {
          Id: 'o-acme123456',
          FeatureSet: 'ALL',
          MasterAccountId: HOME,
          MasterAccountEmail: 'robin@example.com',
        },
      }
    case 'organizations:ListAccounts':
      return input['NextToken'] === undefined
        ? {
            Accounts: [{ Id: HOME, Name: 'management', Email: 'robin@example.com', State: 'ACTIVE' }],
            NextToken: 'two',
          }
        : { Accounts: [{ Id: SHOP, Name: 'shop', Email: 'shop@example.com', State: 'ACTIVE' }] }
    case 'organizations:ListRoots':
      return { Roots: [{ Id: 'r-acme', Name: 'Root' }] }
    case 'organizations:ListOrganizationalUnitsForParent':
      return { OrganizationalUnits: unit === 'r-acme' ? [{ Id: 'ou-acme-shops', Name: 'Shops' }] : [] }
    case 'organizations:ListAccountsForParent':
      return { Accounts: [{ Id: unit === 'r-acme' ? HOME : SHOP }] }
    case 'organizations:ListPoliciesForTarget':
      return { Policies: [{ Id: 'p-regions', Name: 'regions', AwsManaged: false }] }
    case 'organizations:ListPolicies':
      return { Policies: [{ Id: 'p-regions', Name: 'regions', AwsManaged: false }] }
    case 'organizations:DescribePolicy':
      return { Policy: { Content: REGIONS_POLICY } }
    case 'artifact:ListReports':
      return {
        reports: [
          {
            id: 'report-1',
            name: 'ISO 27001',
            state: 'PUBLISHED',
            version: 2,
            companyName: 'AWS',
            periodStart: new Date('2025-01-01T00:00:00Z'),
            periodEnd: new Date('2027-12-31T00:00:00Z'),
          },
        ],
      }
    case 'cloudtrail:LookupEvents':
      return { Events: [] }
    case 'artifact:GetReportMetadata':
      return { reportDetails: { lastModifiedAt: new Date('2025-02-01T00:00:00Z'), acceptanceType: 'EXPLICIT' } }
    case 'artifact:GetTermForReport':
      return { termToken: 'made-up-term-token' }
    case 'artifact:GetReport':
      if (input['termToken'] !== 'made-up-term-token') throw new AwsError('ValidationException', 'no', 400)
      return { documentPresignedUrl: `${origin}${DOCUMENTS}report-1?X-Amz-Signature=5a1e0fa11e5a1e0fa11e` }
    case 'iam:GetRole':
      return {
        Role: {
          RoleName: 'affiant',
          Arn: `arn:aws:iam::${account}:role/evidence/affiant`,
          Path: '/evidence/',
          RoleId: 'AROA',
          CreateDate: new Date(0),
        },
      }
    case 'iam:SimulatePrincipalPolicy':
      return {
        EvaluationResults: (input['ActionNames'] as string[]).map((EvalActionName) => ({
          EvalActionName,
          EvalDecision: EvalActionName === 's3:GetObject' ? 'allowed' : 'implicitDeny',
        })),
      }
    default:
      throw new AwsError('AccessDenied', 'no', 403)
  }
}

const organization = { accounts: 'organization', assuranceDocuments: true }

describe('the streams of the organisation', () => {
  it('read everything to the end, without people', async () => {
    await using server = await startAwsServer({ answer: base })
    const { opened, items, of } = await readAws(server.url, { config: organization, streams })
    expect(opened.line.outcome.status).toBe('complete')
    expect(
      items.filter(({ outcome }) => outcome.status !== 'complete').map(({ stream, outcome }) => [stream, outcome]),
    ).toEqual([])
    expect(of('aws.organization-accounts')[0]?.written.map(({ id, state }) => [id, state])).toEqual([
      [HOME, 'ACTIVE'],
      [SHOP, 'ACTIVE'],
    ])
    expect(of('aws.organizational-units')[0]?.written).toEqual([
      expect.objectContaining({ id: 'ou-acme-shops', ancestors: ['r-acme'], accounts: [SHOP] }),
      expect.objectContaining({ id: 'r-acme', ancestors: [], accounts: [HOME] }),
    ])
    expect(of('aws.service-control-policies')[0]?.written[0]).toMatchObject({
      regionsLeftOpen: ['eu-central-1', 'eu-west-1'],
    })
    expect(of('aws.assurance-reports')[0]?.written[0]).toMatchObject({
      version: 2,
      periodEnd: expect.stringMatching(/^2027-12-31T/),
      details: { state: 'observed', value: { modified: expect.stringMatching(/^2025-02-01T/), terms: 'EXPLICIT' } },
    })
    const [contacts] = of('aws.alternate-contacts')
    expect(contacts?.written.map(({ type, contact }) => [type, contact])).toEqual([
      ['BILLING', { state: 'absent' }],
      ['OPERATIONS', { state: 'absent' }],
      ['SECURITY', { state: 'observed', value: { domain: 'example.com', phone: true } }],
    ])
    expect(JSON.stringify(items.map(({ written }) => written))).not.toMatch(/robin/i)
  })

  it('download documents only where config says that the terms are accepted', async () => {
    await using server = await startAwsServer({ answer: base })
    const documents = streams.filter(({ id }) => id === 'aws.assurance-documents')
    const { opened, of } = await readAws(server.url, { streams: documents })
    expect(of('aws.assurance-documents')).toEqual([])
    expect(opened.scopes.find(({ kind }) => kind === 'documents')?.excluded).toContain('terms')
    expect(server.calls.filter(({ action }) => action.startsWith('artifact:'))).toEqual([])
  })

  it('write down the digest of a document, and neither its bytes nor its signed address', async () => {
    await using server = await startAwsServer({ answer: base })
    const documents = streams.filter(({ id }) => id === 'aws.assurance-documents')
    const { of } = await readAws(server.url, { config: { assuranceDocuments: true }, streams: documents })
    const [item] = of('aws.assurance-documents')
    const document = documentAt(`${DOCUMENTS}report-1`)
    expect(item?.written).toMatchObject([
      {
        id: 'report-1',
        document: { state: 'observed', value: { sha256: sha256(document), bytes: document.length } },
      },
    ])
    const requests = JSON.stringify(item?.requests)
    expect(requests).toContain(DOCUMENTS)
    expect(requests).not.toMatch(/5a1e0fa11e|made-up-term-token|%PDF/)
  })

  it.each(['http://example.com/report.pdf', 'file:///etc/passwd', 'not an address'])(
    'ask no other address for a document: %s',
    async (documentPresignedUrl) => {
      await using server = await startAwsServer({
        answer: (call) => (call.action === 'artifact:GetReport' ? { documentPresignedUrl } : base(call)),
      })
      const documents = streams.filter(({ id }) => id === 'aws.assurance-documents')
      const { of } = await readAws(server.url, { config: { assuranceDocuments: true }, streams: documents })
      const [item] = of('aws.assurance-documents')
      expect(item?.written[0]).toMatchObject({ document: { state: 'unknown', reason: 'invalid' } })
      expect(item?.requests.filter((request) => JSON.stringify(request).includes('example.com'))).toEqual([])
    },
  )

  it('ask the simulator about the role by its full name', async () => {
    await using server = await startAwsServer({ answer: base })
    const { of } = await readAws(server.url, { streams: [ownRights] })
    const [item] = of('aws.own-rights')
    expect(item?.written).toEqual([
      expect.objectContaining({ kind: 'role', role: `arn:aws:iam::${HOME}:role/evidence/affiant` }),
    ])
    const decisions = item?.written[0]?.['decisions'] as { action: string; decision: string }[]
    expect(decisions.map(({ action }) => action)).toEqual([...FORBIDDEN_ACTIONS])
    expect(decisions.filter(({ decision }) => decision === 'allowed')).toEqual([
      { action: 's3:GetObject', decision: 'allowed' },
    ])
  })

  it('are not complete when the simulator leaves an action out', async () => {
    await using server = await startAwsServer({
      answer: (call) => (call.action === 'iam:SimulatePrincipalPolicy' ? { EvaluationResults: [] } : base(call)),
    })
    const { of } = await readAws(server.url, { streams: [ownRights] })
    expect(of('aws.own-rights')[0]?.outcome).toMatchObject({ status: 'failed', reason: 'invalid' })
  })

  it('tell a contact that may not be seen from one that is not there', async () => {
    await using server = await startAwsServer({
      answer: (call) => {
        if (call.action === 'account:GetAlternateContact') throw new AwsError('AccessDeniedException', 'no', 403)
        return base(call)
      },
    })
    const contacts = streams.filter(({ id }) => id === 'aws.alternate-contacts')
    const { of } = await readAws(server.url, { streams: contacts })
    expect(of('aws.alternate-contacts')[0]?.outcome).toMatchObject({
      reason: 'denied',
      permissions: ['account:GetAlternateContact'],
    })
  })

  it('call what they declare, and declare what they call', async () => {
    await using server = await startAwsServer({ answer: base })
    await readAws(server.url, { config: organization, streams })
    const called = new Set(server.calls.map(({ action }) => action))
    const declared = new Set(streams.flatMap(({ permissions }) => permissions.map(({ name }) => name)))
    expect([...called].filter((action) => !declared.has(action))).toEqual(['sts:AssumeRole'])
    expect([...declared].filter((action) => !called.has(action))).toEqual([])
  })
})

describe('regions that a policy leaves open', () => {
  const statement = (parts: object) =>
    JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...parts }] })
  const outside = (list: unknown) => ({ Condition: { StringNotEquals: { 'aws:RequestedRegion': list } } })

  it.each([
    ['a list', statement(outside(['b', 'a'])), ['a', 'b']],
    ['a single one', statement(outside('a')), ['a']],
    ['an allow', statement({ Effect: 'Allow', ...outside(['a']) }), undefined],
    ['a deny of one service', statement({ Action: 'ec2:*', ...outside(['a']) }), undefined],
    ['a deny on one resource', statement({ Resource: 'arn:aws:s3:::x', ...outside(['a']) }), undefined],
    [
      'a deny in listed regions',
      statement({ Condition: { StringEquals: { 'aws:RequestedRegion': ['a'] } } }),
      undefined,
    ],
    ['no JSON', 'x', undefined],
    ['an empty document', '{}', undefined],
  ])('%s', (_, content, open) => {
    expect(regionsLeftOpen(content)).toEqual(open)
  })
})

it('the printed policies allow every declared action and nothing that changes anything', () => {
  const permissions = collector.streams.flatMap((stream) => [...stream.permissions])
  const printed = collector.access?.policies ?? {}
  expect(Object.keys(printed)).toEqual(['iam-policy', 'cloudformation-stackset', 'terraform'])
  const policy = JSON.parse(printed['iam-policy']?.(permissions) ?? '') as { Statement: { Action: string[] }[] }
  const actions = policy.Statement.flatMap(({ Action }) => Action)
  const declared = permissions.map(({ name }) => name).filter((name) => name !== 'sts:AssumeRole')
  expect(actions).toEqual(expect.arrayContaining(declared))
  expect(actions.filter((action) => (FORBIDDEN_ACTIONS as readonly string[]).includes(action))).toEqual([])
  for (const format of ['cloudformation-stackset', 'terraform']) {
    const text = printed[format]?.(permissions) ?? ''
    for (const action of actions) expect(text).toContain(action)
  }
})
