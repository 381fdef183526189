import { type ReadError, DeniedError, InvalidError, TruncatedError, UnavailableError } from '../sdk/errors.ts'

/**
 * What `git` may be asked to do, so that it reads and nothing else: neither an option nor the repository's own
 * configuration can make it write a file, start a program or open a connection.
 *
 * Sources: git(1), git-config(1), gitattributes(5), https://git-scm.com/docs
 */

interface Subcommand {
  /** Options as they stand; git also accepts abbreviations, which is why this is a list of what is allowed. */
  options: readonly string[]
  /** Options with a value, written `--name=value` only. */
  valued: readonly string[]
  /** How many arguments that are not options it may have. */
  operands: number
  /** It may have paths after `--`. Where it may not, git could take them for a command of the subcommand (`remote -- add`). */
  paths?: true
  /** One of these must be there, as the subcommand writes without them. */
  needs?: readonly string[]
}

const history: Subcommand = {
  options: [
    '--first-parent',
    '--reverse',
    '--count',
    '--header',
    '--parents',
    '--timestamp',
    '--topo-order',
    '--date-order',
    '--no-merges',
    '--merges',
    '--all',
    '--branches',
    '--tags',
    '--full-history',
    '--no-walk',
    '-z',
    '--name-only',
    '--name-status',
    '--raw',
    '--no-renames',
    '--no-decorate',
    '--no-notes',
    '--no-mailmap',
    '--walk-reflogs',
  ],
  valued: [
    '--max-count',
    '--skip',
    '--max-parents',
    '--min-parents',
    '--since',
    '--until',
    '--since-as-filter',
    '--format',
    '--diff-filter',
    '--date',
  ],
  operands: Number.POSITIVE_INFINITY,
  paths: true,
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  branch: { options: ['--show-current'], valued: [], operands: 0, needs: ['--show-current'] },
  'cat-file': { options: ['-t', '-s', '-p'], valued: [], operands: 1 },
  'for-each-ref': { options: [], valued: ['--format', '--count', '--sort'], operands: 0, paths: true },
  'hash-object': { options: ['--no-filters'], valued: [], operands: 0, paths: true, needs: ['--no-filters'] },
  log: history,
  'ls-tree': {
    options: ['-r', '-t', '-d', '-z', '--full-tree', '--name-only', '--object-only'],
    valued: ['--format'],
    operands: 1,
    paths: true,
  },
  remote: { options: ['-v'], valued: [], operands: 0 },
  'rev-list': history,
  'rev-parse': {
    options: [
      '--verify',
      '--is-bare-repository',
      '--is-shallow-repository',
      '--show-object-format',
      '--show-prefix',
      '--git-common-dir',
    ],
    valued: ['--path-format'],
    operands: 1,
  },
}

/** Settings a collector may give with `-c`; the value is a path, which receipts do not show. */
const SETTINGS = ['gpg.ssh.allowedSignersFile', 'gpg.ssh.revocationFile'] as const

/**
 * Stands in front of every call. Command-line settings beat those of the repository, of the user and of the system, so
 * a hostile `.git/config` names no program that is ever run. Replacement objects, grafts and the commit graph are
 * ignored, as they can show a history other than the one the commit ids commit to.
 */
const FIXED: readonly string[] = [
  '--no-pager',
  '--no-optional-locks',
  '--no-replace-objects',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.attributesFile=/dev/null',
    'core.commitGraph=false',
    'core.alternateRefsCommand=false',
    'core.sshCommand=false',
    'core.askPass=false',
    'credential.helper=',
    'core.quotePath=false',
    'i18n.logOutputEncoding=UTF-8',
    'log.showSignature=false',
    'color.ui=false',
    'protocol.allow=never',
    'diff.external=',
    'gpg.program=gpg',
    'gpg.openpgp.program=gpg',
    'gpg.x509.program=gpgsm',
    'gpg.ssh.program=ssh-keygen',
    'gpg.ssh.allowedSignersFile=/dev/null',
    'gpg.ssh.defaultKeyCommand=',
  ].flatMap((setting) => ['-c', setting]),
]

/** Environment of every git process, besides PATH and the two home folders. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_GRAFT_FILE: '/dev/null',
  // An empty list: no protocol at all, whatever `protocol.<name>.allow` says in the repository's configuration.
  GIT_ALLOW_PROTOCOL: '',
}

/** A call of git that may be made. */
export interface GitCall {
  subcommand: string
  /** What is run: the fixed arguments, the folder, and those of the collector. */
  args: readonly string[]
  /** What the receipt shows: the collector's own arguments, paths of this machine masked. */
  shown: readonly string[]
}

/**
 * Checks a call against the rules above.
 * @throws InvalidError for a subcommand that `allowed` does not list and for every argument that is not known to only read
 */
export function gitCall(args: readonly string[], allowed: readonly string[], folder: string | undefined): GitCall {
  if ([...args, folder ?? ''].some((arg) => arg.includes('\0'))) throw refuse('a NUL in an argument')

  const settings: string[] = []
  const masked: string[] = []
  let next = 0
  for (; args[next] === '-c'; next += 2) {
    const setting = args[next + 1] ?? ''
    const name = SETTINGS.find((known) => setting.startsWith(`${known}=/`))
    if (name === undefined) throw refuse('a setting that is not on the list')
    settings.push('-c', setting)
    masked.push('-c', `${name}=[path]`)
  }
  const subcommand = args[next] ?? ''
  const rule = allowed.includes(subcommand) && Object.hasOwn(SUBCOMMANDS, subcommand) && SUBCOMMANDS[subcommand]
  if (!rule) throw refuse(subcommand.startsWith('-') ? 'an option before the subcommand' : `\`${subcommand}\``)

  const own = args.slice(next + 1)
  const problem = argumentProblem(rule, own)
  if (problem !== undefined) throw refuse(`\`${subcommand}\` and ${problem}`)
  const paths = subcommand === 'hash-object' ? own.map((arg) => (arg.startsWith('/') ? '[path]' : arg)) : own
  return {
    subcommand,
    args: [...FIXED, ...(folder === undefined ? [] : ['-C', folder]), ...settings, subcommand, ...own],
    shown: [...masked, subcommand, ...paths],
  }
}

function refuse(what: string): InvalidError {
  return new InvalidError(`refused to run git with ${what}: the collector may only use what is known to read`)
}

function argumentProblem(rule: Subcommand, args: readonly string[]): string | undefined {
  const end = args.indexOf('--')
  if (end !== -1 && !rule.paths) return '`--`'
  const before = end === -1 ? args : args.slice(0, end)
  let operands = 0
  for (const arg of before) {
    if (!arg.startsWith('-')) operands += 1
    else if (!rule.options.includes(arg) && !rule.valued.some((name) => arg.startsWith(`${name}=`)))
      return `the option ${arg.replace(/=.*$/s, '')}`
  }
  if (operands > rule.operands) return 'that many arguments'
  if (rule.needs && !rule.needs.some((option) => before.includes(option))) return `not ${rule.needs.join(' or ')}`
  return undefined
}

const FAILURES: readonly { says: RegExp; error: () => ReadError }[] = [
  {
    says: /dubious ownership|unsafe repository/,
    error: () =>
      new DeniedError(
        'git does not read this repository because it belongs to another user of the machine; allow it, as the user Affiant runs as, with: git config --global --add safe.directory <folder of the repository>',
      ),
  },
  {
    says: /not a git repository/,
    error: () => new InvalidError('the configured folder is not a git repository; correct `path`, or clone it there'),
  },
  {
    says: /promisor remote|transport '.*' not allowed|protocol '.*' is not supported|lazy fetching disabled/,
    error: () =>
      new TruncatedError(
        'this is a partial clone and lacks objects that are needed; Affiant fetches nothing, so clone again without --filter',
      ),
  },
  {
    says: /cannot change to .*: No such file|could not open .*: No such file|cannot open .*: No such file/,
    error: () =>
      new UnavailableError('a file or folder named in the config does not exist; correct the path, or mount it'),
  },
  {
    says: /Permission denied/i,
    error: () =>
      new DeniedError('the user Affiant runs as may not read this repository; give it read access to the folder'),
  },
  {
    says: /unknown revision|bad revision|ambiguous argument|Needed a single revision|Not a valid object name/,
    error: () => new InvalidError('git does not know the branch or commit that was asked for'),
  },
  {
    says: /corrupt|bad object|missing (?:blob|tree|commit)|unable to read|could not read|loose object|bad tree|Failed to traverse/i,
    error: () => new InvalidError('the repository is damaged; look with `git fsck`, and clone it again'),
  },
  {
    says: /unknown repository extension|Expected git repo version|unknown option/,
    error: () => new InvalidError('the installed git is too old for this repository; install a newer one'),
  },
]

/** The error for a git that ended with `status`. What git printed is only matched, never repeated: it holds paths. */
export function gitFailure(subcommand: string, status: number, stderr: string): ReadError {
  const known = FAILURES.find((failure) => failure.says.test(stderr))
  return known?.error() ?? new InvalidError(`\`git ${subcommand}\` ended with status ${status}`)
}
