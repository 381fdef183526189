import { type CollectContext, InvalidError, type Period, TruncatedError } from 'affiant/sdk'
import { type Commit, parseCommit } from './commit.ts'
import type { GitConfig } from './config.ts'
import { remoteLocation } from './remote.ts'
import { scopeNames } from './scope-names.ts'
import { readVerdicts, type Verification } from './verification.ts'

/** What a repository is, read once when the source is opened, so that all streams speak of the same head. */
interface Facts {
  bare: boolean
  shallow: boolean
  objectFormat: 'sha1' | 'sha256'
  /** Short name of the branch that is read; `null` when HEAD is detached and no branch stands for the default. */
  branch: string | null
  /** Full name of the ref that was read. */
  ref: string | null
  /** Commit the ref points to; `null` in a repository without commits. */
  head: string | null
}

/** A branch as it was found when its source was first read. */
export interface Branch {
  name: string
  ref: string
  head: string
}

/** Commits, and git's own count of the same. */
interface Counted {
  commits(): AsyncIterable<Commit>
  count(): Promise<number>
}

/** A file at the head. */
export interface TreeFile {
  path: string
  blob: string
  /** `100644`, `100755`, `120000` (symbolic link) or `160000` (submodule). */
  mode: string
}

/** One repository, read with git. Every function raises what the command seam raises. */
export interface Repository {
  name: string
  facts(): Promise<Facts>
  /** Root of the first-parent history: what makes it this repository and no other. `null` if it cannot be seen. */
  root(): Promise<string | null>
  remotes(): Promise<{ name: string; location: string }[]>
  /** Length of the first-parent history. */
  count(): Promise<number>
  /** First-parent history, oldest first. */
  commits(): AsyncIterable<Commit>
  /** The branches whose changes are listed: the default one first, then those that config names. */
  changeBranches(): Promise<Branch[]>
  /** First-parent history of a branch, oldest first, and how long git says it is. */
  firstParents(branch: Branch): Counted
  /** Everything that can be reached from a branch and not from that commit (`null`: everything), parents before children. */
  reached(branch: Branch, after: string | null): Counted
  /** The branch's own record of where it pointed and since when, newest first; empty where git keeps none. */
  reflog(branch: Branch): Promise<{ commit: string; at: Date }[]>
  /**
   * Verification of the commits of {@link Repository.commits} that follow the given one (`null`: of all), in the same
   * order. `null` if config asks for none.
   */
  verdicts: ((after: string | null) => AsyncIterable<{ id: string; verification: Verification }>) | null
  /** Id of the allowed signers file as a blob, which pins its content; `null` if config names none. */
  allowedSigners(): Promise<string | null>
  /** Files at these paths, and below them where they are folders. */
  files(paths: readonly string[]): Promise<TreeFile[]>
  /** The commit that last changed this path, `null` if it never existed. */
  lastChange(path: string): Promise<Commit | null>
}

export interface Session {
  repositories: ReadonlyMap<string, Repository>
  period: Period
  /** When the source was opened: no commit can truly be later. */
  now: Date
  protectedPaths: readonly string[]
}

export function openSession(context: CollectContext<GitConfig, never>): Session {
  const { config } = context
  const names = scopeNames(config.repositories)
  return {
    repositories: new Map(
      config.repositories.map((entry, index) => {
        const name = names[index] ?? entry.path
        return [name, openRepository(context, name, entry)]
      }),
    ),
    period: context.period,
    now: context.clock.now(),
    protectedPaths: config.protectedPaths,
  }
}

type Git = (args: readonly string[], separator?: '\n' | '\0') => AsyncIterable<string>

function openRepository(
  { command, config }: CollectContext<GitConfig, never>,
  name: string,
  { path: cwd, branch, changeBranches }: GitConfig['repositories'][number],
): Repository {
  const git: Git = (args, separator = '\n') => command('git', args, { cwd, separator })
  const settings = config.allowedSigners ? ['-c', `gpg.ssh.allowedSignersFile=${config.allowedSigners}`] : []
  const verify = config.allowedSigners !== undefined || config.verifySignatures

  let known: Promise<Facts> | undefined
  const facts = () => (known ??= readFacts(git, branch))
  const fromHead = async function* (args: readonly string[], separator?: '\n' | '\0', paths: readonly string[] = []) {
    const { head } = await facts()
    if (head !== null) yield* git([...args, head, '--', ...paths], separator)
  }

  const counted = (args: readonly string[], order: readonly string[] = []): Counted => ({
    async *commits() {
      for await (const item of git(['rev-list', ...order, '--reverse', '--header', ...args, '--'], '\0'))
        yield parseCommit(item)
    },
    async count() {
      return Number((await list(git(['rev-list', '--count', ...args, '--'])))[0])
    },
  })

  return {
    name,
    facts,
    async changeBranches() {
      const { branch: main, ref, head } = await facts()
      if (head === null) return []
      const first = { name: main ?? 'HEAD', ref: ref ?? 'HEAD', head }
      return [first, ...(await findBranches(git, changeBranches, first))]
    },
    firstParents: ({ head }) => counted(['--first-parent', head]),
    reached: ({ head }, after) => counted([head, ...(after === null ? [] : [`^${after}`])], ['--topo-order']),
    async reflog({ ref }) {
      const format = '--format=%H%x09%gd'
      const lines = await list(
        git(['log', '--walk-reflogs', '--date=unix', '--no-decorate', '--no-notes', format, ref, '--']),
      )
      return lines.flatMap((line) => {
        const [, commit, seconds] = /^([0-9a-f]+)\t.*@\{(\d+)\}$/.exec(line) ?? []
        return commit === undefined ? [] : [{ commit, at: new Date(Number(seconds) * 1000) }]
      })
    },
    async root() {
      if ((await facts()).shallow) return null
      return (await list(fromHead(['rev-list', '--first-parent', '--max-parents=0']))).at(-1) ?? null
    },
    async remotes() {
      const remotes = new Map<string, { name: string; location: string }>()
      for (const line of await list(git(['remote', '-v']))) {
        const [, remote, url] = /^([^\t]+)\t(.*) \((?:fetch|push)\)/.exec(line) ?? []
        if (remote === undefined || url === undefined) continue
        const location = remoteLocation(url)
        remotes.set(`${remote}\t${location}`, { name: remote, location })
      }
      return [...remotes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, remote]) => remote)
    },
    async count() {
      return Number((await list(fromHead(['rev-list', '--first-parent', '--count'])))[0] ?? 0)
    },
    async *commits() {
      for await (const item of fromHead(['rev-list', '--first-parent', '--reverse', '--header'], '\0'))
        yield parseCommit(item)
    },
    verdicts: verify
      ? (after) =>
          readVerdicts((args) => fromHead([...settings, ...args, ...(after === null ? [] : [`^${after}`])], '\0'))
      : null,
    async allowedSigners() {
      if (!config.allowedSigners) return null
      return (await list(git(['hash-object', '--no-filters', '--', config.allowedSigners])))[0] ?? null
    },
    async files(paths) {
      if (paths.length === 0) return []
      const entries = await list(fromHead(['ls-tree', '-r', '-z', '--full-tree'], '\0', paths))
      return entries.map(parseTreeEntry)
    },
    async lastChange(path) {
      const { shallow } = await facts()
      const args = ['rev-list', '--max-count=1', '--header']
      const [item] = await list(fromHead(args, '\0', [`:(top,literal)${path}`]))
      if (!shallow) return item === undefined ? null : parseCommit(item)
      // Where a shallow clone breaks off, every file looks as if it had just been added, and older changes are not there.
      const boundary = await list(fromHead(['rev-list', '--max-parents=0']))
      if (item === undefined || boundary.includes(parseCommit(item).id)) throw shallowHistory()
      return parseCommit(item)
    },
  }
}

/** What to say where the history of a shallow clone is not enough. */
export function shallowHistory(): TruncatedError {
  return new TruncatedError(
    'this is a shallow clone, so its history is not complete; fetch all of it with `git fetch --unshallow` (in CI: fetch-depth 0)',
  )
}

async function readFacts(git: Git, wanted: string | undefined): Promise<Facts> {
  const flags = ['--is-bare-repository', '--is-shallow-repository', '--show-object-format', '--show-prefix']
  const [bare, shallow, objectFormat, prefix] = await list(git(['rev-parse', ...flags]))
  if (objectFormat !== 'sha1' && objectFormat !== 'sha256')
    throw new InvalidError('git did not say which object format the repository has; install git 2.34 or newer')
  if (prefix)
    throw new InvalidError(
      'the configured folder lies inside a repository but is not its top; name the top folder in `path`',
    )
  const shared = { bare: bare === 'true', shallow: shallow === 'true', objectFormat } as const
  return { ...shared, ...(await findHead(git, wanted)) }
}

/** The branch from config, else the remote's default branch, else the branch checked out, else main or master, else HEAD. */
async function findHead(git: Git, wanted: string | undefined): Promise<Pick<Facts, 'branch' | 'ref' | 'head'>> {
  const current = (await list(git(['branch', '--show-current'])))[0] ?? ''
  const candidates =
    wanted === undefined
      ? [
          'refs/remotes/origin/HEAD',
          ...(current === '' ? [] : [`refs/heads/${current}`]),
          'refs/heads/main',
          'refs/heads/master',
        ]
      : [`refs/remotes/origin/${wanted}`, `refs/heads/${wanted}`]
  const format = '--format=%(refname)%09%(symref)%09%(objectname)'
  const refs = (await list(git(['for-each-ref', format, '--', ...new Set(candidates)]))).map((line) => line.split('\t'))
  for (const candidate of candidates) {
    const found = refs.find(([name]) => name === candidate)
    if (!found) continue
    const ref = found[1] || candidate
    return { branch: ref.replace(/^refs\/(?:heads|remotes\/origin)\//, ''), ref, head: found[2] ?? null }
  }
  // The branch checked out has no commit yet: then nor has the repository, as far as config tells us to look.
  const hasCommits = (await list(git(['for-each-ref', '--count=1', '--format=%(refname)']))).length > 0
  if (wanted !== undefined && (hasCommits || current !== wanted))
    throw new InvalidError(`the repository has no branch \`${wanted}\`, neither its own nor of the remote origin`)
  if (current !== '') return { branch: current, ref: `refs/heads/${current}`, head: null }
  const [head = null] = await list(git(['rev-parse', '--verify', 'HEAD']))
  return { branch: null, ref: 'HEAD', head }
}

/**
 * Branches that config names besides the default one, by name; of the remote origin first, then those of the repository.
 * @throws InvalidError for a name without `*` that is no branch
 */
async function findBranches(git: Git, names: readonly string[], first: Branch): Promise<Branch[]> {
  const found = new Map<string, Branch>()
  for (const name of names) {
    const patterns = [`refs/remotes/origin/${name}`, `refs/heads/${name}`]
    const lines = await list(
      git(['for-each-ref', '--format=%(refname)%09%(symref)%09%(objectname)', '--', ...patterns]),
    )
    const refs = lines.map((line) => line.split('\t')).filter(([, symbolic]) => symbolic === '')
    if (refs.length === 0 && !name.includes('*'))
      throw new InvalidError(`the repository has no branch \`${name}\`, neither its own nor of the remote origin`)
    // The remote's come first, and a branch of the same name here is only somebody's copy.
    for (const [ref = '', , head = ''] of refs.toSorted(([a = ''], [b = '']) => (a > b ? -1 : 1))) {
      const short = ref.replace(/^refs\/(?:heads|remotes\/origin)\//, '')
      if (short !== first.name && !found.has(short)) found.set(short, { name: short, ref, head })
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** `100644 blob <id>\t<path>`; see git-ls-tree(1). */
function parseTreeEntry(entry: string): TreeFile {
  const [, mode, blob, path] = /^(\d{6}) (?:blob|commit) ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? []
  if (mode === undefined || blob === undefined || path === undefined)
    throw new InvalidError('git printed a tree entry that is not one')
  return { path, blob, mode }
}

async function list(items: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const item of items) all.push(item)
  return all
}
