import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { asReadError, type Clock, type Observed, type Page, type Reader, type Scope, type Stream, z } from 'affiant/sdk'
import { collector } from '../../../collectors/git/index.ts'
import type { Session } from '../../../collectors/git/client.ts'
import { type CommandSeam, createCommand } from '../../../src/collect/command.ts'
import type { CommandReceipt } from '../../../src/model/receipt.ts'

export const NOW = new Date('2026-11-01T00:00:00Z')
export const PERIOD = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-01T00:00:00Z') }

const clock: Clock = {
  now: () => NOW,
  sleep: () => Promise.reject(new Error('nothing sleeps')),
  after: () => ({ [Symbol.dispose]: () => undefined }),
}

const Fields = z.record(z.string(), z.unknown())

export interface CommitOptions {
  author?: string
  at?: string
  message?: string
  files?: Record<string, string>
  /** Private key file to sign with. */
  sign?: string
}

/** A folder of its own, gone at the end of the test. */
export class Sandbox implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'affiant-git-'));

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  git(repository: string, args: readonly string[], env: Record<string, string> = {}, input = ''): string {
    return this.run('git', repository, args, env, input)
  }

  private run(program: string, folder: string, args: readonly string[], env: object, input = ''): string {
    return execFileSync(program, [...args], {
      cwd: this.path(folder),
      encoding: 'utf8',
      input,
      stdio: 'pipe',
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Example',
        GIT_AUTHOR_EMAIL: 'dev@example.com',
        GIT_COMMITTER_NAME: 'Example',
        GIT_COMMITTER_EMAIL: 'dev@example.com',
        ...env,
      },
    }).trim()
  }

  init(repository: string, ...options: string[]): void {
    mkdirSync(this.path(repository), { recursive: true })
    this.git(repository, ['init', '--quiet', '--initial-branch=main', ...options])
  }

  write(name: string, text: string, mode = 0o644): string {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
    chmodSync(this.path(name), mode)
    return this.path(name)
  }

  /** Commits, and returns the commit's id. */
  commit(repository: string, options: CommitOptions = {}): string {
    const { author = 'dev@example.com', at = '2026-10-10T12:00:00Z', message = 'Change', files = {}, sign } = options
    for (const [name, text] of Object.entries(files)) this.write(`${repository}/${name}`, text)
    this.git(repository, ['add', '--all'])
    const signing = sign ? ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${sign}`] : ['-c', 'commit.gpgsign=false']
    const args = ['commit', '--quiet', '--allow-empty', '--no-verify', '-m', message, ...(sign ? ['-S'] : [])]
    this.git(repository, [...signing, ...args], {
      GIT_AUTHOR_EMAIL: author,
      GIT_COMMITTER_EMAIL: author,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_DATE: at,
    })
    return this.git(repository, ['rev-parse', 'HEAD'])
  }

  /** An ssh key; returns the private key's file. Its public half is beside it, with `.pub`. */
  key(name: string): string {
    this.run('ssh-keygen', '.', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', name], {})
    return this.path(name)
  }
}

export interface Opened {
  session: Session
  receipts: CommandReceipt[]
  read: (stream: Stream<string, unknown, Session>, scope?: Scope) => Promise<ReadResult>
}

interface ReadResult {
  pages: Page[]
  records: Record<string, unknown>[]
  gaps: string[]
  error?: Error
}

/** Opens the collector over real git. */
export async function open(
  sandbox: Sandbox,
  config: Record<string, unknown>,
  options: { env?: Record<string, string>; spawn?: CommandSeam['spawn'] } = {},
): Promise<Opened> {
  const receipts: CommandReceipt[] = []
  const signal = new AbortController().signal
  const session = await collector.open({
    config: collector.config.parse(config),
    secrets: {},
    fetch: () => Promise.reject(new Error('the git collector makes no request')),
    command: createCommand({
      spawn: options.spawn ?? spawn,
      allowed: collector.commands,
      clock,
      signal: () => signal,
      onReceipt: (receipt) => receipts.push(receipt),
      env: { PATH: process.env['PATH'], HOME: sandbox.folder, ...options.env },
    }),
    machine: () => Promise.reject(new Error('the git collector signs in nowhere')),
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    signal,
    period: PERIOD,
  })
  return {
    session,
    receipts,
    async read(stream, scope) {
      const result: ReadResult = { pages: [], records: [], gaps: [] }
      const [first] = session.repositories.keys()
      try {
        for await (const page of stream.collect(session, scope ?? { id: first ?? '' }, readerInto(result.gaps))) {
          result.pages.push(page)
          result.records.push(...page.records.map((record) => Fields.parse(stream.record.parse(record))))
        }
      } catch (error) {
        if (!(error instanceof Error)) throw error
        result.error = error
      }
      return result
    },
  }
}

export function readerInto(gaps: string[]): Reader {
  return {
    orElse: (first, otherwise) => first().catch((error: unknown) => otherwise(asReadError(error))),
    credentialIn: () => undefined,
    async observe<T>(subject: string, read: () => Promise<T>): Promise<Observed<T>> {
      try {
        return { state: 'observed', value: await read() }
      } catch (error) {
        const { reason } = asReadError(error)
        gaps.push(`${subject}: ${reason}`)
        return { state: 'unknown', reason }
      }
    },
  }
}
