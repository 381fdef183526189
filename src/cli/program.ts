import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Environment } from './environment.ts'
import { EXIT_HELP } from './exit-codes.ts'
import { explainError } from './explain-error.ts'

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
const DEFAULT_CONFIG = 'affiant.yaml'

/**
 * Parses the command line, runs the command and gives the exit status; errors are printed, never thrown. Nothing but
 * commander is loaded before a command is known.
 */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode = 0
  const written: Promise<void>[] = []
  const program = createProgram(environment, (code) => {
    exitCode = code
  })
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void written.push(environment.stdout.write(text)),
      writeErr: (text) => void written.push(environment.stderr.write(text)),
      getOutHelpWidth: () => environment.stdout.columns,
      getErrHelpWidth: () => environment.stderr.columns,
      getOutHasColors: () => environment.stdout.color,
      getErrHasColors: () => environment.stderr.color,
    })
  }
  try {
    if (args[0] === '-V' || args[0] === '--version') {
      const { agentVersion } = await environment.runtime()
      await environment.stdout.write(`${await agentVersion()}\n`)
      return 0
    }
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    await Promise.all(written)
    // Commander has printed its message; it ends with 0 for --help and 1 for wrong use.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1
    const level = program.opts<{ logLevel?: string }>().logLevel ?? environment.env.AFFIANT_LOG_LEVEL ?? ''
    const explained = explainError(error, { debug: level === 'debug' || level === 'trace' })
    await environment.stderr.write(explained.text)
    return explained.exitCode
  }
  return exitCode
}

function createProgram(environment: Environment, exit: (code: number) => void): Command {
  const program = new Command('affiant')
    .description('Collects evidence from your systems, checks it, and writes signed bundles that verify offline.')
    .usage('<command> [options]')
    .option('-V, --version', 'print the version')
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr')
        .choices(LOG_LEVELS)
        .env('AFFIANT_LOG_LEVEL')
        .default('warn'),
    )
    .showHelpAfterError('"affiant --help" shows what there is.')
    .addHelpText('after', EXIT_HELP)
  const logLevel = () => program.opts<{ logLevel: string }>().logLevel

  program
    .command('init')
    .description('write affiant.yaml and keys into a folder')
    .option('--github <organization>', 'also read this GitHub organization, with the token in GITHUB_TOKEN')
    .option('--dir <folder>', 'where to write', '.')
    .option('--installation <id>', 'name of this installation and its ledger; default: after the folder', installation)
    .addOption(passphraseFile())
    .addOption(json())
    .action(async (options) => exit(await (await import('./init.ts')).init(options, environment)))

  program
    .command('validate')
    .description('check the config and the secrets it refers to')
    .addOption(config())
    .option('--no-secrets', 'do not look at secrets')
    .addOption(json())
    .action(async (options) => exit(await (await import('./validate.ts')).validate(options, environment)))

  program
    .command('run')
    .description('collect, check, map to controls, seal')
    .option('--job <id>', 'the job to run; default: the only one')
    .option('--source <id...>', 'only these sources of the job')
    .option(
      '--period <period>',
      'the period of the evidence, in UTC: 2026-Q3, 2026-09 or 2026; default: as the config says',
    )
    .option('--from <day>', 'the first day of the period (UTC), or an instant')
    .option('--to <day>', 'the last day; or an instant, which is the first one that no longer counts')
    .addOption(config())
    .addOption(json())
    .action(async (options) =>
      exit(await (await import('./run.ts')).run({ ...options, logLevel: logLevel() }, environment)),
    )

  program
    .command('worker')
    .description('run the jobs of the config by their schedules, until it is stopped')
    .option('--port <port>', 'where /healthz is served on 127.0.0.1; 0 for any', port, 8484)
    .addOption(config())
    .action(async (options) => {
      // It has no other voice than its log.
      const isDefault = program.getOptionValueSource('logLevel') === 'default'
      const level = isDefault ? 'info' : logLevel()
      exit(await (await import('./worker.ts')).worker({ ...options, logLevel: level }, environment))
    })

  program
    .command('list')
    .description('list the runs in the store')
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (options) => exit(await (await import('./list.ts')).list(options, environment)))

  program
    .command('show')
    .description('show a run: what is missing, controls, findings')
    .argument('[run]', 'number of the run; default: the last', runNumber)
    .addOption(new Option('--control <id>', 'one control with its evidence, such as A.8.4'))
    .addOption(new Option('--check <id>', 'one check with every subject').conflicts('control'))
    .addOption(
      new Option('--failed', 'every failed check with every failed subject').conflicts(['control', 'check', 'unknown']),
    )
    .addOption(new Option('--unknown', 'everything incomplete or unknown').conflicts(['control', 'check', 'failed']))
    .addOption(framework('the run through a crosswalk').conflicts(['control', 'check', 'failed', 'unknown']))
    .addOption(
      new Option(
        '--as-of <day>',
        'of each job the run that was in force at the end of that day (UTC), or at an instant',
      ).conflicts('framework'),
    )
    .addOption(evidenceFile())
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (run, options) => exit(await (await import('./show.ts')).show(run, options, environment)))

  program
    .command('report')
    .description('write a run as pages for a browser: what is missing, controls, checks, populations')
    .argument('[run]', 'number of the run; default: the last', runNumber)
    .option('--period <period>', 'a period in UTC instead of a run: 2026-Q3, 2026-09 or 2026')
    .option('--from <day>', 'a period instead of a run: its first day (UTC), or an instant')
    .option('--to <day>', 'its last day; or an instant, which is the first one that no longer counts')
    .option(
      '-o, --output <folder>',
      'where to write, with --format a file; default: named after the installation, and the run or period',
    )
    .addOption(
      new Option('--format <format>', 'a run as one file for other programs; default: on standard output')
        .choices(['oscal', 'ocsf', 'sarif', 'csv', 'json'])
        .conflicts(['period', 'from', 'to', 'framework', 'json']),
    )
    .option('--passes', '--format sarif: also what passed or does not apply')
    .addOption(framework('with a page for each of these', '<id...>'))
    .addOption(evidenceFile())
    .addOption(policy())
    .addOption(key())
    .addOption(tsaRoots())
    .addOption(trustOnFirstUse())
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (run, options) => exit(await (await import('./report.ts')).report(run, options, environment)))

  program
    .command('verify')
    .description('verify an export, a store or a run offline, with the keys that you trust')
    .argument('<export|store|run>', 'an export (.tar), a store, or a run: its folder or its number')
    .addOption(policy())
    .addOption(key())
    .addOption(tsaRoots())
    .addOption(trustOnFirstUse())
    .option('--deep', 'also parse every record')
    .option('--report', 'of an export: also make its report again, and compare')
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (target, options) => exit(await (await import('./verify.ts')).verify(target, options, environment)))

  program
    .command('replay')
    .description('evaluate sealed runs again from their records, offline, and compare')
    .argument('<run>', 'number of the run, or an export with runs', runOrFile)
    .option('--run <run>', 'of an export: only this run', runNumber)
    .option('--limit <count>', 'how many subjects of a check are listed with --json', limit)
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (run, options) => exit(await (await import('./replay.ts')).replay(run, options, environment)))

  program
    .command('diff')
    .description('compare two sealed runs: records, results, controls, plan')
    .argument('<from>', 'number of the earlier run', runNumber)
    .argument('<to>', 'number of the later run', runNumber)
    .option('--limit <count>', 'how many of each list are named with --json', limit)
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (from, to, options) => exit(await (await import('./diff.ts')).diff(from, to, options, environment)))

  program
    .command('ledger')
    .description('list the ledger of a store, print its head, verify all of it, or fetch timestamps that it lacks')
    .addArgument(new Argument('[what]', 'what to do').choices(['list', 'head', 'verify', 'stamp']).default('list'))
    .addOption(policy('verify: '))
    .addOption(key('verify: '))
    .addOption(tsaRoots('verify: '))
    .addOption(trustOnFirstUse('verify: '))
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (what, options) =>
      exit(
        what === 'stamp'
          ? await (await import('./ledger-stamp.ts')).ledgerStamp(options, environment)
          : await (await import('./ledger.ts')).ledger(what, options, environment),
      ),
    )

  const keys = program.command('keys').description('make, list, rotate, revoke and export the keys of the ledger')

  keys
    .command('init')
    .description('make a root and a collector key, and begin the ledger')
    .option('--dir <folder>', 'where keys are written; default: beside the signing key of the config')
    .option('--root-key <file>', 'a root key (PKCS#8 PEM) that there is already; default: one is made')
    .addOption(passphraseFile())
    .addOption(algorithm())
    .addOption(config())
    .addOption(json())
    .action(async (options) => exit(await (await import('./keys.ts')).keysInit(options, environment)))

  keys
    .command('list')
    .description('list the keys that the ledger names, with role and validity')
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (options) => exit(await (await import('./keys.ts')).keysList(options, environment)))

  keys
    .command('rotate')
    .description('let a new collector key sign, and revoke the old one')
    .requiredOption('--root-key <file>', 'the root key')
    .addOption(passphraseFile())
    .option('--new-key <file>', 'public key (PEM) of a key that was made elsewhere')
    .option('--keep-old', 'leave the old key active')
    .addOption(algorithm())
    .addOption(config())
    .addOption(json())
    .action(async (options) => exit(await (await import('./keys.ts')).keysRotate(options, environment)))

  keys
    .command('revoke')
    .description('say in the ledger that a key may no longer sign')
    .argument('<key id>', 'id of the key, or its first 8 or more characters', keyId)
    .requiredOption('--root-key <file>', 'the root key')
    .addOption(
      new Option('--reason <reason>', 'why').choices(['superseded', 'retired', 'compromised']).makeOptionMandatory(),
    )
    .option('--since <time>', 'compromised: since when somebody else may have had it (2026-10-01T06:00:00Z)', instant)
    .addOption(new Option('--role <role>', 'role of the key').choices(['collector', 'root']).default('collector'))
    .addOption(passphraseFile())
    .addOption(config())
    .addOption(json())
    .action(async (id, options) => exit(await (await import('./keys.ts')).keysRevoke(id, options, environment)))

  keys
    .command('export')
    .description('write the trust policy and the public keys for those who verify')
    .option('--dir <folder>', 'where to write', 'trust')
    .option('--tsa-roots <file>', 'root certificates (PEM) of timestamp authorities for the policy')
    .option('--expect-head', 'pin the head of the ledger as it is now')
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (options) => exit(await (await import('./keys.ts')).keysExport(options, environment)))

  program
    .command('export')
    .description('write the evidence of a period into one file for somebody else, who verifies it offline')
    .requiredOption('--from <day>', 'runs that were opened on this day (UTC) or later')
    .requiredOption('--to <day>', 'the last day; or an instant, which is the first one that no longer counts')
    .requiredOption('--recipient <name>', 'who gets it; stands in the ledger and in the export')
    .requiredOption('-o, --output <file>', 'where to write, such as 2026-q4.evx.tar')
    .option('--source <id...>', 'only evidence of these sources; the rest is withheld')
    .option('--control <id...>', 'only evidence for these controls, such as A.8.5; the rest is withheld')
    .option(
      '--withhold <pattern=reason...>',
      'withhold what the pattern names (source, stream, plan item, check or path; * for any text), for a reason the recipient reads',
    )
    .addOption(framework('the report has a page for each of these', '<id...>'))
    .option('--no-populations', 'leave populations as CSV and JSON out of the report')
    .option('--no-report', 'leave the report out: evidence alone')
    .addOption(config())
    .addOption(json())
    .action(async (options) => exit(await (await import('./export.ts')).exportRuns(options, environment)))

  program
    .command('proof')
    .description('show that one record is part of a sealed run, without showing the others')
    .argument('<run>', 'number of the run', runNumber)
    .requiredOption('--record <key>', 'key of the record in its stream, such as an id')
    .option('--source <id>', 'the source it is from')
    .option('--stream <id>', 'the stream it is of')
    .option('--scope <id>', 'the scope it is of')
    .option('-o, --output <file>', 'where to write; default: standard output')
    .addOption(config())
    .addOption(store())
    .action(async (run, options) => exit(await (await import('./proof.ts')).proof(run, options, environment)))

  const population = program
    .command('population')
    .description('list, show or export the populations of a sealed run: all records of a stream, and why they are all')

  population
    .command('list')
    .description('list what a run has, events apart from states')
    .argument('[run]', 'number of the run; default: the last', runNumber)
    .addOption(evidenceFile())
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (run, options) =>
      exit(await (await import('./population.ts')).populationList(run, options, environment)),
    )

  population
    .command('show')
    .description('show a population with bounds, requests, pages, end marker, digest and rows')
    .argument('<population>', 'id of the stream, such as github.changes')
    .addOption(ofRun())
    .option('--source <id>', 'of this source')
    .option('--scope <id>', 'of this scope')
    .addOption(evidenceFile())
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (stream, options) =>
      exit(await (await import('./population.ts')).populationShow(stream, options, environment)),
    )

  population
    .command('export')
    .description('write a population as CSV and JSON')
    .argument('<population>', 'id of the stream, such as github.changes')
    .requiredOption('-o, --output <folder>', 'where to write; the names follow from the population')
    .addOption(new Option('--format <format>', 'only this one; default: both').choices(['csv', 'json']))
    .option('--bom', 'begin the CSV with a byte-order mark, for spreadsheets')
    .addOption(ofRun())
    .option('--source <id>', 'of this source; default: of all')
    .option('--scope <id>', 'of this scope; default: of all')
    .addOption(evidenceFile())
    .addOption(config())
    .addOption(store())
    .addOption(json())
    .action(async (stream, options) =>
      exit(await (await import('./population.ts')).populationExport(stream, options, environment)),
    )

  program
    .command('sample')
    .description('pick items of a complete population, by a rule that leaves no choice, and record it in the ledger')
    .argument('<population>', 'id of the stream, such as github.changes')
    .requiredOption('--engagement <name>', 'name of the audit; part of what the picks follow from')
    .requiredOption('--control <id>', 'the control that is tested, such as A.8.32; the same')
    .requiredOption('-o, --output <folder>', 'the folder to write')
    .addOption(new Option('--size <count>', 'how many items the auditor wants').argParser(sampleCount))
    .addOption(
      new Option('--preset <name>', 'as many as a published rule says')
        .choices(['assurancelab', 'chiaro', 'kirkpatrickprice'])
        .conflicts('size'),
    )
    .addOption(new Option('--all', 'every item, with what each check found').conflicts(['size', 'preset']))
    .addOption(ofRun())
    .option('--source <id>', 'of this source')
    .option('--scope <id>', 'of this scope')
    .addOption(config())
    .addOption(json())
    .action(async (stream, options) => exit(await (await import('./sample.ts')).sample(stream, options, environment)))

  program
    .command('doctor')
    .description('open the sources and compare the rights of their credentials with what is needed')
    .argument('[source]', 'id of a source; default: all of them')
    .addOption(config())
    .addOption(json())
    .action(async (source, options) =>
      exit(await (await import('./doctor.ts')).doctor(source, { ...options, logLevel: logLevel() }, environment)),
    )

  program
    .command('permissions')
    .description('print the least-privilege policy of a source or collector')
    .argument('<name>', 'id of a source or of a collector')
    .addOption(new Option('--format <format>', 'as the source takes it, such as github-app-manifest').conflicts('json'))
    .addOption(config())
    .addOption(json())
    .action(async (name, options) =>
      exit(await (await import('./permissions.ts')).permissions(name, options, environment)),
    )

  program
    .command('controls')
    .description('list the controls and how far checks cover them')
    .option('--theme <theme...>', 'organizational, people, physical or technological')
    .option('--attribute <value...>', 'such as detective or identity_and_access_management; all of them')
    .option('--coverage <coverage...>', 'automated, partly or manual')
    .addOption(framework('its items and the controls behind them').conflicts(['theme', 'attribute', 'coverage']))
    .addOption(config())
    .addOption(json())
    .action(async (options) => exit(await (await import('./controls.ts')).controls(options, environment)))

  program
    .command('collectors')
    .description('list the collectors, or show one: streams, permissions, checks')
    .argument('[id]', 'id of a collector')
    .addOption(config())
    .addOption(json())
    .action(async (id, options) => exit(await (await import('./collectors.ts')).collectors(id, options, environment)))

  return program
}

function json(): Option {
  return new Option('--json', 'print one JSON document')
}

function store(): Option {
  return new Option('--store <folder>', 'the store; then no config is read')
}

function config(): Option {
  return new Option('--config <file>', `the config file (default: "${DEFAULT_CONFIG}")`)
}

function evidenceFile(): Option {
  return new Option('--export <file>', 'an export (.tar) to read instead of a store')
}

function ofRun(): Option {
  return new Option('--run <run>', 'number of the run; default: the last').argParser(runNumber)
}

function sampleCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('A count is expected, such as 25.')
  return Number(text)
}

function policy(lead = ''): Option {
  return new Option(
    '--policy <file>',
    `${lead}trust policy (JSON) that you agreed on, from outside the evidence`,
  ).conflicts(['key', 'tsaRoots', 'trustOnFirstUse'])
}

function key(lead = ''): Option {
  return new Option('--key <file...>', `${lead}public root keys (PEM) that you trust, from outside the evidence`)
}

function tsaRoots(lead = ''): Option {
  return new Option('--tsa-roots <file>', `${lead}root certificates (PEM) of timestamp authorities that you trust`)
}

function trustOnFirstUse(lead = ''): Option {
  return new Option(
    '--trust-on-first-use',
    `${lead}believe the key that the evidence itself names; never ends with 0`,
  ).conflicts(['key', 'tsaRoots'])
}

/** The names are those of `FRAMEWORKS`, which are not loaded for `--help`. */
function framework(what: string, value = '<id>'): Option {
  return new Option(
    `--framework ${value}`,
    `${what}: nist-csf-2.0, nist-800-53r5, fedramp-moderate, hipaa, iso27001-2013, iso27701, or a file of yours (.yaml)`,
  )
}

function passphraseFile(): Option {
  return new Option(
    '--passphrase-file <file>',
    'passphrase of the root key; default: AFFIANT_ROOT_PASSPHRASE, if it is set',
  )
}

function algorithm(): Option {
  return new Option('--algorithm <name>', 'of new keys').choices(['p256', 'ed25519']).default('p256')
}

function keyId(text: string): string {
  if (!/^[0-9a-f]{8,64}$/i.test(text)) {
    throw new InvalidArgumentError('The id of a key is expected: its first 8 or more hexadecimal digits.')
  }
  return text
}

function instant(text: string): Date {
  const time = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('A time in UTC is expected, such as 2026-10-01T06:00:00Z.')
  }
  return time
}

function installation(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) {
    throw new InvalidArgumentError('Lower-case letters, digits and hyphens are expected, at most 63.')
  }
  return text
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('A port is expected: 0 to 65535.')
  }
  return Number(text)
}

function limit(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('A count is expected, such as 1000.')
  return Number(text)
}

function runOrFile(text: string): number | string {
  return /^\d+$/.test(text) ? runNumber(text) : text
}

function runNumber(text: string): number {
  if (!/^0*[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('The number of a run is expected, such as 12.')
  return Number(text)
}
