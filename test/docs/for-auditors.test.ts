import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildVerifiers } from '../../scripts/build/verifier.ts'
import { affiant, sh } from '../e2e/support/cli.ts'

const root = join(import.meta.dirname, '../..')
const page = await fs.readFile(join(root, 'docs/for-auditors.md'), 'utf8')
const readme = await fs.readFile(join(root, 'README.md'), 'utf8')
const PERIOD = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10))

/** A folder with all that the page speaks of: a store, an export of it, the verifier of one file, and `affiant` on the path. */
let folder: string
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'affiant-auditors-'))
  await sh('git', ['init', '--quiet'], folder)
  const author = ['-c', 'user.name=Example', '-c', 'user.email=someone@example.com', '-c', 'commit.gpgsign=false']
  await sh('git', [...author, 'commit', '--quiet', '--allow-empty', '-m', 'first'], folder)
  await affiant(['init', '--installation', 'acme-prod'], { cwd: folder })
  await affiant(['run'], { cwd: folder })
  const [from = '', to = ''] = PERIOD
  const request = ['--from', from, '--to', to, '--recipient', 'Example Auditors Ltd', '-o', 'acme.evx.tar']
  const { exitCode, stderr } = await affiant(['export', ...request], { cwd: folder })
  if (exitCode !== 0) throw new Error(stderr)
  await buildVerifiers(folder)
  const main = join(root, 'src/cli/main.ts')
  const program = `#!/bin/sh\nexec "${process.execPath}" --conditions=source "${main}" "$@"\n`
  await fs.mkdir(join(folder, 'bin'))
  await fs.writeFile(join(folder, 'bin/affiant'), program, { mode: 0o755 })
  await fs.symlink(process.execPath, join(folder, 'bin/node'))
}, 120_000)
afterAll(() => fs.rm(folder, { recursive: true }))

/** Runs commands as they are printed. Gives what they print. */
async function typed(commands: string): Promise<string> {
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder }
  return new Promise((resolve, reject) =>
    execFile('/bin/sh', ['-ec', commands], { cwd: folder, env }, (error, stdout, stderr) =>
      error ? reject(new Error(`${commands}: ${stdout}${stderr}`)) : resolve(stdout),
    ),
  )
}

describe('docs/for-auditors.md', () => {
  const blocks = [...page.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, text = '']) => text)

  it('is short', () => {
    expect(page.split('\n').length).toBeLessThan(150)
  })

  it('has commands that do what it says, in its order', async () => {
    expect(blocks).toHaveLength(5)
    const printed: string[] = []
    for (const block of blocks) printed.push(await typed(block))
    const [keys = '', program = '', script = '', report = '', replay = ''] = printed
    expect(keys).toContain('trust/trust-policy.json')
    expect(program).toContain('The export acme.evx.tar is verified.')
    expect(program).toMatch(/^[0-9a-f]{64} {2}affiant-verify\.mjs\n[0-9a-f]{64} {2}acme\.evx\.tar$/m)
    expect(script).toContain('VERIFIED. Compare key ids and head')
    expect(report).toMatch(/report +same/)
    expect(replay).toContain('This shows whether the results follow from the records.')
  })

  it('names the six levels in the order in which they are printed', async () => {
    const levels = [...page.matchAll(/^\| ([a-z]+) \| (?!it says)/gm)].map(([, level]) => level)
    const printed = await typed('affiant verify acme.evx.tar --policy keys/trust-policy.json')
    expect(levels).toEqual([...printed.matchAll(/^[✓✗–] ([a-z]+)/gm)].map(([, level]) => level))
    expect(levels).toHaveLength(6)
  })

  it('says where the report is saved, and the report names what it should', async () => {
    const report: Record<string, object> = JSON.parse(
      await typed('node affiant-verify.mjs acme.evx.tar --policy keys/trust-policy.json --json'),
    )
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining(['verifier', 'origin', 'head', 'keyIds', 'failures', 'levels']),
    )
    expect(report.verifier).toEqual({ version: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })
})

it('the README shows what verifying an export prints', async () => {
  const [, shown = ''] = /```console\n\$ (?=affiant verify)(.*?)```/s.exec(readme) ?? []
  const [command = '', ...rest] = shown.split('\n')
  await typed('affiant keys export --dir trust-readme')
  const real = await typed(`${command.replace('trust/', 'trust-readme/')}; echo "\\$ echo \\$?"; echo $?`)
  const [before = '', after = ''] = alike(rest.join('\n')).split('[…]\n')
  expect(alike(real).startsWith(before)).toBe(true)
  expect(alike(real).endsWith(after)).toBe(true)
  expect(before.split('\n').length).toBeGreaterThan(12)
})

/** Without what is different each time. */
function alike(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{64}/g, '<digest>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<time>')
    .replaceAll(/[\d,]+ bytes/g, '<size>')
}
