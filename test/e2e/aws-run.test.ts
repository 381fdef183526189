import * as fs from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../collectors/aws/index.ts'
import { sessionPermissions } from '../../collectors/aws/session-permissions.ts'
import { ShowJson } from '../../src/report/json/run.ts'
import { acmeCloud, type AwsWorldServer, iamActionOf, isCovered, startAws, wellKept } from '../servers/aws/index.ts'
import { affiant, type Ended } from './support/cli.ts'
import { fastClock } from './support/fast-clock.ts'
import { awsSource, runAws, tidyAwsChecks } from './support/run-aws.ts'
import { failing, type SourceRun } from './support/run-source.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const LAB = '444444444444'

/** Every byte that the run wrote. */
async function everything(at: Workspace): Promise<string> {
  const entries = await fs.readdir(at.store, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
  return (await Promise.all(files.map((path) => fs.readFile(path, 'latin1')))).join('\n')
}

describe('a whole run over an organisation of four accounts, one of which lets nobody in', () => {
  let server: AwsWorldServer
  let at: Workspace
  let ran: Ended
  let shown: ShowJson
  beforeAll(async () => {
    server = await startAws({ world: acmeCloud(new Date()) })
    at = await workspace()
    const regions = [...(server.world.accounts.get(server.world.home)?.regions.keys() ?? [])]
    await at.config({ sources: [awsSource(server, { regions })] })
    const env = { E2E_AWS_KEY_ID: server.keys.accessKeyId, E2E_AWS_SECRET: server.keys.secretAccessKey }
    ran = await affiant(['run'], { cwd: at.folder, env })
    shown = ShowJson.parse(JSON.parse((await affiant(['show', '--json'], { cwd: at.folder })).stdout))
  }, 120_000)
  afterAll(() => Promise.all([server.close(), at[Symbol.asyncDispose]()]))

  it('is incomplete, and only for the account that refuses entry', () => {
    expect(ran.exitCode).toBe(3)
    expect(shown.incomplete.length).toBeGreaterThan(0)
    for (const part of shown.incomplete) {
      expect(part).toMatchObject({ reason: 'denied' })
      expect(JSON.stringify(part)).toContain(LAB)
    }
  })

  it('names the account that was not read as a failure of coverage, by the role that was refused', async () => {
    expect(shown.checks.find(({ check }) => check === 'aws.every-account-collected')).toMatchObject({ status: 'fail' })
    expect(ran.stderr + ran.stdout).toContain(LAB)
    expect(await everything(at)).toContain(`arn:aws:iam::${LAB}:role/affiant`)
  })

  it('finds what is bad, and lets nothing pass that needs every account', () => {
    const failed = shown.checks.filter(({ status }) => status === 'fail').map(({ check }) => check)
    expect(failed).toEqual(
      expect.arrayContaining([
        'aws.access-keys-rotated',
        'aws.config-recorder-in-every-region',
        'aws.config-rules-met',
        'aws.console-users-have-mfa',
        'aws.kms-keys-rotate',
        'aws.log-groups-kept-a-year',
        'aws.no-full-administrator-policies',
        'aws.role-trust-bounded',
        'aws.secrets-rotated',
        'aws.security-contact-set',
        'aws.stacks-in-sync',
        'aws.unused-credentials-disabled',
        'aws.vpc-flow-logs-on',
      ]),
    )
    expect(shown.checks.find(({ check }) => check === 'aws.root-has-mfa')).toMatchObject({ status: 'unknown' })
  })

  it('verifies, and gives the same verdicts again from the bundle alone', async () => {
    const verified = await affiant(['verify', '1', '--store', at.store, '--key', at.path('key.pub.pem')], {
      cwd: at.folder,
    })
    expect(verified).toMatchObject({ exitCode: 3, stderr: '' })
    expect(await affiant(['replay', '1'], { cwd: at.folder })).toMatchObject({ exitCode: 0 })
  })

  it('asks only to read', () => {
    const writes = /:(?:Create|Delete|Put|Update|Attach|Modify|Start|Stop|Run)/
    expect(server.calls().filter(({ action }) => writes.test(action))).toEqual([])
  })

  it('writes down no key, no name of a person and no address', async () => {
    const written = await everything(at)
    const people = server.world.identityCenter?.users.map(({ UserName }) => UserName ?? '') ?? []
    const canaries = [
      ...server.secrets(),
      ...people,
      'quartz-beetle',
      'silver-moth',
      'security@example.com',
      '+15550100',
    ]
    expect(canaries.filter((canary) => written.includes(canary))).toEqual([])
  })
})

describe('permissions', () => {
  /** Not faster: under load an answer would seem to take as long as a time limit. */
  const clock = fastClock(10)
  const declared = [
    ...new Set(
      [...sessionPermissions, ...collector.streams.flatMap(({ permissions }) => [...permissions])].map(
        ({ name }) => name,
      ),
    ),
  ]
  let called: string[]
  let run: SourceRun
  beforeAll(async () => {
    await using server = await startAws({
      world: wellKept(clock.now()),
      now: () => clock.now().getTime(),
      allowed: declared,
    })
    run = await runAws(server, {
      clock,
      config: { regions: ['eu-west-1', 'us-east-1'], assuranceDocuments: true },
      checks: tidyAwsChecks(server.world),
    })
    called = [...new Set(server.calls().map(({ action }) => iamActionOf(action)))].filter(
      // Needs no permission at all.
      (action) => action !== 'sts:GetCallerIdentity',
    )
  }, 60_000)

  it('those that are declared are enough for every stream and every check', () => {
    expect(run.view.outcomes.filter(({ outcome }) => outcome.status !== 'complete')).toEqual([])
    expect(failing(run)).toEqual([])
    expect(run.exitCode).toBe(0)
  })

  it('every check has something to judge, and passes', () => {
    const others = Object.fromEntries(Object.entries(run.statuses).filter(([, status]) => status !== 'pass'))
    expect(others).toEqual(NOTHING_TO_JUDGE)
  })

  it('whatever is called is declared', () => {
    expect(called.filter((action) => !isCovered(action, declared))).toEqual([])
  })

  it('whatever is declared is called', () => {
    expect(declared.filter((action) => !called.includes(action)).sort()).toEqual(SELDOM)
  })
})

/** What only another world makes the collector call: of stacks that drifted, and of buckets listed without a region. */
const SELDOM = ['cloudformation:DescribeStackResourceDrifts', 's3:GetBucketLocation', 'sts:GetCallerIdentity']

/** Nobody of AWS's support came in, and that is as it should be. */
const NOTHING_TO_JUDGE = { 'aws.support-access-approved': 'not-applicable' }
