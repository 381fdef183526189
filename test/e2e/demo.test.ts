import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ShowJson } from '../../src/report/json/run.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'affiant-demo-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** Runs `scripts/demo.ts` of a copy of the project; `watch` sees the output grow and may send a signal. */
function demo(root: string, out: string, watch?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void) {
  const { FORCE_COLOR: _, ...env } = process.env
  const args = ['--conditions=source', join(root, 'scripts', 'demo.ts'), '--out', out]
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    watch?.(stdout, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise<Ended>((done) => child.once('close', (status) => done({ status, stdout, stderr })))
}

/** A copy of the project as a tarball has it: no `.git`. */
async function tarballCopy(): Promise<string> {
  const copy = join(folder, 'project')
  await mkdir(copy)
  for (const name of ['src', 'collectors', 'mappings', 'scripts', 'test', 'package.json', 'config.schema.json']) {
    await cp(join(ROOT, name), join(copy, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function isServed(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

/** Where GitHub, Okta and AWS are emulated. */
function emulatedAt(stdout: string): string[] {
  const urls = [...new Set(stdout.match(/http:\/\/127\.0\.0\.1:\d+/g))]
  if (urls.length !== 3) throw new Error(`the demo named ${urls.length} addresses of what it emulates`)
  return urls
}

describe('the demo of a tarball', () => {
  let project: string
  let ended: Ended
  /** What the program of the copy says afterwards. */
  const affiantSays = (args: readonly string[]) => {
    const program = ['--conditions=source', join(project, 'src', 'cli', 'main.ts')]
    return spawnSync(process.execPath, [...program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
  }
  beforeAll(async () => {
    project = await tarballCopy()
    ended = await demo(project, 'demo-out')
  }, 240_000)

  it('ends with the address of a report that is there', async () => {
    const [, address = ''] = /(file:\/\/\S+)\s*$/.exec(ended.stdout) ?? []
    expect(await readFile(new URL(address), 'utf8')).toContain('<!doctype html>')
    expect(address).toMatch(/\/demo-out\/report\/index\.html$/)
  })

  it('goes as it should', () => {
    expect(ended.stderr).not.toMatch(/could not go on|as it should/)
    expect(ended.status).toBe(0)
  })

  it('seals a run in which checks failed, and in which one account of AWS could not be read', () => {
    expect(ended.stdout).toMatch(/^\$ affiant run --config demo-out\/affiant\.yaml$/m)
    expect(ended.stdout).toMatch(/^exit status 3:/m)
    expect(ended.stdout).toMatch(/^Findings, the worst first$/m)
    expect(existsSync(join(folder, 'demo-out/evidence/ledger/000000002.sigstore.json'))).toBe(true)
  })

  it('samples the changes, and says that they are demo data', async () => {
    expect(ended.stdout).toMatch(/^Picked 5 of \d+ items of github\.changes \(github-acme, acme-robotics\):$/m)
    expect(ended.stdout).toMatch(/^demo data$/m)
    const items = (await readdir(join(folder, 'demo-out/sample'))).filter((name) => /^\d{3}_/.test(name))
    expect(items).toHaveLength(5)
  })

  it('verifies the run', () => {
    expect(ended.stdout).toMatch(
      /^\$ affiant verify 1 --store demo-out\/evidence --policy demo-out\/keys\/trust-policy\.json\n\nRun 1 is what was sealed, and evidence in it is incomplete\.$/m,
    )
    expect(ended.stdout).toMatch(/^✓ intact +yes/m)
    expect(ended.stdout).toMatch(/^– complete +no/m)
  })

  it('names the account of AWS that lets nobody in, once, and lets nothing pass that it may hide', () => {
    const summary = ended.stdout.slice(ended.stdout.indexOf('INCOMPLETE'), ended.stdout.indexOf('Annex A controls'))
    expect(summary.match(/✗/g)).toHaveLength(1)
    expect(summary.replaceAll(/\s+/g, ' ')).toMatch(/ streams \(.*\), \d+ plan items of 4 scopes: 444444444444\/global/)
    expect(summary).toContain('Missing permission: sts:AssumeRole on arn:aws:iam::444444444444:role/affiant')
    expect(ended.stdout).toMatch(/^ +aws\.every-account-collected on aws-acme \(demo data\): fail$/m)
    // Where a name means several things, it is said of which account and region.
    expect(ended.stdout).toContain('✗ orders in 222222222222/eu-west-1: is publicly accessible')
  })

  it('shows of AWS failures, passes of what needs no account in particular, and what is unknown with its reason', () => {
    const { stdout } = affiantSays(['show', '1', '--json', '--config', 'demo-out/affiant.yaml'])
    const checks = ShowJson.parse(JSON.parse(stdout)).checks.filter(({ source }) => source === 'aws-acme')
    const of = (status: string) => checks.filter((check) => check.status === status)
    expect(of('fail').length).toBeGreaterThan(30)
    expect(of('pass').map(({ check }) => check)).toContain('aws.organization-guardrails')
    expect(of('unknown').length).toBeGreaterThan(20)
    expect(new Set(of('unknown').map(({ reason }) => reason))).toEqual(new Set(['denied']))
  })

  it('shows that a copy with one changed byte is refused', async () => {
    expect(ended.stdout).toMatch(/^ +object-changed\s+runs\/000000001\/records\/github-acme\/branch-protection\//m)
    expect(ended.stdout).toMatch(/^exit status 4:/m)
    const changed = await differentBytes(join(folder, 'demo-out/evidence'), join(folder, 'demo-out/tampered'))
    expect(changed).toBe(1)
  })

  it('labels what is emulated as demo data, in progress, result, finding and verification', () => {
    expect(ended.stderr).toMatch(/^github-acme \(demo data\) · github\.members/m)
    expect(ended.stderr).toMatch(/^okta-acme \(demo data\) · okta\.users/m)
    expect(ended.stderr).toMatch(/^aws-acme \(demo data\): (\d+) of \1 plan items read, \d+ incomplete, /m)
    expect(ended.stdout).toMatch(
      /^Evidence for .* from github-acme \(demo data\), okta-acme\n\(demo data\) and aws-acme \(demo data\)$/m,
    )
    expect(ended.stdout).toMatch(/^ +aws\.buckets-not-public on aws-acme \(demo data\): fail$/m)
    expect(ended.stdout).toMatch(/^Has demo data: github-acme, okta-acme and aws-acme$/m)
    expect(ended.stdout).not.toMatch(
      /github-acme(?! \(demo data\)|, okta-acme and aws-acme$|: a GitHub organisation\. Emulated|, acme-robotics\):$|$|\/| \w+\/)/m,
    )
  })

  it('follows people through all three: who left is still in GitHub and AWS, and somebody there is nobody here', {
    timeout: 90_000,
  }, () => {
    const show = (check: string) =>
      affiantSays(['show', '1', '--check', check, '--config', 'demo-out/affiant.yaml']).stdout
    // khaki-stoat left; teal-walrus and plum-heron did too, and can still sign in.
    expect(show('okta.leavers-gone-everywhere')).toMatch(/: 0 pass, 3 fail/)
    expect(show('okta.leavers-deactivated-in-time')).toMatch(/: 2 pass, 2 fail/)
    // khaki-stoat again, and coral-squid, whom Okta does not know.
    expect(show('github.members-are-staff')).toMatch(/: 28 pass, 2 fail/)
    // In AWS khaki-stoat too, and a supplier's person.
    expect(show('aws.identity-center-users-are-staff')).toMatch(/: 14 pass, 2 fail/)
    expect(show('okta.super-admins-few-and-approved')).toMatch(/7 super administrators, 2 of them by a group/)
  })

  it('says that there is no repository to read, and reads none', async () => {
    expect(ended.stdout).toMatch(
      "The project's own repository is left out: this copy of the project is no git repository.",
    )
    expect(await readFile(join(folder, 'demo-out/affiant.yaml'), 'utf8')).not.toMatch(/collector: git$/m)
  })

  it('says of the locked account what the README shows of it', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
    const [, shown = ''] = /^```console\n(INCOMPLETE[^]*?)^```$/m.exec(readme) ?? []
    // Wrapped lines move when a number gets another digit.
    const alike = (text: string) => text.replaceAll(/\d+/g, '0').replaceAll(/\s+/g, ' ').trim()
    const parts = shown.split('[…]').map(alike)
    expect(parts).toHaveLength(3)
    expect(parts.filter((part) => !alike(ended.stdout).includes(part))).toEqual([])
  })

  it('writes no colour where there is no terminal', () => {
    expect(ended.stdout + ended.stderr).not.toContain('\u001B')
  })

  it('names at the end what exists', () => {
    const end = ended.stdout.slice(ended.stdout.indexOf('Where things are'))
    const paths = [...end.matchAll(/demo-out[\w./-]*/g)].map(([path]) => path)
    expect(paths.length).toBeGreaterThan(4)
    expect(paths.filter((path) => !existsSync(join(folder, path)))).toEqual([])
  })

  it('names commands to try next that work, with all that was emulated gone', { timeout: 90_000 }, () => {
    const lines = [...ended.stdout.matchAll(/^ +npx affiant (.*)$/gm)].map(([, args = '']) => args.split(' '))
    expect(lines.map(([name]) => name)).toEqual(['show', 'show', 'show', 'population', 'controls', 'init'])
    const program = ['--conditions=source', join(project, 'src', 'cli', 'main.ts')]
    const statuses = lines.map((args) => spawnSync(process.execPath, [...program, ...args], { cwd: folder }).status)
    expect(statuses).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('stops what it emulates', async () => {
    for (const url of emulatedAt(ended.stdout)) expect(await isServed(url)).toBe(false)
  })

  it('is stopped by Ctrl-C, and what it emulates with it; what a former demo left is replaced', {
    timeout: 60_000,
  }, async () => {
    let sent = false
    const stopped = await demo(project, 'demo-out', (stdout, kill) => {
      if (sent || !stdout.includes('$ affiant run')) return
      sent = true
      kill('SIGINT')
    })
    expect(stopped.status).toBe(130)
    expect(stopped.stderr).toMatch(/^Stopped\./m)
    expect(stopped.stdout).not.toMatch('$ affiant verify')
    for (const url of emulatedAt(stopped.stdout)) expect(await isServed(url)).toBe(false)
    expect(existsSync(join(folder, 'demo-out/tampered'))).toBe(false)
  })

  it('leaves a folder alone that no demo made', async () => {
    const precious = join(folder, 'precious')
    await mkdir(precious)
    await writeFile(join(precious, 'thesis.txt'), 'three years')
    const refused = await demo(project, 'precious')
    expect(refused.status).toBe(1)
    expect(refused.stderr).toMatch(
      /precious is there already and was not made by the demo\. Move it away, or name another/,
    )
    expect(refused.stderr).not.toMatch(/^ +at /m)
    expect(await readdir(precious)).toEqual(['thesis.txt'])
  })
})

it.runIf(existsSync(join(ROOT, '.git')))(
  'reads the repository of the project itself where there is one',
  { timeout: 150_000 },
  async () => {
    const ended = await demo(ROOT, 'demo-of-checkout')
    expect(ended.status).toBe(0)
    // In a container the checkout may belong to somebody else; then git refuses and the demo says so.
    expect(ended.stderr + ended.stdout).toMatch(
      /^git · git\.repository · affiant: complete, 1 record$|left out: git refuses to read it as this user\.$/m,
    )
  },
)

/** How many bytes differ between two folders with the same files. */
async function differentBytes(one: string, other: string): Promise<number> {
  let count = 0
  for (const entry of await readdir(one, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const [a, b] = await Promise.all([readFile(path), readFile(path.replace(one, other))])
    expect(b.length).toBe(a.length)
    for (const [at, byte] of a.entries()) if (b[at] !== byte) count += 1
  }
  return count
}
