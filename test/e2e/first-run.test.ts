import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ListJson, ShowJson } from '../../src/report/json/run.ts'
import { affiant, sh } from './support/cli.ts'

let folder: string
let origin: string

const git = (cwd: string, ...args: string[]) =>
  sh(
    'git',
    ['-c', 'user.name=Example', '-c', 'user.email=someone@example.com', '-c', 'commit.gpgsign=false', ...args],
    cwd,
  )

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'affiant-first-'))
  origin = join(folder, 'origin')
  await fs.mkdir(origin)
  await git(origin, 'init', '--quiet', '--initial-branch=main')
  await fs.writeFile(join(origin, 'SECURITY.md'), 'Write to security@example.com.\n')
  await fs.writeFile(join(origin, 'CODEOWNERS'), '* @example\n')
  for (const message of ['first', 'second', 'third']) {
    await fs.writeFile(join(origin, 'file.txt'), message)
    await git(origin, 'add', '.')
    await git(origin, 'commit', '--quiet', '-m', message)
  }
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

async function shown(cwd: string): Promise<ShowJson> {
  return ShowJson.parse(JSON.parse((await affiant(['show', '--json'], { cwd })).stdout))
}

/** The command a run prints for verifying it. */
function verifyArguments(stdout: string): string[] {
  return /^Verify +affiant (verify .*)$/m.exec(stdout)?.[1]?.split(' ') ?? []
}

describe('the first run', () => {
  it('in any checkout: init, run, and the verify command it prints', async () => {
    const cwd = join(folder, 'checkout')
    await git(folder, 'clone', '--quiet', origin, cwd)
    const started = performance.now()
    const init = await affiant(['init'], { cwd })
    expect(init).toMatchObject({ exitCode: 0, stderr: '' })
    expect(init.stdout).toContain('keys/trust-policy.json')
    expect((await fs.stat(join(cwd, 'keys', 'collector.pem'))).mode & 0o777).toBe(0o600)
    expect((await affiant(['validate'], { cwd })).exitCode).toBe(0)

    const run = await affiant(['run'], { cwd })
    // Unsigned commits are a finding; everything was read.
    expect(run.exitCode).toBe(2)
    expect(run.stdout).toContain('git.commits-signed')
    expect(run.stdout).not.toContain('INCOMPLETE')
    expect(run.stderr).toContain('git.commits · checkout: complete, 3 records')

    const verify = await affiant(verifyArguments(run.stdout), { cwd })
    expect(verify).toMatchObject({ exitCode: 0, stderr: '' })
    expect(performance.now() - started).toBeLessThan(20_000)
    expect((await shown(cwd)).checkTally).toMatchObject({ fail: 1, unknown: 0 })
  })

  it('a second init overwrites nothing', async () => {
    const cwd = join(folder, 'checkout')
    const before = await fs.readFile(join(cwd, 'keys', 'collector.pem'), 'utf8')
    const again = await affiant(['init'], { cwd })
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toContain('nothing was written')
    expect(await fs.readFile(join(cwd, 'keys', 'collector.pem'), 'utf8')).toBe(before)
  })

  it('unchanged evidence has unchanged bytes: a second run stores no record twice', async () => {
    const cwd = join(folder, 'checkout')
    await affiant(['run'], { cwd })
    const { stdout } = await affiant(['list', '--json'], { cwd })
    expect(ListJson.parse(JSON.parse(stdout)).runs).toMatchObject([{ number: 1 }, { number: 3 }])
    const recordDigests = async (run: string) => {
      const manifest = await fs.readFile(join(cwd, 'evidence', 'runs', run, 'manifest-sha256.txt'), 'utf8')
      return manifest.split('\n').filter((line) => line.includes('  records/'))
    }
    expect(await recordDigests('000000003')).toEqual(await recordDigests('000000001'))
  })

  it('over a bare clone', async () => {
    const cwd = join(folder, 'beside-bare')
    await fs.mkdir(cwd)
    await git(cwd, 'clone', '--quiet', '--bare', origin, 'mirror.git')
    expect((await affiant(['init'], { cwd })).exitCode).toBe(0)
    const config = await fs.readFile(join(cwd, 'affiant.yaml'), 'utf8')
    const source = 'sources:\n  - id: git\n    collector: git\n    config: { repositories: [{ path: ./mirror.git }] }\n'
    await fs.writeFile(join(cwd, 'affiant.yaml'), config.replace(/^sources:\n(?:.*\n)*/m, source))
    const run = await affiant(['run'], { cwd })
    expect(run.stderr).toMatch(/git\.commits · .*: complete, 3 records/)
    expect(run.exitCode).toBe(2)
    expect((await affiant(verifyArguments(run.stdout), { cwd })).exitCode).toBe(0)
  })

  it('over a shallow clone: incomplete, because history is cut off', async () => {
    const cwd = join(folder, 'shallow')
    await git(folder, 'clone', '--quiet', '--depth=1', `file://${origin}`, cwd)
    await affiant(['init'], { cwd })
    const run = await affiant(['run'], { cwd })
    expect(run.exitCode).toBe(3)
    expect(run.stdout).toContain('INCOMPLETE EVIDENCE')
    expect((await shown(cwd)).incomplete).toContainEqual(expect.objectContaining({ reason: 'truncated' }))
    expect((await affiant(verifyArguments(run.stdout), { cwd })).exitCode).toBe(3)
  })

  it('where there is no repository: says what to do', async () => {
    const cwd = join(folder, 'empty')
    await fs.mkdir(cwd)
    const init = await affiant(['init'], { cwd })
    expect(init.exitCode).toBe(0)
    expect(init.stdout).toContain('Name what is to be read under "sources"')
    const run = await affiant(['run'], { cwd })
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toMatch(/affiant\.yaml:\d+:\d+ /)
  })
})
