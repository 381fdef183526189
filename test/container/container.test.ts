import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/tree.ts'
import { copyOf, type Instruction, parseDockerfile, type Stage } from './dockerfile.ts'

const dockerfile = parseDockerfile(await readFile(join(ROOT, 'Dockerfile'), 'utf8'))
const final = dockerfile.stages.at(-1) as Stage
const all = dockerfile.stages.flatMap(({ instructions }) => instructions)
const named = (instructions: readonly Instruction[], name: string) => instructions.filter((one) => one.name === name)
const last = (name: string) => named(final.instructions, name).at(-1)?.text
const copies = (instructions: readonly Instruction[]) =>
  named(instructions, 'COPY').map((instruction) => ({ ...copyOf(instruction), from: instruction.flags['from'] }))
const fromContext = new Set(copies(all).flatMap(({ sources, from }) => (from === undefined ? sources : [])))

describe('the parser', () => {
  test.each([
    ['RUN a', 'before the first FROM'],
    ['FROM x\nADD https://example.com/a /a', 'cannot read'],
    ['FROM x\nRUN a \\\n# b\n  c', 'inside an instruction'],
    ['FROM x\nRUN a \\', 'does not end'],
    ['ARG NODE_IMAGE', 'needs a default'],
  ])('refuses %j', (source, message) => {
    expect(() => parseDockerfile(source)).toThrow(message)
  })
})

describe('Dockerfile', () => {
  test('every stage starts from one image, of a named major version and variant', () => {
    expect(dockerfile.stages.map(({ image }) => image)).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}', '${NODE_IMAGE}'])
    expect(dockerfile.args['NODE_IMAGE']).toMatch(/^node:24-[a-z]+-slim(?:@sha256:[0-9a-f]{64})?$/)
  })

  test('what it copies exists, and is all that the context holds', async () => {
    for (const source of fromContext) await stat(join(ROOT, source))
    const ignore = (await readFile(join(ROOT, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => /^[^#]/.test(line))
    expect(ignore[0]).toBe('*')
    expect(ignore.slice(1).toSorted()).toEqual([...fromContext].map((path) => `!${path}`).toSorted())
    expect([...fromContext].filter((path) => path === '.' || /node_modules|\.git|key|secret|\.env/.test(path))).toEqual(
      [],
    )
  })

  test('holds no secret: no value that is one, no build argument, no mount', () => {
    const text = all.map((one) => one.text).join('\n')
    expect(text).not.toMatch(/--mount|token|password|secret|_KEY|authToken/i)
    expect(named(all, 'ARG')).toEqual([])
  })

  test('no package runs code while it is installed', () => {
    const installs = named(all, 'RUN').filter(({ text }) => /\bnpm\b (?:ci|i|install)/.test(text))
    expect(installs).toHaveLength(2)
    for (const { text } of installs) expect(text).toMatch(/^npm ci .*--ignore-scripts/)
  })

  test('the final stage runs as nobody special, and stays so', () => {
    expect(last('USER')).toBe('10001:10001')
    const after = final.instructions.slice(final.instructions.findIndex(({ name }) => name === 'USER'))
    expect(named(after, 'RUN')).toEqual([])
  })

  test('the final stage removes what installs software', () => {
    const removed =
      named(final.instructions, 'RUN')
        .find(({ text }) => text.startsWith('rm -rf'))
        ?.text.split(' ') ?? []
    const tools = ['npm', 'npx', 'corepack', 'yarn', 'yarnpkg'].map((name) => `/usr/local/bin/${name}`)
    expect(removed).toEqual(expect.arrayContaining(['/usr/local/lib/node_modules', '/opt/yarn-*', ...tools]))
  })

  test('the final stage has git, a store that is a volume, a health check and the worker as its command', () => {
    expect(named(final.instructions, 'RUN')[0]?.text).toMatch(/--no-install-recommends .*\bgit\b/)
    expect(last('VOLUME')).toBe('/var/lib/affiant')
    expect(last('HEALTHCHECK')).toContain('http://127.0.0.1:8484/healthz')
    expect(JSON.parse(last('ENTRYPOINT') ?? '')).toEqual(['node', '/app/dist/src/cli/main.js'])
    expect(JSON.parse(last('CMD') ?? '')).toEqual(['worker'])
  })
})

/** The image's own Node is on the PATH, then npm, and nothing of this checkout's packages. */
const PATH = [
  join(ROOT, 'node_modules/node/bin'),
  ...(process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules')),
].join(delimiter)

describe('its steps, in folders that hold only what it copies', () => {
  let root: string
  const at = (stage: string | undefined, path: string) => join(root, stage ?? 'final', path)

  function execute(command: string, cwd: string): void {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_(?!EXTRA_CA_CERTS)|VITEST)/i.test(name)),
    )
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd,
      encoding: 'utf8',
      env: { ...env, PATH, npm_config_prefer_offline: 'true' },
    })
    if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}\n${stderr}`)
  }

  async function build({ name, instructions }: Stage): Promise<void> {
    let folder = at(name, '/')
    await mkdir(folder, { recursive: true })
    for (const instruction of instructions) {
      if (instruction.name === 'WORKDIR') {
        folder = at(name, instruction.text)
        await mkdir(folder, { recursive: true })
      }
      if (instruction.name === 'COPY') {
        const { sources, to } = copyOf(instruction)
        const from = instruction.flags['from']
        const target = to.startsWith('/') ? at(name, to) : join(folder, to)
        for (const source of sources) {
          const path = from === undefined ? join(ROOT, source) : at(from, source)
          await cp(path, to.endsWith('/') ? join(target, basename(source)) : target, { recursive: true })
        }
      }
      // Those of the final stage need the image's operating system.
      if (instruction.name === 'RUN' && name !== undefined) execute(instruction.text, folder)
    }
  }

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'affiant-container-'))
    for (const stage of dockerfile.stages) await build(stage)
    execute('chmod -R a-w .', at(undefined, '/app'))
  }, 240_000)
  afterAll(async () => {
    execute('chmod -R u+w .', root)
    await rm(root, { recursive: true, force: true })
    // A whole node_modules is removed: not quick where others use the disk.
  }, 120_000)

  function affiant(...args: string[]) {
    return spawnSync('node', [at(undefined, '/app/dist/src/cli/main.js'), ...args], {
      cwd: join(root, 'work'),
      encoding: 'utf8',
      env: { PATH, HOME: root, NODE_ENV: 'production' },
    })
  }

  async function everything(folder: string): Promise<string[]> {
    const names = await readdir(folder, { recursive: true })
    const stats = await Promise.all(names.map((name) => stat(join(folder, name))))
    return names.map((name, index) => `${name} ${stats[index]?.size} ${stats[index]?.mtimeMs}`).toSorted()
  }

  test('the result starts', async () => {
    await mkdir(join(root, 'work'), { recursive: true })
    const { status, stdout, stderr } = affiant('--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('worker')
  })

  test('the result holds what runs and nothing that builds', async () => {
    const packages = await readdir(at(undefined, '/app/node_modules'))
    expect(packages).toEqual(expect.arrayContaining(['zod', 'node-cron', 'pino', '@octokit']))
    expect(
      packages.filter((name) => ['npm', 'node', 'typescript', 'vitest', '@biomejs', 'nock'].includes(name)),
    ).toEqual([])
    const program = await readdir(at(undefined, '/app/dist'))
    expect(program.toSorted()).toEqual(['affiant-verify.mjs', 'collectors', 'src', 'verify.html'])
  })

  test('the result collects, seals and verifies, and writes nothing into its own folder', async () => {
    const work = join(root, 'work')
    await mkdir(work, { recursive: true })
    await chmod(work, 0o755)
    const before = await everything(at(undefined, '/app'))
    execute(
      'git init --quiet && git -c user.name=dev -c user.email=dev@example.com commit --quiet --allow-empty -m Begin',
      work,
    )
    expect(affiant('init').status).toBe(0)
    const run = affiant('run', '--json')
    expect([0, 2]).toContain(run.status)
    expect(affiant('verify', '1', '--policy', 'keys/trust-policy.json').status).toBe(0)
    expect(await everything(at(undefined, '/app'))).toEqual(before)
  })
})
