import { spawn as realSpawn, type SpawnOptions } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gitCall } from '../../src/collect/command-git.ts'
import { splitter } from '../../src/collect/command-items.ts'
import { type CommandSeam, createCommand } from '../../src/collect/command.ts'
import { InvalidError } from '../../src/sdk/errors.ts'
import type { CommandReceipt } from '../../src/model/receipt.ts'

const AT = '2026-10-01T06:00:00.000Z'
const ALLOWED = ['branch', 'for-each-ref', 'hash-object', 'log', 'ls-tree', 'remote', 'rev-list', 'rev-parse']

/** A seam whose git is a shell script; `pids` are those of the processes it started. */
function seamOver(script: string, change: Partial<CommandSeam> = {}) {
  const receipts: CommandReceipt[] = []
  const pids: number[] = []
  const spawn = (_program: string, _args: readonly string[], options: SpawnOptions) => {
    const child = realSpawn('/bin/sh', ['-c', script], options)
    if (child.pid !== undefined) pids.push(child.pid)
    return child
  }
  const command = createCommand({
    spawn,
    allowed: { git: ALLOWED },
    clock: {
      now: () => new Date(AT),
      // The grace before a kill is cut from seconds to milliseconds.
      after(ms, act) {
        const timer = setTimeout(act, ms / 100)
        return { [Symbol.dispose]: () => clearTimeout(timer) }
      },
      sleep: () => Promise.reject(new Error('the seam does not sleep')),
    },
    signal: () => new AbortController().signal,
    onReceipt: (receipt) => receipts.push(receipt),
    env: { PATH: process.env['PATH'] },
    ...change,
  })
  return { command, receipts, pids }
}

const isRunning = (pid: number | undefined) => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** @throws whatever is not a refusal */
function callOrRefusal(args: readonly string[]) {
  try {
    return gitCall(args, ALLOWED, '/folder')
  } catch (error) {
    if (error instanceof InvalidError) return error
    throw error
  }
}

async function all(items: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('a command', () => {
  test('gives items, and a receipt with the digest of all that was printed', async () => {
    const { command, receipts } = seamOver(String.raw`printf 'a\nb\n\nlast'`)
    expect(await all(command('git', ['log', '-z', 'HEAD']))).toEqual(['a', 'b', '', 'last'])
    expect(receipts).toEqual([
      {
        kind: 'command',
        at: AT,
        attempt: 1,
        program: 'git',
        args: ['log', '-z', 'HEAD'],
        exitStatus: 0,
        bodySha256: createHash('sha256').update('a\nb\n\nlast').digest('hex'),
        bodyBytes: 9,
      },
    ])
  })

  test('gets a reduced environment: no relative PATH entry, nothing of the caller but the homes', async () => {
    const env = { PATH: 'bin:.::/usr/bin:/bin', HOME: '/h', GIT_DIR: '/x', TOKEN: 's3cret', GNUPGHOME: '/g' }
    const { command } = seamOver('env', { env })
    const seen = await all(command('git', ['log']))
    expect(seen).toEqual(expect.arrayContaining(['PATH=/usr/bin:/bin', 'HOME=/h', 'GNUPGHOME=/g', 'LC_ALL=C.UTF-8']))
    expect(seen.join('\n')).not.toMatch(/GIT_DIR|s3cret/)
  })

  test('streams a million lines', async () => {
    const { command, receipts } = seamOver('seq 1000000')
    let count = 0
    for await (const line of command('git', ['log'])) if (line === String(++count)) continue
    expect(count).toBe(1_000_000)
    expect(receipts[0]).toMatchObject({ exitStatus: 0, bodyBytes: 6_888_896 })
  })

  test('waits for its reader, and is ended when the reader stops early', async () => {
    const { command, receipts, pids } = seamOver('while :; do echo a line that is not short at all; done')
    for await (const line of command('git', ['log'])) {
      expect(line).toContain('line')
      break
    }
    expect(receipts).toMatchObject([{ failure: 'aborted' }])
    expect(receipts[0]).not.toHaveProperty('exitStatus')
    // One pipe's worth, not what an endless program prints.
    expect(receipts[0]?.bodyBytes).toBeLessThan(1_000_000)
    expect(isRunning(pids[0])).toBe(false)
  })

  test('refuses an item beyond the cap and ends the program', async () => {
    const { command, receipts, pids } = seamOver('while :; do printf aaaaaaaaaaaaaaaa; done', { maxItemBytes: 100_000 })
    await expect(all(command('git', ['log']))).rejects.toMatchObject({ reason: 'invalid' })
    expect(receipts).toMatchObject([{ failure: 'invalid' }])
    expect(isRunning(pids[0])).toBe(false)
  })

  test.each([
    ['the run is stopped', new Error('stop'), 'aborted'],
    ['the deadline passes', new DOMException('late', 'TimeoutError'), 'timeout'],
  ])('is killed when %s, even if it does not want to end', async (_, cause, reason) => {
    const controller = new AbortController()
    const { command, receipts, pids } = seamOver(`trap '' TERM; echo started; while :; do sleep 0.05; done`, {
      signal: () => controller.signal,
    })
    const items = command('git', ['log'])[Symbol.asyncIterator]()
    expect(await items.next()).toEqual({ value: 'started', done: false })
    controller.abort(cause)
    await expect(items.next()).rejects.toMatchObject({ reason })
    expect(receipts).toMatchObject([{ failure: reason }])
    expect(isRunning(pids[0])).toBe(false)
    await expect(all(command('git', ['log']))).rejects.toMatchObject({ reason })
    expect(pids).toHaveLength(1)
  })

  test('a missing program is unavailable', async () => {
    const { command, receipts } = seamOver('', { spawn: realSpawn, env: { PATH: '/nowhere' } })
    await expect(all(command('git', ['log']))).rejects.toMatchObject({ reason: 'unavailable' })
    expect(receipts).toMatchObject([{ failure: 'unavailable', bodyBytes: 0 }])
  })

  test('one killed from outside is truncated', async () => {
    const { command } = seamOver('echo a; kill -9 $$')
    await expect(all(command('git', ['log']))).rejects.toMatchObject({ reason: 'truncated' })
  })

  test.each([
    ["fatal: detected dubious ownership in repository at '/home/dev/x'", 'denied', 'safe.directory'],
    ['fatal: not a git repository (or any of the parent directories): .git', 'invalid', 'not a git repository'],
    ["fatal: cannot change to '/home/dev/x': No such file or directory", 'unavailable', 'does not exist'],
    ["fatal: bad revision '/home/dev'", 'invalid', 'does not know'],
    ["fatal: transport 'ext' not allowed", 'truncated', 'partial clone'],
    ["error: cannot open '/home/dev/x': Permission denied", 'denied', 'read access'],
    ['something of dev@example.com in /home/dev', 'invalid', 'ended with status 128'],
  ])('%j is %s', async (stderr, reason, text) => {
    const { command, receipts } = seamOver(`echo "${stderr}" >&2; exit 128`)
    const error = await all(command('git', ['log'])).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ reason, message: expect.stringContaining(text) })
    expect(String(error)).not.toMatch(/\/home|dev@/)
    expect(receipts).toMatchObject([{ failure: reason, exitStatus: 128 }])
  })
})

describe('the guard', () => {
  test.each([
    ['sh', ['-c', 'x']],
    ['git', []],
    ['git', ['push']],
    ['git', ['cat-file', '-p', 'HEAD']], // known to read, but not on this manifest's list
    ['git', ['-C', '/x', 'log']],
    ['git', ['--exec-path=/x', 'log']],
    ['git', ['-c', 'core.pager=x', 'log']],
    ['git', ['-c', 'alias.log=!x', 'log']],
    ['git', ['-c', 'gpg.ssh.allowedSignersFile=relative', 'log']],
    ['git', ['log', '--output=/x']],
    ['git', ['log', '--outp=/x']],
    ['git', ['log', '-o', 'x']],
    ['git', ['log', '--ext-diff', '-p']],
    ['git', ['log', '--textconv']],
    ['git', ['log', '--show-signature']],
    ['git', ['rev-list', '--alternate-refs']],
    ['git', ['remote', 'add', 'x', 'y']],
    ['git', ['remote', '--', 'add', 'x', 'y']],
    ['git', ['branch', 'x']],
    ['git', ['branch', '--show-current', 'x']],
    ['git', ['hash-object', '-w', '--no-filters', '--', '/x']],
    ['git', ['hash-object', '--', '/x']],
    ['git', ['log', 'a\0b']],
    ['git', ['constructor']],
  ])('refuses %s %j before anything is started', async (program, args) => {
    const { command, receipts, pids } = seamOver('echo ran')
    await expect(all(command(program, args))).rejects.toMatchObject({ reason: 'invalid' })
    expect([receipts, pids]).toEqual([[], []])
  })

  const harmless = /^(?:-[a-z]|--(?:[a-z-]+)(?:=.*)?)$/s
  const dangerous = [
    '--output',
    '--ext-diff',
    '--textconv',
    '--exec',
    '--upload-pack',
    '--receive-pack',
    '--exec-path',
    '--open-files-in-pager',
    '--paginate',
    '--edit',
    '--config-env',
    '--git-dir',
    '--stdin',
    '--filters',
  ]

  test('no abbreviation of an option that writes or executes passes, in any subcommand', () => {
    const abbreviated = fc
      .tuple(fc.constantFrom(...dangerous), fc.nat(20), fc.constantFrom('', '=/x'))
      .map(([option, length, value]) => option.slice(0, 3 + length) + value)
    fc.assert(
      fc.property(
        fc.constantFrom(...ALLOWED),
        abbreviated,
        fc.array(fc.constantFrom('HEAD', '-z')),
        (sub, bad, rest) => {
          expect(() => gitCall([sub, ...rest, bad], ALLOWED, undefined)).toThrow(/refused/)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('what passes is an option of the list or no option, after the fixed arguments and the folder', () => {
    const arg = fc.oneof(
      fc.string(),
      fc.string().map((s) => `-${s}`),
      fc.string().map((s) => `--format=${s}`),
      fc.constantFrom('--', '-z', 'HEAD'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...ALLOWED), fc.array(arg), (sub, args) => {
        const call = callOrRefusal([sub, ...args])
        if (call instanceof InvalidError) return
        const own = call.args.lastIndexOf('/folder') + 1
        expect(call.args.slice(own)).toEqual([sub, ...args])
        expect(call.args.slice(0, own)).toEqual(
          expect.arrayContaining(['--no-pager', 'core.hooksPath=/dev/null', '-C']),
        )
        const end = args.includes('--') ? args.indexOf('--') : args.length
        for (const option of args.slice(0, end).filter((text) => text.startsWith('-'))) expect(option).toMatch(harmless)
      }),
    )
  })

  test('receipts show neither the folder nor the path of a setting', () => {
    const args = [
      '-c',
      'gpg.ssh.allowedSignersFile=/home/dev/signers',
      'hash-object',
      '--no-filters',
      '--',
      '/home/dev/s',
    ]
    const { shown } = gitCall(args, ALLOWED, '/home/dev/api')
    expect(shown).toEqual(['-c', 'gpg.ssh.allowedSignersFile=[path]', 'hash-object', '--no-filters', '--', '[path]'])
  })
})

test('items do not depend on where the chunks end', () => {
  const text = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\0', '\n\n')))
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 9 })),
      fc.constantFrom('\n', '\0'),
      (parts, sizes, separator) => {
        const whole = Buffer.from(parts.join(''))
        const expected = whole.toString('utf8').split(separator)
        if (expected.at(-1) === '') expected.pop()
        const split = splitter(separator, 1_000_000)
        const items: string[] = []
        let from = 0
        for (const size of [...sizes, whole.length]) {
          items.push(...split.push(whole.subarray(from, from + size)))
          from += size
        }
        expect([...items, ...split.end()]).toEqual(expected)
      },
    ),
  )
})

function push(...chunks: string[]) {
  return () => {
    const split = splitter('\n', 4)
    for (const chunk of chunks) split.push(Buffer.from(chunk))
  }
}

test('the cap holds for whole items, the rest of a chunk and items over several chunks', () => {
  for (const chunks of [['aaaaa\n'], ['a\naaaaa\na'], ['a\naaaaa'], ['aaa', 'aa\n']])
    expect(push(...chunks)).toThrow(/longer than 4/)
  expect(push('aaaa\naaaa', '\naaaa\n', 'aa', 'aa\n')).not.toThrow()
})
