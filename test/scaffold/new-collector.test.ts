import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../../scripts/new-collector/files.ts'

const ROOT = join(import.meta.dirname, '../..')
const COPIED = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'biome.json',
  'src',
  'collectors',
  'scripts/generate.ts',
  'scripts/generate',
  'scripts/new-collector.ts',
  'scripts/new-collector',
  'mappings',
  'test/contract/collectors.test.ts',
]

interface Ran {
  status: number
  output: string
}

let tree = ''

/** Runs a program of the copied tree; npm programs by name. */
function run(program: string, ...args: string[]): Promise<Ran> {
  const path = program === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', program)
  const env = { PATH: process.env['PATH'], HOME: tree, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(path, args, { cwd: tree, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ status, output: stdout + stderr })
    })
  })
}

const scaffold = (...args: string[]) => run('node', '--conditions=source', 'scripts/new-collector.ts', ...args)
const contract = (id: string) => run('vitest', 'run', 'test/contract', '-t', `contract of ${id}:`)

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'affiant-scaffold-'))
  for (const path of COPIED) await cp(join(ROOT, path), join(tree, path), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
})
afterAll(() => rm(tree, { recursive: true, force: true }))

describe('npm run new:collector', () => {
  it('writes a collector that compiles, is formatted and registered, and whose contract says what is missing', async () => {
    const written = await scaffold('jira', '--title', 'Jira Cloud')
    expect(written).toMatchObject({ status: 0, output: expect.stringContaining('map each check to its controls') })

    expect(await run('tsc', '--noEmit')).toEqual({ status: 0, output: '' })
    expect(await run('biome', 'format', 'collectors/jira')).toMatchObject({ status: 0 })
    expect(await run('node', '--conditions=source', 'scripts/generate.ts', '--check')).toMatchObject({ status: 0 })

    const { status, output } = await contract('jira')
    expect(status).toBe(1)
    expect(output).toContain('jira is not read yet: write identity() in collectors/jira/client.ts')
    expect(output).toContain("manifest-incomplete: jira.users: a permission's name is missing or empty")
    expect(output).toContain('See docs/adding-a-collector.md#manifest-incomplete')
  }, 120_000)

  it('is green once the files are real', async () => {
    expect(await scaffold('ledgerly', '--title', 'Ledgerly')).toMatchObject({ status: 0 })
    expect((await contract('ledgerly')).status).toBe(1)

    const example = join(ROOT, 'test/example-collector/ledgerly')
    await cp(example, join(tree, 'collectors/ledgerly'), { recursive: true })
    await run('node', '--conditions=source', 'scripts/generate.ts')
    const { status, output } = await contract('ledgerly')
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' })
  }, 120_000)

  it.each([
    ['a folder that is there', ['github', '--title', 'Another'], 'collectors/github is there already'],
    ['an id in capitals', ['Jira', '--title', 'Jira'], 'no id'],
    ['an id that leads elsewhere', ['../jira', '--title', 'Jira'], 'no id'],
    ['a title with a quote', ['jira-two', '--title', "It's"], 'no title'],
    ['no title', ['jira-three'], 'usage: npm run new:collector'],
    ['an option it does not know', ['jira-four', '--titel', 'Jira'], '--titel'],
  ])('refuses %s, and writes nothing', async (_, args, message) => {
    const before = await readdir(join(tree, 'collectors'))
    const { status, output } = await scaffold(...args)
    expect(status).toBe(1)
    expect(output).toContain(message)
    expect(output).not.toContain('    at ')
    expect(await readdir(join(tree, 'collectors'))).toEqual(before)
  })
})

it('has the same files as the example of the docs, so that each can be replaced by a real one', async () => {
  const folder = join(ROOT, 'test/example-collector/ledgerly')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  expect(new Set(Object.keys(filesOf({ id: 'x', title: 'X' })))).toEqual(new Set(paths))
})
