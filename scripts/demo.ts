/**
 * `npm run demo`: a whole run as a user would make it, against an emulated GitHub, Okta and AWS and, where there is one, the
 * project's own git repository; then a sample of the changes that nobody chose; then its verification and its report; then the
 * verification of a copy in which one byte was changed. Exit status 0 if all went as it should (findings are expected), 1 with
 * what differed, 130 after Ctrl-C.
 */
import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { command } from '../src/cli/shell.ts'
import { PopulationJson } from '../src/report/json/population.ts'
import { ShowJson } from '../src/report/json/run.ts'
import { VerifyJson } from '../src/report/json/verify.ts'
import { type GithubServer, startGithub } from '../test/servers/github/index.ts'
import { acmeCloud, type AwsWorldServer, startAws } from '../test/servers/aws/index.ts'
import { acmeIdentity, type OktaServer, startOkta } from '../test/servers/okta/index.ts'
import { type Affiant, affiantOf } from './demo/affiant.ts'
import { type Checkout, findCheckout } from './demo/checkout.ts'
import { demoConfig, INSTALLATION, SOURCES, TOKEN_VARIABLES } from './demo/config.ts'
import { populationDifferences, runDifferences, tamperDifferences, verifyDifferences } from './demo/facts.ts'
import { makeDemoFolder } from './demo/folder.ts'
import { screen } from './demo/screen.ts'
import { copyAndChange, type Edit } from './demo/tamper.ts'

const ROOT = resolve(import.meta.dirname, '..')
const RUN = 'runs/000000001'
const CHANGES = 'github.changes'
const REPORT = join('report', 'index.html')

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'all is as it should be',
  2: 'all was read, and checks failed',
  3: 'evidence is incomplete',
  4: 'the evidence is not what was sealed',
}

/** Somebody makes a finding go away: a pull request needed no approval, and now it needs one. */
const EDIT: Edit = {
  source: SOURCES.github,
  stream: 'github.branch-protection',
  record: '"repository":"acme-robotics/fleet-dashboard"',
  before: '"approvals":0',
  after: '"approvals":1',
}

interface Demo {
  out: string
  github: GithubServer
  okta: OktaServer
  aws: AwsWorldServer
  affiant: Affiant
  checkout: Checkout
  /** Throws once the demo was stopped. */
  goOn: () => void
}

/** Runs every step; what was not as expected. */
async function demo(parts: Demo): Promise<string[]> {
  const { out, github, okta, aws, affiant, checkout, goOn } = parts
  const config = join(out, 'affiant.yaml')
  const policy = join(out, 'keys', 'trust-policy.json')
  const copy = join(out, 'tampered')
  const sample = join(out, 'sample')
  const report = join(out, 'report')

  const execute = async (...args: string[]): Promise<number> => {
    screen.command(command('affiant', ...args))
    const status = await affiant.show(args)
    goOn()
    screen.status(status, MEANINGS[status] ?? 'it could not be done')
    return status
  }

  screen.step(1, 'A config and keys')
  if ((await execute('init', '--dir', out, '--installation', INSTALLATION)) !== 0) return ['init did not end with 0']
  const today = new Date()
  const repository = relative(out, ROOT)
  const schema = relative(out, join(ROOT, 'config.schema.json'))
  const emulated = {
    baseUrl: github.url,
    okta: { orgUrl: okta.url, organizationId: okta.seed.id },
    aws: { endpoint: aws.url, world: aws.world },
  }
  const text = demoConfig({ ...emulated, schema, today, ...(checkout.readable && { repository }) })
  await writeFile(config, text)
  console.log(`\nThe demo has now put its sources into ${config}, and what an`)
  console.log('organisation declares: approved owners and administrators, who has left, tickets.')
  console.log('Keys of the emulated systems are handed over in the environment.')

  screen.step(2, 'Collect, check, map to controls, seal', ...aboutSources(checkout))
  const ran = await execute('run', '--config', config)
  const shown = ShowJson.safeParse(ran === 1 ? undefined : await affiant.ask(['show', '--config', config]))
  goOn()
  if (!shown.success) return [`the run ended with ${ran}`]
  const differences = runDifferences(shown.data, ran)

  screen.step(
    3,
    'Sample the changes, so that nobody picks',
    'The population is every change that reached a default or protected branch: merged',
    'pull requests and direct pushes, counted by both. Its digest is the seed.',
  )
  const question = ['--size', '5', '--engagement', 'demo', '--control', 'A.8.32']
  const sampled = await execute('sample', CHANGES, ...question, '--output', sample, '--config', config)
  const population = PopulationJson.safeParse(await affiant.ask(['population', 'show', CHANGES, '--config', config]))
  goOn()
  if (!population.success) return [...differences, `the sample ended with ${sampled}, and ${CHANGES} is not shown`]
  differences.push(...populationDifferences(population.data, sampled))

  screen.step(4, 'Verify, offline, with the trust policy alone')
  const verified = await execute('verify', '1', '--store', join(out, 'evidence'), '--policy', policy)
  differences.push(...verifyDifferences(verified, shown.data.incomplete.length === 0))

  screen.step(5, 'Write the report, which a browser shows without a network')
  const reported = await execute('report', '1', '--config', config, '--policy', policy, '--output', report)
  if (reported !== 0) differences.push(`the report ended with ${reported}`)

  screen.step(
    6,
    'Change one byte in a copy, and verify that',
    'In one repository a pull request needs no approval, which is a finding. In the',
    `copy its record says that it needs one: ${EDIT.before} becomes ${EDIT.after}.`,
  )
  screen.command(command('cp', '-R', join(out, 'evidence'), copy))
  const file = await copyAndChange(join(out, 'evidence'), copy, RUN, EDIT)
  console.log(`One byte changed in ${copy}:\n${file}\n`)
  const refused = await execute('verify', '1', '--store', copy, '--policy', policy)
  const answer = VerifyJson.parse(await affiant.ask(['verify', '1', '--store', copy, '--policy', policy]))
  return [...differences, ...tamperDifferences(refused, answer)]
}

function aboutSources(checkout: Checkout): string[] {
  const shallow = ' Its clone is shallow, so its history breaks off: expect it to be reported.'
  return [
    `${SOURCES.github}: a GitHub organisation. Emulated on this machine: demo data.`,
    `${SOURCES.okta}: its people in Okta. Emulated on this machine: demo data.`,
    `${SOURCES.aws}: its AWS organisation, four accounts in three regions. Emulated on this`,
    'machine: demo data. One account lets nobody in: it is named, and whatever had to',
    'be looked at there too is unknown and does not pass. So the run ends with 3.',
    checkout.readable
      ? `${SOURCES.git}: the project's own repository, read for real.${checkout.shallow ? shallow : ''}`
      : `The project's own repository is left out: ${checkout.why}.`,
  ]
}

function closing(out: string): void {
  const affiant = (...args: string[]) => command('npx', 'affiant', ...args)
  const config = ['--config', join(out, 'affiant.yaml')]
  screen.pairs('Where things are', [
    ['config', join(out, 'affiant.yaml')],
    ['bundle', `${join(out, 'evidence', RUN)} and ${join(out, 'evidence', 'objects')}`],
    ['trust policy', `${join(out, 'keys', 'trust-policy.json')} (for the auditor)`],
    ['sample', `${join(out, 'sample')} (a folder for each item; README.txt picks again)`],
    ['changed copy', join(out, 'tampered')],
    ['report', join(out, REPORT)],
  ])
  screen.commands('Try next', [
    ['every failed check with every subject', affiant('show', '--failed', ...config)],
    ['one control: what its evidence shows, and what it does not', affiant('show', '--control', 'A.8.9', ...config)],
    [
      'which AWS accounts were read, and which not',
      affiant('show', '--check', 'aws.every-account-collected', ...config),
    ],
    ['all changes, and why they are all', affiant('population', 'show', CHANGES, ...config)],
    ['how far checks cover the 93 controls', affiant('controls')],
    ['your own checkout or organisation', affiant('init', '--dir', 'my-evidence', '--github', 'YOUR-ORGANISATION')],
  ])
  screen.commands('Read first', [['the report, in a browser', pathToFileURL(resolve(out, REPORT)).href]])
}

class Stopped extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'demo-out' } } })
  const out = values.out
  await makeDemoFolder(out)
  const started = performance.now()
  const [github, okta, aws] = await Promise.all([
    startGithub(),
    startOkta({ seed: acmeIdentity(new Date()) }),
    startAws({ world: acmeCloud(new Date()) }),
  ])
  const affiant = affiantOf(ROOT, {
    ...process.env,
    [TOKEN_VARIABLES.github]: github.tokens.owner,
    [TOKEN_VARIABLES.okta]: okta.tokens.superAdmin,
    [TOKEN_VARIABLES.awsKeyId]: aws.keys.accessKeyId,
    [TOKEN_VARIABLES.awsSecret]: aws.keys.secretAccessKey,
  })

  let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined
  const stop = (signal: 'SIGINT' | 'SIGTERM') => {
    stoppedBy = signal
    // A terminal sends Ctrl-C to the running command too; a second one would cut it short.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) affiant.interrupt(signal)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const goOn = () => {
    if (stoppedBy !== undefined) throw new Stopped()
  }

  try {
    screen.title(
      'Affiant, start to finish',
      'From a config file to a signed bundle that verifies, and one that does not.',
      `GitHub (${github.url}), Okta (${okta.url})`,
      `and AWS (${aws.url}) are emulated on this machine: the organisation`,
      `${github.organization.login}, its people, repositories, accounts and settings are demo data.`,
    )
    const differences = await demo({ out, github, okta, aws, affiant, checkout: findCheckout(ROOT), goOn })
    if (differences.length > 0) {
      screen.bad(['The demo did not go as it should:', ...differences.map((line) => `  ${line}`)].join('\n'))
      return 1
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    screen.good(`Done in ${seconds} s: one run sealed and verified, one changed copy refused.`)
    closing(out)
    return 0
  } catch (error) {
    if (!(error instanceof Stopped) || stoppedBy === undefined) throw error
    screen.bad('Stopped. The emulated GitHub, Okta and AWS are stopped too.')
    return 128 + constants.signals[stoppedBy]
  } finally {
    await Promise.all([github.close(), okta.close(), aws.close()])
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  screen.bad(`The demo could not go on: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
