import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ListJson, ShowJson } from '../../src/report/json/run.ts'
import { type GithubServer, startGithub } from '../servers/github/index.ts'
import { affiant, type Ended, sh, startAffiant } from './support/cli.ts'
import { wellKept, wellKeptChecks } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

let server: GithubServer
let at: Workspace

beforeAll(async () => {
  server = await startGithub({ seed: wellKept })
})
afterAll(() => server.close())
beforeEach(async () => {
  at = await workspace()
})
afterEach(async () => {
  server.clearFaults()
  server.clearRequests()
  await at[Symbol.asyncDispose]()
})

const options = (more: { fileSizeLimit?: number } = {}) => ({
  cwd: at.folder,
  env: { E2E_GITHUB_TOKEN: server.tokens.owner },
  ...more,
})
const github = (more: object = {}) => at.config({ sources: [githubSource(server)], checks: wellKeptChecks, ...more })

/** The one message a person can act on: exit status 1, no stack trace, nothing on stdout. */
function messageOf({ exitCode, stdout, stderr }: Ended): string {
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).not.toMatch(/^\s+at |not foreseen|Error:/m)
  return stderr
}

async function list(): Promise<ListJson['runs']> {
  const { stdout } = await affiant(['list', '--json'], options())
  return ListJson.parse(JSON.parse(stdout)).runs
}

/** No run in the store verifies as whole. */
async function expectNothingVerifies(): Promise<void> {
  if (!existsSync(`${at.store}/runs`)) return
  for (const { number } of await list()) {
    const { exitCode } = await affiant(['verify', String(number), '--key', at.path('key.pub.pem')], options())
    expect([3, 4]).toContain(exitCode)
  }
}

describe('a config that is wrong', () => {
  it('is not there', async () => {
    expect(messageOf(await affiant(['run'], options()))).toMatch(
      /there is no affiant\.yaml\nWrite one with "affiant init"/,
    )
  })

  it('is a folder', async () => {
    await fs.mkdir(at.path('affiant.yaml'))
    expect(messageOf(await affiant(['run'], options()))).toMatch(/cannot read affiant\.yaml \(EISDIR\)/)
  })

  it('is not YAML: line and column', async () => {
    await fs.writeFile(at.path('affiant.yaml'), 'version: 1\nsources: [\n  { id: a\n')
    expect(messageOf(await affiant(['run'], options()))).toMatch(/^affiant\.yaml:\d+:\d+ {2}/)
  })

  it('is binary', async () => {
    await fs.writeFile(at.path('affiant.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0x80]))
    expect(messageOf(await affiant(['run'], options()))).toMatch(/^affiant\.yaml:\d+:\d+ {2}/)
  })

  it('has several errors: all of them, each with line and column', async () => {
    await at.config({ sources: [{ ...githubSource(server), colector: 'x' }], chekcs: {}, deadline: 'soon' })
    const ended = await affiant(['run'], options())
    expect(messageOf(ended)).toMatch(/did you mean "checks"\?/)
    expect(ended.stderr.match(/^affiant\.yaml:\d+:\d+ {2}/gm)?.length).toBeGreaterThanOrEqual(3)
    expect((await affiant(['validate'], options())).exitCode).toBe(1)
  })
})

describe('something that is missing', () => {
  it('an environment variable, named, with its place in the config', async () => {
    await github()
    expect(messageOf(await affiant(['run'], { cwd: at.folder }))).toMatch(/affiant\.yaml:\d+:\d+ .*E2E_GITHUB_TOKEN/)
    expect(existsSync(at.store)).toBe(false)
  })

  it('the signing key', async () => {
    await github({ signing: { key: { file: './no-such.pem' } } })
    expect(messageOf(await affiant(['run'], options()))).toMatch(/affiant\.yaml:\d+:\d+ .*no-such\.pem/)
  })

  it('a signing key that is none', async () => {
    await github()
    await fs.writeFile(at.path('key.pem'), 'nothing of use')
    expect(messageOf(await affiant(['run'], options()))).toMatch(/key/)
  })

  it('a job, a source', async () => {
    await github()
    expect(messageOf(await affiant(['run', '--job', 'nightly'], options()))).toMatch(/there is no job "nightly"/)
    expect(messageOf(await affiant(['run', '--source', 'gitlab'], options()))).toMatch(/no source "gitlab"/)
  })
})

describe('standard output that cannot be written', () => {
  it.skipIf(!existsSync('/dev/full'))('ends with 1: half a document must not look like a whole one', async () => {
    const main = `${import.meta.dirname}/../../src/cli/main.ts`
    const script = '"$1" --conditions=source "$2" collectors --json 2>stderr >/dev/full; echo $? >status'
    await sh('sh', ['-c', script, 'sh', process.execPath, main], at.folder)
    expect(await fs.readFile(at.path('status'), 'utf8')).toBe('1\n')
    expect(await fs.readFile(at.path('stderr'), 'utf8')).toMatch(/^cannot write standard output \(ENOSPC\)/)
  })

  it('but for a reader that has seen enough', async () => {
    const main = `${import.meta.dirname}/../../src/cli/main.ts`
    const script = '{ "$1" --conditions=source "$2" controls --json 2>stderr; echo $? >status; } | head -c 1 >first'
    await sh('sh', ['-c', script, 'sh', process.execPath, main], at.folder)
    expect([await fs.readFile(at.path('status'), 'utf8'), await fs.readFile(at.path('stderr'), 'utf8')]).toEqual([
      '0\n',
      '',
    ])
  })
})

describe('a current folder that is gone', () => {
  it('is said without a stack trace', async () => {
    const main = `${import.meta.dirname}/../../src/cli/main.ts`
    const script =
      'mkdir gone && cd gone && rmdir ../gone && "$1" --conditions=source "$2" list 2>"$3/stderr"; echo $? >"$3/status"'
    await sh('sh', ['-c', script, 'sh', process.execPath, main, at.folder], at.folder)
    expect(await fs.readFile(at.path('status'), 'utf8')).toBe('1\n')
    const said = await fs.readFile(at.path('stderr'), 'utf8')
    expect(said).toContain('the current folder is gone')
    expect(said).not.toMatch(/^\s+at /m)
  })
})

describe('a store that cannot be written', () => {
  it('because a file is in its place', async () => {
    await github()
    await fs.writeFile(at.store, 'in the way')
    expect(messageOf(await affiant(['run'], options()))).toMatch(/evidence/)
    expect(await fs.readFile(at.store, 'utf8')).toBe('in the way')
  })

  it.each([1, 32])('because files may have %d KiB only: full, and nothing verifies', async (fileSizeLimit) => {
    await github()
    const ended = await affiant(['run'], options({ fileSizeLimit }))
    expect(ended.stderr).toMatch(/cannot write to the store .*\nFree space on this file system/)
    expect({ ...ended, stderr: '' }).toMatchObject({ exitCode: 1, stdout: '' })
    expect(ended.stderr).not.toMatch(/^\s+at |not foreseen/m)
    await expectNothingVerifies()
    // With room again, the next run is whole.
    expect((await affiant(['run'], options())).exitCode).toBe(0)
  })

  it('because the disk is full', async ({ skip }) => {
    const namespaced = ['--mount', '--map-root-user', 'sh', '-c']
    const mount = `mkdir -p "$1" && mount -t tmpfs -o size=64k tmpfs "$1"`
    try {
      await sh('unshare', [...namespaced, mount, 'sh', at.path('probe')], at.folder)
    } catch {
      skip('mounting is not permitted here')
    }
    await github()
    const main = `${import.meta.dirname}/../../src/cli/main.ts`
    const script = `${mount}; "$2" --conditions=source "$3" run 2>"$4/stderr" >"$4/stdout"; echo $? >"$4/rc"; cp -a "$1" "$4/kept"`
    await sh(
      'env',
      [
        `E2E_GITHUB_TOKEN=${server.tokens.owner}`,
        'unshare',
        ...namespaced,
        script,
        'sh',
        at.store,
        process.execPath,
        main,
        at.folder,
      ],
      at.folder,
    )
    const read = (name: string) => fs.readFile(at.path(name), 'utf8')
    const ended = { exitCode: Number(await read('rc')), stdout: await read('stdout'), stderr: await read('stderr') }
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('Free space on this file system'),
    })
    expect(ended.stderr).not.toMatch(/^\s+at |not foreseen/m)
    await fs.rm(at.store, { recursive: true, force: true })
    await fs.rename(at.path('kept'), at.store)
    await expectNothingVerifies()
  })
})

describe('a run that is disturbed', () => {
  const opened = 'opened'

  it('by a second one: the first goes on, the second says so', async () => {
    await github()
    const hanging = server.setFault({ kind: 'hang', on: /codeowners/ })
    const first = startAffiant(['run'], options())
    await first.said(opened)
    expect(messageOf(await affiant(['run'], options()))).toMatch(/another run is using the store: process \d+ on/)
    await first.said(/github\.repositories/)
    expect(hanging.hits()).toBeGreaterThan(0)
    first.child.kill('SIGINT')
    expect((await first.ended).exitCode).toBe(3)
    server.clearFaults()
    expect((await affiant(['run'], options())).exitCode).toBe(0)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s: sealed, what was read is kept, the rest is "aborted"',
    async (signal) => {
      await github()
      server.setFault({ kind: 'hang', on: /codeowners/ })
      const running = startAffiant(['run'], options())
      await running.said(/github\.members .*: complete/)
      await until(() => server.requests().some(({ fault }) => fault === 'hang'))
      running.child.kill(signal)
      const ended = await running.ended
      expect(ended.stderr).toContain('Stopping: what was read is sealed')
      expect(ended.exitCode, ended.stderr).toBe(3)
      const shown = ShowJson.parse(JSON.parse((await affiant(['show', '--json'], options())).stdout))
      expect(shown.incomplete).toContainEqual(expect.objectContaining({ reason: 'aborted' }))
      const verified = await affiant(['verify', '1', '--key', at.path('key.pub.pem')], options())
      expect(verified.exitCode).toBe(3)
      const kept = await affiant(['show', '--check', 'github.members-are-staff'], options())
      expect(kept.stdout).toContain('103 of 103 subjects inspected')
    },
  )

  it('by kill -9: it is listed as never sealed, does not verify, and the next run works', async () => {
    await github()
    server.setFault({ kind: 'hang', on: /codeowners/ })
    const running = startAffiant(['run'], options())
    await running.said(/github\.members · /)
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    server.clearFaults()
    expect(await list()).toMatchObject([{ number: 1, status: 'never-sealed' }])
    await expectNothingVerifies()

    const next = await affiant(['run'], options())
    expect(next.exitCode).toBe(0)
    // Said once.
    expect(next.stderr.match(/process \d+/g)).toHaveLength(1)
    expect(next.stderr).toMatch(/run 1 was never sealed, because process \d+, started .*, ended;/)
    expect(await list()).toMatchObject([{ number: 1 }, { number: 3, status: 'complete' }])
    expect((await affiant(['verify', '3', '--key', at.path('key.pub.pem')], options())).exitCode).toBe(0)
    const ledger = await affiant(['ledger', 'verify', '--key', at.path('key.pub.pem')], options())
    expect(ledger.exitCode).toBe(3)
    expect(ledger.stdout).toContain('run 1 aborted:')
  })

  it('by a source that never answers: its deadline ends it', async () => {
    await github({ deadline: '2s' })
    server.setFault({ kind: 'hang', on: /./ })
    const ended = await affiant(['run'], options())
    expect(ended.exitCode).toBe(3)
    expect(ended.stderr).toContain('not opened: timeout')
    expect(ended.stdout).toContain('INCOMPLETE EVIDENCE')
  })

  it('by one stream that never answers: the others are whole', async () => {
    await github({ deadline: '3s' })
    server.setFault({ kind: 'hang', on: /codeowners/ })
    const ended = await affiant(['run'], options())
    expect(ended.exitCode).toBe(3)
    expect(ended.stderr).toMatch(/github\.code-owners .*: (?:failed|partial): timeout/)
    expect(ended.stderr).toMatch(/github\.members .*: complete, 103 records/)
  })
})

/** Waits for something outside of this process. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}
