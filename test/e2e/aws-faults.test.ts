import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reason } from '../../src/sdk/errors.ts'
import { type FaultBench, faultBench, patientClock } from '../collectors/aws/fault-harness.ts'
import { type AwsWorldServer, type Fault, startAws, wellKept } from '../servers/aws/index.ts'
import { fastClock } from './support/fast-clock.ts'
import { runAws, tidyAwsChecks } from './support/run-aws.ts'
import { failing, type SourceRun } from './support/run-source.ts'

type Kind = Fault['kind']

const ONE_REGION = { regions: ['us-east-1'] }
const onOperation = (operation: string) => new RegExp(` ${operation}$`)

/** An open source over a world in which all is well. */
async function openBench(limitMs?: number, pageSize?: number) {
  const start = new Date()
  const clock = patientClock(start, limitMs)
  const world = wellKept(start, true)
  const server = await startAws({
    world,
    now: () => clock.now().getTime(),
    ...(pageSize !== undefined && { pageSize }),
  })
  return { server, bench: await faultBench(server, { clock, config: ONE_REGION, checks: tidyAwsChecks(world) }) }
}

let server: AwsWorldServer
let bench: FaultBench
let operations: string[]
beforeAll(async () => {
  ;({ server, bench } = await openBench())
  operations = [...new Set([...bench.operations.values()].flat())].sort()
}, 60_000)
afterAll(() => server.close())
afterEach(() => server.clearFaults())

it('without a fault every stream is whole and nothing fails, so that a fault shows', () => {
  expect([...bench.baseline.incomplete]).toEqual([])
  const bad = Object.entries(bench.baseline.statuses).filter(
    ([, { status }]) => status === 'fail' || status === 'unknown',
  )
  expect(bad).toEqual([])
  expect(operations.length).toBeGreaterThan(100)
})

/** Class of failure -> reasons it may have. */
const MATRIX: readonly (readonly [name: string, kind: Kind, reasons: readonly Reason[]])[] = [
  ['403 AccessDenied', 'denied', ['denied']],
  ['401, the credentials are not taken', 'unauthorized', ['denied']],
  ['throttled, again and again', 'throttled', ['throttled']],
  ['404', 'not-found', ['unavailable']],
  ['the region is off', 'opt-in', ['unavailable']],
  ['the account is not subscribed', 'not-subscribed', ['unlicensed']],
  ['500', 'error', ['unavailable']],
  ['503 with a page of a proxy', 'unavailable', ['unavailable']],
  ['connection reset', 'reset', ['unavailable']],
  ['body that breaks off', 'truncated-body', ['truncated']],
  ['body cut in the middle', 'cut-body', ['invalid', 'truncated']],
  ['a sign-in page', 'garbage', ['invalid']],
  ['no body', 'empty-body', ['invalid']],
  ['an answer without any field', 'no-fields', ['invalid']],
]

/**
 * What such an answer of AWS means by itself, so that the stream is whole: `fails` because of it, `gone` since the list was
 * read and so not applicable. All other checks of the stream have no use for the operation and stay as they were.
 */
interface Meaning {
  fails?: readonly string[]
  gone?: readonly string[]
}
const MEANINGS: Readonly<Partial<Record<Kind, Readonly<Record<string, Meaning>>>>> = {
  'not-found': {
    'account:GetAlternateContact': { fails: ['aws.security-contact-set'] },
    'iam:GetAccountPasswordPolicy': { fails: ['aws.password-minimum-length', 'aws.password-reuse-prevented'] },
    // The root user has MFA of its own here.
    'iam:ListOrganizationsFeatures': {},
    'ssm:GetDocument': { fails: ['aws.sessions-recorded'] },
    'sns:ListSubscriptionsByTopic': { fails: ['aws.security-events-alerted'] },
    // Never set for the account; each bucket blocks by itself here.
    's3control:GetPublicAccessBlock': { fails: ['aws.s3-account-public-access-blocked'] },
    'securityhub:DescribeHub': { fails: ['aws.security-hub-enabled'], gone: ['aws.security-hub-findings-in-time'] },
    // No policy, so nobody else is let in.
    'lambda:GetPolicy': {},
    'lambda:ListFunctionUrlConfigs': { gone: ['aws.functions-not-public'] },
    'kms:DescribeKey': { gone: ['aws.kms-keys-rotate', 'aws.kms-keys-kept-and-private'] },
    'eks:DescribeCluster': { gone: ['aws.kubernetes-clusters-restricted'] },
    'elasticloadbalancing:DescribeListeners': { gone: ['aws.load-balancers-use-tls'] },
    'elasticloadbalancing:DescribeTags': { gone: ['aws.front-ends-span-zones'] },
    // One snapshot is gone, the other of another kind is not.
    'rds:DescribeDBSnapshotAttributes': {},
    'rds:DescribeDBClusterSnapshotAttributes': {},
    // Nothing is judged by these two.
    'backup:ListBackupSelections': {},
    // No stack: the digest of the template is not known.
    'cloudformation:GetTemplate': {},
  },
  'no-fields': {
    // This is how AWS says of a bucket that its access is not logged, and that it never kept versions.
    's3:GetBucketLogging': { fails: ['aws.trail-bucket-private'] },
    's3:GetBucketVersioning': { fails: ['aws.record-buckets-immutable'] },
    // Most permission sets have no policy of their own.
    'sso:GetInlinePolicyForPermissionSet': {},
  },
}

interface Struck {
  kind: Kind
  operation: string
  hits(): number
}

function strike(kind: Kind, operation: string, after = 0): Struck {
  return { kind, operation, hits: server.setFault({ kind, on: onOperation(operation), after }).hits }
}

/** Reads what the faults spoil, and looks for what may not be. */
async function expectHonest(faults: readonly Struck[]) {
  const streams = [...new Set(faults.flatMap(({ operation }) => bench.streamsOf(operation)))]
  const reading = await bench.again(streams, () => faults.map(({ hits }) => hits()))
  const wrong: string[] = []
  const meanings = faults.map(({ kind, operation }) => MEANINGS[kind]?.[operation])
  for (const [stream, places] of reading.struck) {
    const swallowed = places.filter((place) => meanings[place] === undefined).map((place) => faults[place]?.operation)
    if (swallowed.length > 0 && !reading.incomplete.has(stream))
      wrong.push(`${stream} is whole without ${swallowed.join()}`)
  }
  const inputs = new Map(bench.checks.map(({ id, inputs: of }) => [id, of]))
  for (const [check, { status }] of Object.entries(reading.statuses)) {
    if (status === 'unknown') continue
    const may = (name: keyof Meaning) => meanings.some((meaning) => meaning?.[name]?.includes(check))
    if (status === 'fail' ? may('fails') : status === 'not-applicable' && may('gone')) continue
    const unread = (inputs.get(check) ?? []).filter((stream) => reading.incomplete.has(stream))
    if (unread.length > 0) wrong.push(`${check} is ${status} without ${unread.join()}`)
    const before = bench.baseline.statuses[check]?.status
    if (status !== before) wrong.push(`${check} was ${before} and is ${status}`)
    // What stays as it was must not be what the answer was about.
    if (status === before && faults.length === 1 && (may('fails') || may('gone')))
      wrong.push(`${check} is ${status} all the same`)
  }
  for (const { stream, scope, outcome } of reading.populations) {
    const before = bench.baseline.populations.find((one) => one.stream === stream && one.scope === scope)
    if (outcome.records > (before?.outcome.records ?? 0)) wrong.push(`${stream} has more than there is`)
  }
  return { ...reading, wrong }
}

describe.each(MATRIX)('%s', (_, kind, reasons) => {
  it('on each operation: the stream says so, and no check passes on it', async () => {
    const wrong: string[] = []
    for (const operation of operations) {
      server.clearFaults()
      const fault = strike(kind, operation)
      const { wrong: found, incomplete } = await expectHonest([fault])
      const told = [...new Set([...incomplete.values()].flat())].filter((reason) => !reasons.includes(reason))
      if (told.length > 0) found.push(`the reason is ${told.join()}`)
      if (fault.hits() === 0) found.push('was not asked')
      wrong.push(...found.map((what) => `${operation}: ${what}`))
    }
    expect(wrong).toEqual([])
  }, 120_000)
})

it('no answer at all: every stream says that it waited too long', async () => {
  const { server: slow, bench: own } = await openBench(400)
  try {
    let left = [...new Set([...own.operations.values()].flat())]
    for (let layer = 0; left.length > 0 && layer < 24; layer++) {
      slow.clearFaults()
      const struck = left.map((operation) => ({
        operation,
        hits: slow.setFault({ kind: 'hang', on: onOperation(operation) }).hits,
      }))
      const streams = [...new Set(left.flatMap((operation) => own.streamsOf(operation)))]
      const readings = await Promise.all(streams.map((stream) => own.again([stream])))
      for (const [at, { incomplete, statuses }] of readings.entries()) {
        const [stream = ''] = streams.slice(at)
        expect(incomplete.get(stream), stream).toContain('timeout')
        expect(Object.values(statuses).filter(({ status }) => status !== 'unknown')).toEqual([])
      }
      left = struck.filter(({ hits }) => hits() === 0).map(({ operation }) => operation)
    }
    expect(left).toEqual([])
  } finally {
    await slow.close()
  }
}, 120_000)

it('a page that leads to itself is no end of a list, and nothing is read twice', async () => {
  const { server: small, bench: own } = await openBench(undefined, 1)
  try {
    expect([...own.baseline.incomplete]).toEqual([])
    const circles: string[] = []
    const wrong: string[] = []
    for (const operation of operations) {
      small.clearFaults()
      small.setFault({ kind: 'endless', on: onOperation(operation) })
      const { incomplete, populations, statuses } = await own.again(own.streamsOf(operation))
      if (incomplete.size > 0) circles.push(operation)
      const told = [...incomplete.values()].flat().filter((reason) => reason !== 'invalid')
      wrong.push(...told.map((reason) => `${operation} is ${reason}`))
      for (const { stream, scope, outcome } of populations) {
        const whole = own.baseline.populations.find((one) => one.stream === stream && one.scope === scope)?.outcome
        // A list of one page has nowhere to lead to, and stays what it was.
        const isWhole = outcome.status === 'complete'
        if (isWhole && outcome.records !== whole?.records) wrong.push(`${stream} lost records by ${operation}`)
      }
      for (const [check, { status }] of Object.entries(statuses)) {
        const before = own.baseline.statuses[check]?.status
        if (status !== 'unknown' && status !== before) wrong.push(`${check} is ${status} with ${operation}`)
      }
    }
    expect(wrong).toEqual([])
    expect(circles.length).toBeGreaterThan(20)
  } finally {
    await small.close()
  }
}, 120_000)

const kinds = MATRIX.map(([, kind]) => kind)

it('never lets a check pass on a stream with a fault, whatever breaks where and when', async () => {
  const fault = fc.record({
    kind: fc.constantFrom(...kinds),
    operation: fc.nat().map((index) => operations[index % operations.length] ?? ''),
    after: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fault, { minLength: 1, maxLength: 5, selector: ({ operation }) => operation }),
      async (faults) => {
        server.clearFaults()
        const { wrong } = await expectHonest(faults.map(({ kind, operation, after }) => strike(kind, operation, after)))
        expect(wrong).toEqual([])
      },
    ),
    { numRuns: 120, seed: 20_261_123 },
  )
}, 180_000)

describe('a whole run', () => {
  /** Not faster: under load an answer would seem to take as long as a time limit. */
  const clock = fastClock(10)
  let own: AwsWorldServer
  let baseline: SourceRun
  const run = () => runAws(own, { clock, config: ONE_REGION, checks: tidyAwsChecks(own.world) })
  beforeAll(async () => {
    own = await startAws({ world: wellKept(clock.now(), true), now: () => clock.now().getTime() })
    baseline = await run()
  }, 60_000)
  afterAll(() => own.close())
  afterEach(() => own.clearFaults())

  function expectHonestRun(result: SourceRun): void {
    const incomplete = result.view.outcomes.filter(({ outcome }) => outcome.status !== 'complete')
    expect(failing(result).filter((check) => baseline.statuses[check] !== 'fail')).toEqual([])
    for (const { stream } of incomplete) {
      expect(result.checksOf(stream).filter((check) => result.statuses[check] === 'pass')).toEqual([])
      expect(result.controlsOf(stream).filter(({ status }) => status === 'pass')).toEqual([])
    }
    expect(result.verified.failures).toEqual([])
    expect(result.exitCode).toBe(incomplete.length > 0 ? 3 : baseline.exitCode)
  }

  it('verifies without a fault', () => {
    expectHonestRun(baseline)
    expect(baseline).toMatchObject({ exitCode: 0, verified: { exitCode: 0 } })
  })

  it.each<Kind>(['denied', 'cut-body'])(
    'with %s on every operation: nothing but who was asked is known',
    async (kind) => {
      for (const operation of operations) {
        // Asked before there is a plan: without it nothing is read, which `aws-run.test.ts` looks at.
        if (!/account:ListRegions|organizations:ListAccounts$/.test(operation)) {
          own.setFault({ kind, on: onOperation(operation) })
        }
      }
      const result = await run()
      expectHonestRun(result)
      const whole = result.view.outcomes
        .filter(({ outcome }) => outcome.status === 'complete')
        .map(({ stream }) => stream)
      expect([...new Set(whole)].sort()).toEqual(['aws.account-identity', 'aws.organization-accounts', 'aws.regions'])
    },
    60_000,
  )

  it('is honest whatever breaks', async () => {
    // Those that mean something to AWS by themselves are looked at above.
    const fatal = kinds.filter((kind) => MEANINGS[kind] === undefined)
    const fault = fc.record({ kind: fc.constantFrom(...fatal), operation: fc.nat(), after: fc.nat(2) })
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 6 }), async (faults) => {
        own.clearFaults()
        for (const { kind, operation, after } of faults) {
          own.setFault({ kind, on: onOperation(operations[operation % operations.length] ?? ''), after: after + 3 })
        }
        expectHonestRun(await run())
      }),
      { numRuns: 2, seed: 20_261_123 },
    )
  }, 120_000)
})
