import { describe, expect, it } from 'vitest'
import { accountSummary } from '../../../collectors/aws/streams/account-summary.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import type { Answer } from '../../servers/aws/server.ts'
import { startAwsServer } from '../../servers/aws/server.ts'
import { AwsError } from '../../servers/aws/write.ts'
import { readAws } from './harness.ts'

const HOME = '111122223333'
const OTHER = '444455556666'
const CLOSED = '777788889999'

/** An organisation of four accounts, one of which lets nobody in and one of which is suspended. */
const answer: Answer = ({ action, accessKeyId, input }) => {
  const account = accessKeyId === 'AKIAEXAMPLE' ? HOME : OTHER
  switch (action) {
    case 'sts:GetCallerIdentity':
      return { Account: account, Arn: `arn:aws:sts::${account}:assumed-role/affiant/robin.example@example.com` }
    case 'sts:AssumeRole':
      if (String(input['RoleArn']).includes(CLOSED)) throw new AwsError('AccessDenied', 'robin.example may not', 403)
      return {
        Credentials: {
          AccessKeyId: 'ASIAOTHER',
          SecretAccessKey: 'other',
          SessionToken: 'token',
          Expiration: new Date('2026-01-05T07:00:00Z'),
        },
      }
    case 'organizations:ListAccounts':
      return {
        Accounts: [
          { Id: HOME, Name: 'management', State: 'ACTIVE' },
          { Id: OTHER, Name: 'shop', State: 'ACTIVE' },
          { Id: CLOSED, Name: 'vault', State: 'ACTIVE' },
          { Id: '123412341234', Name: 'old', State: 'SUSPENDED' },
        ],
      }
    case 'account:ListRegions':
      return {
        Regions: [
          { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
          { RegionName: 'me-south-1', RegionOptStatus: 'DISABLED' },
          { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
        ],
      }
    case 'iam:GetAccountSummary':
      return { SummaryMap: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0, Users: 2 } }
    default:
      throw new AwsError('AccessDenied', 'no', 403)
  }
}

const none: readonly Stream<string, unknown, Session>[] = []

describe('credentials that AWS refuses', () => {
  it.each([
    ['InvalidClientTokenId', /does not know these credentials in us-east-1 .*homeRegion/],
    ['ExpiredToken', /wrong or have expired; renew them/],
    ['SignatureDoesNotMatch', /wrong or have expired; renew them/],
  ])('are told so, and not a missing right or a region: %s', async (code, message) => {
    const refusing: Answer = () => {
      throw new AwsError(code, 'no', 403)
    }
    await using server = await startAwsServer({ answer: refusing })
    const { opened } = await readAws(server.url, { streams: none })
    expect(opened.line.outcome).toMatchObject({
      status: 'failed',
      reason: 'denied',
      detail: expect.stringMatching(message),
    })
    expect(opened.line.outcome.permissions ?? []).toEqual([])
  })

  it('name the external id where a role was refused that was asked with one', async () => {
    await using server = await startAwsServer({ answer })
    const role = { name: 'affiant', externalId: 'acme-evidence' }
    const { items } = await readAws(server.url, {
      streams: [accountSummary],
      config: { accounts: 'organization', role },
    })
    const denied = items.filter(({ outcome }) => outcome.status !== 'complete')
    expect(denied.map(({ outcome }) => outcome.detail)).toEqual([expect.stringContaining('role.externalId')])
  })
})

describe('scopes', () => {
  it('of a single account are the account and its regions, with those that are off', async () => {
    await using server = await startAwsServer({ answer })
    const { opened } = await readAws(server.url, { streams: none })
    expect(opened.line.outcome).toMatchObject({ status: 'complete' })
    expect(opened.line.scopes).toEqual([
      expect.objectContaining({ id: `${HOME}/home`, kind: 'home' }),
      expect.objectContaining({
        id: `${HOME}/documents`,
        kind: 'documents',
        excluded: expect.stringContaining('terms'),
      }),
      expect.objectContaining({ id: `${HOME}/organization`, kind: 'organization', excluded: expect.any(String) }),
      { id: `${HOME}/global`, kind: 'account', title: `Account ${HOME}` },
      { id: `${HOME}/eu-west-1`, kind: 'region', title: `Account ${HOME}, eu-west-1` },
      expect.objectContaining({ id: `${HOME}/me-south-1`, excluded: 'region not enabled' }),
      { id: `${HOME}/us-east-1`, kind: 'region', title: `Account ${HOME}, us-east-1` },
    ])
    expect(opened.line.identity).toMatchObject({
      id: HOME,
      principal: { kind: 'app', name: `arn:aws:iam::${HOME}:role/affiant` },
    })
  })

  it('of an organisation name the account that refuses entry, and its plan items fail with the role', async () => {
    await using server = await startAwsServer({ answer })
    const { opened, of } = await readAws(server.url, {
      config: { accounts: 'organization', regions: ['eu-west-1'] },
      streams: [accountSummary],
    })
    expect(opened.line.outcome).toMatchObject({
      status: 'partial',
      reason: 'denied',
      gaps: [{ reason: 'denied', count: 1, subjects: [`account ${CLOSED}`] }],
    })
    const read = opened.line.scopes.filter(({ excluded }) => excluded === undefined).map(({ id }) => id)
    expect(read).toEqual([
      `${HOME}/home`,
      `${HOME}/organization`,
      `${HOME}/global`,
      `${HOME}/eu-west-1`,
      `${OTHER}/global`,
      `${OTHER}/eu-west-1`,
      `${CLOSED}/global`,
      `${CLOSED}/eu-west-1`,
    ])
    expect(opened.line.scopes).toContainEqual(
      expect.objectContaining({ id: '123412341234/global', excluded: 'the account is SUSPENDED' }),
    )
    expect(of('aws.account-summary').map(({ scope, outcome }) => [scope, outcome.status, outcome.permissions])).toEqual(
      [
        [`${HOME}/global`, 'complete', undefined],
        [`${OTHER}/global`, 'complete', undefined],
        [`${CLOSED}/global`, 'failed', [`sts:AssumeRole on arn:aws:iam::${CLOSED}:role/affiant`]],
      ],
    )
    expect(JSON.stringify(opened.line)).not.toContain('robin.example')
  })

  it('of a config that names a region AWS does not have fail', async () => {
    await using server = await startAwsServer({ answer })
    const { opened } = await readAws(server.url, { config: { regions: ['eu-north-9'] }, streams: none })
    expect(opened.line.outcome).toMatchObject({
      status: 'failed',
      reason: 'invalid',
      detail: expect.stringContaining('eu-north-9'),
    })
  })
})

describe('a call', () => {
  it('has a receipt with the action and the provider’s id', async () => {
    await using server = await startAwsServer({ answer })
    const { of, receipts } = await readAws(server.url, { streams: [accountSummary] })
    const [item] = of('aws.account-summary')
    expect(item?.requests).toEqual([
      expect.objectContaining({ operation: 'iam:GetAccountSummary', requestId: expect.any(String), status: 200 }),
    ])
    expect(receipts.map((receipt) => 'operation' in receipt && receipt.operation)).toEqual(
      expect.arrayContaining(['sts:GetCallerIdentity', 'account:ListRegions']),
    )
  })

  it.each(['Throttling', 'RequestLimitExceeded'])('that AWS throttles with 400 %s is asked again', async (code) => {
    let refused = 0
    await using server = await startAwsServer({
      answer: (call) => {
        if (call.action === 'iam:GetAccountSummary' && refused++ < 2) throw new AwsError(code, 'slow down', 400)
        return answer(call)
      },
    })
    const { of } = await readAws(server.url, { streams: [accountSummary] })
    const [item] = of('aws.account-summary')
    expect(item?.outcome.status).toBe('complete')
    expect(item?.requests.map(({ attempt, failure }) => [attempt, failure])).toEqual([
      [1, 'throttled'],
      [2, 'throttled'],
      [3, undefined],
    ])
  })

  it('that is denied names the action', async () => {
    await using server = await startAwsServer({
      answer: (call) => {
        if (call.action === 'iam:GetAccountSummary') throw new AwsError('AccessDenied', 'robin.example may not', 403)
        return answer(call)
      },
    })
    const { of } = await readAws(server.url, { streams: [accountSummary] })
    expect(of('aws.account-summary')[0]?.outcome).toMatchObject({
      status: 'failed',
      reason: 'denied',
      permissions: ['iam:GetAccountSummary'],
    })
  })
})
