import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/runtime.ts'
import { readRun } from '../../src/bundle/read.ts'
import { affiant } from './support/cli.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const CANARY = 'canary-0123456789abcdef'

let at: Workspace
beforeEach(async () => {
  at = await workspace()
  await fs.mkdir(at.path('node_modules'))
  await fs.symlink(ROOT, at.path('node_modules/affiant'))
})
afterEach(() => at[Symbol.asyncDispose]())

/** An npm package beside the config. `parts` replace parts of a collector that works. */
async function plugin(parts: Readonly<Record<string, string>> = {}, id = 'acme', source?: string): Promise<void> {
  const folder = at.path('node_modules/@example/affiant-collector-acme')
  await fs.mkdir(folder, { recursive: true })
  const manifest = { name: '@example/affiant-collector-acme', version: '1.4.0', type: 'module', exports: './index.js' }
  await fs.writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const of = {
    apiVersion: '1',
    collect: `yield { number: 1, last: true, records: [{ id: 'a' }, { id: 'b' }] }`,
    open: 'return {}',
    limits: `[{ id: 'all', perMinute: 6000, concurrency: 4 }]`,
    ...parts,
  }
  const working = `import { z } from 'affiant/sdk'
export const collector = {
  apiVersion: ${of.apiVersion}, id: '${id}', title: 'Acme', docs: 'https://example.com',
  config: z.strictObject({}), secrets: { token: 'a token' },
  limits: ${of.limits},
  async open(context) { ${of.open} },
  async identify() { return { id: '1', name: 'acme', principal: { kind: 'app', name: 'acme' } } },
  expects: () => ({}),
  async *scopes() { yield { id: 'one' } },
  streams: [{
    id: '${id}.things', version: 1, title: 'Things', permissions: [],
    record: z.strictObject({ id: z.string() }), key: (thing) => thing.id,
    async *collect() { ${of.collect} },
  }],
  checks: [],
}
`
  await fs.writeFile(join(folder, 'index.js'), source ?? working)
  await at.config({
    plugins: ['@example/affiant-collector-acme'],
    deadline: '3s',
    sources: [{ id: 'acme', collector: id, config: {}, secrets: { token: { env: 'ACME_TOKEN' } } }],
  })
}

const run = (...args: string[]) => affiant(['run', ...args], { cwd: at.folder, env: { ACME_TOKEN: CANARY } })

async function outcomeOf(number: number) {
  const stored = await readRun(openStore(at.store), number)
  for await (const line of stored.index()) if (line.kind === 'outcome') return line.outcome
  throw new Error('the run has no outcome')
}

describe('a collector from a package', () => {
  it('is read like a built-in one, and stands in the bundle with name and version', async () => {
    await plugin()
    const { exitCode, stderr } = await run()
    expect({ exitCode, problems: stderr.match(/error/gi) }).toEqual({ exitCode: 0, problems: null })
    const { plan } = await readRun(openStore(at.store), 1)
    expect(plan.sources).toMatchObject([
      { collector: 'acme', plugin: { name: '@example/affiant-collector-acme', version: '1.4.0' } },
    ])
    expect(await outcomeOf(1)).toMatchObject({ status: 'complete', records: 2 })
  })

  it('may be a file beside the config, outside of any package', async () => {
    await plugin()
    const file = at.path('node_modules/@example/affiant-collector-acme/index.js')
    await fs.rename(file, at.path('acme.mjs'))
    const config = JSON.parse(await fs.readFile(at.path('affiant.yaml'), 'utf8'))
    await at.config({ ...config, plugins: ['./acme.mjs'] })
    const { exitCode, stderr } = await run()
    expect({ exitCode, error: /cannot|could not/.exec(stderr)?.[0] }).toEqual({ exitCode: 0, error: undefined })
    const { plan } = await readRun(openStore(at.store), 1)
    expect(plan.sources).toMatchObject([{ plugin: { name: 'acme.mjs', version: '0.0.0' } }])
  })

  it.each<[string, Parameters<typeof plugin>, RegExp]>([
    ['throws at import', [{}, 'acme', `throw new Error('${CANARY}')`], /it could not be loaded/],
    ['does not parse', [{}, 'acme', 'export const collector = {'], /it could not be loaded/],
    [
      'exports something else',
      [{}, 'acme', 'export const collector = 42'],
      /its collector cannot be used: collector: /,
    ],
    ['exports nothing', [{}, 'acme', 'export {}'], /does not export "collector"/],
    ['is of another API version', [{ apiVersion: '2' }], /apiVersion: must be 1, the API version of this affiant/],
    [
      'has no limit that is one',
      [{ limits: `[{ id: 'all' }]` }],
      /limits\[0\]\.perMinute: .*limits\[0\]\.concurrency: /,
    ],
    ['has the id of a built-in collector', [{}, 'git'], /has the id "git" of a built-in collector/],
  ])('that %s is refused with one message, at its place in the config', async (_, parts, message) => {
    await plugin(...parts)
    for (const command of ['run', 'validate']) {
      const { exitCode, stdout, stderr } = await affiant([command], { cwd: at.folder, env: { ACME_TOKEN: CANARY } })
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^affiant\.yaml:\d+:\d+ {2}/)
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3)
      expect(stdout + stderr).not.toMatch(/canary| at file:|node:internal/)
    }
    await expect(fs.stat(at.store)).rejects.toThrow()
  })

  it('that is not installed is named with its place in the config', async () => {
    await plugin()
    await fs.rm(at.path('node_modules/@example'), { recursive: true })
    const { exitCode, stderr } = await run()
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^affiant\.yaml:\d+:\d+ {2}plug-in @example\/affiant-collector-acme: it could not be loaded \(MODULE_NOT_FOUND\)/,
    )
  })

  it('that never ends is ended at the deadline, and what it gave is kept', async () => {
    await plugin({ collect: `yield { number: 1, last: false, records: [{ id: 'a' }] }; await new Promise(() => {})` })
    expect((await run()).exitCode).toBe(3)
    expect(await outcomeOf(1)).toMatchObject({ status: 'partial', reason: 'timeout', records: 1 })
  })

  it('that floods is ended at the deadline, in bounded memory', async () => {
    await plugin({
      collect: `for (let number = 1; ; number++) yield { number, last: false, records: Array.from({ length: 1000 }, (_, i) => ({ id: number + '-' + i + 'x'.repeat(1000) })) }`,
    })
    const { exitCode } = await affiant(['run'], {
      cwd: at.folder,
      env: { ACME_TOKEN: CANARY, NODE_OPTIONS: '--max-old-space-size=160' },
    })
    expect(exitCode).toBe(3)
    const outcome = await outcomeOf(1)
    expect(outcome).toMatchObject({ status: 'partial', reason: 'timeout' })
    expect(outcome.records).toBeGreaterThan(1000)
  })

  it('whose single record is beyond all measure is invalid', async () => {
    await plugin({ collect: `yield { number: 1, last: true, records: [{ id: 'a'.repeat(20_000_000) }] }` })
    expect((await run()).exitCode).toBe(3)
    expect(await outcomeOf(1)).toMatchObject({ status: 'failed', reason: 'invalid', records: 0 })
  })

  it('that logs its token is masked, at every level', async () => {
    await plugin({
      open: `const token = context.secrets.token.reveal(); for (const level of ['debug', 'info', 'warn', 'error']) context.log[level]({ token, header: 'Bearer ' + token }, 'signed in with ' + token); return {}`,
    })
    const { stdout, stderr } = await affiant(['--log-level', 'debug', 'run'], {
      cwd: at.folder,
      env: { ACME_TOKEN: CANARY },
    })
    expect(stderr).toContain('signed in with [secret]')
    expect(stdout + stderr).not.toContain('canary')
  })
})

it('a config that changes between two runs shows in the plan of each', async () => {
  await plugin()
  await run()
  await plugin({ collect: `yield { number: 1, last: true, records: [{ id: 'a' }] }` })
  const config = JSON.parse(await fs.readFile(at.path('affiant.yaml'), 'utf8'))
  await at.config({ ...config, period: { days: 30 } })
  expect((await run()).exitCode).toBe(0)
  const store = openStore(at.store)
  const [first, second] = [(await readRun(store, 1)).plan, (await readRun(store, 3)).plan]
  expect(first.config.sha256).not.toBe(second.config.sha256)
  expect(second.run.period.from > first.run.period.from).toBe(true)
})
