import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildVerifiers } from '../../scripts/build/verifier.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import { key, temporaryFolder } from '../bundle/fixture.ts'
import { exportOf, smallReport, storeWithRuns, verified, withFile } from '../export/support.ts'

let folder: string
let program: string
const at = (name: string) => join(folder, name)

/** The Node of the tests, and the one of the machine, which may be older. */
const NODES = [process.execPath, ...['/usr/bin/node', '/usr/local/bin/node'].filter(existsSync)]

beforeAll(async () => {
  folder = await temporaryFolder()
  await buildVerifiers(folder)
  program = at('affiant-verify.mjs')
  const { store } = await storeWithRuns(2)
  const { bytes } = await exportOf(store, { report: smallReport })
  await writeFile(at('good.evx.tar'), bytes)
  await writeFile(at('bad.evx.tar'), withFile(bytes, 'verify.sh', 'echo verified\n'))
  await writeFile(at('root.pem'), key.publicPem)
  await writeFile(at('other.pem'), generateKeyPair().publicPem)
  await writeFile(at('private.pem'), key.privatePem)
}, 120_000)

async function run(node: string, ...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(node, [program, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

describe.each(NODES)('affiant-verify.mjs on %s', (node) => {
  test('says what the library says, and which file it is', async () => {
    const { status, stdout } = await run(node, 'good.evx.tar', '--key', 'root.pem', '--json')
    const report = VerifyJson.parse(JSON.parse(stdout))
    const expected = await verified(await readFile(at('good.evx.tar')))
    expect(status).toBe(0)
    expect(report.levels).toEqual(expected.levels)
    expect(report.checked).toEqual(expected.checked)
    expect(report.verifier.sha256).toBe(sha256(await readFile(program)))
  })

  test.each([
    ['good.evx.tar', 'root.pem', 0, /good\.evx\.tar is verified/],
    ['bad.evx.tar', 'root.pem', 4, /verify\.sh/],
    ['good.evx.tar', 'other.pem', 5, /NOT verified/],
  ] as const)('%s with %s: exit status %i', async (file, pem, expected, text) => {
    const { status, stdout } = await run(node, file, '--key', pem)
    expect(status).toBe(expected)
    expect(stdout).toMatch(text)
  })

  test.each([
    [['good.evx.tar', '--key', 'private.pem'], 'this is a private key'],
    [['good.evx.tar', '--key', 'missing.pem'], 'cannot read missing.pem'],
    [['missing.evx.tar', '--key', 'root.pem'], 'cannot read missing.evx.tar'],
    [['good.evx.tar', '--policy', 'root.pem', '--key', 'root.pem'], 'both --policy and --key'],
    [['good.evx.tar', '--frobnicate'], 'frobnicate'],
    [[], 'exactly one export'],
  ])('wrong use %j is explained in two lines', async (args, why) => {
    const { status, stdout, stderr } = await run(node, ...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(why)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
  })
})

test('is one file that imports nothing but Node', async () => {
  const text = await readFile(program, 'utf8')
  const imported = [...text.matchAll(/(?:^|[;\n])import\s*(?:[^'";]*?from)?\s*["']([^"']+)["']/g)].map(
    ([, name]) => name,
  )
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([])
  expect(text).not.toMatch(/\bfetch\(|node:(?:http|https|net|tls|dgram|dns|child_process|worker_threads)/)
})

test('two builds give the same bytes', async () => {
  const again = await temporaryFolder()
  await buildVerifiers(again)
  for (const name of ['affiant-verify.mjs', 'verify.html'])
    expect(sha256(await readFile(join(again, name)))).toBe(sha256(await readFile(at(name))))
})
