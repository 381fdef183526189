import { describe, expect, it } from 'vitest'
import { collector } from '../../collectors/aws/index.ts'
import { naming, readsOf, throttling } from '../../collectors/aws/traffic.ts'
import { allow } from '../../collectors/aws/permissions.ts'
import { assertRead } from '../../src/collect/guard.ts'
import { readNaming, saysThrottled } from '../../src/collect/naming.ts'

const signedFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260105/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`
const FORM = 'application/x-www-form-urlencoded'

const reads = readsOf([
  allow('iam:GetAccountSummary', 'why'),
  allow('config:DescribeConfigRules', 'why'),
  allow('inspector2:ListFindings', 'why'),
  allow('eks:DescribeCluster', 'why'),
  allow('s3:GetBucketAcl', 'why'),
])

interface Sent {
  method?: string
  service: string
  path?: string
  headers?: Record<string, string>
  body?: string
}

/** What the guard makes of a request: the operation, or that it is refused. */
function guard({ method = 'POST', service, path = '/', headers = {}, body = '' }: Sent): string | undefined {
  const url = new URL(path, 'https://aws.example.com')
  const request = { headers: new Headers({ authorization: signedFor(service), ...headers }) }
  try {
    return assertRead(method, url, reads, readNaming(naming, request, url, new TextEncoder().encode(body))) ?? 'unnamed'
  } catch {
    return 'refused'
  }
}

describe('an operation is known by', () => {
  it.each<[string, Sent, string]>([
    [
      'the form',
      { service: 'iam', headers: { 'content-type': FORM }, body: 'Action=GetAccountSummary&Version=1' },
      'iam:GetAccountSummary',
    ],
    [
      'the target',
      {
        service: 'config',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'StarlingDoveService.DescribeConfigRules',
        },
        body: '{}',
      },
      'config:DescribeConfigRules',
    ],
    ['method and path', { service: 'inspector2', path: '/findings/list', body: '{}' }, 'inspector2:ListFindings'],
    ['the path of a GET', { method: 'GET', service: 'eks', path: '/clusters/prod' }, 'eks:DescribeCluster'],
    ['a parameter of a GET', { method: 'GET', service: 's3', path: '/logs?acl=' }, 's3:GetBucketAcl'],
    ['nothing, of a GET that names none', { method: 'GET', service: 's3', path: '/logs?cors=' }, 'unnamed'],
  ])('%s', (_, sent, operation) => {
    expect(guard(sent)).toBe(operation)
  })
})

describe('refused is', () => {
  it.each<[string, Sent]>([
    ['a write', { service: 'iam', headers: { 'content-type': FORM }, body: 'Action=CreateUser' }],
    ['a write by GET', { method: 'GET', service: 'iam', path: '/?Action=DeleteUser&UserName=x' }],
    [
      'a write beside a read',
      { service: 'iam', headers: { 'content-type': FORM }, body: 'Action=GetAccountSummary&Action=CreateUser' },
    ],
    [
      'a write in the target beside a read in the form',
      {
        service: 'iam',
        headers: { 'content-type': FORM, 'x-amz-target': 'X.CreateUser' },
        body: 'Action=GetAccountSummary',
      },
    ],
    [
      'a form that says it is something else',
      { service: 'iam', headers: { 'content-type': 'text/plain' }, body: 'Action=CreateUser' },
    ],
    [
      'a read of one service that another has as a write',
      { service: 'ec2', headers: { 'content-type': FORM }, body: 'Action=GetAccountSummary' },
    ],
    ['a request that names nothing', { service: 'iam', body: '' }],
    ['another path of the service', { service: 'inspector2', path: '/enable', body: '{}' }],
    ['the path of another service', { service: 'guardduty', path: '/findings/list', body: '{}' }],
    ['DELETE', { method: 'DELETE', service: 'eks', path: '/clusters/prod' }],
    ['PUT', { method: 'PUT', service: 's3', path: '/logs?acl=' }],
    [
      'an unsigned request',
      { service: '', headers: { authorization: 'none', 'content-type': FORM }, body: 'Action=GetAccountSummary' },
    ],
  ])('%s', (_, sent) => {
    expect(guard(sent)).toBe('refused')
  })
})

it('the manifest of the collector lists no operation that could change something', () => {
  const names = collector.reads?.map(({ operation }) => operation?.split(':')[1] ?? '') ?? []
  expect(names.length).toBeGreaterThan(10)
  const others = names.filter((name) => !/^(?:Get|List|Describe|BatchGet|Lookup|Select|Simulate)/.test(name))
  // A report that is made anew is no change of the account; a role that is assumed is how one reads.
  expect(others.filter((name) => !['AssumeRole', 'GenerateCredentialReport'].includes(name))).toEqual([])
})

describe('an answer says that it throttles', () => {
  const answer = (status: number, headers: Record<string, string>, body: string) =>
    saysThrottled(throttling, new Response(null, { status, headers }), new TextEncoder().encode(body))

  it.each([
    [400, {}, '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>', true],
    [503, {}, '<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>', true],
    [503, {}, '<Error><Code>SlowDown</Code></Error>', true],
    [400, {}, '{"__type":"com.amazonaws.config#ThrottlingException"}', true],
    [400, { 'x-amzn-errortype': 'TooManyRequestsException:http://x/' }, '{}', true],
    [400, { 'x-amzn-errortype': 'ValidationException' }, '{"message":"Throttling"}', false],
    [403, {}, '<Error><Code>AccessDenied</Code></Error>', false],
    [200, {}, '<Code>Throttling</Code>', false],
  ])('%i %j %s: %s', (status, headers, body, throttled) => {
    expect(answer(status, headers, body)).toBe(throttled)
  })
})
